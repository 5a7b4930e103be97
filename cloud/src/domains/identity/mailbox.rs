//! The mailbox of the demo: the mails it would have sent. Only mounted with `--demo`, because it shows sign-in links.

use super::words::Words;
use crate::app::App;
use crate::platform::base::Reader;
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
    words: Words,
    mails: Vec<ShownMail>,
}

struct ShownMail {
    to: String,
    subject: String,
    body: String,
    link: Option<String>,
    at: String,
}

pub(super) async fn page(State(app): State<App>, spoken: Spoken) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let mails = mail::kept(&mut tx).await?;
    let words = Words(spoken.language);
    let reader = Reader { language: spoken.language, ..Reader::default() };
    let ours = app.config.public_url.as_str();
    let mails = mails.into_iter().map(|mail| ShownMail {
        link: mail.body.split_whitespace().find_map(|word| word.strip_prefix(ours)).map(str::to_owned),
        to: mail.to_email,
        subject: mail.subject,
        body: mail.body,
        at: reader.minute(mail.created_ms),
    });
    let main = MailboxMain { words, mails: mails.collect() };
    Ok(layout::bare(StatusCode::OK, words.demo_mailbox(), &spoken, &main))
}
