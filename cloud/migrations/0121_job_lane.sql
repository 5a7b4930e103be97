-- Jobs that wait for strangers' servers have workers of their own, so that a sign-in link never waits behind them.
ALTER TABLE job ADD COLUMN lane TEXT NOT NULL DEFAULT ''; -- '' our own work | outside
