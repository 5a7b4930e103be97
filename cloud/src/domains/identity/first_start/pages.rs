//! The page behind the printed link.

use super::super::browser::Browser;
use super::super::pages::begun_at;
use super::actions::{self, Wanted};
use super::words::Words;
use crate::app::App;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::parts::{Field, FormErrors, Input};
use crate::platform::web::{Form, Method, Path, Routes, Spoken, layout};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

/// This sub-room's routes.
pub fn routes() -> Routes {
    Routes::new().open(Method::Get, "/setup/{token}", "the printed token is the proof", get(page)).open(
        Method::Post,
        "/setup/{token}",
        "the printed token is the proof",
        post(set_up),
    )
}

#[derive(Template)]
#[template(path = "domains/identity/first_start/setup.html")]
struct SetupMain {
    words: Words,
    token: String,
    problems: FormErrors,
    fields: [Field; 3],
}

async fn page(State(app): State<App>, Path(token): Path<String>, spoken: Spoken) -> Result<Response, Error> {
    actions::look(&app, &token).await?;
    Ok(show((StatusCode::OK, &spoken), token, &Wanted::default(), &[]))
}

#[derive(Deserialize)]
struct SetupForm {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

async fn set_up(
    State(app): State<App>,
    Path(token): Path<String>,
    browser: Browser,
    spoken: Spoken,
    Form(form): Form<SetupForm>,
) -> Result<Response, Error> {
    let text = |of: &str| of.trim().to_owned();
    let wanted =
        Wanted { organisation: text(&form.organisation), name: text(&form.name), email: text(&form.email) };
    match actions::set_up(&app, &token, &wanted, &browser).await {
        Ok(begun) => Ok(begun_at(&app, &begun, None)),
        Err(Error::Invalid(problems)) => {
            Ok(show((StatusCode::UNPROCESSABLE_ENTITY, &spoken), token, &wanted, &problems))
        }
        Err(error) => Err(error),
    }
}

fn show(
    (status, spoken): (StatusCode, &Spoken),
    token: String,
    wanted: &Wanted,
    problems: &[FieldError],
) -> Response {
    let (words, language) = (Words(spoken.language), spoken.language);
    let field = |name, label: &str, kind, value: &str, fill| {
        Field::new(name, label, Input::Line(kind))
            .value(value)
            .required()
            .autocomplete(fill)
            .errors(problems, language)
    };
    let main = SetupMain {
        words,
        token,
        problems: FormErrors::new(problems, language),
        fields: [
            field("organisation", words.owner(), "text", &wanted.organisation, "organization"),
            field("name", words.your_name(), "text", &wanted.name, "name"),
            field("email", words.your_email(), "email", &wanted.email, "email"),
        ],
    };
    let shown = layout::bare(status, words.first_start(), spoken, &main);
    // The address of this page is a secret until the button is pressed.
    ([(header::REFERRER_POLICY, "no-referrer")], shown).into_response()
}
