//! Narrowing and revoking.

use super::grant_form::{ItemDevice, Items, item};
use super::words::Words;
use crate::app::App;
use crate::domains::coverage::{self, SharedGrant};
use crate::platform::access::Item;
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Choice, FormErrors, PageHead};
use crate::platform::web::{Allowed, Form, Path};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "domains/sharing/narrow.html")]
struct NarrowForm {
    words: Words,
    head: PageHead,
    problems: FormErrors,
    action: String,
    items: Items,
}

impl Page for NarrowForm {
    fn item(&self) -> Item {
        Item::Sharing
    }

    fn title(&self) -> String {
        self.words.narrow_yes().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn narrow_page(
    State(app): State<App>,
    allowed: Allowed,
    Path(grant_id): Path<String>,
) -> Result<Response, Error> {
    form(&app, &allowed, &grant_id, None, &[]).await
}

pub(super) async fn narrow(
    State(app): State<App>,
    allowed: Allowed,
    Path(grant_id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let kept: Vec<(String, String)> =
        pairs.iter().filter(|(name, _)| name == "items").filter_map(|(_, value)| item(value)).collect();
    match coverage::narrow(&app, &allowed, &grant_id, kept.clone(), None).await {
        Ok(()) => Ok(done("/portal/sharing", Words(allowed.view.language()).narrowed())),
        Err(Error::Invalid(errors)) => {
            let mut response = form(&app, &allowed, &grant_id, Some(&kept), &errors).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    pub(super) reason: String,
}

pub(super) async fn revoke(
    State(app): State<App>,
    allowed: Allowed,
    Path(grant_id): Path<String>,
    Form(form): Form<Reason>,
) -> Result<Response, Error> {
    coverage::revoke(&app, &allowed, &grant_id, form.reason.trim()).await?;
    Ok(done("/portal/sharing", Words(allowed.view.language()).was_revoked()))
}

async fn form(
    app: &App,
    allowed: &Allowed,
    grant_id: &str,
    kept: Option<&[(String, String)]>,
    errors: &[FieldError],
) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let sharing = coverage::sharing(&mut tx, &allowed.scope, allowed.view.now_ms).await?;
    drop(tx);
    let found = sharing.iter().find_map(|line| {
        let shared = line.grants.iter().find(|shared| shared.grant.id == grant_id)?;
        Some((line.partner_name.as_str(), shared))
    });
    let (partner, shared) = found.ok_or(Error::NotFound)?;
    if !shared.active && !shared.upcoming {
        return Err(coverage::grant_ended());
    }
    let words = Words(allowed.view.language());
    let page = NarrowForm {
        words,
        head: PageHead::new(words.narrow_title(partner))
            .back(words.who_sees(), "/portal/sharing")
            .lead(words.narrow_lead()),
        problems: FormErrors::new(errors, allowed.view.language()),
        action: shared.grant.version().bound(&allowed.view, &format!("/portal/sharing/{grant_id}/narrow")),
        items: Items { words, devices: devices(shared, kept), error: Items::wrong(errors, words.0) },
    };
    Ok(render(allowed, &page))
}

fn devices(shared: &SharedGrant, kept: Option<&[(String, String)]>) -> Vec<ItemDevice> {
    let ticked = |device: &str, metric: &str| {
        kept.is_none_or(|kept| kept.iter().any(|(d, m)| d == device && m == metric))
    };
    shared
        .devices
        .iter()
        .map(|device| ItemDevice {
            name: device.name.clone(),
            about: device.id.clone(),
            choices: device
                .metrics
                .iter()
                .map(|m| {
                    let value = format!("{}/{}", device.id, m.name);
                    Choice::new(value, &m.label, ticked(&device.id, &m.name)).note(&m.unit)
                })
                .collect(),
        })
        .collect()
}
