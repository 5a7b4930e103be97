//! What an applicant types, checked field by field, and kept when something is wrong.

use super::model::Said;
use super::words::Words;
use crate::domains::enrolment::capability::Subtype;
use crate::platform::base::Language;
use crate::platform::error::FieldError;
use crate::platform::files::Upload;
use crate::platform::web::UploadForm;
use crate::platform::web::parts::{Choice, Field, Input};
use crate::platform::words::{Sentence, said};

/// Documents of one application at most.
const MOST_DOCUMENTS: usize = 8;

/// The form as it was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    subtype: String,
    legal_name: String,
    registration_number: String,
    country: String,
    address: String,
    territories: String,
    about: String,
}

impl Typed {
    pub(super) fn of(form: &UploadForm) -> Self {
        let get = |name| form.get(name).to_owned();
        Self {
            subtype: get("subtype"),
            legal_name: get("legal_name"),
            registration_number: get("registration_number"),
            country: get("country"),
            address: get("address"),
            territories: get("territories"),
            about: get("about"),
        }
    }

    pub(super) fn said(said: &Said) -> Self {
        Self {
            subtype: said.subtype.key().to_owned(),
            legal_name: said.legal_name.clone(),
            registration_number: said.registration_number.clone(),
            country: said.country.clone(),
            address: said.address.clone(),
            territories: said.territories.join("\n"),
            about: said.about.clone(),
        }
    }

    pub(super) fn named(legal_name: &str) -> Self {
        Self { legal_name: legal_name.to_owned(), country: "Thailand".to_owned(), ..Self::default() }
    }

    /// What was said, or every field that cannot be accepted.
    pub(super) fn read(&self) -> Result<Said, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut line = |field, value: &str, most: usize, text: Sentence| {
            let length = value.chars().count();
            let text = match length {
                0 => text,
                _ if length > most => {
                    said! {
                        en: "This is longer than {most} characters. Shorten it.",
                        th: "ยาวเกิน {most} ตัวอักษร ย่อให้สั้นลง",
                    }
                }
                _ => return,
            };
            wrong.push(FieldError { field, text });
        };
        line(
            "legal_name",
            &self.legal_name,
            200,
            said! {
                en: "Write the organisation's name as it is registered.",
                th: "กรอกชื่อองค์กรตามที่จดทะเบียน",
            },
        );
        line(
            "registration_number",
            &self.registration_number,
            60,
            said! { en: "Write the registration or tax number.", th: "กรอกเลขทะเบียนหรือเลขประจำตัวผู้เสียภาษี" },
        );
        line(
            "country",
            &self.country,
            60,
            said! { en: "Write the country of registration.", th: "กรอกประเทศที่จดทะเบียน" },
        );
        line(
            "address",
            &self.address,
            400,
            said! { en: "Write the registered address.", th: "กรอกที่อยู่ตามทะเบียน" },
        );
        line(
            "territories",
            &self.territories,
            1_000,
            said! {
                en: "Name at least one territory, one per line.",
                th: "ระบุพื้นที่ดูแลอย่างน้อยหนึ่งแห่ง บรรทัดละหนึ่งแห่ง",
            },
        );
        line(
            "about",
            &self.about,
            2_000,
            said! {
                en: "Say in a few words what you sell or service today.",
                th: "อธิบายสั้น ๆ ว่าปัจจุบันคุณขายหรือให้บริการอะไร",
            },
        );
        let subtype = Subtype::parse(&self.subtype);
        if subtype.is_none() {
            let text = said! {
                en: "Choose reseller or distributor; an organisation is one of them, never both.",
                th: "เลือกตัวแทนจำหน่ายหรือผู้จัดจำหน่ายอย่างใดอย่างหนึ่ง องค์กรเป็นทั้งสองอย่างพร้อมกันไม่ได้",
            };
            wrong.insert(0, FieldError { field: "subtype", text });
        }
        let territories = self.territories.lines().map(str::trim).filter(|line| !line.is_empty());
        match subtype {
            Some(subtype) if wrong.is_empty() => Ok(Said {
                subtype,
                legal_name: self.legal_name.clone(),
                registration_number: self.registration_number.clone(),
                country: self.country.clone(),
                address: self.address.clone(),
                territories: territories.map(str::to_owned).collect(),
                about: self.about.clone(),
            }),
            _ => Err(wrong),
        }
    }

    pub(super) fn fields(&self, errors: &[FieldError], language: Language) -> Fields {
        let words = Words(language);
        let choice = |of: Subtype, note: &str| {
            Choice::new(of.key(), of.label_in(language), self.subtype == of.key()).note(note)
        };
        let line = |name, label: &str, value: &str| {
            Field::new(name, label, Input::Line("text")).value(value).required().errors(errors, language)
        };
        let area = |name, label: &str, value: &str| {
            Field::new(name, label, Input::Area).value(value).required().errors(errors, language)
        };
        Fields {
            subtype: Field::new(
                "subtype",
                words.as_what(),
                Input::Radios(vec![
                    choice(Subtype::Reseller, words.reseller_note()),
                    choice(Subtype::Distributor, words.distributor_note()),
                ]),
            )
            .errors(errors, language),
            legal_name: line("legal_name", words.registered_name(), &self.legal_name)
                .autocomplete("organization"),
            registration_number: line(
                "registration_number",
                words.registration_number(),
                &self.registration_number,
            ),
            country: line("country", words.country(), &self.country).autocomplete("country-name"),
            address: area("address", words.registered_address(), &self.address)
                .autocomplete("street-address"),
            territories: area("territories", words.territories(), &self.territories)
                .hint(words.territories_hint()),
            about: area("about", words.today(), &self.about).hint(words.today_hint()),
        }
    }
}

/// The fields of the form.
pub(super) struct Fields {
    pub(super) subtype: Field,
    pub(super) legal_name: Field,
    pub(super) registration_number: Field,
    pub(super) country: Field,
    pub(super) address: Field,
    pub(super) territories: Field,
    pub(super) about: Field,
}

/// The documents that came along, or why they cannot be accepted.
pub(super) fn documents(form: UploadForm, had: usize) -> Result<Vec<Upload>, Vec<FieldError>> {
    let wrong = |text: Sentence| FieldError { field: "documents", text };
    let files: Vec<_> = form.files.into_iter().filter(|(field, ..)| field == "documents").collect();
    if had + files.len() > MOST_DOCUMENTS {
        return Err(vec![wrong(said! {
            en: "An application holds {MOST_DOCUMENTS} documents at most. Send fewer.",
            th: "ใบสมัครแนบเอกสารได้ไม่เกิน {MOST_DOCUMENTS} ฉบับ ลดจำนวนลง",
        })]);
    }
    let mut taken = Vec::new();
    let mut refused = Vec::new();
    for (_, name, bytes) in files {
        match Upload::accept(&name, bytes) {
            Ok(upload) => taken.push(upload),
            Err(text) => refused.push(wrong(text)),
        }
    }
    if refused.is_empty() { Ok(taken) } else { Err(refused) }
}
