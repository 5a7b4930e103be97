//! The one page of the room, and its two buttons.

use super::actions;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
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
        "Jobs".to_owned()
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
    let may = allowed.actor.can(Action::Change(Item::Jobs));
    let counted = match (counts.waiting, counts.dead) {
        (0, 0) => "All of it is done.".to_owned(),
        (waiting, dead) => format!("{waiting} not done yet, {dead} given up. {}", shown(waiting.max(dead))),
    };
    let page =
        JobsPage {
            head: PageHead::new("Jobs")
                .lead("Mails and other work that must not keep a person waiting.")
                .action(Icon::Eye, "Parts of the face", "/style"),
            counted: counted.trim_end().to_owned(),
            queue: Table::new(
                "Jobs that are not done",
                columns(&["Job", "State", "Progress", "Asked for"]),
                queue.iter().map(|job| waiting(job, view, may)).collect(),
                Empty::new(
                    Icon::Check,
                    "Nothing waits",
                    "What an action leaves for later stands here until it is done.",
                ),
            ),
            dead: Table::new(
                "Jobs that were given up",
                columns(&["Job", "Why", "Given up"]),
                dead.iter().map(|job| given_up(job, view, may)).collect(),
                Empty::new(
                    Icon::Check,
                    "None",
                    "What fails for good, or for more than a day, stays here for 30 days.",
                ),
            ),
            schedule: Table::new(
                "What comes by itself",
                ["Job", "How often", "Last due", "Next"].map(Column::new).to_vec(),
                schedule.iter().map(|line| recurring(line, view)).collect(),
                Empty::new(Icon::Clock, "No run yet", "The first one is asked for when a worker starts."),
            ),
        };
    Ok(render(&allowed, &page))
}

/// What is left out of a long list.
fn shown(longest: i64) -> String {
    if longest > SHOWN { format!("Of each list the first {SHOWN} are shown.") } else { String::new() }
}

fn columns(names: &[&'static str]) -> Vec<Column> {
    let named = names.iter().map(|name| Column::new(name));
    named.chain([Column::actions("What can be done")]).collect()
}

/// Which job: its kind, and what names it in log lines.
fn which(job: &Seen) -> Cell {
    let request = match job.correlation_id.as_str() {
        "" => job.id.clone(),
        request => format!("{} · request {request}", job.id),
    };
    Cell::text(&job.kind).under(request)
}

fn waiting(job: &Seen, view: &View, may: bool) -> Row {
    let stands = job.state(view.now_ms);
    let state = match stands {
        Stands::Running => Chip::new(Tone::Accent, "Running").icon(Icon::Moving),
        Stands::Abandoned => Chip::new(Tone::Warn, "Worker is gone"),
        Stands::Resting => Chip::new(Tone::Warn, "Will be tried again"),
        Stands::Waiting => Chip::new(Tone::Plain, "Waiting"),
        Stands::Dead => Chip::new(Tone::Bad, "Given up"),
    };
    let mut state = Cell::part(&state);
    if stands == Stands::Resting {
        state = state.and(&view.time(job.due_ms)).under(format!("Attempt {}: {}", job.attempts, job.error));
    } else if job.attempts > 1 {
        state = state.under(format!("Attempt {}", job.attempts));
    }
    let progress = match (stands, job.taken_ms) {
        (Stands::Running, _) if job.steps > 0 => {
            Cell::part(&Meter::new("Steps", job.step, job.steps, view.language()).rising())
        }
        (Stands::Running, Some(taken_ms)) => Cell::text("Begun").and(&view.time(taken_ms)),
        _ => Cell::none("It is not running"),
    };
    let mut buttons = Vec::new();
    if may && stands == Stands::Resting {
        buttons.push(again(job));
    }
    if may {
        let question = "It ends at once, also in the middle, and stays among those given up.";
        let cancel = Confirm::new("Cancel", question, "Cancel the job", format!("{PATH}/{}/cancel", job.id));
        buttons.push(Cell::part(&cancel.danger().reason("Why")));
    }
    let cells =
        vec![which(job), state, progress, Cell::part(&view.time(job.created_ms)), Cell::parts(&buttons)];
    Row::new(&job.id, cells)
}

fn given_up(job: &Seen, view: &View, may: bool) -> Row {
    let attempts = match job.attempts {
        1 => "After 1 attempt".to_owned(),
        many => format!("After {many} attempts"),
    };
    let when = job.dead_ms.map_or_else(|| Cell::none("Not yet"), |at_ms| Cell::part(&view.time(at_ms)));
    let buttons: Vec<Cell> = may.then(|| again(job)).into_iter().collect();
    let cells = vec![which(job), Cell::text(&job.error).under(attempts), when, Cell::parts(&buttons)];
    Row::new(&job.id, cells).tone(Tone::Bad)
}

fn again(job: &Seen) -> Cell {
    Cell::part(&Press::new("Try again", format!("{PATH}/{}/retry", job.id)))
}

fn recurring(line: &Line, view: &View) -> Row {
    let last = Cell::part(&view.time(line.due_ms)).and(&match line.open {
        None => Chip::new(Tone::Good, "Done"),
        Some(_) if line.dead_ms.is_some() => Chip::new(Tone::Bad, "Given up"),
        Some(_) => Chip::new(Tone::Accent, "Not done yet"),
    });
    let next = Cell::part(&view.time(line.next_ms()));
    Row::new(&line.name, vec![Cell::text(&line.name), Cell::text(how_often(line.every_ms)), last, next])
}

fn how_often(every_ms: i64) -> String {
    match every_ms {
        DAY_MS => "Every day".to_owned(),
        HOUR_MS => "Every hour".to_owned(),
        ms if ms % HOUR_MS == 0 => format!("Every {} hours", ms / HOUR_MS),
        ms if ms % MINUTE_MS == 0 => format!("Every {} minutes", ms / MINUTE_MS),
        ms => format!("Every {} seconds", ms / 1_000),
    }
}

pub(super) async fn retry(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    actions::retry(&app, &allowed, &id).await?;
    Ok(done(PATH, "The job is tried again now."))
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
    Ok(done(PATH, "The job is cancelled."))
}
