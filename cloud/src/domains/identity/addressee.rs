//! To whom other rooms write.

use super::model::Person;
use super::{session, store};
use crate::app::App;
use crate::platform::access::{Actor, Role, Roles};
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
        Self { name: person.name.clone(), email: person.email.clone(), language: person.reader().language }
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

/// A person as they act for an organisation now, and as they are written to; `None`: they do not any more, or have not
/// shown to read mail at the address.
///
/// # Errors
/// When it cannot be read.
pub async fn reader(
    tx: &mut Tx,
    person_id: &str,
    tenant_id: &str,
) -> Result<Option<(Actor, Addressee)>, Error> {
    let actor = match session::member(tx, person_id, tenant_id).await {
        Ok(actor) => actor,
        Err(Error::SignIn) => return Ok(None),
        Err(error) => return Err(error),
    };
    let person = store::person(tx, person_id).await?.filter(|person| person.verified_ms.is_some());
    Ok(person.map(|person| (actor, Addressee::of(&person))))
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
