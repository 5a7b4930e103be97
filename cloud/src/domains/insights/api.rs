//! The overview as JSON: the figures of the page, each with the address of the list behind it.

use super::figures::{self, Overview};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::Total;
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Routes};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(overview), tags((name = "Overview", description = "The figures of the day.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    Routes::new().get("/api/v1/overview", Action::See(Item::Overview), get(overview))
}

/// Sections that the asker may not open are `null` or left out.
#[derive(Serialize, ToSchema)]
struct OverviewJson {
    work: Option<WorkJson>,
    renewals: Option<RenewingJson>,
    devices: Option<DevicesJson>,
    sales: Vec<RungJson>,
    channel: Vec<SideJson>,
}

#[derive(Serialize, ToSchema)]
struct WorkJson {
    open: usize,
    breached: usize,
    at_risk: usize,
}

#[derive(Serialize, ToSchema)]
struct RenewingJson {
    within_30_days: usize,
    within_90_days: usize,
    worth_a_year_within_90_days: Total,
    moving_away: Option<MovingJson>,
}

#[derive(Serialize, ToSchema)]
struct MovingJson {
    devices: usize,
    first_to: Option<String>,
    first_in_days: i64,
}

#[derive(Serialize, ToSchema)]
struct DevicesJson {
    covered: usize,
    /// Of these, not heard for an hour.
    stale: usize,
}

#[derive(Serialize, ToSchema)]
struct RungJson {
    stage: &'static str,
    count: usize,
    total: Total,
    #[serde(skip_serializing_if = "Option::is_none")]
    places: Option<PlacesJson>,
}

#[derive(Serialize, ToSchema)]
struct PlacesJson {
    taken: u32,
    /// `null` when any number may be open.
    cap: Option<u32>,
}

#[derive(Serialize, ToSchema)]
struct SideJson {
    what: &'static str,
    active: usize,
}

impl From<Overview> for OverviewJson {
    fn from(all: Overview) -> Self {
        let sales = all.sales.into_iter().map(|rung| RungJson {
            stage: rung.stage.key(),
            count: rung.count,
            total: rung.total,
            places: rung.places.map(|(taken, cap)| PlacesJson { taken, cap }),
        });
        let channel = all.channel.into_iter().map(|side| SideJson {
            what: match side.item {
                Item::MyDistributors => "distributors",
                Item::Resellers => "resellers",
                _ => "agreements",
            },
            active: side.active,
        });
        Self {
            work: all.work.map(|work| WorkJson {
                open: work.open,
                breached: work.breached,
                at_risk: work.at_risk,
            }),
            renewals: all.renewals.map(|renewing| RenewingJson {
                within_30_days: renewing.within_30,
                within_90_days: renewing.within_90,
                worth_a_year_within_90_days: renewing.worth,
                moving_away: renewing.moving.map(|moving| MovingJson {
                    devices: moving.devices,
                    first_to: moving.to,
                    first_in_days: moving.days,
                }),
            }),
            devices: all
                .devices
                .map(|covered| DevicesJson { covered: covered.devices, stale: covered.stale }),
            sales: sales.collect(),
            channel: channel.collect(),
        }
    }
}

/// The figures of the overview
#[utoipa::path(
    get,
    path = "/api/v1/overview",
    tag = "Overview",
    responses((status = 200, description = "The figures; a section that you may not open is null or left out.", body = OverviewJson)),
)]
async fn overview(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let all = figures::overview(&mut tx, &allowed, app.clock.now_ms()).await?;
    Ok(Json(OverviewJson::from(all)).into_response())
}
