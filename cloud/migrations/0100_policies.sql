-- What the role matrix leaves to be chosen, off by default: a partner's administrator (PORTAL C15), a program's owner (C2).
ALTER TABLE tenant_capability ADD COLUMN sales_sees_all BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenant_capability ADD COLUMN channel_manager_funnel BIGINT NOT NULL DEFAULT 0;
