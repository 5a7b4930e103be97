//! The reference of the API: all operations by room, and a page for each room. There, each operation stands with what it
//! takes, gives, needs and refuses, a line for a shell, and a form that sends it as whoever is signed in.
//!
//! It is English for every reader: developers write programs by it whose field names and answers are English too, and it
//! is the text of the OpenAPI description, which is one file for all. The frame around it speaks the reader's language.

use super::codes::CODES;
use super::curl::{self, Key, Sent};
use super::document;
use super::example::{Show, example};
use super::prose::Prose;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::layout::{self, Page};
use crate::platform::web::parts::PageHead;
use crate::platform::web::{Allowed, Method, Mounted, Routes, assets};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::Value;
use std::sync::LazyLock;

/// The page's route.
pub fn routes() -> Routes {
    Routes::new().get("/account/api", Action::See(Item::Account), get(page))
}

#[derive(Template)]
#[template(path = "openapi/page.html")]
struct ReferencePage {
    head: PageHead,
    url: String,
    rooms: &'static [Room],
    /// The one that is asked for; else there is an overview of all.
    shown: Option<&'static Room>,
    codes: &'static [(u16, &'static str, &'static str)],
    script: String,
}

impl ReferencePage {
    fn is_shown(&self, room: &Room) -> bool {
        self.shown.is_some_and(|shown| shown.id == room.id)
    }
}

impl Page for ReferencePage {
    fn item(&self) -> Item {
        Item::Account
    }

    fn title(&self) -> String {
        match self.shown {
            Some(room) => format!("{}: API reference", room.name),
            None => "API reference".to_owned(),
        }
    }
}

/// The operations of one room.
struct Room {
    id: String,
    name: String,
    description: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: &'static str,
    path: String,
    summary: String,
    description: String,
    scope: String,
    /// Whether a key is refused, since a person has to confirm it.
    fresh: bool,
    /// Whether a key is sent; `None` where none gets in.
    key: Option<Key>,
    parameters: Vec<Input>,
    sends: Option<String>,
    sent: Sent,
    answers: Vec<Answer>,
    codes: Vec<(u16, &'static str)>,
}

impl Operation {
    /// The line for a shell, where a program gets in; `url` is where the service is reached.
    fn curl(&self, url: &str) -> Option<String> {
        let key = self.key?;
        Some(curl::line(key, self.method, &format!("{url}{}", self.path), &self.sent))
    }

    /// What the form holds to begin with, where it can send it: a document is sent from a shell.
    fn body(&self) -> Option<&str> {
        self.sends.as_deref().filter(|_| !matches!(self.sent, Sent::Form(_)))
    }
}

struct Input {
    name: String,
    place: &'static str,
    kind: String,
    hint: String,
    required: bool,
}

impl Input {
    /// Whether the form has a field for it: what stands in headers is for programs.
    fn is_asked(&self) -> bool {
        self.place != "header"
    }
}

struct Answer {
    status: String,
    what: String,
    body: Option<String>,
}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    static ROOMS: LazyLock<Vec<Room>> = LazyLock::new(rooms);
    let shown = match allowed.view.get("room") {
        Some(id) => Some(ROOMS.iter().find(|room| room.id == id).ok_or(Error::NotFound)?),
        None => None,
    };
    let head = match shown {
        Some(room) => PageHead::new(&room.name).back("API reference", "/account/api"),
        None => PageHead::new("API reference").back("My account", "/account"),
    };
    let page = ReferencePage {
        head: head.lead("What programs can do here. Tried from this page, each is sent as you, for real."),
        url: app.config.public_url.clone(),
        rooms: &ROOMS,
        shown,
        codes: CODES,
        script: assets::url("api.js"),
    };
    Ok(layout::render(&allowed, &page))
}

/// The description by room, in its order.
fn rooms() -> Vec<Room> {
    let document = serde_json::to_value(document()).unwrap_or_default();
    let mounted = crate::routes::mounted();
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let room = |tag: &Value| Room {
        id: said(tag, "name").to_lowercase().replace(' ', "-"),
        name: said(tag, "name"),
        description: said(tag, "description"),
        operations: operations(&document, &mounted, &tag["name"]),
    };
    tags.iter().map(room).filter(|room| !room.operations.is_empty()).collect()
}

fn operations(document: &Value, mounted: &[Mounted], tag: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let verbs = [(Method::Get, "GET", &item["get"]), (Method::Post, "POST", &item["post"])];
        verbs.map(|(verb, method, described)| (path, verb, method, described))
    });
    all.filter(|(.., described)| described["tags"].as_array().is_some_and(|tags| tags.contains(tag)))
        .map(|(path, verb, method, described)| {
            let route = mounted.iter().find(|route| route.path == path && route.method == verb);
            operation(document, route, (method, path), described)
        })
        .collect()
}

fn operation(
    document: &Value,
    route: Option<&Mounted>,
    (method, path): (&'static str, &str),
    described: &Value,
) -> Operation {
    let parameters = described["parameters"].as_array().into_iter().flatten();
    let (sends, sent) = sent(document, &described["requestBody"]);
    Operation {
        id: said(described, "operationId"),
        method,
        path: path.to_owned(),
        summary: said(described, "summary"),
        description: said(described, "description"),
        scope: scope(route),
        fresh: route.is_some_and(|route| route.fresh),
        key: key(route),
        parameters: parameters.map(input).collect(),
        codes: codes(route, path, &sent),
        answers: answers(document, &described["responses"]),
        sends,
        sent,
    }
}

/// What a key has to be made for.
fn scope(route: Option<&Mounted>) -> String {
    match route.and_then(|route| route.action) {
        None => "none: anybody may".to_owned(),
        Some(Action::See(Item::Account)) => "any key".to_owned(),
        Some(Action::Change(Item::Account)) => "no key: only who is signed in".to_owned(),
        Some(action) => {
            let reach = if action.is_write() { "to change" } else { "to read" };
            format!("{} ({}), {reach}", action.item().label(), action.item().key())
        }
    }
}

/// Whether a program sends its key.
fn key(route: Option<&Mounted>) -> Option<Key> {
    let route = route?;
    match route.action {
        None => Some(Key::Without),
        Some(Action::Change(Item::Account)) => None,
        Some(_) => (!route.fresh).then_some(Key::With),
    }
}

/// What is told apart of what it may refuse. The table at the end of the page has all of them.
fn codes(route: Option<&Mounted>, path: &str, sent: &Sent) -> Vec<(u16, &'static str)> {
    let held = route.is_some_and(|route| route.versioned);
    let fresh = route.is_some_and(|route| route.fresh);
    let changes = route.is_some_and(|route| route.method == Method::Post);
    let applies = |code: &str| match code {
        "sign_in" | "insufficient_scope" | "role_forbidden" | "too_many" | "busy" => true,
        "not_found" => path.contains('{'),
        "read_only" => changes,
        "step_up_required" => fresh,
        "version_changed" => held,
        "invalid" => !matches!(sent, Sent::Nothing),
        _ => false,
    };
    CODES.iter().filter(|(_, code, _)| applies(code)).map(|(status, code, _)| (*status, *code)).collect()
}

fn input(parameter: &Value) -> Input {
    let place = match parameter["in"].as_str() {
        Some("path") => "path",
        Some("query") => "query",
        _ => "header",
    };
    let kind = match &parameter["schema"]["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|one| *one != "null").unwrap_or("").into()
        }
        _ => String::new(),
    };
    Input {
        name: said(parameter, "name"),
        place,
        kind,
        hint: said(parameter, "description"),
        required: parameter["required"].as_bool().unwrap_or_default(),
    }
}

/// An example of what is sent, as it is shown and as it is sent.
fn sent(document: &Value, body: &Value) -> (Option<String>, Sent) {
    let Some((kind, of)) = body["content"].as_object().and_then(|all| all.iter().next()) else {
        return (None, Sent::Nothing);
    };
    let whole = example(document, &of["schema"], Show::Required);
    let sent = if kind == "application/json" {
        Sent::Json(whole.to_string())
    } else {
        let all = example(document, &of["schema"], Show::Everything);
        Sent::Form(all.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect())
    };
    (Some(spelled(&whole)), sent)
}

/// What it gives when it does it.
fn answers(document: &Value, all: &Value) -> Vec<Answer> {
    let all = all.as_object().into_iter().flatten();
    all.filter(|(status, _)| status.starts_with('2'))
        .map(|(status, answer)| {
            let of = answer["content"].as_object().and_then(|all| all.values().next());
            let body = of.map(|of| spelled(&example(document, &of["schema"], Show::Everything)));
            Answer { status: status.clone(), what: said(answer, "description"), body }
        })
        .collect()
}

fn spelled(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn said(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
