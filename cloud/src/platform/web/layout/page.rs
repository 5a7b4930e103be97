//! A page is a struct with its template for what is inside `<main>`; the frame is made around it here.

use super::brand::{Brand, Sign};
use super::flash;
use super::rail::{self, Group, Link};
use super::words::Words;
use crate::platform::access::{Action, App, Item};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::assets;
use crate::platform::web::parts::{Countdown, Icon, ReadOnly};
use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

/// A page inside the frame.
pub trait Page: Template {
    /// Which item of the rail it belongs to; the app follows from it.
    fn item(&self) -> Item;
    /// The browser's title.
    fn title(&self) -> String;
    /// The language of what it shows to who reads `asked`: English until its room has its texts in both.
    fn language(&self, _asked: Language) -> Language {
        Language::English
    }
    /// Whether the page says itself why nothing on it can be changed. Otherwise the frame says so to those whose role
    /// only reads the item (PORTAL C7).
    fn explains(&self) -> bool {
        false
    }
}

/// How many links the bottom bar of a phone has room for, next to "More".
const BOTTOM_LINKS: usize = 4;

/// The bell with how many are unread; a page that is open draws it again.
#[derive(Clone, Copy, Debug, Template)]
#[template(
    ext = "html",
    source = r#"{% if let Some(count) = unread %}<a class="bell" id="bell" data-live="notifications" href="/account/notifications" aria-label="{% if *count > 0 %}{{ words.unread(self.count()) }}{% else %}{{ words.notifications() }}{% endif %}">{{ Icon::Bell }}{% if *count > 0 %}<b>{{ self.count() }}</b>{% endif %}</a>{% endif %}"#
)]
struct Bell {
    unread: Option<usize>,
    words: Words,
}

impl Bell {
    /// Of the page that answers this request.
    fn of(allowed: &Allowed) -> Self {
        Self { unread: allowed.view.unread, words: Words(allowed.view.language()) }
    }

    /// In one or two signs.
    fn count(self) -> String {
        match self.unread.unwrap_or(0) {
            few @ ..=9 => few.to_string(),
            _ => "9+".to_owned(),
        }
    }
}

impl askama::filters::HtmlSafe for Bell {}

#[derive(Template)]
#[template(path = "platform/web/layout/page.html")]
struct Frame<'a> {
    words: Words,
    /// The language of what stands in `main`.
    language: Language,
    title: String,
    app_name: &'static str,
    apps: Vec<(App, &'static str, &'static str)>,
    groups: Vec<Group>,
    bottom: Vec<Link>,
    tenant_name: &'a str,
    tenant_id: &'a str,
    tenants: &'a [(String, String)],
    person_name: &'a str,
    email: &'a str,
    initials: String,
    bell: Bell,
    flash: Option<&'a str>,
    viewing: Option<(String, Countdown)>,
    read_only: Option<ReadOnly>,
    now_ms: i64,
    css: String,
    brand_css: Option<String>,
    sign: Sign,
    live_js: String,
    chart_js: String,
    main: String,
}

/// The page as an answer.
pub fn render<P: Page>(allowed: &Allowed, page: &P) -> Response {
    let shown = page.render().and_then(|main| {
        if allowed.view.refresh {
            let (title, bell) = (escaped(&page.title())?, Bell::of(allowed).render()?);
            return Ok(format!("<!doctype html><title>{title}</title>{bell}{main}"));
        }
        let read_only = !page.explains() && reads_only(allowed, page.item());
        frame(allowed, page, main, read_only).render()
    });
    let html = match shown {
        Ok(html) => html,
        Err(error) => return Error::Internal(error.into()).into_response(),
    };
    let mut response = Html(html).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if allowed.view.flash.is_some() && !allowed.view.refresh {
        flash::clear(&mut response);
    }
    response
}

/// Whether the person's roles reach `item` without changing it.
fn reads_only(allowed: &Allowed, item: Item) -> bool {
    let actor = &allowed.actor;
    actor.can(Action::See(item)) && !actor.can(Action::Change(item))
}

fn escaped(text: &str) -> askama::Result<String> {
    Ok(askama::filters::escape(text, askama::filters::Html)?.to_string())
}

fn frame<'a>(allowed: &'a Allowed, page: &impl Page, main: String, read_only: bool) -> Frame<'a> {
    let (item, words) = (page.item(), Words(allowed.view.language()));
    let actor = &allowed.actor;
    let apps = rail::apps(actor);
    // The account belongs to no app: around it stands the rail of the first app that the person has.
    let app = match item.app() {
        App::Account => apps.first().map_or(App::Account, |(app, _, _)| *app),
        app => app,
    };
    let brand = Brand::of(actor, app);
    let groups = rail::groups(actor, app, item);
    let all: Vec<Link> = groups.iter().flat_map(|group| group.links.iter().cloned()).collect();
    Frame {
        words,
        language: page.language(allowed.view.language()),
        title: page.title(),
        app_name: words.app(app),
        apps: apps.into_iter().filter(|(of, _, _)| *of != app).collect(),
        bottom: all.into_iter().take(BOTTOM_LINKS).collect(),
        groups,
        tenant_name: &actor.tenant_name,
        tenant_id: &actor.tenant_id,
        tenants: &actor.tenants,
        person_name: &actor.person_name,
        email: &actor.email,
        initials: initials(&actor.person_name),
        bell: Bell::of(allowed),
        flash: allowed.view.flash.as_deref(),
        viewing: actor.viewing.as_ref().map(|staff| {
            let whom = words.member(&actor.person_name, &actor.tenant_name);
            (whom, allowed.view.countdown(allowed.view.now_ms, staff.until_ms))
        }),
        read_only: read_only.then(|| ReadOnly::role(words.0)),
        now_ms: allowed.view.now_ms,
        css: assets::url("app.css"),
        sign: Sign::of(brand.as_ref()),
        brand_css: brand.and_then(|brand| brand.css),
        live_js: assets::url("live.js"),
        chart_js: assets::url("chart.js"),
        main,
    }
}

fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}
