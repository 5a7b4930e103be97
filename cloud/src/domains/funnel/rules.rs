//! Whether a registration can stand. Pure: `(what was entered, what the tier gives) -> deal or reasons`.

use crate::domains::program::{DirectSale, Entitlements, Map, unlocks_at};
use crate::platform::access::PartnerTier;
use crate::platform::base::Money;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::{Sentence, said};

/// Longest customer name and title, characters.
const LONGEST: usize = 160;
/// Currencies that the program trades in.
pub(super) const CURRENCIES: [&str; 2] = ["THB", "USD"];
/// One billion of the currency: a slip of the finger beyond.
const MOST_CENTS: i64 = 100_000_000_000;

/// What was entered, as it was entered.
#[derive(Clone, Debug, Default)]
pub struct Registration {
    /// For whom.
    pub customer: String,
    /// About what.
    pub title: String,
    /// Worth, such as `1,250,000.50`.
    pub amount: String,
    /// Its currency.
    pub currency: String,
    /// Through this distributor.
    pub distributor: Option<String>,
    /// Or directly, if `RiverSync` agrees.
    pub direct: bool,
    /// Names the form, so that sending it twice makes one deal.
    pub form_key: String,
}

/// How it is to be sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Through this distributor, by id.
    Distributor(String),
    /// Directly.
    Direct,
}

impl Way {
    /// As a record keeps it: the distributor's id, or how the direct request stands.
    pub(super) fn columns(&self) -> (Option<&str>, Option<&'static str>) {
        match self {
            Self::Distributor(id) => (Some(id), None),
            Self::Direct => (None, Some("requested")),
        }
    }
}

/// A registration that reads well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entered {
    pub(super) customer: String,
    pub(super) title: String,
    pub(super) value: Money,
    pub(super) way: Way,
}

/// Reads the form; all faults at once.
pub(super) fn read(form: &Registration) -> Result<Entered, Error> {
    let mut faults = Vec::new();
    let mut fault = |field, text: Sentence| faults.push(FieldError { field, text });
    let customer = form.customer.trim();
    let title = form.title.trim();
    if customer.is_empty() || customer.chars().count() > LONGEST {
        fault(
            "customer",
            said! {
                en: "Enter the customer's name, at most 160 characters.",
                th: "กรอกชื่อลูกค้า ไม่เกิน 160 ตัวอักษร",
            },
        );
    }
    if title.is_empty() || title.chars().count() > LONGEST {
        fault(
            "title",
            said! {
                en: "Say in a line what the deal is about, at most 160 characters.",
                th: "อธิบายดีลในหนึ่งบรรทัด ไม่เกิน 160 ตัวอักษร",
            },
        );
    }
    let cents = amount(&form.amount).map_err(|text| fault("amount", text)).ok();
    if !CURRENCIES.contains(&form.currency.as_str()) {
        fault("currency", said! { en: "Choose THB or USD.", th: "เลือก THB หรือ USD" });
    }
    let distributor = form.distributor.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let way = match (distributor, form.direct) {
        (Some(id), false) => Some(Way::Distributor(id.to_owned())),
        (None, true) => Some(Way::Direct),
        (Some(_), true) => {
            fault(
                "channel",
                said! {
                    en: "A deal runs through one distributor or directly, not both. Choose one.",
                    th: "ดีลขายผ่านผู้จัดจำหน่ายหนึ่งรายหรือขายตรงอย่างใดอย่างหนึ่ง เลือกหนึ่งอย่าง",
                },
            );
            None
        }
        (None, false) => {
            fault(
                "channel",
                said! {
                    en: "Choose the distributor that the deal runs through, or ask for a direct sale.",
                    th: "เลือกผู้จัดจำหน่ายที่ขายผ่าน หรือขอขายตรง",
                },
            );
            None
        }
    };
    match (way, cents) {
        (Some(way), Some(cents)) if faults.is_empty() => Ok(Entered {
            customer: customer.to_owned(),
            title: title.to_owned(),
            value: Money::new(cents, form.currency.clone()),
            way,
        }),
        _ => Err(Error::Invalid(faults)),
    }
}

/// An amount as it was typed, in minor units.
///
/// # Errors
/// The sentence to say beside it.
pub(super) fn amount(typed: &str) -> Result<i64, Sentence> {
    cents(typed).filter(|cents| (1..=MOST_CENTS).contains(cents)).ok_or_else(|| {
        said! {
            en: "Enter an amount such as 125,000.00, above zero and at most one billion.",
            th: "กรอกจำนวนเงิน เช่น 125,000.00 มากกว่าศูนย์และไม่เกินหนึ่งพันล้าน",
        }
    })
}

/// Why a distributor cannot be named.
pub(super) fn no_active_agreement() -> Sentence {
    said! {
        en: "There is no active agreement with this distributor. Choose one from the list.",
        th: "ไม่มีสัญญาที่มีผลกับผู้จัดจำหน่ายรายนี้ เลือกจากรายการ",
    }
}

/// `1,250,000.50` as cents. Commas group; a dot has one or two digits behind it.
fn cents(text: &str) -> Option<i64> {
    let text = text.trim().replace([',', ' '], "");
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)
}

/// Whether the tier has room for one more open deal.
pub(super) fn room(map: &Map, has: &Entitlements, taken: i64) -> Result<(), Error> {
    let Some(cap) = has.open_deals else { return Ok(()) };
    if taken < i64::from(cap) {
        return Ok(());
    }
    let opens = unlocks_at(map, has.tier, |of| of.open_deals.is_none_or(|more| more > cap));
    Err(locked(
        said! {
            en: "Your tier allows {cap} open registered deals, and {taken} are open. Close or withdraw one \
                 first.",
            th: "ระดับของคุณลงทะเบียนดีลที่เปิดอยู่ได้ {cap} รายการ และตอนนี้เปิดอยู่ {taken} รายการ ปิดหรือถอนดีลหนึ่งก่อน",
        },
        opens,
    ))
}

/// Whether the tier may ask for direct sales.
pub(super) fn direct(map: &Map, has: &Entitlements) -> Result<(), Error> {
    if has.direct_sale != DirectSale::No {
        return Ok(());
    }
    let opens = unlocks_at(map, has.tier, |of| of.direct_sale != DirectSale::No);
    Err(locked(
        said! {
            en: "Direct sales are not part of your tier. Choose a distributor instead.",
            th: "ระดับของคุณไม่รวมการขายตรง เลือกผู้จัดจำหน่ายแทน",
        },
        opens,
    ))
}

fn locked(text: Sentence, opens: Option<PartnerTier>) -> Error {
    match opens {
        Some(tier) => {
            let unlocks_at = tier.label();
            let opens = said! { en: "Unlocks at {unlocks_at}.", th: "ปลดล็อกที่ระดับ {unlocks_at}" };
            Error::TierLocked { unlocks_at, text: text.then(&opens) }
        }
        None => Error::Forbidden { code: "tier_locked", text },
    }
}

#[cfg(test)]
mod tests {
    use super::{Registration, Way, cents, direct, read, room};
    use crate::domains::program::{MAP, entitlements};
    use crate::platform::access::PartnerTier;
    use crate::platform::error::Error;
    use proptest::prelude::{any, proptest};

    fn form() -> Registration {
        Registration {
            customer: " BKKFoods ".into(),
            title: "Pumps".into(),
            amount: "1,250.5".into(),
            currency: "THB".into(),
            distributor: Some("mw".into()),
            direct: false,
            form_key: String::new(),
        }
    }

    #[test]
    fn a_form_is_read_whole_and_all_faults_are_told_at_once() {
        let entered = read(&form()).unwrap();
        assert_eq!((entered.customer.as_str(), entered.value.cents), ("BKKFoods", 125_050));
        assert_eq!(entered.way, Way::Distributor("mw".into()));
        let Err(Error::Invalid(faults)) = read(&Registration::default()) else { panic!() };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["customer", "title", "amount", "currency", "channel"]);
    }

    #[test]
    fn one_channel_and_not_two() {
        for (distributor, direct) in [(Some("mw"), true), (None, false), (Some("  "), false)] {
            let form = Registration { distributor: distributor.map(Into::into), direct, ..form() };
            let Err(Error::Invalid(faults)) = read(&form) else { panic!("{form:?}") };
            assert_eq!(faults.len(), 1);
            assert_eq!(faults[0].field, "channel");
        }
        assert_eq!(
            read(&Registration { distributor: None, direct: true, ..form() }).unwrap().way,
            Way::Direct
        );
    }

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, is) in [
            ("1", Some(100)),
            ("0.05", Some(5)),
            ("1,000,000.10", Some(100_000_010)),
            ("-1", None),
            ("1.234", None),
            ("1e3", None),
            (".5", None),
            ("", None),
            ("99999999999999999999", None),
            ("๑", None),
        ] {
            assert_eq!(cents(text), is, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reading(text in any::<String>()) {
            cents(&text);
        }
    }

    #[test]
    fn the_sixth_deal_of_an_authorized_reseller_names_gold() {
        let has = entitlements(&MAP, PartnerTier::Authorized);
        assert!(room(&MAP, &has, 4).is_ok());
        let Err(Error::TierLocked { unlocks_at, .. }) = room(&MAP, &has, 5) else { panic!() };
        assert_eq!(unlocks_at, "Gold");
        assert!(room(&MAP, &entitlements(&MAP, PartnerTier::Platinum), 9_999).is_ok());
        let Err(Error::TierLocked { unlocks_at, .. }) = direct(&MAP, &has) else { panic!() };
        assert_eq!(unlocks_at, "Gold");
    }
}
