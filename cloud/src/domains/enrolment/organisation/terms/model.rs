//! The terms, and what is typed for them, checked field by field.

use crate::platform::base::percent;
use crate::platform::error::FieldError;
use crate::platform::web::Version;
use crate::platform::words::{Sentence, said};
use serde::Deserialize;
use serde_json::{Value, json};

/// Lines of a territory list at most, and characters of a line.
const MOST_LINES: usize = 50;
const MOST_OF_A_LINE: usize = 80;
/// Characters of the notes at most.
const MOST_NOTES: usize = 2_000;
/// Hundredths of a percent in all of it.
const ALL_BP: i64 = 10_000;

/// A closed set of words with their keys.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $key:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub(super) enum $name {
            $($(#[$of])* $variant,)*
        }

        impl $name {
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)*];

            pub(super) fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            pub(super) fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            pub(super) fn parse(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.key() == key)
            }
        }
    };
}

words! {
    /// Which form says how the partner is taxed.
    TaxForm {
        /// Not known yet.
        #[default]
        None = "none", "None";
        /// A partner in the United States.
        W9 = "w9", "W-9";
        /// A partner elsewhere.
        W8Ben = "w8ben", "W-8BEN";
    }
}

words! {
    /// Where the form is.
    TaxStatus {
        /// Nobody asked for it.
        #[default]
        NotRequested = "not_requested", "Not requested";
        /// The partner was asked.
        Requested = "requested", "Requested";
        /// It is here.
        Received = "received", "Received";
        /// It is too old.
        Expired = "expired", "Expired";
    }
}

/// What was agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    /// Default commission share, hundredths of a percent.
    pub(super) commission_bp: i64,
    pub(super) tax_form: TaxForm,
    pub(super) tax_status: TaxStatus,
    pub(super) regions: Vec<String>,
    pub(super) products: Vec<String>,
    pub(super) accounts: Vec<String>,
    /// The owner's own.
    pub(super) notes: String,
}

impl Terms {
    /// Their version: all of them.
    pub(super) fn version(&self) -> Version {
        Version::of(&(self.told(), &self.notes))
    }

    /// As people read the share: `12.5 %`.
    pub(super) fn commission(&self) -> String {
        format!("{} %", self.share())
    }

    /// Without the sign, and without zeros at its end.
    fn share(&self) -> String {
        percent(self.commission_bp)
    }

    /// For the logs of both sides; the owner's notes are nobody else's.
    pub(super) fn told(&self) -> Value {
        json!({
            "commission": self.commission(), "tax_form": self.tax_form.label(), "tax_status": self.tax_status.label(),
            "regions": self.regions, "products": self.products, "accounts": self.accounts,
        })
    }
}

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) commission: String,
    pub(super) tax_form: String,
    pub(super) tax_status: String,
    pub(super) regions: String,
    pub(super) products: String,
    pub(super) accounts: String,
    pub(super) notes: String,
}

impl Typed {
    pub(super) fn of(terms: &Terms) -> Self {
        Self {
            commission: terms.share(),
            tax_form: terms.tax_form.key().to_owned(),
            tax_status: terms.tax_status.key().to_owned(),
            regions: terms.regions.join("\n"),
            products: terms.products.join("\n"),
            accounts: terms.accounts.join("\n"),
            notes: terms.notes.clone(),
        }
    }

    /// The terms, or every field that cannot be accepted.
    pub(super) fn read(&self) -> Result<Terms, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut refuse = |field, text: Sentence| wrong.push(FieldError { field, text });
        let commission_bp = basis_points(&self.commission);
        if commission_bp.is_none() {
            refuse(
                "commission",
                said! {
                    en: "Write the share in percent, from 0 to 100 with two decimals at most, such as 12.5.",
                    th: "กรอกส่วนแบ่งเป็นเปอร์เซ็นต์ 0 ถึง 100 ทศนิยมไม่เกินสองตำแหน่ง เช่น 12.5",
                },
            );
        }
        let tax_form = TaxForm::parse(&self.tax_form);
        let tax_status = TaxStatus::parse(&self.tax_status);
        match (tax_form, tax_status) {
            (None, _) => refuse("tax_form", choose(TaxForm::ALL.iter().map(|one| one.label()))),
            (Some(TaxForm::None), Some(TaxStatus::Requested | TaxStatus::Received | TaxStatus::Expired)) => {
                refuse(
                    "tax_form",
                    said! {
                        en: "Say which form that is: W-9 for a partner in the United States, else W-8BEN.",
                        th: "ระบุว่าเป็นแบบฟอร์มใด: W-9 สำหรับพาร์ตเนอร์ในสหรัฐอเมริกา นอกนั้น W-8BEN",
                    },
                );
            }
            _ => {}
        }
        if tax_status.is_none() {
            refuse("tax_status", choose(TaxStatus::ALL.iter().map(|one| one.label())));
        }
        for (field, text) in
            [("regions", &self.regions), ("products", &self.products), ("accounts", &self.accounts)]
        {
            let all = lines(text);
            if all.len() > MOST_LINES || all.iter().any(|line| line.chars().count() > MOST_OF_A_LINE) {
                refuse(
                    field,
                    said! {
                        en: "Name {MOST_LINES} at most, one per line of {MOST_OF_A_LINE} characters at most.",
                        th: "ระบุได้ไม่เกิน {MOST_LINES} รายการ บรรทัดละหนึ่งรายการ ไม่เกิน {MOST_OF_A_LINE} ตัวอักษร",
                    },
                );
            }
        }
        if self.notes.chars().count() > MOST_NOTES {
            refuse(
                "notes",
                said! {
                    en: "This is longer than {MOST_NOTES} characters. Shorten it.",
                    th: "ยาวเกิน {MOST_NOTES} ตัวอักษร ย่อให้สั้นลง",
                },
            );
        }
        match (commission_bp, tax_form, tax_status) {
            (Some(commission_bp), Some(tax_form), Some(tax_status)) if wrong.is_empty() => Ok(Terms {
                commission_bp,
                tax_form,
                tax_status,
                regions: lines(&self.regions),
                products: lines(&self.products),
                accounts: lines(&self.accounts),
                notes: self.notes.trim().to_owned(),
            }),
            _ => Err(wrong),
        }
    }
}

fn choose<'a>(labels: impl Iterator<Item = &'a str>) -> Sentence {
    let labels = labels.collect::<Vec<_>>().join(", ");
    said! { en: "Choose one of these: {labels}.", th: "เลือกหนึ่งรายการ: {labels}" }
}

/// The lines that say something.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// `12.5` or `12,5 %` as hundredths of a percent.
fn basis_points(typed: &str) -> Option<i64> {
    let typed = typed.trim().trim_end_matches('%').trim_end().replace(',', ".");
    let (whole, part) = typed.split_once('.').unwrap_or((&typed, ""));
    let digits =
        |text: &str, most: usize| text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole, 3) || !digits(part, 2) || typed.ends_with('.') {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    Some(whole * 100 + part).filter(|bp| *bp <= ALL_BP)
}

#[cfg(test)]
mod tests {
    use super::{Terms, Typed, basis_points};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    #[test]
    fn a_share_is_read_to_the_hundredth_or_not_at_all() {
        for (typed, bp) in [
            ("12", Some(1_200)),
            ("12.5 %", Some(1_250)),
            ("0,05", Some(5)),
            ("100", Some(10_000)),
            ("100.01", None),
            ("12.345", None),
            ("-1", None),
            ("+1", None),
            ("", None),
            ("%", None),
            ("1.", None),
            (".5", None),
            ("1e2", None),
            ("๑๒", None),
        ] {
            assert_eq!(basis_points(typed), bp, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_a_form_shows_is_read_back_as_it_was(commission_bp in 0_i64..=10_000) {
            let terms = Terms { commission_bp, regions: vec!["Isan".to_owned()], ..Terms::default() };
            prop_assert_eq!(Typed::of(&terms).read(), Ok(terms));
        }

        #[test]
        fn what_is_typed_is_a_share_of_all_or_refused_with_its_field(typed in "[0-9.,% a-z]{0,6}|.{0,12}") {
            let typed = Typed { commission: typed, tax_form: "none".into(), tax_status: "not_requested".into(), ..Typed::default() };
            match typed.read() {
                Ok(terms) => prop_assert!((0..=10_000).contains(&terms.commission_bp)),
                Err(wrong) => prop_assert_eq!(wrong.first().map(|error| error.field), Some("commission")),
            }
        }
    }
}
