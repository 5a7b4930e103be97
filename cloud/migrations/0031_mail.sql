-- A mail has two alternatives. Both are emptied once it is sent, because they may hold a link; the demo keeps them.
ALTER TABLE mail_outbox ADD COLUMN html TEXT NOT NULL DEFAULT '';
