//! The reference of the API, with a form for each operation that sends it as whoever is signed in.

use super::document;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::layout::{self, Page};
use crate::platform::web::parts::PageHead;
use crate::platform::web::{Allowed, Routes, assets};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use utoipa::openapi::path::{Operation as Described, Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Required};

/// The page's route.
pub fn routes() -> Routes {
    Routes::new().get("/account/api", Action::See(Item::Account), get(page))
}

#[derive(Template)]
#[template(path = "openapi/page.html")]
struct ReferencePage {
    head: PageHead,
    url: String,
    operations: Vec<Operation>,
    script: String,
}

impl Page for ReferencePage {
    fn item(&self) -> Item {
        Item::Account
    }

    fn title(&self) -> String {
        "API reference".to_owned()
    }
}

struct Operation {
    id: String,
    method: &'static str,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<Input>,
    takes_body: bool,
}

struct Input {
    name: String,
    place: &'static str,
    hint: String,
    required: bool,
}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let paths = document().paths.paths.clone();
    let all = paths.into_iter().flat_map(|(path, item)| {
        [("GET", item.get), ("POST", item.post)]
            .into_iter()
            .filter_map(move |(method, described)| Some(operation(method, &path, described?)))
    });
    let page = ReferencePage {
        head: PageHead::new("API reference")
            .back("My account", "/account")
            .lead("What programs can do here. Tried from this page, each is sent as you, for real."),
        url: app.config.public_url.clone(),
        operations: all.collect(),
        script: assets::url("api.js"),
    };
    Ok(layout::render(&allowed, &page))
}

fn operation(method: &'static str, path: &str, described: Described) -> Operation {
    let parameters = described.parameters.unwrap_or_default();
    Operation {
        id: described.operation_id.unwrap_or_default(),
        method,
        path: path.to_owned(),
        summary: described.summary.unwrap_or_default(),
        description: described.description.unwrap_or_default(),
        parameters: parameters.into_iter().filter_map(input).collect(),
        takes_body: described.request_body.is_some(),
    }
}

/// An input of the form. What stands in headers is for programs.
fn input(parameter: RefOr<Parameter>) -> Option<Input> {
    let RefOr::T(parameter) = parameter else { return None };
    let place = match parameter.parameter_in {
        ParameterIn::Path => "path",
        ParameterIn::Query => "query",
        ParameterIn::Header | ParameterIn::Cookie | ParameterIn::QueryString => return None,
    };
    let required = matches!(parameter.required, Required::True);
    Some(Input { name: parameter.name, place, hint: parameter.description.unwrap_or_default(), required })
}
