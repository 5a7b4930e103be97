//! What each kind of record can be found by, read from the rows themselves and for each audience apart: a statement per
//! kind gives the record, the audience and the words. Nothing of it is shown to anybody: what was found is read again
//! through the lens of its room, and compared with what that shows.
//!
//! Money is in no statement, a quote's number only in those of who sees every price on that way.  $1 is the record.

/// A kind of record, as the index names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Its kind.
    pub(super) kind: &'static str,
    /// Gives the next ids after $1, by id.
    pub(super) ids: &'static str,
    /// Gives `tenant_id`, `part` and `text` of each document of the record $1.
    pub(super) documents: &'static str,
}

/// A reseller's own, its distributor's, its vendor's; and what every distributor that handles the reseller sees.
pub(super) const RECORD: Source = Source {
    kind: "record",
    ids: "SELECT id FROM funnel_record WHERE id > $1 ORDER BY id LIMIT 500",
    documents: "WITH x AS (
         SELECT f.*, COALESCE(r.name, '') AS reseller_name, COALESCE(d.name, '') AS distributor_name,
                COALESCE(f.quote_number, '') AS quote,
                CASE WHEN f.status <> 'draft' AND f.stage IN ('deal', 'quote', 'closed') THEN 1 ELSE 0 END AS in_channel
         FROM funnel_record f LEFT JOIN tenant r ON r.id = f.reseller_id LEFT JOIN tenant d ON d.id = f.distributor_id
         WHERE f.id = $1
     )
     SELECT reseller_id AS tenant_id, 'own' AS part,
            id || ' ' || title || ' ' || customer_name || ' ' || distributor_name || ' ' || quote AS text
     FROM x WHERE reseller_id IS NOT NULL
     UNION ALL
     SELECT distributor_id, 'channel',
            id || ' ' || title || ' ' || customer_name || ' ' || reseller_name || ' ' || quote
     FROM x WHERE distributor_id IS NOT NULL AND in_channel = 1
     UNION ALL
     SELECT reseller_id, 'handled', id || ' ' || title || ' ' || customer_name || ' ' || reseller_name
     FROM x WHERE reseller_id IS NOT NULL AND in_channel = 1
     UNION ALL
     SELECT vendor_id, 'program',
            id || ' ' || title || ' ' || customer_name || ' ' || reseller_name || ' ' || distributor_name || ' ' || quote
     FROM x WHERE vendor_id IS NOT NULL AND status <> 'draft'",
};

/// The owner's, and those of every partner that covers it at some time.
pub(super) const DEVICE: Source = Source {
    kind: "device",
    ids: "SELECT id FROM device WHERE id > $1 ORDER BY id LIMIT 500",
    documents: "WITH x AS (
         SELECT d.id, d.tenant_id, d.id || ' ' || d.name || ' ' || m.label || ' ' || d.site AS text, t.name AS owner_name
         FROM device d JOIN device_model m ON m.id = d.model_id JOIN tenant t ON t.id = d.tenant_id WHERE d.id = $1
     )
     SELECT tenant_id, 'own' AS part, text FROM x
     UNION ALL
     SELECT DISTINCT c.partner_id, 'covered', x.text || ' ' || x.owner_name
     FROM x JOIN coverage c ON c.device_id = x.id",
};

/// Open tickets, alarms and visits, for the partners that cover the device at some time.
pub(super) const WORK: Source = Source {
    kind: "work",
    ids: "SELECT id FROM work_item WHERE id > $1 AND resolved_ms IS NULL ORDER BY id LIMIT 500",
    documents: "WITH x AS (
         SELECT w.id, w.device_id, w.id || ' ' || w.title || ' ' || d.name || ' ' || t.name AS text
         FROM work_item w JOIN device d ON d.id = w.device_id JOIN tenant t ON t.id = d.tenant_id
         WHERE w.resolved_ms IS NULL AND w.id = $1
     )
     SELECT DISTINCT c.partner_id AS tenant_id, 'covered' AS part, x.text
     FROM x JOIN coverage c ON c.device_id = x.device_id",
};

/// Distribution agreements, for both sides.
pub(super) const AGREEMENT: Source = Source {
    kind: "agreement",
    ids: "SELECT id FROM distribution_agreement WHERE id > $1 ORDER BY id LIMIT 500",
    documents: "WITH x AS (
         SELECT a.id, a.distributor_id, a.reseller_id,
                a.id || ' ' || d.name || ' ' || r.name || ' ' || a.region || ' ' || a.product_line AS text
         FROM distribution_agreement a JOIN tenant d ON d.id = a.distributor_id JOIN tenant r ON r.id = a.reseller_id
         WHERE a.id = $1
     )
     SELECT distributor_id AS tenant_id, 'side' AS part, text FROM x
     UNION ALL
     SELECT reseller_id, 'side', text FROM x",
};

/// Partners and customers, for the owner of their program.
pub(super) const ORGANISATION: Source = Source {
    kind: "organisation",
    ids: "SELECT id FROM tenant WHERE id > $1 ORDER BY id LIMIT 500",
    documents: "WITH x AS (
         SELECT t.id, t.name FROM tenant t WHERE t.id = $1
     )
     SELECT DISTINCT c.vendor_id AS tenant_id, 'program' AS part, x.id || ' ' || x.name AS text
     FROM x JOIN tenant_capability c ON c.tenant_id = x.id
     WHERE c.vendor_id IS NOT NULL AND c.capability <> 'vendor'",
};

/// Gateways, for the owner of the program.
pub(super) const AGENT: Source = Source {
    kind: "agent",
    ids: "SELECT id FROM agent WHERE id > $1 ORDER BY id LIMIT 500",
    documents: "WITH x AS (
         SELECT a.id, a.tenant_id, a.id || ' ' || t.name || ' ' || a.site AS text
         FROM agent a JOIN tenant t ON t.id = a.tenant_id WHERE a.id = $1
     )
     SELECT DISTINCT c.vendor_id AS tenant_id, 'program' AS part, x.text
     FROM x JOIN tenant_capability c ON c.tenant_id = x.tenant_id WHERE c.vendor_id IS NOT NULL",
};

/// How many records of all kinds there are, as the statements of [`SOURCES`] find them.
pub(super) const COUNT: &str = "SELECT CAST(
     (SELECT COUNT(*) FROM funnel_record) + (SELECT COUNT(*) FROM device) + (SELECT COUNT(*) FROM distribution_agreement)
     + (SELECT COUNT(*) FROM work_item WHERE resolved_ms IS NULL) + (SELECT COUNT(*) FROM tenant)
     + (SELECT COUNT(*) FROM agent) + (SELECT COUNT(*) FROM person) AS BIGINT) AS records";

/// People, for each organisation in which they are.
pub(super) const PERSON: Source = Source {
    kind: "person",
    ids: "SELECT id FROM person WHERE id > $1 ORDER BY id LIMIT 500",
    documents: "WITH x AS (
         SELECT p.id, p.name || ' ' || p.email AS text FROM person p WHERE p.id = $1
     )
     SELECT m.tenant_id, 'member' AS part, x.text FROM x JOIN membership m ON m.person_id = x.id",
};

/// All kinds.
pub(super) const SOURCES: [Source; 7] = [RECORD, DEVICE, WORK, AGREEMENT, ORGANISATION, AGENT, PERSON];
