//! What a program leaves to its owner in the role matrix: whether the channel managers of distributors run the funnel
//! (PORTAL C2).

use super::modules::tell;
use super::store;
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::layout::{View, done};
use crate::platform::web::parts::{Cell, Chip, Confirm, Press, Tone};
use crate::platform::web::{Allowed, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde_json::json;

/// Widening asks for a fresh proof, narrowing never does.
pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Modules);
    Routes::new().post_fresh("/admin/modules/channel-manager-funnel/on", change, post(on)).post(
        "/admin/modules/channel-manager-funnel/off",
        change,
        post(off),
    )
}

/// The choice as a card.
#[derive(Template)]
#[template(path = "domains/program/policies.html")]
pub(super) struct Card {
    words: Words,
    chip: Chip,
    sentence: &'static str,
    change: Cell,
}

impl askama::filters::HtmlSafe for Card {}

pub(super) fn card(module: &store::Module, view: &View) -> Card {
    let words = Words(view.language());
    if module.channel_manager_funnel != 0 {
        Card {
            words,
            chip: Chip::new(Tone::Good, words.run_the_funnel()),
            sentence: words.run_what(),
            change: Cell::part(&Press::new(words.switch_off(), "/admin/modules/channel-manager-funnel/off")),
        }
    } else {
        let path = module.version().bound(view, "/admin/modules/channel-manager-funnel/on");
        Card {
            words,
            chip: Chip::new(Tone::Quiet, words.as_in_matrix()),
            sentence: words.matrix_what(),
            change: Cell::part(&Confirm::new(
                words.switch_on(),
                words.run_question(),
                words.run_button(),
                path,
            )),
        }
    }
}

async fn on(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    switch(&app, &allowed, true).await
}

async fn off(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    switch(&app, &allowed, false).await
}

async fn switch(app: &App, allowed: &Allowed, on: bool) -> Result<Response, Error> {
    set(app, allowed, on).await?;
    let words = Words(allowed.view.language());
    let said = if on { words.now_run() } else { words.now_matrix() };
    Ok(done("/admin/modules", said))
}

/// Lets the channel managers of the scope's own program run the funnel, or not.
pub(super) async fn set(app: &App, allowed: &Allowed, on: bool) -> Result<(), Error> {
    let tenant_id = allowed.scope.tenant_id();
    let mut tx = app.db.write().await?;
    store::meant(&mut tx, allowed, ("tenant", tenant_id)).await?;
    let distributors = store::distributors(&mut tx, &allowed.scope).await?;
    if store::set_channel_manager_funnel(&mut tx, &allowed.scope, on).await? {
        let set = if on { "on" } else { "off" };
        let entry = Entry::new(By::person(allowed), Fact::PolicySwitched, "tenant", tenant_id)
            .with(json!({ "policy": "channel_manager_funnel", "set": set }));
        let entry = distributors.iter().fold(entry, |entry, distributor| entry.affecting(distributor));
        audit::record(app, &mut tx, entry).await?;
    }
    let people = store::people(&mut tx, &allowed.scope).await?;
    tx.commit().await?;
    tell(app, people);
    audit::announce(app, distributors.iter().map(String::as_str).chain([tenant_id]));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::world::testing::worlds;

    /// C2: the matrix holds until the program's owner lets channel managers run the funnel, and again after.
    #[tokio::test]
    async fn channel_managers_run_the_funnel_while_the_program_lets_them() {
        for world in worlds("program_channel_managers").await {
            let owner = world.as_person("rs.admin").await;
            // What they see from here on is the story's business.
            let manager = world.as_person("mw.manager").await.unscanned();
            let coordinator = world.as_person("nera.coord").await;
            for (verb, status) in [("", 403), ("on", 200), ("off", 403), ("on", 200)] {
                if !verb.is_empty() {
                    let path = format!("/admin/modules/channel-manager-funnel/{verb}");
                    assert_eq!(owner.post(&path, &[]).await.status, 303, "{verb}");
                }
                for path in ["/partners/deals", "/partners/quotes", "/api/v1/deals", "/partners/deals/DL-1"] {
                    let answer = manager.get(path).await;
                    assert_eq!(answer.status, status, "{}: {verb}: {path}: {}", world.engine, answer.body);
                }
                let rail = manager.get("/partners/overview").await.body;
                assert_eq!(
                    rail.contains("href=\"/partners/deals\""),
                    status == 200,
                    "{}: {verb}",
                    world.engine
                );
                let reseller = coordinator.get("/partners/deals").await.status;
                assert_eq!(reseller, 403, "{}: a reseller's coordinator is another role", world.engine);
            }
            let deals = manager.get("/partners/deals").await.body;
            assert!(deals.contains("4,812,500"), "{}: on-channel with its value: {deals}", world.engine);
            assert!(
                deals.contains("DL-2") && !deals.contains("2,377,700"),
                "{}: off-channel stays masked",
                world.engine
            );
            for tenant in ["riversync", "megawarehouse", "eastdist"] {
                let told = "FROM audit_entry WHERE action = 'policy.switched' AND tenant_id = $1";
                assert_eq!(world.count(told, tenant).await, 3, "{}: {tenant}", world.engine);
            }
            let support = world.as_person("rs.support").await;
            assert_eq!(support.post("/admin/modules/channel-manager-funnel/off", &[]).await.status, 403);
        }
    }
}
