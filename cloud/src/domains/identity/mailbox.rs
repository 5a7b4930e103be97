//! The mailbox of the demo: the mails it would have sent. Only mounted with `--demo`, because it shows sign-in links.

use crate::app::App;
use crate::platform::base::{BANGKOK, Language, in_zone};
use crate::platform::error::Error;
use crate::platform::mail;
use crate::platform::web::{Spoken, layout};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "domains/identity/mailbox.html")]
struct MailboxMain {
    mails: Vec<ShownMail>,
}

struct ShownMail {
    to: String,
    subject: String,
    body: String,
    link: Option<String>,
    at: String,
}

pub(super) async fn page(State(app): State<App>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let mails = mail::kept(&mut tx).await?;
    let ours = app.config.public_url.as_str();
    let mails = mails.into_iter().map(|mail| ShownMail {
        link: mail.body.split_whitespace().find_map(|word| word.strip_prefix(ours)).map(str::to_owned),
        to: mail.to_email,
        subject: mail.subject,
        body: mail.body,
        at: in_zone(mail.created_ms, BANGKOK).strftime("%-d %b %Y, %H:%M").to_string(),
    });
    let spoken = Spoken::only(Language::English);
    Ok(layout::bare(StatusCode::OK, "Mailbox of the demo", &spoken, &MailboxMain { mails: mails.collect() }))
}
