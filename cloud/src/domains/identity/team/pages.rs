//! The team page, in each app for its own administrators.

use super::form::member_fields;
use super::model::{self, Member, NewMember};
use super::sessions::{self, SignedIn, Whose};
use super::words::Words;
use super::{actions, api, sales, store};
use crate::app::App;
use crate::domains::audit::{self, By};
use crate::domains::identity::Ended;
use crate::platform::access::{Action, Item, Role};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::web::layout::{Page, Place, Sort, View, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Choice, Column, Confirm, Empty, Field, FormErrors, Icon, ListBar, PageHead, Press, Row,
    Table, Tone, exact,
};
use crate::platform::web::{Allowed, Csv, CsvColumn, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};

/// A route's path must be written out, so each app has its own lines.
macro_rules! team {
    ($base:literal, $item:expr) => {{
        let change = Action::Change($item);
        Routes::new()
            .get($base, Action::See($item), get(page))
            .post_fresh(concat!($base, "/invite"), change, post(invite))
            .post_fresh(concat!($base, "/{person}/roles"), change, post(change_roles))
            .post(concat!($base, "/{person}/resend"), change, doing(Verb::Resend))
            .post(concat!($base, "/{person}/disable"), change, doing(Verb::Disable))
            .post_fresh(concat!($base, "/{person}/enable"), change, doing(Verb::Enable))
            .post(concat!($base, "/{person}/remove"), change, doing(Verb::Remove))
            .get(concat!($base, "/{person}/sessions"), change, get(sessions_page))
            .post(concat!($base, "/{person}/sessions/end"), change, post(end_sessions))
    }};
}

/// This sub-room's routes.
pub fn routes() -> Routes {
    team!("/partners/team", Item::Team)
        .merge(sales::routes())
        .merge(team!("/portal/team", Item::PortalTeam))
        .merge(team!("/admin/team", Item::StaffTeam))
        .merge(api::routes())
}

fn item(allowed: &Allowed) -> Item {
    allowed.scope.action().item()
}

fn base(allowed: &Allowed) -> &'static str {
    match item(allowed) {
        Item::PortalTeam => "/portal/team",
        Item::StaffTeam => "/admin/team",
        _ => "/partners/team",
    }
}

#[derive(Template)]
#[template(path = "domains/identity/team/page.html")]
struct TeamPage {
    words: Words,
    item: Item,
    head: PageHead,
    bar: ListBar,
    table: Table,
    base: &'static str,
    problems: FormErrors,
    fields: [Field; 3],
    sales: Option<sales::Section>,
}

impl Page for TeamPage {
    fn item(&self) -> Item {
        self.item
    }

    fn title(&self) -> String {
        self.words.team().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

/// The roles of a member, to be ticked anew.
#[derive(Template)]
#[template(path = "domains/identity/team/roles.html")]
struct RolesForm {
    words: Words,
    action: String,
    name: String,
    choices: Vec<Choice>,
}

impl askama::filters::HtmlSafe for RolesForm {}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    show(&app, &allowed, &NewMember::default(), &[]).await
}

async fn show(
    app: &App,
    allowed: &Allowed,
    typed: &NewMember,
    errors: &[FieldError],
) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let mut members = store::members(&mut tx, allowed.scope.tenant_id()).await?;
    drop(tx);
    let (view, base) = (&allowed.view, base(allowed));
    Sort::order(&view.sorts(&SORT_KEYS), &mut members, in_column);
    if view.get("format") == Some("csv") {
        return Ok(csv(view, &members));
    }
    let words = Words(view.language());
    let by = |column: Column, key| column.sort(key, view, "person");
    let columns = vec![
        by(Column::new(words.person()), "person"),
        by(Column::new(words.roles()), "roles").key("roles"),
        by(Column::new(words.state()), "state").key("state"),
        by(Column::new(words.last_sign_in()), "last").key("last"),
        Column::actions(words.actions()),
    ];
    let none = Empty::new(Icon::Person, words.nobody(), words.nobody_why());
    let rows = members.iter().map(|member| row(member, allowed, base)).collect();
    let (table, chooser) = Table::new(words.team(), columns, rows, none).chosen(view);
    let said = words.members(i64::try_from(members.len()).unwrap_or(i64::MAX));
    let page = TeamPage {
        words,
        item: item(allowed),
        head: PageHead::new(words.team()).lead(words.lead(&allowed.actor.tenant_name)),
        bar: ListBar::new(said).saved(view).columns(chooser).csv(view.with("format", "csv")),
        table,
        base,
        problems: FormErrors::new(errors, allowed.view.language()),
        fields: member_fields(typed, errors, allowed.view.language()),
        sales: sales::section(allowed),
    };
    Ok(render(allowed, &page))
}

/// What the list can be ordered by; by name when nothing is asked.
const SORT_KEYS: [&str; 4] = ["person", "roles", "state", "last"];

fn in_column(member: &Member, column: &str) -> Place {
    match column {
        "state" => {
            (String::new(), i64::from(member.is_pending()) + 2 * i64::from(member.disabled_ms.is_some()))
        }
        "roles" => (String::new(), member.roles.iter().map(|role| role as i64).min().unwrap_or(i64::MAX)),
        // Who was never here comes before the first second there was.
        "last" => (String::new(), member.last_sign_in_ms.unwrap_or(-1)),
        _ => (member.name.clone(), 0),
    }
}

/// The columns that are seen.
fn csv(view: &View, members: &[Member]) -> Response {
    let english = Words(Language::English);
    let roles =
        |member: &Member| member.roles.iter().map(|role| english.role(role)).collect::<Vec<_>>().join("; ");
    let last =
        |member: &Member| member.last_sign_in_ms.map(|at_ms| exact(at_ms, view.zone())).unwrap_or_default();
    let columns: [CsvColumn<'_, Member>; 5] = [
        ("", "name", &|member| member.name.clone()),
        ("", "e-mail", &|member| member.email.clone()),
        ("roles", "roles", &roles),
        ("state", "state", &|member| member.state(Language::English).to_owned()),
        ("last", "last sign-in", &last),
    ];
    Csv::of(view, &columns, members).file("team")
}

fn row(member: &Member, allowed: &Allowed, base: &str) -> Row {
    let words = Words(allowed.view.language());
    let own = member.person_id == allowed.scope.person_id();
    let mut name = Cell::text(&member.name);
    if own {
        name = name.and(&Chip::new(Tone::Accent, words.you()));
    }
    let last = match member.last_sign_in_ms {
        Some(at_ms) => Cell::part(&allowed.view.time(at_ms)),
        None => Cell::none(words.never()),
    };
    let cells = vec![
        name.under(&member.email),
        Cell::parts(&member.role_chips(words.0)),
        Cell::part(&member.chip(words.0)),
        last,
        if own {
            Cell::text("")
        } else {
            changes(member, &allowed.view, &format!("{base}/{}", member.person_id))
        },
    ];
    Row::new(&member.person_id, cells)
}

fn changes(member: &Member, view: &View, path: &str) -> Cell {
    let (version, words) = (member.version(), Words(view.language()));
    let to = |verb: &str| version.bound(view, &format!("{path}/{verb}"));
    let choice = |role: &Role| Choice::new(role.key(), words.role(*role), member.roles.has(*role));
    let roles = RolesForm {
        words,
        action: to("roles"),
        name: member.name.clone(),
        choices: Role::ALL.iter().map(choice).collect(),
    };
    let name = &member.name;
    let mut cell = Cell::part(&roles);
    if member.last_sign_in_ms.is_some() {
        cell = cell.and(&Cell::button(Icon::Person, words.sessions(), &format!("{path}/sessions")));
    }
    if member.is_pending() {
        cell = cell.and(&Press::new(words.resend(), format!("{path}/resend")));
    }
    cell = match member.disabled_ms {
        Some(_) => cell.and(&Press::new(words.switch_on(), to("enable"))),
        None => cell.and(
            &Confirm::new(
                words.switch_off(),
                words.switch_off_question(name),
                words.switch_off_yes(name),
                format!("{path}/disable"),
            )
            .danger(),
        ),
    };
    cell.and(
        &Confirm::new(
            words.remove(),
            words.remove_question(name),
            words.remove_yes(name),
            format!("{path}/remove"),
        )
        .danger(),
    )
}

async fn invite(
    State(app): State<App>,
    allowed: Allowed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let new = NewMember::of(&pairs);
    let tenant_id = allowed.scope.tenant_id();
    let by = By::person(&allowed);
    let mut tx = app.db.write().await?;
    match actions::add_member(&app, &mut tx, &by, tenant_id, &allowed.actor.roles, &new).await {
        Ok(_) => {
            tx.commit().await?;
            audit::announce(&app, [tenant_id]);
            Ok(done(base(&allowed), &Words(allowed.view.language()).was_invited(new.name)))
        }
        Err(Error::Invalid(errors)) => {
            tx.rollback().await;
            let mut response = show(&app, &allowed, &new, &errors).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

async fn change_roles(
    State(app): State<App>,
    allowed: Allowed,
    Path(person_id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let chosen = pairs.iter().filter(|(name, _)| name == "roles").flat_map(|(_, value)| value.split(','));
    let roles = model::roles(chosen).map_err(|error| Error::Invalid(vec![error]))?;
    let by = By::person(&allowed);
    let whose = (allowed.scope.tenant_id(), person_id.as_str());
    let mut tx = app.db.write().await?;
    actions::change_roles(&app, &mut tx, &by, whose, &allowed.actor.roles, &roles).await?;
    tx.commit().await?;
    tell(&app, &allowed, person_id);
    Ok(done(base(&allowed), Words(allowed.view.language()).roles_changed()))
}

/// What is done to one member by a press.
#[derive(Clone, Copy)]
pub(super) enum Verb {
    Resend,
    Disable,
    Enable,
    Remove,
}

impl Verb {
    fn said(self, words: Words) -> &'static str {
        match self {
            Self::Resend => words.resent(),
            Self::Disable => words.is_off(),
            Self::Enable => words.is_on(),
            Self::Remove => words.is_removed(),
        }
    }

    /// Does it, and tells open pages.
    pub(super) async fn act(self, app: &App, allowed: &Allowed, person_id: String) -> Result<(), Error> {
        let (by, tenant_id) = (By::person(allowed), allowed.scope.tenant_id());
        let mut tx = app.db.write().await?;
        let ended = match self {
            Self::Resend => {
                actions::resend(app, &mut tx, &by, tenant_id, &person_id).await?;
                Ended::default()
            }
            Self::Enable => {
                actions::enable_member(app, &mut tx, &by, tenant_id, &person_id).await?;
                Ended::default()
            }
            Self::Disable => actions::disable_member(app, &mut tx, &by, tenant_id, &person_id).await?,
            Self::Remove => actions::remove_member(app, &mut tx, &by, tenant_id, &person_id).await?,
        };
        tx.commit().await?;
        ended.announce(app);
        tell(app, allowed, person_id);
        Ok(())
    }
}

/// The handler of a verb.
fn doing(verb: Verb) -> MethodRouter<App> {
    post(move |app: State<App>, allowed: Allowed, person: Path<String>| act(app, allowed, person, verb))
}

async fn act(
    State(app): State<App>,
    allowed: Allowed,
    Path(person_id): Path<String>,
    verb: Verb,
) -> Result<Response, Error> {
    verb.act(&app, &allowed, person_id).await?;
    Ok(done(base(&allowed), verb.said(Words(allowed.view.language()))))
}

fn signed_in<'a>(allowed: &'a Allowed, person_id: &'a str) -> SignedIn<'a> {
    let base = base(allowed);
    SignedIn {
        whose: Whose { tenant_id: allowed.scope.tenant_id(), person_id },
        back: (Words(allowed.view.language()).team(), base),
        path: format!("{base}/{person_id}/sessions"),
    }
}

async fn sessions_page(
    State(app): State<App>,
    allowed: Allowed,
    Path(person_id): Path<String>,
) -> Result<Response, Error> {
    sessions::page(&app, &allowed, &signed_in(&allowed, &person_id), &[]).await
}

async fn end_sessions(
    State(app): State<App>,
    allowed: Allowed,
    Path(person_id): Path<String>,
    Form(form): Form<sessions::EndForm>,
) -> Result<Response, Error> {
    sessions::end(&app, &allowed, &signed_in(&allowed, &person_id), &form).await
}

/// Open pages of the person ask again who they belong to.
pub(super) fn tell(app: &App, allowed: &Allowed, person_id: String) {
    app.hub.tell(Notice::Person { person_id });
    audit::announce(app, [allowed.scope.tenant_id()]);
}
