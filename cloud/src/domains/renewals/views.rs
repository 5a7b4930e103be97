//! What ends when, for the partner who asks. Read from coverage at each look, so nothing depends on a nightly job.

use super::model::{Outcome, Renewal};
use super::rules::{Band, band, days_until};
use super::store;
use crate::domains::coverage::{self, CoveredDevice, Standing};
use crate::platform::access::Scope;
use crate::platform::base::{Masked, Money, Total};
use crate::platform::db::{DbError, Tx};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, Portion, Walk};
use std::collections::{BTreeMap, BTreeSet};

/// The partner's devices by days to the end of their agreement; moves in bands of their own.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn renewals(tx: &mut Tx, scope: &Scope, now_ms: i64) -> Result<Vec<Renewal>, DbError> {
    let devices = coverage::covered_devices(tx, scope, now_ms).await?;
    let outcomes = store::outcomes(tx, scope).await?;
    let mut renewals: Vec<Renewal> =
        devices.into_iter().map(|device| renewal(device, &outcomes, now_ms)).collect();
    renewals.sort_by(|a, b| (a.at_ms, &a.device.0).cmp(&(b.at_ms, &b.device.0)));
    Ok(renewals)
}

/// The renewal of one device; `None`: for the asker there is none.
///
/// # Errors
/// [`DbError`] from the engine.
pub(super) async fn one(
    tx: &mut Tx,
    scope: &Scope,
    device_id: &str,
    now_ms: i64,
) -> Result<Option<Renewal>, DbError> {
    let Some(device) = coverage::covered_device(tx, scope, device_id, now_ms).await? else { return Ok(None) };
    let outcomes = store::outcomes(tx, scope).await?;
    Ok(Some(renewal(device, &outcomes, now_ms)))
}

/// The piece that is asked for of the renewals, of one band or of all, by what ends first. The same on the page and in the
/// API.
///
/// # Errors
/// 422 when the cursor is of another list.
pub(super) fn some<'a>(
    allowed: &Allowed,
    asked: &Asked,
    all: &'a [Renewal],
    band: Option<Band>,
) -> Result<Portion<&'a Renewal>, Error> {
    let list = ["renewals", allowed.scope.tenant_id(), band.map_or("", Band::key)];
    let walk = Walk::of(asked, &list, allowed.view.now_ms)?;
    let wanted = all.iter().filter(|renewal| band.is_none_or(|band| renewal.band == band)).collect();
    let key = |one: &&Renewal| (one.at_ms, one.device.0.clone());
    asked.cut(&walk, wanted, key, Ord::cmp)
}

/// What the agreements of these come to: each agreement counts once, however many devices it covers.
pub fn worth<'a>(renewals: impl IntoIterator<Item = &'a Renewal>) -> Total {
    let mut counted = BTreeSet::new();
    let once = renewals.into_iter().filter(|renewal| counted.insert(renewal.agreement_id.as_str()));
    let values: Vec<Masked<Money>> = once.map(|renewal| Masked::Shown(renewal.value.clone())).collect();
    values.iter().collect()
}

/// What partners said, by agreement and device.
type Outcomes = BTreeMap<(String, String), Outcome>;

fn renewal(covered: CoveredDevice, outcomes: &Outcomes, now_ms: i64) -> Renewal {
    let (agreement, device) = (covered.agreement, covered.device);
    let said = outcomes.get(&(agreement.id.clone(), device.id.clone()));
    let outcome = said.copied().unwrap_or(Outcome::Undecided);
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
