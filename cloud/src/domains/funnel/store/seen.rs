//! Which records a scope sees and how much of each. The statements of all lists, counts and totals are put together here;
//! what a reader may not see is cut off inside of them, so a masked amount never leaves the database and no order,
//! filter or total knows it.

use super::super::lens::{item, rank};
use super::super::list::{Key, Wanted};
use super::super::stages::Stage;
use super::order::Terms;
use crate::platform::access::{Party, Reach, Scope, Sight};
use crate::platform::db::{DbError, Pieces, Tx};

/// A record, already cut to what its reader may see.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(in super::super) struct Row {
    pub(in super::super) id: String,
    pub(in super::super) stage: String,
    pub(in super::super) status: String,
    pub(in super::super) title: Option<String>,
    pub(in super::super) customer_name: Option<String>,
    pub(in super::super) sight: i64,
    pub(in super::super) money: i64,
    pub(in super::super) amount_cents: Option<i64>,
    pub(in super::super) currency: Option<String>,
    pub(in super::super) quote_number: Option<String>,
    pub(in super::super) quote_valid_until_ms: Option<i64>,
    pub(in super::super) reseller_id: Option<String>,
    pub(in super::super) reseller_name: Option<String>,
    pub(in super::super) distributor_id: Option<String>,
    pub(in super::super) distributor_name: Option<String>,
    pub(in super::super) direct: Option<String>,
    pub(in super::super) owner_name: Option<String>,
    pub(in super::super) on_channel: i64,
    pub(in super::super) source: String,
    pub(in super::super) created_ms: i64,
    pub(in super::super) updated_ms: i64,
    pub(in super::super) revision: i64,
    pub(in super::super) decide_by_ms: Option<i64>,
    pub(in super::super) protected_until_ms: Option<i64>,
    pub(in super::super) extended_ms: Option<i64>,
    pub(in super::super) accept_by_ms: Option<i64>,
    pub(in super::super) price_level: Option<String>,
    pub(in super::super) list_cents: Option<i64>,
    pub(in super::super) commission_bp: Option<i64>,
    pub(in super::super) referrer_id: Option<String>,
    pub(in super::super) referrer_name: Option<String>,
    pub(in super::super) contact_name: Option<String>,
    pub(in super::super) contact_email: Option<String>,
    pub(in super::super) contact_phone: Option<String>,
}

/// How many records of one rung there are, and what they come to where that is shown.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(in super::super) struct Sum {
    pub(in super::super) stage: String,
    pub(in super::super) money: i64,
    pub(in super::super) currency: Option<String>,
    pub(in super::super) records: i64,
    pub(in super::super) amount_cents: i64,
}

/// Which part of a list is read. In an order by something that is hidden in some records, those that show it come first,
/// in that order; the others follow, newest change first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Part {
    /// Those that show what the list is ordered by.
    Shown,
    /// Those that hide it.
    Hidden,
}

/// The rungs that are asked for and within reach, with how much of one's own and of others' records is seen there.
struct Sights(Vec<(Stage, i64, i64)>);

impl Sights {
    fn of(scope: &Scope, stages: &[Stage]) -> Self {
        let seen = |stage: &Stage| {
            let reach = scope.reach(item(scope.party(), *stage));
            let of = |sight: fn(&Reach) -> Option<Sight>| rank(reach.as_ref().and_then(sight));
            // Nobody but a reseller's people own records.
            let own = if scope.party() == Party::Reseller { of(|reach| reach.own) } else { 0 };
            (*stage, own, of(|reach| reach.others))
        };
        Self(stages.iter().map(seen).filter(|(_, own, others)| own + others > 0).collect())
    }

    /// `CASE` of one of the two, by rung.
    fn case(&self, text: &mut Pieces, sight: fn(&(Stage, i64, i64)) -> i64) {
        text.say("CASE x.stage");
        for seen in &self.0 {
            text.say(" WHEN '").say(seen.0.key()).say("' THEN ").say(match sight(seen) {
                0 => "0",
                1 => "1",
                2 => "2",
                _ => "3",
            });
        }
        text.say(" ELSE 0 END");
    }
}

/// `(SELECT x.*, … AS sight …) s WHERE s.sight > 0`: what of `table` the scope sees at all. Both tables have the columns
/// that decide it.
fn seen(text: &mut Pieces, scope: &Scope, table: &'static str, sights: &Sights, wanted: &Wanted<'_>) {
    text.say("(SELECT x.*, CAST(");
    if scope.party() == Party::Reseller {
        text.say("CASE WHEN x.owner_id IS NULL OR x.owner_id = ").value(scope.person_id()).say(" THEN ");
        sights.case(text, |(_, own, _)| *own);
        text.say(" ELSE ");
        sights.case(text, |(_, _, others)| *others);
        text.say(" END");
    } else {
        sights.case(text, |(_, _, others)| *others);
    }
    text.say(" AS BIGINT) AS sight FROM ").say(table).say(" x WHERE x.stage IN (");
    for (at, (stage, ..)) in sights.0.iter().enumerate() {
        text.say(if at == 0 { "'" } else { ", '" }).say(stage.key()).say("'");
    }
    text.say(") AND ");
    if let Some(status) = wanted.status {
        text.say("x.status = ").value(status).say(" AND ");
    }
    if let Some(id) = wanted.id {
        text.say("x.id = ").value(id).say(" AND ");
    }
    whose(text, scope, wanted.now_ms);
    text.say(") s WHERE s.sight > 0");
}

/// Which records are there for a party.
fn whose(text: &mut Pieces, scope: &Scope, now_ms: i64) {
    let tenant = scope.tenant_id();
    match scope.party() {
        Party::Reseller => text.say("x.reseller_id = ").value(tenant),
        // From Deal on: what runs through the distributor, and the deals of resellers that it handles now.
        Party::Distributor => text
            .say("x.stage IN ('deal', 'quote', 'closed') AND x.status <> 'draft' AND x.reseller_id IS NOT NULL AND (x.distributor_id = ")
            .value(tenant)
            .say(" OR x.reseller_id IN (SELECT a.reseller_id FROM distribution_agreement a WHERE a.distributor_id = ")
            .value(tenant)
            .say(" AND a.status = 'active' AND a.from_ms <= ")
            .value(now_ms)
            .say(" AND (a.until_ms IS NULL OR a.until_ms > ")
            .value(now_ms)
            .say(")))"),
        // Everything of its own program but drafts, for the program's owner.
        Party::Vendor => text.say("x.status <> 'draft' AND x.vendor_id = ").value(tenant).say(
            " AND EXISTS (SELECT 1 FROM tenant_capability v WHERE v.tenant_id = x.vendor_id AND v.capability = 'vendor' AND v.module_on = 1)",
        ),
        Party::Customer => text.say("1 = 0"),
    };
}

/// Whether money and quote of `s` are shown: off its channel a distributor sees neither.
fn money(text: &mut Pieces, scope: &Scope) {
    text.say("s.sight >= 3");
    if scope.party() == Party::Distributor {
        text.say(" AND s.distributor_id = ").value(scope.tenant_id());
    }
}

/// Whether `s` holds the words that are looked for, in what its reader is shown.
fn holds(text: &mut Pieces, scope: &Scope, words: &str) {
    let escaped = words.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{escaped}%");
    let mut like = |before: &'static str| {
        text.say(before).say(" LIKE ").value(pattern.as_str()).say(" ESCAPE '\\'");
    };
    like(" AND (LOWER(s.id)");
    like(" OR (s.sight >= 2 AND (LOWER(s.title)");
    like(" OR LOWER(s.customer_name)");
    match scope.party() {
        Party::Reseller | Party::Customer => {
            like(" OR LOWER('Direct, ' || s.direct)");
            like(" OR CASE WHEN s.distributor_id IS NULL AND s.direct IS NULL THEN 'not decided' END");
            like(" OR EXISTS (SELECT 1 FROM tenant t WHERE t.id = s.distributor_id AND LOWER(t.name)");
        }
        Party::Distributor | Party::Vendor => {
            like(" OR CASE WHEN s.reseller_id IS NULL THEN 'riversync' END");
            like(" OR EXISTS (SELECT 1 FROM tenant t WHERE t.id = s.reseller_id AND LOWER(t.name)");
        }
    }
    text.say("))))");
}

/// At most `limit` records of one part of the list, after `place`. `None`: the place is none of this order.
pub(in super::super) async fn records(
    tx: &mut Tx,
    scope: &Scope,
    wanted: &Wanted<'_>,
    (part, place): (Part, &[String]),
    limit: i64,
) -> Result<Option<Vec<Row>>, DbError> {
    let sights = Sights::of(scope, &wanted.stages);
    if sights.0.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let (first, terms) = (wanted.first(), Terms::of(wanted, part));
    let mut text = Pieces::new();
    text.say(
        "SELECT f.*, r.name AS reseller_name, d.name AS distributor_name, p.name AS owner_name, b.name AS referrer_name FROM (
         SELECT s.id, s.stage, s.status, s.created_ms, s.updated_ms, s.revision, s.sight,
            CASE WHEN s.referrer_id IS NOT NULL AND s.referrer_id <> s.reseller_id THEN 'riversync' ELSE s.source END
                AS source,
            CASE WHEN s.sight >= 2 THEN s.title END AS title,
            CASE WHEN s.sight >= 2 THEN s.customer_name END AS customer_name,
            CASE WHEN s.sight >= 2 THEN s.reseller_id END AS reseller_id,",
    );
    for column in ["amount_cents", "currency", "quote_number", "quote_valid_until_ms"] {
        text.say(" CASE WHEN ");
        money(&mut text, scope);
        text.say(" THEN s.").say(column).say(" END AS ").say(column).say(",");
    }
    text.say(" CAST(CASE WHEN ");
    money(&mut text, scope);
    text.say(
        " THEN 1 ELSE 0 END AS BIGINT) AS money,
            CAST(CASE WHEN s.distributor_id = ",
    )
    .value(scope.tenant_id())
    .say(" THEN 1 ELSE 0 END AS BIGINT) AS on_channel,");
    between_the_two(&mut text, scope);
    text.say(" FROM ");
    seen(&mut text, scope, "funnel_record", &sights, wanted);
    if let Some(words) = wanted.text {
        holds(&mut text, scope, words);
    }
    if first.key.may_hide() {
        text.say(if part == Part::Shown { " AND (" } else { " AND NOT (" });
        shows(&mut text, scope, first.key);
        text.say(")");
    }
    if !place.is_empty() && terms.after(&mut text, scope, place).is_none() {
        return Ok(None);
    }
    terms.inside(&mut text, scope);
    text.say(" LIMIT ").value(limit).say(
        ") f LEFT JOIN tenant r ON r.id = f.reseller_id
         LEFT JOIN tenant d ON d.id = f.distributor_id
         LEFT JOIN tenant b ON b.id = f.referrer_id
         LEFT JOIN person p ON p.id = f.owner_id",
    );
    terms.outside(&mut text);
    text.query().all(tx).await.map(Some)
}

/// What is between `RiverSync` and the reseller: the way to the customer, who works it, what was promised by when, and how
/// a quote came to its sum. None of it is a distributor's business; the share is the program's own.
fn between_the_two(text: &mut Pieces, scope: &Scope) {
    let party = scope.party();
    let mut column = |name: &'static str, kind: &'static str, shown: &'static str| {
        text.say(" CASE WHEN ").say(shown).say(" THEN s.").say(name).say(" ELSE CAST(NULL AS ").say(kind);
        text.say(") END AS ").say(name).say(if name == "commission_bp" { "" } else { "," });
    };
    let of = |sight: &'static str| if party == Party::Distributor { "1 = 0" } else { sight };
    for name in ["distributor_id", "direct", "owner_id"] {
        column(name, "TEXT", of("s.sight >= 2"));
    }
    for name in ["decide_by_ms", "protected_until_ms", "extended_ms", "accept_by_ms"] {
        column(name, "BIGINT", of("s.sight >= 2"));
    }
    column("price_level", "TEXT", of("s.sight >= 3"));
    column("list_cents", "BIGINT", of("s.sight >= 3"));
    // Who is offered a lead calls nobody before it is accepted (PAR-11).
    let called = if party == Party::Vendor {
        "s.sight >= 3"
    } else {
        "s.sight >= 3 AND NOT (s.stage = 'lead' AND s.status = 'shared')"
    };
    for name in ["contact_name", "contact_email", "contact_phone"] {
        column(name, "TEXT", of(called));
    }
    let own = if party == Party::Vendor { "s.sight >= 3" } else { "1 = 0" };
    column("referrer_id", "TEXT", own);
    column("commission_bp", "BIGINT", own);
}

/// Whether `s` shows what `key` is about; never NULL: the opposite counts.
pub(super) fn shows(text: &mut Pieces, scope: &Scope, key: Key) {
    if key == Key::Value {
        text.say("CASE WHEN ");
        money(text, scope);
        text.say(" THEN 1 ELSE 0 END = 1");
    } else {
        text.say("s.sight >= 2");
    }
}

/// How many records the scope sees of what is wanted, and what they come to, by rung.
pub(in super::super) async fn sums(
    tx: &mut Tx,
    scope: &Scope,
    wanted: &Wanted<'_>,
) -> Result<Vec<Sum>, DbError> {
    let sights = Sights::of(scope, &wanted.stages);
    if sights.0.is_empty() {
        return Ok(Vec::new());
    }
    let mut text = Pieces::new();
    // Words are looked for in the records themselves; all else the database has counted already.
    let (table, records) =
        if wanted.text.is_some() { ("funnel_record", "1") } else { ("funnel_sum", "s.records") };
    text.say("SELECT m.stage, m.money, m.currency, CAST(SUM(m.records) AS BIGINT) AS records,
            CAST(COALESCE(SUM(CASE WHEN m.currency IS NOT NULL THEN m.amount_cents END), 0) AS BIGINT) AS amount_cents
         FROM (SELECT s.stage, CAST(CASE WHEN ");
    money(&mut text, scope);
    text.say(" THEN 1 ELSE 0 END AS BIGINT) AS money, CASE WHEN ");
    money(&mut text, scope);
    text.say(" AND s.amount_cents IS NOT NULL THEN s.currency END AS currency, CASE WHEN ");
    money(&mut text, scope);
    text.say(" THEN s.amount_cents END AS amount_cents, ").say(records).say(" AS records FROM ");
    seen(&mut text, scope, table, &sights, wanted);
    if let Some(words) = wanted.text {
        holds(&mut text, scope, words);
    }
    text.say(") m GROUP BY m.stage, m.money, m.currency HAVING SUM(m.records) > 0");
    text.query().all(tx).await
}
