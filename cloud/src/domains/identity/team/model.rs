//! A member of an organisation.

use super::words::Words;
use crate::platform::access::{Role, Roles};
use crate::platform::base::Language;
use crate::platform::error::FieldError;
use crate::platform::web::Version;
use crate::platform::web::parts::{Chip, Tone};
use crate::platform::words::{Sentence, said};

/// A member as the team page shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person_id: String,
    /// As people read it.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// What for.
    pub roles: Roles,
    /// Since when the membership is switched off, Unix milliseconds.
    pub disabled_ms: Option<i64>,
    /// When the person last signed in for this organisation, Unix milliseconds.
    pub last_sign_in_ms: Option<i64>,
    /// Whether the person has proved the address and is not switched off everywhere: then, and only then, one can sign in.
    pub(super) may_sign_in: bool,
    /// Whether an invitation was sent.
    pub(super) invited: bool,
}

impl Member {
    /// Invited, and never here.
    pub fn is_pending(&self) -> bool {
        let never_here = self.last_sign_in_ms.is_none() && self.disabled_ms.is_none();
        never_here && (self.invited || !self.may_sign_in)
    }

    /// Its version: what administrators change about it.
    pub fn version(&self) -> Version {
        Version::of(&(&self.person_id, &self.name, &self.email, self.roles.to_string(), self.disabled_ms))
    }

    /// In a word.
    pub fn chip(&self, language: Language) -> Chip {
        let tone = match self.disabled_ms {
            Some(_) => Tone::Bad,
            None if self.is_pending() => Tone::Warn,
            None => Tone::Good,
        };
        Chip::new(tone, self.state(language))
    }

    /// The word itself.
    pub(super) fn state(&self, language: Language) -> &'static str {
        let words = Words(language);
        match self.disabled_ms {
            Some(_) => words.switched_off(),
            None if self.is_pending() => words.invited(),
            None => words.active(),
        }
    }

    /// The roles, each as a chip.
    pub fn role_chips(&self, language: Language) -> Vec<Chip> {
        self.roles.iter().map(|role| Chip::new(Tone::Plain, Words(language).role(role))).collect()
    }

    /// Whether the organisation can be run by this member today.
    pub(super) fn runs_it(&self) -> bool {
        self.roles.has(Role::Administrator) && self.disabled_ms.is_none() && self.may_sign_in
    }
}

/// Somebody to be invited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewMember {
    /// As people read it.
    pub name: String,
    /// Where the invitation goes.
    pub email: String,
    /// What for, as typed or chosen: keys or their aliases.
    pub roles: Vec<String>,
}

/// Characters of a name at most.
const MOST_NAME: usize = 120;

impl NewMember {
    /// From the fields of a form or of a body.
    pub fn of(pairs: &[(String, String)]) -> Self {
        let get = |name: &str| pairs.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value.trim());
        let roles = pairs.iter().filter(|(of, _)| of == "roles").flat_map(|(_, value)| value.split(','));
        let roles = roles.map(|role| role.trim().to_owned()).filter(|role| !role.is_empty()).collect();
        Self { name: get("name").to_owned(), email: get("email").to_owned(), roles }
    }

    /// The roles that are meant.
    pub(super) fn read(&self) -> Result<Roles, Vec<FieldError>> {
        let mut wrong = Vec::new();
        if self.name.is_empty() || self.name.chars().count() > MOST_NAME {
            let text = said! {
                en: "Write the person's name, in {MOST_NAME} characters at most.",
                th: "กรอกชื่อบุคคล ไม่เกิน {MOST_NAME} ตัวอักษร",
            };
            wrong.push(FieldError { field: "name", text });
        }
        match roles(self.roles.iter().map(String::as_str)) {
            Ok(roles) if wrong.is_empty() => Ok(roles),
            Ok(_) => Err(wrong),
            Err(error) => Err([wrong, vec![error]].concat()),
        }
    }
}

/// At least one role, and only known ones (PORTAL C1).
pub(super) fn roles<'a>(keys: impl Iterator<Item = &'a str>) -> Result<Roles, FieldError> {
    let wrong = |text: Sentence| FieldError { field: "roles", text };
    match Roles::from_keys(keys) {
        Ok(roles) if roles.is_empty() => {
            Err(wrong(said! { en: "Choose at least one role.", th: "เลือกอย่างน้อยหนึ่งบทบาท" }))
        }
        Ok(roles) => Ok(roles),
        Err(unknown) => {
            let known: Vec<&str> = Role::ALL.iter().map(|role| role.key()).collect();
            let known = known.join(", ");
            Err(wrong(said! {
                en: "There is no role \"{unknown}\". Roles are {known}.",
                th: "ไม่มีบทบาท \"{unknown}\" บทบาทที่มีคือ {known}",
            }))
        }
    }
}
