//! To whom other rooms write.

use super::model::Person;
use super::store;
use crate::app::App;
use crate::platform::access::{Role, Roles};
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::mail::{self, Letter};

/// Somebody who gets a letter, in the own language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    name: String,
    email: String,
    /// Of the words in it.
    pub language: Language,
}

impl Addressee {
    pub(super) fn of(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            email: person.email.clone(),
            language: Language::parse(&person.language).unwrap_or_default(),
        }
    }

    /// A letter to them that says nothing yet. The subject holds nothing that somebody may not see.
    pub fn letter(&self, subject: &str) -> Letter {
        let greeting = match self.language {
            Language::English => format!("Hello {},", self.name),
            Language::Thai => format!("เรียนคุณ{}", self.name),
        };
        Letter { language: self.language, subject: subject.to_owned(), greeting, ..Letter::default() }
    }
}

/// Writes to every administrator of an organisation who can sign in, in the caller's transaction.
///
/// # Errors
/// When it cannot be written; the action must then fail too.
pub async fn write_to_administrators(
    app: &App,
    tx: &mut Tx,
    tenant_id: &str,
    words: impl Fn(&Addressee) -> Letter,
) -> Result<(), Error> {
    for (person, roles) in store::members_of(tx, tenant_id).await? {
        if Roles::parse(&roles).has(Role::Administrator) {
            let letter = words(&Addressee::of(&person));
            mail::queue(app, tx, &person.email, &letter, app.clock.now_ms() + mail::NEWS_LIFE_MS).await?;
        }
    }
    Ok(())
}
