//! What waits to be done when the story begins: a ticket, an alarm and a visit at two customers (PAR-2a). Further alarms
//! come from the simulated site.

use super::Story;
use crate::platform::db::{Tx, query};
use crate::platform::error::Error;
use jiff::civil::date;

/// Plants it. All of it lies before the story's day begins, at whatever hour the demo is started.
pub(super) async fn plant(story: &Story<'_>, tx: &mut Tx) -> Result<(), Error> {
    let (monday, tuesday) = (date(2026, 7, 13), date(2026, 7, 14));
    for (id, device, title, severity, opened_ms, taken_ms) in [
        (
            "T-BF-1",
            "D-BF-4",
            "Monthly reading differs from the invoice",
            "info",
            story.at_ms(monday, 15, 0),
            story.at_ms(monday, 16, 10),
        ),
        (
            "T-SR-1",
            "D-SR-2",
            "Dryer stops after rain",
            "warning",
            story.at_ms(tuesday, 10, 30),
            story.at_ms(tuesday, 11, 5),
        ),
    ] {
        query(
            "INSERT INTO ticket (id, device_id, title, severity, opened_ms, acknowledged_ms, owner_id)
             VALUES ($1, $2, $3, $4, $5, $6, 'nera.coord')",
        )
        .bind(id)
        .bind(device)
        .bind(title)
        .bind(severity)
        .bind(opened_ms)
        .bind(taken_ms)
        .execute(tx)
        .await?;
    }
    for (id, device, code, title, severity, raised_ms) in [
        (
            "A-BF-1",
            "D-BF-1",
            "bearing_warm",
            "Bearing runs warmer than its neighbours",
            "critical",
            story.at_ms(tuesday, 17, 20),
        ),
        (
            "A-SR-1",
            "D-SR-1",
            "dry_start",
            "Pump started without prime",
            "warning",
            story.at_ms(tuesday, 16, 30),
        ),
    ] {
        query(
            "INSERT INTO alarm (id, device_id, code, metric, title, severity, times, first_raised_ms, raised_ms,
                 opened_ms) VALUES ($1, $2, $3, 'temp', $4, $5, 1, $6, $6, $6)",
        )
        .bind(id)
        .bind(device)
        .bind(code)
        .bind(title)
        .bind(severity)
        .bind(raised_ms)
        .execute(tx)
        .await?;
    }
    for (id, device, title, day, hours) in [
        ("V-BF-1", "D-BF-3", "Half-yearly service of the compressor", date(2026, 7, 16), (13, 15)),
        ("V-SR-1", "D-SR-3", "Clean the intake sensor", date(2026, 7, 17), (9, 12)),
    ] {
        query(
            "INSERT INTO visit (id, device_id, title, severity, from_ms, until_ms, opened_ms, acknowledged_ms, owner_id)
             VALUES ($1, $2, $3, 'info', $4, $5, $6, $6, 'nera.coord')",
        )
        .bind(id)
        .bind(device)
        .bind(title)
        .bind(story.at_ms(day, hours.0, 0))
        .bind(story.at_ms(day, hours.1, 0))
        .bind(story.at_ms(monday, 9, 30))
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// What some people were told of before the story's day, mailed or not worth a mail any more.
pub(super) async fn plant_notifications(story: &Story<'_>, tx: &mut Tx) -> Result<(), Error> {
    for (id, person, tenant, deal, by, (day, read)) in [
        ("N-1", "siam.admin", "siam", "DL-4", "siam", (date(2026, 7, 9), false)),
        ("N-2", "mw.manager", "megawarehouse", "DL-5", "nera", (date(2026, 3, 17), true)),
    ] {
        let at_ms = story.at_ms(day, 9, 40);
        query(
            "INSERT INTO notification (id, person_id, tenant_id, fact, object_kind, object_id, by_tenant_id, event_id,
                 at_ms, read_ms) VALUES ($1, $2, $3, 'deal.registered', 'deal', $4, $5, $1, $6, $7)",
        )
        .bind(id)
        .bind(person)
        .bind(tenant)
        .bind(deal)
        .bind(by)
        .bind(at_ms)
        .bind(read.then_some(at_ms + 3_600_000))
        .execute(tx)
        .await?;
    }
    Ok(())
}
