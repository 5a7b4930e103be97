//! The one page of the room, and its two buttons.

use super::actions;
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::{DAY_MS, HOUR_MS, Language, MINUTE_MS};
use crate::platform::error::Error;
use crate::platform::jobs::desk::{self, Line, SHOWN, Seen, State as Stands};
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Column, Confirm, Empty, Icon, Meter, PageHead, Press, Row, Table, Tone,
};
use crate::platform::web::{Allowed, Form, Path};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

const PATH: &str = "/admin/jobs";

#[derive(Template)]
#[template(path = "domains/jobs/jobs.html")]
struct JobsPage {
    words: Words,
    head: PageHead,
    counted: String,
    queue: Table,
    dead: Table,
    schedule: Table,
}

impl Page for JobsPage {
    fn item(&self) -> Item {
        Item::Jobs
    }

    fn title(&self) -> String {
        self.words.jobs().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let counts = desk::counts(&mut tx).await?;
    let queue = desk::queue(&mut tx).await?;
    let dead = desk::dead_letters(&mut tx).await?;
    let schedule = desk::schedule(&mut tx).await?;
    drop(tx);
    let view = &allowed.view;
    let words = Words(view.language());
    let may = allowed.actor.can(Action::Change(Item::Jobs));
    let counted = match (counts.waiting, counts.dead) {
        (0, 0) => words.all_done().to_owned(),
        (waiting, dead) => format!("{} {}", words.counted(waiting, dead), shown(waiting.max(dead), words)),
    };
    let page = JobsPage {
        words,
        head: PageHead::new(words.jobs()).lead(words.lead()).action(Icon::Eye, words.parts(), "/style"),
        counted: counted.trim_end().to_owned(),
        queue: Table::new(
            words.not_done(),
            columns([words.job(), words.state(), words.progress(), words.asked_for()], words),
            queue.iter().map(|job| waiting(job, view, may)).collect(),
            Empty::new(Icon::Check, words.nothing_waits(), words.nothing_waits_why()),
        ),
        dead: Table::new(
            words.were_given_up(),
            columns([words.job(), words.why(), words.given_up()], words),
            dead.iter().map(|job| given_up(job, view, may)).collect(),
            Empty::new(Icon::Check, words.none(), words.none_why()),
        ),
        schedule: Table::new(
            words.what_comes(),
            [words.job(), words.often(), words.last_due(), words.next()].map(Column::new).to_vec(),
            schedule.iter().map(|line| recurring(line, view)).collect(),
            Empty::new(Icon::Clock, words.no_run(), words.no_run_why()),
        ),
    };
    Ok(render(&allowed, &page))
}

/// What is left out of a long list.
fn shown(longest: i64, words: Words) -> String {
    if longest > SHOWN { words.first_shown(SHOWN) } else { String::new() }
}

fn columns<const N: usize>(names: [&'static str; N], words: Words) -> Vec<Column> {
    names.into_iter().map(Column::new).chain([Column::actions(words.what_can_be_done())]).collect()
}

/// Which job: its kind, and what names it in log lines.
fn which(job: &Seen, words: Words) -> Cell {
    let request = match job.correlation_id.as_str() {
        "" => job.id.clone(),
        request => words.request(&job.id, request),
    };
    Cell::text(&job.kind).under(request)
}

fn waiting(job: &Seen, view: &View, may: bool) -> Row {
    let (stands, words) = (job.state(view.now_ms), Words(view.language()));
    let state = match stands {
        Stands::Running => Chip::new(Tone::Accent, words.running()).icon(Icon::Moving),
        Stands::Abandoned => Chip::new(Tone::Warn, words.abandoned()),
        Stands::Resting => Chip::new(Tone::Warn, words.resting()),
        Stands::Waiting => Chip::new(Tone::Plain, words.waiting()),
        Stands::Dead => Chip::new(Tone::Bad, words.given_up()),
    };
    let mut state = Cell::part(&state);
    if stands == Stands::Resting {
        state = state
            .and(&view.time(job.due_ms))
            .under(words.attempt_failed(job.attempts, cause(&job.error, words)));
    } else if job.attempts > 1 {
        state = state.under(words.attempt(job.attempts));
    }
    let progress = match (stands, job.taken_ms) {
        (Stands::Running, _) if job.steps > 0 => {
            Cell::part(&Meter::new(words.steps(), job.step, job.steps, view.language()).rising())
        }
        (Stands::Running, Some(taken_ms)) => Cell::text(words.begun()).and(&view.time(taken_ms)),
        _ => Cell::none(words.not_running()),
    };
    let mut buttons = Vec::new();
    if may && stands == Stands::Resting {
        buttons.push(again(job, words));
    }
    if may {
        let to = format!("{PATH}/{}/cancel", job.id);
        let cancel = Confirm::new(words.cancel(), words.cancel_question(), words.cancel_yes(), to);
        buttons.push(Cell::part(&cancel.danger().reason(words.why())));
    }
    let cells = vec![
        which(job, words),
        state,
        progress,
        Cell::part(&view.time(job.created_ms)),
        Cell::parts(&buttons),
    ];
    Row::new(&job.id, cells)
}

fn given_up(job: &Seen, view: &View, may: bool) -> Row {
    let words = Words(view.language());
    let attempts = words.after(job.attempts);
    let when = job.dead_ms.map_or_else(|| Cell::none(words.not_yet()), |at_ms| Cell::part(&view.time(at_ms)));
    let buttons: Vec<Cell> = may.then(|| again(job, words)).into_iter().collect();
    let cells = vec![
        which(job, words),
        Cell::text(cause(&job.error, words)).under(attempts),
        when,
        Cell::parts(&buttons),
    ];
    Row::new(&job.id, cells).tone(Tone::Bad)
}

/// Why a job is not done: who cancelled it, or what the program itself said, as it stands in the service's own log.
fn cause(error: &str, words: Words) -> String {
    match error.strip_prefix(actions::CANCELLED_BY) {
        Some(who) => words.cancelled_by(who),
        None => error.to_owned(),
    }
}

fn again(job: &Seen, words: Words) -> Cell {
    Cell::part(&Press::new(words.again(), format!("{PATH}/{}/retry", job.id)))
}

fn recurring(line: &Line, view: &View) -> Row {
    let words = Words(view.language());
    let last = Cell::part(&view.time(line.due_ms)).and(&match line.open {
        None => Chip::new(Tone::Good, words.done()),
        Some(_) if line.dead_ms.is_some() => Chip::new(Tone::Bad, words.given_up()),
        Some(_) => Chip::new(Tone::Accent, words.not_done_yet()),
    });
    let next = Cell::part(&view.time(line.next_ms()));
    Row::new(
        &line.name,
        vec![Cell::text(&line.name), Cell::text(how_often(line.every_ms, words)), last, next],
    )
}

fn how_often(every_ms: i64, words: Words) -> String {
    match every_ms {
        DAY_MS => words.every_day().to_owned(),
        HOUR_MS => words.every_hour().to_owned(),
        ms if ms % HOUR_MS == 0 => words.every_hours(ms / HOUR_MS),
        ms if ms % MINUTE_MS == 0 => words.every_minutes(ms / MINUTE_MS),
        ms => words.every_seconds(ms / 1_000),
    }
}

pub(super) async fn retry(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    actions::retry(&app, &allowed, &id).await?;
    Ok(done(PATH, Words(allowed.view.language()).tried_now()))
}

#[derive(Deserialize)]
pub(super) struct Cancel {
    #[serde(default)]
    reason: String,
}

pub(super) async fn cancel(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Cancel>,
) -> Result<Response, Error> {
    actions::cancel(&app, &allowed, &id, form.reason.trim()).await?;
    Ok(done(PATH, Words(allowed.view.language()).is_cancelled()))
}
