//! Notifications as JSON, for a person's own programs.

use super::choices::{self, Choices, Entered};
use super::kind::Kind;
use super::store;
use super::{bell, pages};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, JsonBody, Path, Routes, Version};
use crate::platform::words::Sentence;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(list, read, read_all, settings, choose),
    tags((name = "Notifications", description = "What a person is told of."))
)]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Account), Action::Change(Item::Account));
    Routes::new()
        .get("/api/v1/account/notifications", see, get(list))
        .post("/api/v1/account/notifications/read", change, post(read_all))
        .post("/api/v1/account/notifications/{id}/read", change, post(read))
        .get("/api/v1/account/notifications/settings", see, get(settings))
        .versioned(|one| one.post("/api/v1/account/notifications/settings", change, post(choose)))
}

#[derive(Serialize, ToSchema)]
struct NotificationsJson {
    items: Vec<NotificationJson>,
    /// Where the next piece begins.
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct NotificationJson {
    id: String,
    /// `alarm`, `deal`, `request`, `grant`, `expiring`, `application`, `standing`, `team` or `gateway`.
    kind: &'static str,
    /// What happened, such as `deal.registered`.
    event: String,
    /// A sentence in your language, through your lens, as of now.
    text: String,
    /// The page that shows it.
    href: String,
    at_ms: i64,
    /// How often the same happened since, while it was unread.
    again: i64,
    read_ms: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct UnreadJson {
    /// Up to ten are counted.
    unread: usize,
}

/// What is a person's own is neither for who looks on nor for a program of the whole organisation.
fn own(allowed: &Allowed) -> Result<(), Error> {
    let of_all = allowed.actor.key.as_ref().is_some_and(|key| key.of_tenant);
    if of_all || allowed.actor.viewing.is_some() {
        return Err(Error::Forbidden {
            code: "not_yours",
            text: Sentence::english(
                "Notifications are between a person and this service. Ask with a key of the person.",
            ),
        });
    }
    Ok(())
}

/// What you were told of, latest first
#[utoipa::path(
    get,
    path = "/api/v1/account/notifications",
    tag = "Notifications",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when nothing is said"),
        ("cursor" = Option<String>, Query, description = "`next` of the piece before"),
    ),
    responses((status = 200, description = "A piece of them. What you may not see any more is left out.", body = NotificationsJson)),
)]
async fn list(allowed: Allowed, State(app): State<App>) -> Result<Json<NotificationsJson>, Error> {
    own(&allowed)?;
    let asked = Asked::of(&allowed.view)?;
    let mut tx = app.db.read().await?;
    let rows = store::list(&mut tx, &allowed.scope, asked.after.as_deref(), asked.fetch()).await?;
    let piece = asked.piece(rows, |row| row.id.clone());
    let told = pages::told(&mut tx, &allowed, piece.items).await?;
    let items = told.into_iter().filter_map(|(row, line)| {
        Some(NotificationJson {
            kind: Kind::of(row.fact()?)?.key(),
            id: row.id,
            event: row.fact,
            text: line.text,
            href: line.href,
            at_ms: row.at_ms,
            again: row.again,
            read_ms: row.read_ms,
        })
    });
    Ok(Json(NotificationsJson { items: items.collect(), next: piece.next }))
}

async fn left(app: &App, allowed: &Allowed) -> Result<Json<UnreadJson>, Error> {
    let mut tx = app.db.read().await?;
    let unread = bell::unread(&mut tx, &allowed.actor, allowed.view.now_ms).await?;
    Ok(Json(UnreadJson { unread }))
}

/// Mark one as read
#[utoipa::path(
    post,
    path = "/api/v1/account/notifications/{id}/read",
    tag = "Notifications",
    params(("id" = String, Path, description = "The notification")),
    responses((status = 200, description = "What is left.", body = UnreadJson)),
)]
async fn read(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<UnreadJson>, Error> {
    own(&allowed)?;
    pages::mark(&app, &allowed, Some(&id)).await?;
    left(&app, &allowed).await
}

/// Mark all as read
#[utoipa::path(
    post,
    path = "/api/v1/account/notifications/read",
    tag = "Notifications",
    responses((status = 200, description = "What is left.", body = UnreadJson)),
)]
async fn read_all(allowed: Allowed, State(app): State<App>) -> Result<Json<UnreadJson>, Error> {
    own(&allowed)?;
    pages::mark(&app, &allowed, None).await?;
    left(&app, &allowed).await
}

#[derive(Serialize, ToSchema)]
struct QuietJson {
    from: i8,
    until: i8,
}

#[derive(Serialize, ToSchema)]
struct SettingsJson {
    version: Version,
    /// `off`, `app`, `digest` or `mail` for each kind.
    ways: BTreeMap<&'static str, &'static str>,
    /// By whose clock: the zone of the person, which is chosen with the language. IANA.
    zone: &'static str,
    /// Full hours between which no mail comes.
    quiet: Option<QuietJson>,
    /// The full hour at which the digest comes.
    digest_hour: i8,
}

impl From<Choices> for SettingsJson {
    fn from(chosen: Choices) -> Self {
        Self {
            version: chosen.version(),
            ways: chosen.ways.iter().map(|(kind, way)| (kind.key(), way.key())).collect(),
            zone: chosen.times.zone.key(),
            quiet: chosen.times.quiet.map(|(from, until)| QuietJson { from, until }),
            digest_hour: chosen.times.digest_hour,
        }
    }
}

/// What you are told of, how and when
#[utoipa::path(
    get,
    path = "/api/v1/account/notifications/settings",
    tag = "Notifications",
    responses((status = 200, description = "What was chosen, and what is usual.", body = SettingsJson)),
)]
async fn settings(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    own(&allowed)?;
    let now = choices::now(&app, &allowed).await?;
    Ok(now.version().on(Json(SettingsJson::from(now))))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuietBody {
    from: i8,
    until: i8,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettingsBody {
    /// `off`, `app`, `digest` or `mail` by kind; kinds that are left out stay as they are.
    #[serde(default)]
    ways: BTreeMap<String, String>,
    /// Full hours between which no mail comes; the same twice: no quiet hours.
    quiet: Option<QuietBody>,
    digest_hour: Option<i8>,
}

/// Choose what you are told of, how and when
#[utoipa::path(
    post,
    path = "/api/v1/account/notifications/settings",
    tag = "Notifications",
    request_body = SettingsBody,
    responses((status = 200, description = "What is chosen now.", body = SettingsJson)),
)]
async fn choose(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<SettingsBody>,
) -> Result<Json<SettingsJson>, Error> {
    own(&allowed)?;
    let body = body.read()?;
    let entered = Entered {
        ways: body.ways.into_iter().collect(),
        quiet_from: body.quiet.as_ref().map(|quiet| quiet.from.to_string()),
        quiet_until: body.quiet.as_ref().map(|quiet| quiet.until.to_string()),
        digest_hour: body.digest_hour.map(|hour| hour.to_string()),
    };
    Ok(Json(choices::choose(&app, &allowed, &entered).await?.into()))
}
