//! What ends when, for the partner who asks. Read from coverage at each look, so nothing depends on a nightly job.

use super::model::{Outcome, Renewal};
use super::rules::{Band, band, days_until};
use super::store;
use crate::domains::coverage::{self, CoveredDevice, Standing};
use crate::platform::access::Scope;
use crate::platform::base::{Masked, Money, Total};
use crate::platform::db::{DbError, Tx};
use std::collections::BTreeSet;

/// The partner's devices by days to the end of their agreement; moves in bands of their own.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn renewals(tx: &mut Tx, scope: &Scope, now_ms: i64) -> Result<Vec<Renewal>, DbError> {
    let devices = coverage::covered_devices(tx, scope, now_ms).await?;
    let outcomes = store::outcomes(tx, scope).await?;
    let mut renewals: Vec<Renewal> = devices
        .into_iter()
        .map(|device| {
            let key = (device.agreement.id.clone(), device.device.id.clone());
            renewal(device, outcomes.get(&key).copied().unwrap_or(Outcome::Undecided), now_ms)
        })
        .collect();
    renewals.sort_by(|a, b| (a.at_ms, &a.device.0).cmp(&(b.at_ms, &b.device.0)));
    Ok(renewals)
}

/// What the agreements of these come to: each agreement counts once, however many devices it covers.
pub fn worth<'a>(renewals: impl IntoIterator<Item = &'a Renewal>) -> Total {
    let mut counted = BTreeSet::new();
    let once = renewals.into_iter().filter(|renewal| counted.insert(renewal.agreement_id.as_str()));
    let values: Vec<Masked<Money>> = once.map(|renewal| Masked::Shown(renewal.value.clone())).collect();
    values.iter().collect()
}

fn renewal(covered: CoveredDevice, outcome: Outcome, now_ms: i64) -> Renewal {
    let (agreement, device) = (covered.agreement, covered.device);
    let zone = agreement.zone;
    let (band, at_ms, other) = match covered.standing {
        Standing::Covered { moving_to: Some(to) } => (Band::MovingAway, to.at_ms, Some(to.partner_name)),
        Standing::Arriving { from, at_ms } => (Band::Arriving, at_ms, from.map(|from| from.partner_name)),
        Standing::Covered { moving_to: None } => {
            let ends_ms = agreement.window.until_ms;
            (band(ends_ms, now_ms, &zone), ends_ms, None)
        }
    };
    Renewal {
        band,
        days: days_until(at_ms, now_ms, &zone),
        at_ms,
        zone,
        device: (device.id, device.name),
        customer: (device.customer_id, device.customer_name),
        agreement_id: agreement.id,
        level: agreement.service_level,
        value: agreement.value,
        other,
        outcome,
    }
}
