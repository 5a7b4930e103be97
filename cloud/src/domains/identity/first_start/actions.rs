//! Making the link, and using it.

use super::super::browser::Browser;
use super::super::sessions::{self, Begun};
use super::super::{rules, secret};
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Why};
use crate::platform::access::OPERATOR_ID;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::{Sentence, said};
use serde_json::json;

/// Why a link opens nothing.
fn gone() -> Error {
    Error::Gone(said! {
        en: "This link sets nothing up any more: it was used, a newer one was printed, or an administrator \
             exists. An operator prints a new one with \"riversync-cloud setup-link\" while nobody runs the \
             program.",
        th: "ลิงก์นี้ใช้ตั้งค่าไม่ได้แล้ว เพราะถูกใช้ไปแล้ว มีลิงก์ใหม่กว่า หรือมีผู้ดูแลระบบแล้ว ผู้ดูแลเครื่องพิมพ์ลิงก์ใหม่ได้ด้วย \
             \"riversync-cloud setup-link\" ขณะที่ยังไม่มีผู้ดูแลโปรแกรม",
    })
}

/// A link that makes the first administrator, while there is none. Older ones stop working.
///
/// # Errors
/// When the database does not do it.
pub async fn setup_link(app: &App) -> Result<Option<String>, Error> {
    let mut tx = app.db.write().await?;
    if store::has_administrator(&mut tx).await? {
        return Ok(None);
    }
    let token = secret::fresh(app.random.as_ref());
    store::replace(&mut tx, secret::hashed(&token), app.clock.now_ms()).await?;
    tx.commit().await?;
    Ok(Some(format!("{}/setup/{token}", app.config.public_url)))
}

/// What the first administrator types.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) organisation: String,
    pub(super) name: String,
    pub(super) email: String,
}

/// Whether the link would work, without using it up.
///
/// # Errors
/// [`Error::Gone`] when it would not.
pub(super) async fn look(app: &App, token: &str) -> Result<(), Error> {
    let mut tx = app.db.read().await?;
    let good = store::is_good(&mut tx, &secret::hashed(token)).await?;
    if good && !store::has_administrator(&mut tx).await? { Ok(()) } else { Err(gone()) }
}

/// Makes the organisation and its administrator, who is signed in with it.
///
/// # Errors
/// [`Error::Gone`] when the link does not work (any more), [`Error::Invalid`] field by field.
pub(super) async fn set_up(
    app: &App,
    token: &str,
    wanted: &Wanted,
    browser: &Browser,
) -> Result<Begun, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let used = store::take(&mut tx, &secret::hashed(token), now_ms).await?;
    if !used || store::has_administrator(&mut tx).await? {
        return Err(gone());
    }
    // Dropped on an error, the transaction leaves the link as good as it was.
    let email = read(wanted)?;
    let person_id = app.ids.next("per");
    let person = (person_id.as_str(), wanted.name.as_str(), email.as_str());
    match store::found(&mut tx, (OPERATOR_ID, &wanted.organisation), person, now_ms).await {
        Err(error) if error.is_unique_violation() => {
            let text = said! {
                en: "Somebody with this address exists already. Use another one.",
                th: "มีผู้ใช้อีเมลนี้อยู่แล้ว ใช้อีเมลอื่น",
            };
            return Err(Error::Invalid(vec![FieldError { field: "email", text }]));
        }
        done => done?,
    }
    let begun = sessions::begin(app, &mut tx, &person_id, OPERATOR_ID, &browser.user_agent).await?;
    let by = By::member((&person_id, &wanted.name), (OPERATOR_ID, &wanted.organisation))
        .in_request(&browser.request_id, &browser.ip);
    let entry = Entry::new(by, Fact::ProgramFounded, "tenant", OPERATOR_ID)
        .with(json!({ "administrator": email, "by": "setup", "user_agent": browser.user_agent }))
        .because(Why::FirstStart);
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(begun)
}

fn read(wanted: &Wanted) -> Result<String, Error> {
    let mut wrong = Vec::new();
    let mut line = |field, value: &str, text: Sentence| {
        if value.is_empty() || value.chars().count() > 120 {
            wrong.push(FieldError { field, text });
        }
    };
    line(
        "organisation",
        &wanted.organisation,
        said! {
            en: "Write the name of the organisation that owns the program.",
            th: "กรอกชื่อองค์กรที่เป็นเจ้าของโปรแกรม",
        },
    );
    line("name", &wanted.name, said! { en: "Write your name.", th: "กรอกชื่อของคุณ" });
    let email = rules::fold_email(&wanted.email);
    if email.is_none() {
        let text = rules::no_email();
        wrong.push(FieldError { field: "email", text });
    }
    email.filter(|_| wrong.is_empty()).ok_or(Error::Invalid(wrong))
}
