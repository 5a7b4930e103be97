//! Which records may be about the same sale: the same customer, however its name is written (PAR-6d). The reseller is told
//! that there may be a conflict and nothing of whose; `RiverSync` sees all of them side by side, and approves one.

use super::lens::{Deal, look};
use super::stages::State;
use super::store;
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx};

/// Words of a name that say what kind of company it is.
const FORMS: [&str; 18] = [
    "co",
    "company",
    "ltd",
    "limited",
    "plc",
    "pcl",
    "public",
    "corp",
    "corporation",
    "inc",
    "llc",
    "partnership",
    "part",
    "บริษัท",
    "จำกัด",
    "มหาชน",
    "หจก",
    "ห้างหุ้นส่วน",
];

/// A name or a title as it is compared: letters and digits only, without the kind of company.
pub fn key(text: &str) -> String {
    let lower = text.to_lowercase();
    // Thai vowels and tone marks are part of a word, though no letters to Unicode.
    let is_part = |c: char| c.is_alphanumeric() || ('\u{0E00}'..='\u{0E7F}').contains(&c);
    let words = lower.split(|c: char| !is_part(c)).filter(|word| !word.is_empty());
    let named: String = words.clone().filter(|word| !FORMS.contains(word)).collect();
    if named.is_empty() { words.collect() } else { named }
}

/// Whether another reseller has something open for this customer. Never whose, nor what.
///
/// # Errors
/// [`DbError`] from the engine.
pub(super) async fn may_conflict(tx: &mut Tx, scope: &Scope, customer: &str) -> Result<bool, DbError> {
    let Some(vendor_id) = scope.vendor_id() else { return Ok(false) };
    let found = store::similar(tx, vendor_id, &key(customer)).await?;
    let rival = |one: &store::Similar| one.reseller_id.as_deref().is_some_and(|id| id != scope.tenant_id());
    Ok(found.iter().filter(|one| rival(one)).any(|one| is_open(&one.stage, &one.status)))
}

/// Whether another reseller is protected for the same customer and the same thing as `id`.
///
/// # Errors
/// [`DbError`] from the engine.
pub(super) async fn is_taken(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    held: &store::Held,
) -> Result<bool, DbError> {
    let (customer, title) = (key(&held.customer_name), key(&held.title));
    let found = store::similar(tx, scope.tenant_id(), &customer).await?;
    let same = |one: &&store::Similar| {
        one.id != id && one.reseller_id != held.reseller_id && one.title_key.as_deref() == Some(&title)
    };
    let is_protected = |one: &store::Similar| {
        let state = State::parse(&one.stage, &one.status);
        state.is_some_and(|state| state.takes_a_place() && state != State::DealSubmitted)
    };
    Ok(found.iter().filter(same).any(is_protected))
}

/// The others for the customer of `deal`, as the scope sees them, newest change first.
///
/// # Errors
/// [`DbError`] from the engine.
pub(super) async fn beside(
    tx: &mut Tx,
    scope: &Scope,
    deal: &Deal,
    now_ms: i64,
) -> Result<Vec<Deal>, DbError> {
    let Some(customer) = deal.core().customer.shown() else { return Ok(Vec::new()) };
    let found = store::similar(tx, scope.tenant_id(), &key(customer)).await?;
    let mut beside = Vec::new();
    for one in found.iter().filter(|one| one.id != deal.core().id) {
        let wanted = super::list::Wanted {
            id: Some(&one.id),
            ..super::list::Wanted::all(super::stages::Stage::ALL, now_ms)
        };
        let rows = store::records(tx, scope, &wanted, (store::Part::Shown, &[]), 1).await?;
        beside.extend(rows.into_iter().flatten().next().and_then(|row| look(scope, row)));
    }
    Ok(beside)
}

fn is_open(stage: &str, status: &str) -> bool {
    State::parse(stage, status).is_some_and(|state| !state.is_over() && state != State::DealDraft)
}

#[cfg(test)]
mod tests {
    use super::key;
    use proptest::prelude::{any, proptest};

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("BKKFoods", "B.K.K. Foods Co., Ltd."),
            ("Chonburi Ice", "CHONBURI-ICE Public Company Limited"),
            ("บริษัท ชลบุรีน้ำแข็ง จำกัด", "ชลบุรีน้ำแข็ง"),
            ("24 feed pumps", "24  Feed Pumps!"),
        ] {
            assert_eq!(key(one), key(other), "{one}");
        }
        assert_ne!(key("Rayong Glass"), key("Rayong Steel"));
        assert_ne!(key("24 pumps"), key("25 pumps"));
        assert_eq!(key("Company Co., Ltd."), "companycoltd", "a name of nothing else stays one");
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key_and_no_text_breaks_it(text in any::<String>()) {
            let once = key(&text);
            assert!(!once.contains(' '));
            assert_eq!(key(&once), once);
        }
    }
}
