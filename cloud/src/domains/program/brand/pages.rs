//! The page on which the owner of a program says how it looks, and the card that leads to it.

use super::model::{Brand, Part, Wanted};
use super::words::Words;
use super::{actions, logo, model, store};
use crate::app::App;
use crate::platform::access::{Action, App as Apps, Item};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::brand::{Colour, Palette, logo_address};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Confirm, Field, FileField, FormErrors, Icon, Input, PageHead, Tone,
};
use crate::platform::web::{Allowed, Routes, UploadForm};
use crate::platform::words::said;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

const PATH: &str = "/admin/brand";

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Modules), Action::Change(Item::Modules));
    Routes::new()
        .get(PATH, see, get(page))
        .post(PATH, change, post(save).layer(UploadForm::limit()))
        .post("/admin/brand/colour/remove", change, post(take_colour))
        .post("/admin/brand/logo/remove", change, post(take_logo))
}

/// The way to the page, among the modules.
#[derive(Template)]
#[template(path = "domains/program/brand/card.html")]
pub(in super::super) struct Card {
    words: Words,
    chip: Chip,
    sentence: String,
    change: Cell,
}

impl askama::filters::HtmlSafe for Card {}

/// Of the program in which `allowed` acts.
pub(in super::super) fn card(allowed: &Allowed) -> Card {
    let words = Words(allowed.view.language());
    let brand = allowed.actor.acting_in(Apps::Vendor).and_then(|acting| acting.brand.as_deref());
    let has_colour = brand.is_some_and(|brand| brand.colour.is_some());
    let has_logo = brand.is_some_and(|brand| brand.logo.is_some());
    Card {
        words,
        chip: match brand {
            Some(_) => Chip::new(Tone::Good, words.yours()),
            None => Chip::new(Tone::Quiet, words.ours()),
        },
        sentence: words.given(has_colour, has_logo),
        change: Cell::button(Icon::Pen, words.change(), PATH),
    }
}

#[derive(Template)]
#[template(path = "domains/program/brand/page.html")]
struct BrandPage {
    words: Words,
    head: PageHead,
    problems: FormErrors,
    save: String,
    colour: Field,
    picked: String,
    file: FileField,
    logo: Option<String>,
    take_colour: Option<Confirm>,
    take_logo: Option<Confirm>,
    panes: [(&'static str, &'static str); 2],
    notes: Vec<String>,
    fine: Option<String>,
}

impl Page for BrandPage {
    fn item(&self) -> Item {
        Item::Modules
    }

    fn title(&self) -> String {
        self.words.brand().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let brand = store::brand(&mut app.db.read().await?, &allowed.scope).await?;
    let typed = brand.colour.clone().unwrap_or_default();
    Ok(show(&allowed, &brand, typed, &[]))
}

fn show(allowed: &Allowed, brand: &Brand, typed: String, errors: &[FieldError]) -> Response {
    let (view, words) = (&allowed.view, Words(allowed.view.language()));
    let (notes, fine) = notes(brand, words);
    let may = allowed.actor.can(Action::Change(Item::Modules));
    let page = BrandPage {
        words,
        head: PageHead::new(words.brand()).back(words.modules(), "/admin/modules").lead(words.lead()),
        problems: FormErrors::new(errors, view.language()),
        save: brand.version().bound(view, PATH),
        picked: brand.colour().unwrap_or_else(Colour::ours).to_string(),
        colour: Field::new("colour", words.colour(), Input::Line("text"))
            .value(typed)
            .hint(words.colour_hint())
            .errors(errors, view.language()),
        file: FileField::new("logo", words.logo(), ".png,.jpg,.jpeg,image/png,image/jpeg", view.language())
            .hint(words.logo_hint())
            .errors(errors, view.language()),
        logo: brand.logo().map(|sha256| logo_address(allowed.scope.tenant_id(), &sha256)),
        take_colour: brand.colour.as_ref().filter(|_| may).map(|_| {
            let (label, question) = (words.take_colour(), words.colour_question());
            Confirm::new(label, question, label, "/admin/brand/colour/remove").danger()
        }),
        take_logo: brand.logo_sha256.as_ref().filter(|_| may).map(|_| {
            let (label, question) = (words.take_logo(), words.logo_question());
            Confirm::new(label, question, label, "/admin/brand/logo/remove").danger()
        }),
        panes: [("light", words.light()), ("dark", words.dark())],
        notes,
        fine,
    };
    render(allowed, &page)
}

/// Where the colour had to be adjusted; if nowhere, that.
fn notes(brand: &Brand, words: Words) -> (Vec<String>, Option<String>) {
    let Some(colour) = brand.colour() else { return (Vec::new(), None) };
    let chosen = colour.to_string();
    let changes = Palette::of(colour).changes;
    let fine = changes.is_empty().then(|| words.as_it_is(&chosen));
    (changes.iter().map(|change| words.change_of(&chosen, change)).collect(), fine)
}

async fn save(State(app): State<App>, allowed: Allowed, sent: UploadForm) -> Result<Response, Error> {
    let typed = sent.get("colour").to_owned();
    let done_with = match read(sent) {
        Ok(wanted) => actions::set(&app, &allowed, wanted).await.map(drop),
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done_with {
        Ok(()) => Ok(done(PATH, Words(allowed.view.language()).saved())),
        Err(Error::Invalid(errors)) => {
            let brand = store::brand(&mut app.db.read().await?, &allowed.scope).await?;
            let mut response = show(&allowed, &brand, typed, &errors);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// What a form wants, or every field of it that cannot be accepted.
fn read(sent: UploadForm) -> Result<Wanted, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut wanted = Wanted::default();
    if sent.fields.iter().any(|(name, _)| name == "colour") {
        match model::colour(sent.get("colour")) {
            Ok(colour) => wanted.colour = colour,
            Err(error) => wrong.push(error),
        }
    }
    let mut files = sent.files.into_iter().filter(|(field, ..)| field == "logo");
    if let Some((_, name, bytes)) = files.next() {
        match logo::accept(&name, bytes) {
            Ok(logo) => wanted.logo = Part::Is(logo),
            Err(text) => wrong.push(FieldError { field: "logo", text }),
        }
    }
    if files.next().is_some() {
        let text = said! { en: "Logo: send one file.", th: "โลโก้: ส่งเพียงไฟล์เดียว" };
        wrong.push(FieldError { field: "logo", text });
    }
    if wrong.is_empty() { Ok(wanted) } else { Err(wrong) }
}

async fn take_colour(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    actions::set(&app, &allowed, Wanted { colour: Part::Goes, ..Wanted::default() }).await?;
    Ok(done(PATH, Words(allowed.view.language()).colour_gone()))
}

async fn take_logo(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    actions::set(&app, &allowed, Wanted { logo: Part::Goes, ..Wanted::default() }).await?;
    Ok(done(PATH, Words(allowed.view.language()).logo_gone()))
}
