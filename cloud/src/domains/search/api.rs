//! The search as JSON: what the page shows.

use super::hits::{self, Group, Hit};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::search::Words;
use crate::platform::web::{Allowed, Routes};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(search), tags((name = "Search", description = "What your lists show, by its words.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    Routes::new().get("/api/v1/search", Action::See(Item::Account), get(search))
}

#[derive(Serialize, ToSchema)]
struct FoundJson {
    groups: Vec<GroupJson>,
}

#[derive(Serialize, ToSchema)]
struct GroupJson {
    kind: &'static str,
    hits: Vec<HitJson>,
    /// Whether there are more than are listed.
    cut: bool,
}

#[derive(Serialize, ToSchema)]
struct HitJson {
    id: String,
    title: String,
    /// Its page.
    href: String,
}

impl From<Group> for GroupJson {
    fn from(group: Group) -> Self {
        let hit = |hit: Hit| HitJson { id: hit.id, title: hit.title, href: hit.href };
        Self { kind: group.kind, hits: group.hits.into_iter().map(hit).collect(), cut: group.is_cut }
    }
}

/// What has all of the words
#[utoipa::path(
    get,
    path = "/api/v1/search",
    tag = "Search",
    params(("q" = Option<String>, Query, description = "Words to find, each by its beginning")),
    responses((status = 200, description = "What your lists show and your key was made for, best first within each kind.", body = FoundJson)),
)]
async fn search(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let groups = match allowed.view.get("q").and_then(Words::of) {
        None => Vec::new(),
        Some(words) => {
            let mut tx = app.db.read().await?;
            hits::find(&mut tx, &allowed, &words, allowed.view.now_ms).await?
        }
    };
    Ok(Json(FoundJson { groups: groups.into_iter().map(GroupJson::from).collect() }).into_response())
}
