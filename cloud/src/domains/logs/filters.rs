//! Narrowing a log: by organisation, person, action, device. The choices come from the log itself.

use super::place::Place;
use super::say;
use super::words::Words;
use crate::domains::audit::{self, Filter, LogRow};
use crate::domains::coverage;
use crate::platform::access::{Action, Item, Party};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::layout::View;
use crate::platform::web::parts::{Choice, Field, Filters, Input};
use std::collections::BTreeMap;

/// How far back the choices of organisations and persons look.
const RECENT: i64 = 200;
const NAMES: [&str; 4] = ["partner", "person", "action", "device"];

/// What the query asks for.
pub(super) fn filter(view: &View, of: &str, limit: i64) -> Filter {
    let own = |name: &str| view.get(name).map(str::to_owned);
    let device = own("device");
    Filter {
        of: Some(of.to_owned()),
        acting_tenant_id: own("partner"),
        actor_id: own("person"),
        object_kind: device.as_ref().map(|_| "device".to_owned()),
        object_id: device,
        action: own("action"),
        before_seq: own("before").and_then(|seq| seq.parse().ok()),
        limit,
    }
}

/// Whether anything is narrowed.
pub(super) fn active(view: &View) -> bool {
    NAMES.iter().any(|name| view.get(name).is_some())
}

/// The controls.
pub(super) async fn controls(tx: &mut Tx, allowed: &Allowed, of: &str) -> Result<Filters, Error> {
    let (view, place) = (&allowed.view, Place::of(allowed));
    let words = Words(view.language());
    let asked = Filter { of: Some(of.to_owned()), limit: RECENT, ..Filter::default() };
    let mut partners: BTreeMap<String, String> = BTreeMap::new();
    let mut people: BTreeMap<String, String> = BTreeMap::new();
    for row in audit::log(tx, &allowed.scope, &asked).await? {
        let LogRow { acting_tenant_id, acting_tenant_name, actor_id, actor_name, .. } = row;
        partners.insert(acting_tenant_id, acting_tenant_name);
        people.insert(actor_id, actor_name);
    }
    let mut fields = vec![
        select(view, "partner", words.organisation(), words.any_organisation(), &partners),
        select(view, "person", words.person(), words.anybody(), &people),
        select(view, "action", words.action(), words.any_action(), &say::nouns(allowed.scope.party(), words)),
    ];
    // Whoever reads the log and not the devices is not told their names.
    if allowed.scope.party() == Party::Customer && allowed.actor.can(Action::See(Item::MyDevices)) {
        let devices = coverage::my_devices(tx, &allowed.scope, view.now_ms).await?;
        let devices = devices.into_iter().map(|view| (view.device.id, view.device.name)).collect();
        fields.push(select(view, "device", words.device(), words.any_device(), &devices));
    } else {
        fields.push(
            Field::new("device", words.device(), Input::Line("search"))
                .value(view.get("device").unwrap_or_default()),
        );
    }
    let of = view.get("of").filter(|_| place.item == Item::Audit).map(|of| ("of", of.to_owned()));
    Ok(Filters {
        language: view.language(),
        action: place.path.to_owned(),
        fields,
        keep: of.into_iter().chain(Filters::kept(view)).collect(),
        active: active(view),
    })
}

fn select(view: &View, name: &'static str, label: &str, any: &str, of: &BTreeMap<String, String>) -> Field {
    let asked = view.get(name).unwrap_or_default();
    let mut choices = vec![Choice::new("", any, asked.is_empty())];
    choices.extend(of.iter().map(|(id, name)| Choice::new(id, name, id == asked)));
    Field::new(name, label, Input::Select(choices))
}
