//! Every table, and whose its rows are. The order is that of the file: what others name stands before them.
//!
//! A column is spelled `*name kind ? >table`: `*` for the key, `int` or `blob` for what is no text, `?` for what may be
//! NULL, `>table` for whom it names, and `!` for what tells when a row came to *this* database: that stays behind. A
//! column that is not here is not exported; the guard asks for a decision about each new one.

use super::table::{Belongs, Table};

const fn own(name: &'static str, rows: &'static str, columns: &'static str) -> Table {
    Table { name, belongs: Belongs::Own(rows), columns }
}

const fn shared(name: &'static str, rows: &'static str, columns: &'static str) -> Table {
    Table { name, belongs: Belongs::Shared(rows), columns }
}

const fn never(name: &'static str, why: &'static str) -> Table {
    Table { name, belongs: Belongs::Never(why), columns: "" }
}

const OF_AGENT: &str = "agent_id IN (SELECT id FROM agent WHERE tenant_id = $1)";
const OF_DEVICE: &str = "device_id IN (SELECT id FROM device WHERE tenant_id = $1)";
const OF_MEMBER: &str = "person_id IN (SELECT person_id FROM membership WHERE tenant_id = $1)";
const OF_APPLICATION: &str = "application_id IN (SELECT id FROM partner_application WHERE tenant_id = $1)";

/// A model is the catalogue's: it goes along with what is of it.
macro_rules! model_that_is_named {
    ($column:literal) => {
        concat!(
            $column,
            " IN (SELECT model_id FROM device WHERE tenant_id = $1
             UNION SELECT model_id FROM sold_device WHERE vendor_id = $1
             UNION SELECT d.model_id FROM device d JOIN coverage c ON c.device_id = d.id WHERE c.partner_id = $1
             UNION SELECT d.model_id FROM device d JOIN renewal_outcome r ON r.device_id = d.id
                   WHERE r.partner_id = $1)"
        )
    };
}

/// The list.
pub(super) static TABLES: &[Table] = &[
    own("tenant", "id = $1", "*id, name, created_ms int, verified_ms int ?"),
    own(
        "tenant_capability",
        "tenant_id = $1",
        "*tenant_id >tenant, *capability, subtype ?, partner_tier ?, module_on int, since_ms int,
         vendor_id ? >tenant, suspended_ms int ?, sales_sees_all int, channel_manager_funnel int",
    ),
    // Somebody may be a member of several organisations, and comes with each of them.
    shared(
        "person",
        "id IN (SELECT person_id FROM membership WHERE tenant_id = $1)",
        "*id, email, name, disabled_ms int ?, created_ms int, language, zone, era, verified_ms int ?",
    ),
    own(
        "membership",
        "tenant_id = $1",
        "*person_id >person, *tenant_id >tenant, roles, since_ms int, disabled_ms int ?",
    ),
    shared("device_model", model_that_is_named!("id"), "*id, label"),
    shared(
        "model_metric",
        model_that_is_named!("model_id"),
        "*model_id >device_model, *name, position int, label, unit, decimals int, kind",
    ),
    own(
        "agent",
        "tenant_id = $1",
        "*id, tenant_id >tenant, site, policy_epoch int, held_epoch int, enrolled_ms int ?, revoked_ms int ?,
         last_seen_ms int ?, version, started_ms int ?, buffered_records int, buffered_bytes int, devices_up int,
         devices_down int",
    ),
    own(
        "device",
        "tenant_id = $1",
        "*id, name, model_id >device_model, tenant_id >tenant, site, agent_id ? >agent, serial",
    ),
    // Both sides of it read it whole.
    shared(
        "agreement",
        "customer_id = $1 OR partner_id = $1",
        "*id, customer_id >tenant, partner_id >tenant, service_level, from_ms int, until_ms int, zone,
         value_cents int, currency",
    ),
    shared(
        "coverage",
        "partner_id = $1 OR device_id IN (SELECT id FROM device WHERE tenant_id = $1)",
        "*id, device_id >device, partner_id >tenant, agreement_id >agreement, from_ms int, until_ms int",
    ),
    // What may be seen of somebody's data is said by the owner of it alone: no other file gives access.
    own(
        "grant_revision",
        "customer_id = $1",
        "*grant_id, *revision int, customer_id >tenant, partner_id >tenant, purpose, min_interval_ms int, from_ms int,
         until_ms int, revoked_ms int ?, made_ms int, made_by",
    ),
    own(
        "grant_item",
        "EXISTS (SELECT 1 FROM grant_revision g WHERE g.grant_id = grant_item.grant_id
             AND g.revision = grant_item.revision AND g.customer_id = $1)",
        "*grant_id, *revision int, *device_id >device, *metric",
    ),
    own(
        "access_request",
        "customer_id = $1",
        "*id, device_id >device, customer_id >tenant, partner_id >tenant, months int, reason, asked_ms int, asked_by,
         asked_by_name, decided_ms int ?, decided_by ?, grant_id ?, answer ?",
    ),
    own(
        "access_request_metric",
        "request_id IN (SELECT id FROM access_request WHERE customer_id = $1)",
        "*request_id >access_request, *metric",
    ),
    own(
        "stored_range",
        OF_AGENT,
        "*agent_id >agent, *store_epoch int, *lane int, *first_seq int, last_seq int",
    ),
    // Named by the hash of what it is.
    shared(
        "wire_schema",
        "hash IN (SELECT b.schema_hash FROM batch b JOIN agent a ON a.id = b.agent_id WHERE a.tenant_id = $1)",
        "*hash blob, body blob, stored_ms int !",
    ),
    own(
        "batch",
        OF_AGENT,
        "*id int, agent_id >agent, received_ms int, first_ms int, last_ms int, points int, schema_hash blob, fault ?,
         body blob",
    ),
    own(
        "frame",
        OF_DEVICE,
        "*id int, device_id >device, day_ms int, hour int, first_ms int, last_ms int, points int, stats blob, body blob",
    ),
    own(
        "telemetry_gap",
        OF_AGENT,
        "*agent_id >agent, *store_epoch int, *seq int, from_ms int, to_ms int, records int, points int, reason,
         at_ms int",
    ),
    own(
        "edge_alarm",
        OF_DEVICE,
        "*device_id >device, *code, metric, severity, raised int, raised_ms int ?, cleared_ms int ?, times int, text",
    ),
    own(
        "telemetry_read",
        OF_DEVICE,
        "*person_id >person, *partner_id >tenant, *device_id >device, *metrics, *hour_ms int, first_ms int, last_ms int",
    ),
    shared(
        "distribution_agreement",
        "distributor_id = $1 OR reseller_id = $1",
        "*id, distributor_id >tenant, reseller_id >tenant, region, product_line, status, from_ms int, until_ms int ?",
    ),
    // The program's owner keeps notes in it that the partner does not read.
    own(
        "partner_terms",
        "vendor_id = $1",
        "*tenant_id >tenant, *vendor_id >tenant, commission_bp int, tax_form, tax_status, regions, products, accounts,
         notes",
    ),
    // A record is its reseller's: a distributor and the program's owner see it through their lenses and have no copy.
    own(
        "funnel_record",
        "reseller_id = $1 OR (reseller_id IS NULL AND vendor_id = $1)",
        "*id, stage, status, reseller_id ? >tenant, owner_id ? >person, distributor_id ? >tenant, direct ?,
         customer_name, title, amount_cents int ?, currency ?, quote_number ?, quote_valid_until_ms int ?, source,
         form_key ?, created_ms int, updated_ms int, vendor_id ? >tenant, revision int, decide_by_ms int ?,
         protected_until_ms int ?, extended_ms int ?, accept_by_ms int ?, commission_bp int ?, price_level ?,
         list_cents int ?, quote_revision int ?, referrer_id ? >tenant, contact_name ?, contact_email ?, contact_phone ?,
         customer_key ?, title_key ?",
    ),
    own(
        "funnel_event",
        "record_id IN (SELECT id FROM funnel_record
             WHERE reseller_id = $1 OR (reseller_id IS NULL AND vendor_id = $1))",
        "*record_id >funnel_record, *position int, at_ms int, kind, tenant_id ?, tenant_name, person_name, note",
    ),
    own(
        "tier_grant",
        "tenant_id = $1",
        "*tenant_id >tenant, *vendor_id >tenant, *position int, tier, from_ms int, reason, granted_by",
    ),
    own(
        "quote_sequence",
        "vendor_id = $1",
        "*vendor_id >tenant, *year int, last int",
    ),
    own(
        "ticket",
        OF_DEVICE,
        "*id, device_id >device, title, severity, source_alarm_id ?, opened_ms int, acknowledged_ms int ?,
         owner_id ? >person, resolved_ms int ?",
    ),
    own(
        "alarm",
        OF_DEVICE,
        "*id, device_id >device, code, metric, title, severity, times int, first_raised_ms int, raised_ms int,
         cleared_ms int ?, ticket_id ?, opened_ms int, acknowledged_ms int ?, owner_id ? >person, resolved_ms int ?",
    ),
    own("alarm_report", OF_DEVICE, "*device_id >device, *code, *at_ms int, *state"),
    own(
        "visit",
        OF_DEVICE,
        "*id, device_id >device, title, severity, from_ms int, until_ms int, opened_ms int, acknowledged_ms int ?,
         owner_id ? >person, resolved_ms int ?",
    ),
    own(
        "work_event",
        "item_id IN (SELECT w.id FROM work_item w JOIN device d ON d.id = w.device_id WHERE d.tenant_id = $1)",
        "*item_id, *position int, at_ms int, kind, by_name, tenant_id ? >tenant",
    ),
    own(
        "renewal_outcome",
        "partner_id = $1",
        "*partner_id >tenant, *agreement_id >agreement, *device_id >device, *revision int, outcome, set_ms int, set_by",
    ),
    // Named by the hash of what it is.
    shared(
        "stored_file",
        "sha256 IN (SELECT d.sha256 FROM application_document d JOIN partner_application a ON a.id = d.application_id
                    WHERE a.tenant_id = $1
                    UNION SELECT proof_sha256 FROM device_claim WHERE tenant_id = $1
                    UNION SELECT logo_sha256 FROM program_brand WHERE tenant_id = $1)",
        "*sha256 blob, kind, size_bytes int, content blob, stored_ms int !",
    ),
    own(
        "program_brand",
        "tenant_id = $1",
        "*tenant_id >tenant, colour ?, logo_sha256 blob ? >stored_file, changed_ms int",
    ),
    own(
        "partner_application",
        "tenant_id = $1",
        "*id, tenant_id >tenant, vendor_id >tenant, status, subtype, legal_name, registration_number, country, address,
         territories, about, submitted_ms int, decide_by_ms int, decided_ms int ?",
    ),
    own(
        "application_event",
        OF_APPLICATION,
        "*application_id >partner_application, *position int, at_ms int, kind, person_name, tenant_name, note",
    ),
    own(
        "application_document",
        OF_APPLICATION,
        "*id, application_id >partner_application, sha256 blob >stored_file, name, added_ms int",
    ),
    own(
        "sold_device",
        "vendor_id = $1",
        "*serial, model_id >device_model, vendor_id >tenant, purchase_number, sold_ms int, linked_ms int ?",
    ),
    own(
        "device_claim",
        "tenant_id = $1",
        "*id, tenant_id >tenant, at_ms int, device_id ?, proof_sha256 blob ? >stored_file",
    ),
    shared("notification_choice", OF_MEMBER, "*person_id >person, *kind, way"),
    shared(
        "notification_times",
        OF_MEMBER,
        "*person_id >person, quiet_from int ?, quiet_until int ?, digest_hour int",
    ),
    own(
        "saved_view",
        "tenant_id = $1",
        "*id, tenant_id >tenant, person_id >person, list, name, query, shared int, made_ms int",
    ),
    own("opening_view", "tenant_id = $1", "*tenant_id >tenant, *person_id >person, *list, view_id >saved_view"),
    own(
        "notification",
        "tenant_id = $1",
        "*id, person_id >person, tenant_id >tenant, fact, object_kind, object_id, by_tenant_id >tenant, event_id,
         at_ms int, folded_into ?, read_ms int ?, mail_ms int ?, settled_ms int ?",
    ),
    own(
        "audit_entry",
        "tenant_id = $1",
        "*tenant_id, *seq int, at_ms int, actor_kind, actor_id, actor_name, acting_tenant_id, acting_tenant_name,
         acting_capability, action, object_kind, object_id, detail, reason, request_id, prev_hash blob, hash blob,
         on_behalf_of, ip",
    ),
    own("audit_head", "tenant_id = $1", "*tenant_id, seq int, hash blob"),
    never("session", "a secret's hash: people sign in anew"),
    never("magic_link", "a secret's hash, for minutes"),
    never("setup_link", "a secret's hash"),
    never("sign_in_request", "counts who asks for links here"),
    never("passkey", "bound to the address of this service: people add theirs anew"),
    never("passkey_ceremony", "under way in a browser"),
    never("view_as", "of a session; both logs tell of it"),
    never("api_key", "a secret's hash: keys are made anew"),
    never("api_answer", "answers to repeat, for a day"),
    never("agent_certificate", "issued by this service: gateways enrol anew"),
    never("enrolment_code", "a secret's hash"),
    never("webhook_endpoint", "signs with a key of this service, and would tell everything twice: added anew"),
    never("webhook_delivery", "what this service sent"),
    never("outbox", "what is told here and then removed; the log keeps what happened"),
    never("grant_reminder", "who was told here that a grant ends"),
    never("funnel_reminder", "who was told here that a protection ends"),
    never("notification_event", "which events were told of here"),
    never("mail_outbox", "what this service mails"),
    never("job", "work of this service"),
    never("job_run", "the schedule of this service"),
    never("access_refusal", "counts within an hour; the log tells of refusals"),
    never("audit_checkpoint", "signed by this service, about all logs together"),
    never("funnel_turn", "a lock"),
    never("funnel_sum", "the database counts by itself"),
    never("search_document", "made anew from the records"),
    never("transfer_stub", "what is known here by name only"),
];
