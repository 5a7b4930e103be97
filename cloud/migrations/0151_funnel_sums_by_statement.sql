-- PostgreSQL keeps each version of a row that one transaction writes, so sums that follow row by row leave as many dead
-- rows behind as records were put in at once. There they follow statement by statement.
-- PostgreSQL only:
DROP TRIGGER funnel_sum_follows ON funnel_record;
DROP TRIGGER funnel_sum_moves ON funnel_record;
DROP FUNCTION funnel_sum_follows();
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
