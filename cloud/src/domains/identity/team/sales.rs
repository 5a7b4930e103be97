//! What a reseller's Sales sees of each other's deals: its administrators choose (OW-13, PORTAL C15).

use super::store;
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity;
use crate::platform::access::{self, Action, Item, Party};
use crate::platform::error::Error;
use crate::platform::live::Notice;
use crate::platform::web::layout::done;
use crate::platform::web::parts::{Cell, Chip, Confirm, Press, Tone};
use crate::platform::web::{Allowed, Routes, Version};
use crate::platform::words::said;
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// Widening asks for a fresh proof, narrowing never does.
pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Team);
    Routes::new().post_fresh("/partners/team/sales-sees-all/on", change, post(on)).post(
        "/partners/team/sales-sees-all/off",
        change,
        post(off),
    )
}

/// The choice as a section of the team page.
#[derive(Template)]
#[template(path = "domains/identity/team/sales.html")]
pub(super) struct Section {
    words: Words,
    chip: Chip,
    sentence: &'static str,
    change: Cell,
}

impl askama::filters::HtmlSafe for Section {}

/// Nothing for who has no Sales of its own to narrow.
pub(super) fn section(allowed: &Allowed) -> Option<Section> {
    let acting = allowed.actor.acting_in(access::App::Partners);
    let acting = acting
        .filter(|acting| acting.party == Party::Reseller && allowed.scope.party() == Party::Reseller)?;
    let words = Words(allowed.view.language());
    Some(if acting.switches.sales_sees_all {
        Section {
            words,
            chip: Chip::new(Tone::Accent, words.all_deals()),
            sentence: words.sees_all(),
            change: Cell::part(&Press::new(words.own_deals_only(), "/partners/team/sales-sees-all/off")),
        }
    } else {
        let to = version(false).bound(&allowed.view, "/partners/team/sales-sees-all/on");
        Section {
            words,
            chip: Chip::new(Tone::Plain, words.own_deals()),
            sentence: words.sees_own(),
            change: Cell::part(&Confirm::new(words.all_deals(), words.all_question(), words.all_yes(), to)),
        }
    })
}

async fn on(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    set(&app, &allowed, true).await?;
    Ok(done("/partners/team", Words(allowed.view.language()).all_now()))
}

async fn off(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    set(&app, &allowed, false).await?;
    Ok(done("/partners/team", Words(allowed.view.language()).own_now()))
}

/// The version of the choice.
fn version(sees_all: bool) -> Version {
    Version::of(&("sales_sees_all", sees_all))
}

async fn set(app: &App, allowed: &Allowed, on: bool) -> Result<(), Error> {
    if allowed.scope.party() != Party::Reseller {
        let text = said! {
            en: "A distributor's Sales sees every deal that it handles, so there is nothing to choose.",
            th: "ฝ่ายขายของผู้จัดจำหน่ายเห็นทุกดีลที่ดูแลอยู่แล้ว จึงไม่มีอะไรให้เลือก",
        };
        return Err(Error::Conflict { code: "no_own_records", text });
    }
    let tenant_id = allowed.scope.tenant_id();
    let mut tx = app.db.write().await?;
    identity::take_turn(&mut tx, tenant_id).await?;
    let chosen = store::sales_sees_all(&mut tx, &allowed.scope).await?;
    allowed.believed.holds(("tenant", tenant_id), &version(chosen))?;
    if store::set_sales_sees_all(&mut tx, &allowed.scope, on).await? {
        let set = if on { "on" } else { "off" };
        let entry = Entry::new(By::person(allowed), Fact::PolicySwitched, "tenant", tenant_id)
            .with(json!({ "policy": "sales_sees_all", "set": set }));
        audit::record(app, &mut tx, entry).await?;
    }
    let members = store::members(&mut tx, tenant_id).await?;
    tx.commit().await?;
    for member in members {
        app.hub.tell(Notice::Person { person_id: member.person_id });
    }
    audit::announce(app, [tenant_id]);
    Ok(())
}

pub(super) fn api_routes() -> Routes {
    let (see, change) = (Action::See(Item::Team), Action::Change(Item::Team));
    Routes::new().get("/api/v1/team/sales-sees-all", see, get(read)).versioned(|one| {
        one.post_fresh("/api/v1/team/sales-sees-all/on", change, post(api_on)).post(
            "/api/v1/team/sales-sees-all/off",
            change,
            post(api_off),
        )
    })
}

#[derive(Serialize, ToSchema)]
pub(super) struct SalesJson {
    /// Whether Sales sees the deals, quotes and closed deals of everybody; none where there is nothing to choose, since
    /// Sales of a distributor sees every deal that it handles.
    sales_sees_all: Option<bool>,
}

/// What Sales sees of each other's deals
#[utoipa::path(
    get,
    path = "/api/v1/team/sales-sees-all",
    tag = "Team",
    responses((status = 200, description = "What was chosen.", body = SalesJson)),
)]
pub(super) async fn read(allowed: Allowed) -> Result<Response, Error> {
    let chooses = allowed.scope.party() == Party::Reseller;
    let acting = allowed.actor.acting_in(access::App::Partners).filter(|_| chooses);
    Ok(match acting.map(|acting| acting.switches.sales_sees_all) {
        Some(sees_all) => version(sees_all).on(Json(SalesJson { sales_sees_all: Some(sees_all) })),
        None => Json(SalesJson { sales_sees_all: None }).into_response(),
    })
}

/// Let Sales see all deals
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/team/sales-sees-all/on",
    tag = "Team",
    responses((status = 200, description = "What is chosen now.", body = SalesJson)),
)]
pub(super) async fn api_on(allowed: Allowed, State(app): State<App>) -> Result<Json<SalesJson>, Error> {
    set(&app, &allowed, true).await?;
    Ok(Json(SalesJson { sales_sees_all: Some(true) }))
}

/// Let Sales see its own deals only
#[utoipa::path(
    post,
    path = "/api/v1/team/sales-sees-all/off",
    tag = "Team",
    responses((status = 200, description = "What is chosen now.", body = SalesJson)),
)]
pub(super) async fn api_off(allowed: Allowed, State(app): State<App>) -> Result<Json<SalesJson>, Error> {
    set(&app, &allowed, false).await?;
    Ok(Json(SalesJson { sales_sees_all: Some(false) }))
}

#[cfg(test)]
mod tests {
    use crate::world::testing::worlds;

    /// OW-13 and C15: one's own until an administrator says all; then deals, quotes and closed deals, and no leads.
    #[tokio::test]
    async fn sales_sees_its_own_deals_until_an_administrator_lets_it_see_all() {
        for world in worlds("team_sales").await {
            let admin = world.as_person("nera.admin").await;
            // What it sees from here on is the story's business.
            let sales = world.as_person("nera.sales1").await.unscanned();
            let opens = async |sees: bool, when: &str| {
                let what = format!("{}: {when}", world.engine);
                assert_eq!(
                    sales.get("/partners/deals/DL-2").await.status,
                    if sees { 200 } else { 404 },
                    "{what}"
                );
                for list in
                    ["/partners/deals", "/partners/deals?format=csv", "/api/v1/deals", "/partners/quotes"]
                {
                    let body = sales.get(list).await.body;
                    let other = if list.ends_with("quotes") { "QT-2026-0017" } else { "DL-2" };
                    assert_eq!(body.contains(other), sees, "{what}: {list}: {body}");
                }
                // A colleague's opportunity stays a colleague's.
                assert!(!sales.get("/partners/opportunities").await.body.contains("Samut Salt"), "{what}");
                assert!(
                    !sales.get("/partners/deals").await.body.contains("DL-4"),
                    "{what}: another reseller's"
                );
            };
            opens(false, "at first").await;
            assert!(admin.get("/partners/team").await.body.contains("Own deals"));
            assert_eq!(sales.post("/partners/team/sales-sees-all/on", &[]).await.status, 403);
            for _ in 0..2 {
                assert_eq!(admin.post("/partners/team/sales-sees-all/on", &[]).await.status, 303);
            }
            opens(true, "switched on").await;
            assert!(admin.get("/partners/team").await.body.contains("Own deals only"), "and back");
            let viewer = world.as_person("nera.view").await.get("/partners/deals/DL-2").await;
            assert!(viewer.status == 200 && !viewer.body.contains("2,377,700"), "others see what they saw");
            assert_eq!(admin.post("/partners/team/sales-sees-all/off", &[]).await.status, 303);
            opens(false, "switched off").await;
            let told = "FROM audit_entry WHERE action = 'policy.switched' AND tenant_id = $1";
            assert_eq!(world.count(told, "nera").await, 2, "{}: each change once", world.engine);
            let by_api = async |verb: &str| {
                let answer = admin.post_json(&format!("/api/v1/team/sales-sees-all/{verb}"), "{}").await;
                assert_eq!(answer.status, 200, "{}: {}", world.engine, answer.body);
                answer.json()["sales_sees_all"].clone()
            };
            assert_eq!(by_api("on").await, true);
            opens(true, "switched on by the API").await;
            assert_eq!(admin.get_json("/api/v1/team/sales-sees-all").await.json()["sales_sees_all"], true);
            assert_eq!(by_api("off").await, false);
            opens(false, "switched off by the API").await;
            let distributor = world.as_person("mw.admin").await;
            let none = distributor.get_json("/api/v1/team/sales-sees-all").await.json();
            assert_eq!(none["sales_sees_all"], serde_json::Value::Null);
            assert!(!distributor.get("/partners/team").await.body.contains("What Sales sees"));
            assert_eq!(distributor.post("/partners/team/sales-sees-all/on", &[]).await.status, 409);
        }
    }
}
