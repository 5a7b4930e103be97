//! The page behind a link, and its button. Looking at it uses nothing up, pressing does: a mail scanner that opens every
//! link takes nothing, and one that presses every button does not know whose the link is (PORTAL 6.1).

use super::browser::Browser;
use super::model::Purpose;
use super::pages::{Next, begun_at};
use super::redeem::{self, Look};
use super::rules;
use super::words::Words;
use crate::app::App;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::parts::{Field, FormErrors, Input};
use crate::platform::web::{Form, Path, Query, Spoken, layout};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "domains/identity/link.html")]
struct LinkMain {
    words: Words,
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
    words: Words,
    signed_in: String,
    back: String,
}

pub(super) async fn look_sign_in(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(next): Query<Next>,
    browser: Browser,
    spoken: Spoken,
) -> Result<Response, Error> {
    look(&app, (Purpose::SignIn, &spoken), &token, &next.next, &browser).await
}

pub(super) async fn look_invitation(
    State(app): State<App>,
    Path(token): Path<String>,
    browser: Browser,
    spoken: Spoken,
) -> Result<Response, Error> {
    look(&app, (Purpose::Invite, &spoken), &token, "", &browser).await
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
    spoken: Spoken,
    Form(form): Form<PressForm>,
) -> Result<Response, Error> {
    press(&app, (Purpose::SignIn, &spoken), &token, &form, &browser).await
}

pub(super) async fn press_invitation(
    State(app): State<App>,
    Path(token): Path<String>,
    browser: Browser,
    spoken: Spoken,
    Form(form): Form<PressForm>,
) -> Result<Response, Error> {
    press(&app, (Purpose::Invite, &spoken), &token, &form, &browser).await
}

async fn look(
    app: &App,
    (purpose, spoken): (Purpose, &Spoken),
    token: &str,
    next: &str,
    browser: &Browser,
) -> Result<Response, Error> {
    let look = redeem::look(app, purpose, token, browser).await?;
    if let Some(signed_in) = look.taken_by {
        return Ok(other_person(signed_in, token, spoken));
    }
    let typed = if app.config.demo { look.person.email.clone() } else { String::new() };
    Ok(page((StatusCode::OK, spoken), purpose, token, next, &look, &typed, &[]))
}

async fn press(
    app: &App,
    (purpose, spoken): (Purpose, &Spoken),
    token: &str,
    form: &PressForm,
    browser: &Browser,
) -> Result<Response, Error> {
    match redeem::redeem(app, purpose, token, &form.email, browser).await {
        Ok(begun) => Ok(begun_at(app, &begun, rules::safe_next(&form.next))),
        Err(Error::Invalid(problems)) => {
            let look = redeem::look(app, purpose, token, browser).await?;
            let refused = (StatusCode::UNPROCESSABLE_ENTITY, spoken);
            Ok(page(refused, purpose, token, &form.next, &look, &form.email, &problems))
        }
        Err(Error::Conflict { code: "other_person", text }) => {
            let look = redeem::look(app, purpose, token, browser).await?;
            Ok(other_person(look.taken_by.unwrap_or_else(|| text.to_string()), token, spoken))
        }
        Err(error) => Err(error),
    }
}

fn page(
    (status, spoken): (StatusCode, &Spoken),
    purpose: Purpose,
    token: &str,
    next: &str,
    look: &Look,
    typed: &str,
    problems: &[FieldError],
) -> Response {
    let words = Words(spoken.language);
    let confirm = look.confirm.then(|| {
        Field::new("email", words.your_email(), Input::Line("email"))
            .hint(words.link_sent_to())
            .value(typed)
            .required()
            .autocomplete("email")
            .errors(problems, spoken.language)
    });
    // Whose link it is stands only where it was asked for: whoever finds a link learns nothing from it.
    let (path, heading, lead, button) = match purpose {
        Purpose::Invite => (
            "invitation",
            words.join(&look.tenant_name),
            words.invited(&look.tenant_name),
            words.accept_invitation(),
        ),
        Purpose::SignIn | Purpose::StepUp if look.confirm => {
            ("sign-in", words.sign_in().to_owned(), words.say_whose().to_owned(), words.sign_in())
        }
        Purpose::SignIn | Purpose::StepUp => (
            "sign-in",
            words.sign_in_as(&look.person.name),
            words.about_to_sign_in(&look.person.email),
            words.sign_in(),
        ),
    };
    let next = rules::safe_next(next).unwrap_or_default().to_owned();
    let spoken = spoken.keeping("next", &next);
    let main = LinkMain {
        words,
        heading,
        lead,
        problems: FormErrors::new(problems, spoken.language),
        confirm,
        action: format!("/{path}/{token}"),
        next,
        button,
    };
    secret_address(layout::bare(status, words.sign_in(), &spoken, &main))
}

fn other_person(signed_in: String, token: &str, spoken: &Spoken) -> Response {
    let words = Words(spoken.language);
    let main = OtherPersonMain { words, signed_in, back: format!("/invitation/{token}") };
    secret_address(layout::bare(StatusCode::CONFLICT, words.somebody_else(), spoken, &main))
}

/// The address of such a page is a secret until the button is pressed.
fn secret_address(page: Response) -> Response {
    ([(header::REFERRER_POLICY, "no-referrer")], page).into_response()
}
