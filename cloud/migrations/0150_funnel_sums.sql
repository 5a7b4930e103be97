-- Lists of the funnel go on after the last record that was shown, along one index per party; every column that decides
-- whether a record is there stands in the index, so that what is passed over is not fetched.
DROP INDEX funnel_record_by_reseller;
DROP INDEX funnel_record_by_distributor;
CREATE INDEX funnel_record_of_reseller ON funnel_record (reseller_id, updated_ms, id, stage, status, owner_id);
CREATE INDEX funnel_record_of_distributor ON funnel_record (distributor_id, updated_ms, id, stage, status);
CREATE INDEX funnel_record_of_vendor ON funnel_record (vendor_id, updated_ms, id, stage, status);

-- How many records there are of each kind that a lens tells apart, and what they are worth; kept by the database itself,
-- so that counting a hundred thousand records reads a few rows.
CREATE TABLE funnel_sum (
    vendor_id TEXT,
    reseller_id TEXT,
    owner_id TEXT,
    distributor_id TEXT,
    stage TEXT NOT NULL,
    status TEXT NOT NULL,
    currency TEXT, -- NULL: no amount yet
    records BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL
);
CREATE UNIQUE INDEX funnel_sum_of ON funnel_sum (COALESCE(reseller_id, ''), COALESCE(vendor_id, ''),
    COALESCE(owner_id, ''), COALESCE(distributor_id, ''), stage, status, COALESCE(currency, ''));
CREATE INDEX funnel_sum_of_reseller ON funnel_sum (reseller_id);
CREATE INDEX funnel_sum_of_distributor ON funnel_sum (distributor_id);
CREATE INDEX funnel_sum_of_vendor ON funnel_sum (vendor_id);
INSERT INTO funnel_sum (vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency, records, amount_cents)
SELECT vendor_id, reseller_id, owner_id, distributor_id, stage, status,
    CASE WHEN amount_cents IS NOT NULL THEN currency END, COUNT(*),
    CAST(COALESCE(SUM(CASE WHEN currency IS NOT NULL THEN amount_cents END), 0) AS BIGINT)
FROM funnel_record
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- The engines spell triggers differently.
-- SQLite only:
CREATE TRIGGER funnel_sum_grows AFTER INSERT ON funnel_record
BEGIN
    INSERT INTO funnel_sum (vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency, records, amount_cents)
    VALUES (NEW.vendor_id, NEW.reseller_id, NEW.owner_id, NEW.distributor_id, NEW.stage, NEW.status,
        CASE WHEN NEW.amount_cents IS NOT NULL THEN NEW.currency END, 1,
        CASE WHEN NEW.currency IS NOT NULL THEN COALESCE(NEW.amount_cents, 0) ELSE 0 END)
    ON CONFLICT (COALESCE(reseller_id, ''), COALESCE(vendor_id, ''), COALESCE(owner_id, ''),
        COALESCE(distributor_id, ''), stage, status, COALESCE(currency, ''))
    DO UPDATE SET records = records + excluded.records, amount_cents = amount_cents + excluded.amount_cents;
END;
CREATE TRIGGER funnel_sum_moves AFTER UPDATE OF vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency,
    amount_cents ON funnel_record
BEGIN
    INSERT INTO funnel_sum (vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency, records, amount_cents)
    VALUES (OLD.vendor_id, OLD.reseller_id, OLD.owner_id, OLD.distributor_id, OLD.stage, OLD.status,
        CASE WHEN OLD.amount_cents IS NOT NULL THEN OLD.currency END, -1,
        CASE WHEN OLD.currency IS NOT NULL THEN -COALESCE(OLD.amount_cents, 0) ELSE 0 END),
        (NEW.vendor_id, NEW.reseller_id, NEW.owner_id, NEW.distributor_id, NEW.stage, NEW.status,
        CASE WHEN NEW.amount_cents IS NOT NULL THEN NEW.currency END, 1,
        CASE WHEN NEW.currency IS NOT NULL THEN COALESCE(NEW.amount_cents, 0) ELSE 0 END)
    ON CONFLICT (COALESCE(reseller_id, ''), COALESCE(vendor_id, ''), COALESCE(owner_id, ''),
        COALESCE(distributor_id, ''), stage, status, COALESCE(currency, ''))
    DO UPDATE SET records = records + excluded.records, amount_cents = amount_cents + excluded.amount_cents;
END;
CREATE TRIGGER funnel_sum_shrinks AFTER DELETE ON funnel_record
BEGIN
    INSERT INTO funnel_sum (vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency, records, amount_cents)
    VALUES (OLD.vendor_id, OLD.reseller_id, OLD.owner_id, OLD.distributor_id, OLD.stage, OLD.status,
        CASE WHEN OLD.amount_cents IS NOT NULL THEN OLD.currency END, -1,
        CASE WHEN OLD.currency IS NOT NULL THEN -COALESCE(OLD.amount_cents, 0) ELSE 0 END)
    ON CONFLICT (COALESCE(reseller_id, ''), COALESCE(vendor_id, ''), COALESCE(owner_id, ''),
        COALESCE(distributor_id, ''), stage, status, COALESCE(currency, ''))
    DO UPDATE SET records = records + excluded.records, amount_cents = amount_cents + excluded.amount_cents;
END;
-- PostgreSQL only:
-- A change takes its rows in the order of their keys, so that two at once wait for each other and never in a circle.
CREATE FUNCTION funnel_sum_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone funnel_record := OLD; -- NULL for an INSERT
    come funnel_record := NEW; -- NULL for a DELETE
BEGIN
    INSERT INTO funnel_sum AS kept (vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency,
        records, amount_cents)
    SELECT vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency, SUM(records), SUM(amount_cents)
    FROM (
        SELECT gone.vendor_id, gone.reseller_id, gone.owner_id, gone.distributor_id, gone.stage, gone.status,
            CASE WHEN gone.amount_cents IS NOT NULL THEN gone.currency END AS currency, -1 AS records,
            CASE WHEN gone.currency IS NOT NULL THEN -COALESCE(gone.amount_cents, 0) ELSE 0 END AS amount_cents
        WHERE TG_OP <> 'INSERT'
        UNION ALL
        SELECT come.vendor_id, come.reseller_id, come.owner_id, come.distributor_id, come.stage, come.status,
            CASE WHEN come.amount_cents IS NOT NULL THEN come.currency END, 1,
            CASE WHEN come.currency IS NOT NULL THEN COALESCE(come.amount_cents, 0) ELSE 0 END
        WHERE TG_OP <> 'DELETE'
    ) AS change
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING SUM(records) <> 0 OR SUM(amount_cents) <> 0
    ORDER BY 2, 1, 3, 4, 5, 6, 7
    ON CONFLICT (COALESCE(reseller_id, ''), COALESCE(vendor_id, ''), COALESCE(owner_id, ''),
        COALESCE(distributor_id, ''), stage, status, COALESCE(currency, ''))
    DO UPDATE SET records = kept.records + excluded.records, amount_cents = kept.amount_cents + excluded.amount_cents;
    RETURN NULL;
END $$;
CREATE TRIGGER funnel_sum_follows AFTER INSERT OR DELETE ON funnel_record
    FOR EACH ROW EXECUTE FUNCTION funnel_sum_follows();
CREATE TRIGGER funnel_sum_moves AFTER UPDATE OF vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency,
    amount_cents ON funnel_record
    FOR EACH ROW EXECUTE FUNCTION funnel_sum_follows();
-- Both:
