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
-- It keeps each version of a row that one transaction writes, so sums that follow row by row would leave as many dead rows
-- behind as records are put in at once: here they follow statement by statement.
-- What came and went is added up first; its rows are taken in the order of their keys, so that two changes at once wait
-- for each other and never in a circle.
CREATE FUNCTION funnel_sum_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO funnel_sum AS kept (vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency,
        records, amount_cents)
    SELECT vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency, SUM(records), SUM(amount_cents)
    FROM (
        SELECT vendor_id, reseller_id, owner_id, distributor_id, stage, status,
            CASE WHEN amount_cents IS NOT NULL THEN currency END AS currency, 1 AS records,
            CASE WHEN currency IS NOT NULL THEN COALESCE(amount_cents, 0) ELSE 0 END AS amount_cents
        FROM come
    ) AS change
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING SUM(records) <> 0 OR SUM(amount_cents) <> 0
    ORDER BY 2, 1, 3, 4, 5, 6, 7
    ON CONFLICT (COALESCE(reseller_id, ''), COALESCE(vendor_id, ''), COALESCE(owner_id, ''),
        COALESCE(distributor_id, ''), stage, status, COALESCE(currency, ''))
    DO UPDATE SET records = kept.records + excluded.records, amount_cents = kept.amount_cents + excluded.amount_cents;
    RETURN NULL;
END $$;
CREATE FUNCTION funnel_sum_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO funnel_sum AS kept (vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency,
        records, amount_cents)
    SELECT vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency, SUM(records), SUM(amount_cents)
    FROM (
        SELECT vendor_id, reseller_id, owner_id, distributor_id, stage, status,
            CASE WHEN amount_cents IS NOT NULL THEN currency END AS currency, -1 AS records,
            CASE WHEN currency IS NOT NULL THEN -COALESCE(amount_cents, 0) ELSE 0 END AS amount_cents
        FROM gone
        UNION ALL
        SELECT vendor_id, reseller_id, owner_id, distributor_id, stage, status,
            CASE WHEN amount_cents IS NOT NULL THEN currency END AS currency, 1 AS records,
            CASE WHEN currency IS NOT NULL THEN COALESCE(amount_cents, 0) ELSE 0 END AS amount_cents
        FROM come
    ) AS change
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING SUM(records) <> 0 OR SUM(amount_cents) <> 0
    ORDER BY 2, 1, 3, 4, 5, 6, 7
    ON CONFLICT (COALESCE(reseller_id, ''), COALESCE(vendor_id, ''), COALESCE(owner_id, ''),
        COALESCE(distributor_id, ''), stage, status, COALESCE(currency, ''))
    DO UPDATE SET records = kept.records + excluded.records, amount_cents = kept.amount_cents + excluded.amount_cents;
    RETURN NULL;
END $$;
CREATE FUNCTION funnel_sum_shrinks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO funnel_sum AS kept (vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency,
        records, amount_cents)
    SELECT vendor_id, reseller_id, owner_id, distributor_id, stage, status, currency, SUM(records), SUM(amount_cents)
    FROM (
        SELECT vendor_id, reseller_id, owner_id, distributor_id, stage, status,
            CASE WHEN amount_cents IS NOT NULL THEN currency END AS currency, -1 AS records,
            CASE WHEN currency IS NOT NULL THEN -COALESCE(amount_cents, 0) ELSE 0 END AS amount_cents
        FROM gone
    ) AS change
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING SUM(records) <> 0 OR SUM(amount_cents) <> 0
    ORDER BY 2, 1, 3, 4, 5, 6, 7
    ON CONFLICT (COALESCE(reseller_id, ''), COALESCE(vendor_id, ''), COALESCE(owner_id, ''),
        COALESCE(distributor_id, ''), stage, status, COALESCE(currency, ''))
    DO UPDATE SET records = kept.records + excluded.records, amount_cents = kept.amount_cents + excluded.amount_cents;
    RETURN NULL;
END $$;
CREATE TRIGGER funnel_sum_grows AFTER INSERT ON funnel_record
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION funnel_sum_grows();
CREATE TRIGGER funnel_sum_moves AFTER UPDATE ON funnel_record
    REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION funnel_sum_moves();
CREATE TRIGGER funnel_sum_shrinks AFTER DELETE ON funnel_record
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION funnel_sum_shrinks();
-- Both:
