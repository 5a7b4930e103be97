//! What is sold: distribution agreements, leads, opportunities, deals, quotes.

use super::Story;
use crate::domains::funnel::similar_key;
use crate::domains::funnel::stages::State;
use crate::platform::db::{Tx, query};
use crate::platform::error::Error;
use jiff::civil::{Date, date};

/// Distributor, reseller, region, product line.
const AGREEMENTS: &[(&str, &str, &str, &str, &str)] = &[
    ("DA-1", "megawarehouse", "nera", "Bangkok and Central", "Pumps and meters"),
    ("DA-2", "megawarehouse", "siam", "Northern Thailand", "Pumps and meters"),
    ("DA-3", "eastdist", "nera", "Eastern Seaboard", "Inverters"),
];

/// How a record reaches its customer.
enum Way {
    Open,
    Through(&'static str),
    DirectRequested,
}

struct Record {
    id: &'static str,
    state: State,
    reseller: Option<&'static str>,
    owner: Option<&'static str>,
    way: Way,
    customer: &'static str,
    title: &'static str,
    baht: Option<i64>,
    quote: Option<(&'static str, Date)>,
    since: Date,
    /// By when the next step is owed, or until when the deal is protected.
    due: Option<Date>,
    history: &'static [(&'static str, &'static str)],
}

const REGISTERED: &[(&str, &str)] = &[("deal.registered", "Nera")];

/// Through the first distributor.
const MEGA: Way = Way::Through("megawarehouse");
/// Through the second distributor.
const EAST: Way = Way::Through("eastdist");

/// Where a deal is: its id, state, seller and way.
type Place = (&'static str, State, &'static str, Way);

/// A deal of Nera's.
fn deal(
    (id, state, owner, way): Place,
    customer: &'static str,
    title: &'static str,
    baht: i64,
    since: Date,
) -> Record {
    Record {
        id,
        state,
        reseller: Some("nera"),
        owner: Some(owner),
        way,
        customer,
        title,
        baht: Some(baht),
        quote: None,
        since,
        due: None,
        history: REGISTERED,
    }
}

/// A lead or an opportunity of `owner` at `reseller`.
fn early(
    (id, state): (&'static str, State),
    (reseller, owner): (Option<&'static str>, Option<&'static str>),
    customer: &'static str,
    title: &'static str,
    since: Date,
    history: &'static [(&'static str, &'static str)],
) -> Record {
    Record {
        id,
        state,
        reseller,
        owner,
        way: Way::Open,
        customer,
        title,
        baht: None,
        quote: None,
        since,
        due: None,
        history,
    }
}

/// Registered and not priced yet.
fn registered() -> Vec<Record> {
    vec![
        Record {
            due: Some(date(2026, 9, 9)),
            history: &[("deal.registered", "Nera"), ("deal.approved", "RiverSync")],
            ..deal(
                ("DL-1", State::DealApproved, "nera.sales1", MEGA),
                "BKKFoods",
                "24 feed pumps",
                4_812_500,
                date(2026, 6, 8),
            )
        },
        Record {
            due: Some(date(2026, 7, 16)),
            ..deal(
                ("DL-2", State::DealSubmitted, "nera.sales2", EAST),
                "Chonburi Ice",
                "6 inverters, cold store",
                2_377_700,
                date(2026, 7, 3),
            )
        },
        Record {
            due: Some(date(2026, 7, 17)),
            ..deal(
                ("DL-3", State::DealSubmitted, "nera.sales1", Way::DirectRequested),
                "Ministry of Water",
                "Level sensors, 40 sites",
                9_145_300,
                date(2026, 7, 6),
            )
        },
        Record {
            reseller: Some("siam"),
            due: Some(date(2026, 7, 20)),
            history: &[("deal.registered", "Siam")],
            ..deal(
                ("DL-4", State::DealSubmitted, "siam.sales", MEGA),
                "Lanna Resort",
                "Pool pumps, 8",
                613_900,
                date(2026, 7, 9),
            )
        },
    ]
}

/// Priced, and beyond.
fn priced() -> Vec<Record> {
    vec![
        Record {
            quote: Some(("QT-2026-0009", date(2026, 5, 30))),
            history: &[
                ("deal.registered", "Nera"),
                ("deal.approved", "RiverSync"),
                ("quote.issued", "RiverSync"),
                ("quote.accepted", "Nera"),
                ("deal.won", "RiverSync"),
            ],
            ..deal(
                ("DL-5", State::Won, "nera.sales1", MEGA),
                "SouthRubber",
                "4 flow meters, dryer line",
                1_268_400,
                date(2026, 3, 17),
            )
        },
        Record {
            quote: Some(("QT-2026-0014", date(2026, 8, 14))),
            history: &[
                ("deal.registered", "Nera"),
                ("deal.approved", "RiverSync"),
                ("quote.issued", "RiverSync"),
            ],
            ..deal(
                ("DL-6", State::QuoteIssued, "nera.sales1", MEGA),
                "BKKFoods",
                "Boiler house, 12 meters",
                1_934_100,
                date(2026, 5, 20),
            )
        },
        Record {
            quote: Some(("QT-2026-0017", date(2026, 8, 21))),
            history: &[
                ("deal.registered", "Nera"),
                ("deal.approved", "RiverSync"),
                ("quote.issued", "RiverSync"),
                ("quote.accepted", "Nera"),
            ],
            ..deal(
                ("DL-7", State::QuoteAccepted, "nera.sales2", EAST),
                "Rayong Glass",
                "Furnace cooling, 3 inverters",
                3_056_800,
                date(2026, 5, 26),
            )
        },
    ]
}

/// Before there is a channel.
fn prospects() -> Vec<Record> {
    vec![
        early(
            ("LD-1", State::LeadCaptured),
            (Some("nera"), Some("nera.sales1")),
            "Thonburi Dairy",
            "Asked about flow metering",
            date(2026, 7, 10),
            &[("lead.captured", "Nera")],
        ),
        Record {
            due: Some(date(2026, 7, 17)),
            ..early(
                ("LD-2", State::LeadShared),
                (Some("nera"), None),
                "Bang Pa-in Paper",
                "Wants pump monitoring",
                date(2026, 7, 12),
                &[("lead.captured", "RiverSync"), ("lead.assigned", "RiverSync")],
            )
        },
        early(
            ("LD-3", State::LeadCaptured),
            (None, None),
            "Phuket Marina",
            "Wrote through the website",
            date(2026, 7, 14),
            &[("lead.captured", "RiverSync")],
        ),
        early(
            ("OP-1", State::OpportunityOpen),
            (Some("nera"), Some("nera.sales2")),
            "Samut Salt",
            "Brine level, two basins",
            date(2026, 6, 24),
            &[("lead.captured", "Nera"), ("lead.converted", "RiverSync")],
        ),
        early(
            ("OP-2", State::OpportunityConfirmed),
            (Some("andaman"), Some("andaman.admin")),
            "Krabi Palm",
            "Press line retrofit",
            date(2026, 6, 18),
            &[
                ("lead.captured", "Andaman"),
                ("lead.converted", "RiverSync"),
                ("opportunity.confirmed", "RiverSync"),
            ],
        ),
    ]
}

/// Plants it.
pub(super) async fn plant(story: &Story<'_>, tx: &mut Tx) -> Result<(), Error> {
    for (id, distributor, reseller, region, product_line) in AGREEMENTS {
        query(
            "INSERT INTO distribution_agreement (id, distributor_id, reseller_id, region, product_line, status,
                 from_ms, until_ms) VALUES ($1, $2, $3, $4, $5, 'active', $6, NULL)",
        )
        .bind(*id)
        .bind(*distributor)
        .bind(*reseller)
        .bind(*region)
        .bind(*product_line)
        .bind(story.start_of_day_ms(date(2026, 1, 5)))
        .execute(tx)
        .await?;
    }
    // Of the quotes below.
    query("INSERT INTO quote_sequence (vendor_id, year, last) VALUES ('riversync', $1, 17)")
        .bind(2026_i64)
        .execute(tx)
        .await?;
    for record in registered().into_iter().chain(priced()).chain(prospects()) {
        plant_record(story, tx, &record).await?;
    }
    Ok(())
}

async fn plant_record(story: &Story<'_>, tx: &mut Tx, record: &Record) -> Result<(), Error> {
    let (distributor, direct) = match record.way {
        Way::Open => (None, None),
        Way::Through(distributor) => (Some(distributor), None),
        Way::DirectRequested => (None, Some("requested")),
    };
    let source =
        if record.history.iter().any(|(_, by)| *by != "RiverSync") { "reseller" } else { "riversync" };
    // One step of the history every third day.
    let at_ms = |step: usize| {
        let day = record.since.saturating_add(jiff::Span::new().days(i64::try_from(step).unwrap_or(0) * 3));
        story.at_ms(day, 9, 40)
    };
    let due = |of: State| record.due.filter(|_| record.state == of).map(|day| story.at_ms(day, 17, 0));
    query(
        "INSERT INTO funnel_record (id, stage, status, reseller_id, owner_id, distributor_id, direct, customer_name,
             title, amount_cents, currency, quote_number, quote_valid_until_ms, source, created_ms, updated_ms,
             vendor_id, decide_by_ms, accept_by_ms, protected_until_ms, customer_key, title_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'riversync', $17, $18, $19, $20, $21)",
    )
    .bind(record.id)
    .bind(record.state.stage().key())
    .bind(record.state.status())
    .bind(record.reseller)
    .bind(record.owner)
    .bind(distributor)
    .bind(direct)
    .bind(record.customer)
    .bind(record.title)
    .bind(record.baht.map(|baht| baht * 100))
    .bind(record.baht.map(|_| "THB"))
    .bind(record.quote.map(|(number, _)| number))
    .bind(record.quote.map(|(_, until)| story.start_of_day_ms(until)))
    .bind(source)
    .bind(at_ms(0))
    .bind(at_ms(record.history.len().saturating_sub(1)))
    .bind(due(State::DealSubmitted))
    .bind(due(State::LeadShared))
    .bind(due(State::DealApproved))
    .bind(similar_key(record.customer))
    .bind(similar_key(record.title))
    .execute(tx)
    .await?;
    for (step, (kind, by)) in record.history.iter().enumerate() {
        query(
            "INSERT INTO funnel_event (record_id, position, at_ms, kind, tenant_name, tenant_id)
             VALUES ($1, $2, $3, $4, $5, (SELECT id FROM tenant WHERE name = $5))",
        )
        .bind(record.id)
        .bind(i64::try_from(step).unwrap_or(0) + 1)
        .bind(at_ms(step))
        .bind(*kind)
        .bind(*by)
        .execute(tx)
        .await?;
    }
    Ok(())
}
