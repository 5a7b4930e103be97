//! The modules of a program: the partner portal is off until its owner switches it on (OA-1).

use super::words::Words;
use super::{brand, policies, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Chip, Confirm, PageHead, Press, Tone};
use crate::platform::web::{Allowed, Form, Routes};
use crate::platform::words::said;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

pub(super) fn routes() -> Routes {
    Routes::new().get("/admin/modules", Action::See(Item::Modules), get(page)).post(
        "/admin/modules/partner",
        Action::Change(Item::Modules),
        post(switch),
    )
}

#[derive(Template)]
#[template(path = "domains/program/modules.html")]
struct ModulesPage {
    words: Words,
    head: PageHead,
    chip: Chip,
    sentence: String,
    on: Option<Press>,
    off: Option<Confirm>,
    channel_managers: policies::Card,
    brand: brand::Card,
}

impl Page for ModulesPage {
    fn item(&self) -> Item {
        Item::Modules
    }

    fn title(&self) -> String {
        self.words.modules().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let module = store::module(&mut tx, &allowed.scope).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let on = module.module_on != 0;
    let (words, partners) = (Words(allowed.view.language()), module.partners);
    let path = "/admin/modules/partner";
    let off = Confirm::new(words.switch_off(), words.off_question(partners), words.off_button(), path)
        .with("on", "no")
        .danger();
    let to = module.version().bound(&allowed.view, &format!("{path}?on=yes"));
    let page = ModulesPage {
        words,
        head: PageHead::new(words.modules()).lead(words.modules_lead()),
        chip: if on { Chip::new(Tone::Good, words.on()) } else { Chip::new(Tone::Quiet, words.off()) },
        sentence: if on { words.partners_in(partners) } else { words.partners_wait(partners) },
        on: (!on).then(|| Press::new(words.switch_on(), to).primary()),
        off: on.then_some(off),
        channel_managers: policies::card(&module, &allowed.view),
        brand: brand::card(&allowed),
    };
    Ok(render(&allowed, &page))
}

#[derive(Deserialize)]
struct Switch {
    #[serde(default)]
    on: String,
}

async fn switch(
    State(app): State<App>,
    allowed: Allowed,
    Form(form): Form<Switch>,
) -> Result<Response, Error> {
    let on = match allowed.view.get("on").unwrap_or(&form.on) {
        "yes" => true,
        "no" => false,
        _ => {
            let text = said! {
                en: "Say whether the module is to be on or off: yes or no.",
                th: "ระบุว่าให้เปิดหรือปิดโมดูล: yes หรือ no",
            };
            return Err(Error::Invalid(vec![FieldError { field: "on", text }]));
        }
    };
    set(&app, &allowed, on).await?;
    let words = Words(allowed.view.language());
    let said = if on { words.portal_on() } else { words.portal_off() };
    Ok(done("/admin/modules", said))
}

/// Switches the partner portal of the scope's own program.
pub(super) async fn set(app: &App, allowed: &Allowed, on: bool) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    store::meant(&mut tx, allowed, ("module", "partner")).await?;
    if store::set_module(&mut tx, &allowed.scope, on).await? {
        let action = if on { Fact::ModuleEnabled } else { Fact::ModuleDisabled };
        audit::record(app, &mut tx, Entry::new(By::person(allowed), action, "module", "partner")).await?;
    }
    let people = store::people(&mut tx, &allowed.scope).await?;
    tx.commit().await?;
    tell(app, people);
    audit::announce(app, [allowed.scope.tenant_id()]);
    Ok(())
}

/// Open pages of these people ask again what they may show.
pub(super) fn tell(app: &App, people: Vec<String>) {
    for person_id in people {
        app.hub.tell(Notice::Person { person_id });
    }
}

#[cfg(test)]
mod tests {
    use crate::world::testing::worlds;

    /// OA-1 and case 32: off by default, and off everywhere.
    #[tokio::test]
    async fn case_32_a_module_that_is_off_exists_for_nobody() {
        for world in worlds("program_module_off").await {
            let offco = world.as_person("offco.admin").await;
            for closed in [
                "/pipeline",
                "/admin/agents",
                "/admin/applications",
                "/admin/partners",
                "/partners/overview",
                "/portal",
                "/api/v1/pipeline",
                "/api/v1/deals",
            ] {
                assert_eq!(offco.get(closed).await.status, 404, "{}: {closed}", world.engine);
            }
            let page = offco.get("/admin/modules").await;
            assert!(page.status == 200 && page.body.contains("Switch on"), "{}", page.body);
            let told = "FROM audit_entry WHERE action = 'module.enabled' AND tenant_id = $1";
            for _ in 0..2 {
                assert_eq!(offco.post("/admin/modules/partner", &[("on", "yes")]).await.status, 303);
            }
            assert_eq!(world.count(told, "offco").await, 1, "{}: told once", world.engine);
            assert_eq!(offco.post("/admin/modules/partner", &[("on", "maybe")]).await.status, 422);
            // Case 47: what it then sees is its own program, which is empty.
            let pipeline = offco.get("/pipeline").await;
            assert_eq!(pipeline.status, 200, "{}", pipeline.body);
            for foreign in ["DL-1", "Nera", "Siam"] {
                assert!(!pipeline.body.contains(foreign), "{}: {foreign} in {}", world.engine, pipeline.body);
            }
            for (path, foreign) in [
                ("/admin/partners", "Nera"),
                ("/admin/applications", "BKKFoods"),
                ("/admin/agents", "A-BF"),
                ("/api/v1/pipeline", "DL-1"),
            ] {
                let list = offco.get(path).await;
                assert_eq!(list.status, 200, "{path}");
                assert!(!list.body.contains(foreign), "{}: {foreign} in {path}: {}", world.engine, list.body);
            }
            for (path, form) in [
                ("/pipeline/deals/DL-1", None),
                ("/admin/partners/nera", None),
                ("/admin/agents/A-BF/code", Some(("x", "y"))),
                ("/admin/agents/A-BF/revoke", Some(("reason", "y"))),
                ("/admin/partners/nera/suspend", Some(("reason", "y"))),
            ] {
                let answer = match form {
                    None => offco.get(path).await,
                    Some(pair) => offco.post(path, &[pair]).await,
                };
                assert_eq!(answer.status, 404, "{}: case 47: {path}", world.engine);
            }
        }
    }

    #[tokio::test]
    async fn switched_off_in_the_middle_of_a_session_every_partner_is_out_and_back_again() {
        for world in worlds("program_module_switch").await {
            let nera = world.as_person("nera.admin").await;
            let owner = world.as_person("rs.admin").await;
            assert_eq!(world.as_person("rs.pipeline").await.get("/admin/modules").await.status, 403);
            assert_eq!(owner.post("/admin/modules/partner", &[("on", "no")]).await.status, 303);
            for closed in ["/partners/overview", "/api/v1/deals", "/partners/deals?format=csv"] {
                assert_eq!(nera.get(closed).await.status, 404, "{}: {closed}", world.engine);
            }
            assert_eq!(nera.get("/portal").await.status, 200, "{}: its own devices stay", world.engine);
            assert_eq!(owner.get("/pipeline").await.status, 404);
            assert_eq!(owner.get("/admin/team").await.status, 200, "its own people stay");
            assert_eq!(owner.post("/admin/modules/partner", &[("on", "yes")]).await.status, 303);
            assert_eq!(nera.get("/partners/overview").await.status, 200, "{}", world.engine);
        }
    }
}
