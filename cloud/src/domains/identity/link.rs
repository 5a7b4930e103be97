//! The page behind a link, and its button. Looking at it uses nothing up, pressing does: a mail scanner that opens every
//! link takes nothing, and one that presses every button does not know whose the link is (PORTAL 6.1).

use super::browser::Browser;
use super::model::Purpose;
use super::pages::{Next, begun_at};
use super::redeem::{self, Look};
use super::rules;
use crate::app::App;
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::parts::{Field, FormErrors, Input};
use crate::platform::web::{Form, Path, Query, layout};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "domains/identity/link.html")]
struct LinkMain {
    heading: String,
    lead: String,
    problems: FormErrors,
    confirm: Option<Field>,
    action: String,
    next: String,
    button: &'static str,
}

#[derive(Template)]
#[template(path = "domains/identity/other_person.html")]
struct OtherPersonMain {
    signed_in: String,
    back: String,
}

pub(super) async fn look_sign_in(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(next): Query<Next>,
    browser: Browser,
) -> Result<Response, Error> {
    look(&app, Purpose::SignIn, &token, &next.next, &browser).await
}

pub(super) async fn look_invitation(
    State(app): State<App>,
    Path(token): Path<String>,
    browser: Browser,
) -> Result<Response, Error> {
    look(&app, Purpose::Invite, &token, "", &browser).await
}

#[derive(Deserialize)]
pub(super) struct PressForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn press_sign_in(
    State(app): State<App>,
    Path(token): Path<String>,
    browser: Browser,
    Form(form): Form<PressForm>,
) -> Result<Response, Error> {
    press(&app, Purpose::SignIn, &token, &form, &browser).await
}

pub(super) async fn press_invitation(
    State(app): State<App>,
    Path(token): Path<String>,
    browser: Browser,
    Form(form): Form<PressForm>,
) -> Result<Response, Error> {
    press(&app, Purpose::Invite, &token, &form, &browser).await
}

async fn look(
    app: &App,
    purpose: Purpose,
    token: &str,
    next: &str,
    browser: &Browser,
) -> Result<Response, Error> {
    let look = redeem::look(app, purpose, token, browser).await?;
    if let Some(signed_in) = look.taken_by {
        return Ok(other_person(signed_in, token));
    }
    let typed = if app.config.demo { look.person.email.clone() } else { String::new() };
    Ok(page(StatusCode::OK, purpose, token, next, &look, &typed, &[]))
}

async fn press(
    app: &App,
    purpose: Purpose,
    token: &str,
    form: &PressForm,
    browser: &Browser,
) -> Result<Response, Error> {
    match redeem::redeem(app, purpose, token, &form.email, browser).await {
        Ok(begun) => Ok(begun_at(app, &begun, rules::safe_next(&form.next))),
        Err(Error::Invalid(problems)) => {
            let look = redeem::look(app, purpose, token, browser).await?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page(status, purpose, token, &form.next, &look, &form.email, &problems))
        }
        Err(Error::Conflict { code: "other_person", text }) => {
            let look = redeem::look(app, purpose, token, browser).await?;
            Ok(other_person(look.taken_by.unwrap_or(text), token))
        }
        Err(error) => Err(error),
    }
}

fn page(
    status: StatusCode,
    purpose: Purpose,
    token: &str,
    next: &str,
    look: &Look,
    typed: &str,
    problems: &[FieldError],
) -> Response {
    let confirm = look.confirm.then(|| {
        Field::new("email", "Your e-mail address", Input::Line("email"))
            .hint("The address to which this link was sent")
            .value(typed)
            .required()
            .autocomplete("email")
            .errors(problems)
    });
    // Whose link it is stands only where it was asked for: whoever finds a link learns nothing from it.
    let (path, heading, lead, button) = match purpose {
        Purpose::Invite => (
            "invitation",
            format!("Join {}", look.tenant_name),
            format!(
                "You are invited to work with {} on RiverSync. Confirm that the invitation is yours.",
                look.tenant_name
            ),
            "Accept the invitation",
        ),
        Purpose::SignIn | Purpose::StepUp if look.confirm => (
            "sign-in",
            "Sign in".to_owned(),
            "This browser did not ask for the link, so please say whose it is.".to_owned(),
            "Sign in",
        ),
        Purpose::SignIn | Purpose::StepUp => (
            "sign-in",
            format!("Sign in as {}", look.person.name),
            format!("You are about to sign in to RiverSync as {} in this browser.", look.person.email),
            "Sign in",
        ),
    };
    let main = LinkMain {
        heading,
        lead,
        problems: FormErrors::new(problems, Language::default()),
        confirm,
        action: format!("/{path}/{token}"),
        next: rules::safe_next(next).unwrap_or_default().to_owned(),
        button,
    };
    secret_address(layout::bare(status, "Sign in", &main))
}

fn other_person(signed_in: String, token: &str) -> Response {
    let main = OtherPersonMain { signed_in, back: format!("/invitation/{token}") };
    secret_address(layout::bare(StatusCode::CONFLICT, "Somebody else is signed in", &main))
}

/// The address of such a page is a secret until the button is pressed.
fn secret_address(page: Response) -> Response {
    ([(header::REFERRER_POLICY, "no-referrer")], page).into_response()
}
