//! Making, renewing and revoking. The secret leaves here once.

use super::model::{ApiKey, Wanted};
use super::{rules, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity::letters::{self, KeyNews};
use crate::domains::identity::{self, Addressee, secret, store as people};
use crate::platform::access::{Action, Actor, Item};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::mail;
use crate::platform::web::Allowed;
use crate::platform::words::said;
use serde_json::json;

/// How many keys of an organisation one person may answer for.
const MOST_KEYS: usize = 20;

/// A key that was just made or renewed: its name and its secret, to be shown once.
#[derive(Debug)]
pub(super) struct Fresh {
    pub(super) name: String,
    pub(super) secret: String,
}

/// Whether `actor` looks after what is the organisation's.
pub(super) fn administers(actor: &Actor) -> bool {
    actor.can(Action::Change(Item::Apps))
}

/// The keys that whoever is signed in may see: one's own, and as an administrator all of the organisation.
pub(super) async fn seen(tx: &mut Tx, allowed: &Allowed) -> Result<Vec<ApiKey>, Error> {
    let mut keys = store::of_tenant(tx, &allowed.scope).await?;
    let all = administers(&allowed.actor);
    keys.retain(|key| all || (key.of_tenant == 0 && key.person_id == allowed.scope.person_id()));
    Ok(keys)
}

fn fresh_secret(app: &App) -> String {
    format!("{}{}", rules::PREFIX, secret::fresh(app.random.as_ref()))
}

/// Makes a key of one's own, or, as an administrator, of the organisation.
pub(super) async fn make(app: &App, allowed: &Allowed, wanted: &Wanted) -> Result<Fresh, Error> {
    let checked = rules::checked(&allowed.actor, wanted).map_err(Error::Invalid)?;
    if wanted.of_tenant && !administers(&allowed.actor) {
        let text = said! {
            en: "Keys of the organisation are made by its administrators. Make one of your own.",
            th: "คีย์ขององค์กรสร้างโดยผู้ดูแลระบบขององค์กร คุณสร้างคีย์ของตนเองได้",
        };
        return Err(Error::Forbidden { code: "role_forbidden", text });
    }
    let now_ms = app.clock.now_ms();
    let shown = fresh_secret(app);
    let mut tx = app.db.write().await?;
    let has = store::of_tenant(&mut tx, &allowed.scope).await?;
    if has.iter().filter(|key| key.person_id == allowed.scope.person_id()).count() >= MOST_KEYS {
        let text = said! {
            en: "You answer for 20 keys. Revoke one that nobody uses first.",
            th: "คุณดูแลคีย์ครบ 20 รายการแล้ว เพิกถอนคีย์ที่ไม่มีใครใช้ก่อน",
        };
        return Err(Error::Conflict { code: "too_many_keys", text });
    }
    let key = ApiKey {
        id: app.ids.next("key"),
        tenant_id: allowed.scope.tenant_id().to_owned(),
        person_id: allowed.scope.person_id().to_owned(),
        person_name: allowed.actor.person_name.clone(),
        of_tenant: i64::from(wanted.of_tenant),
        name: checked.name,
        secret_sha256: secret::hashed(&shown),
        former_until_ms: None,
        items: checked.items,
        read_only: i64::from(wanted.read_only),
        addresses: checked.addresses,
        created_ms: now_ms,
        life_ms: checked.life_ms,
        expires_ms: now_ms + checked.life_ms,
        used_ms: None,
        used_ip: None,
        refused_ms: None,
        revoked_ms: None,
    };
    store::add(&mut tx, &key).await?;
    tell(app, &mut tx, allowed, &key, KeyNews::Made).await?;
    let entry = Entry::new(By::person(allowed), Fact::ApiKeyMade, "api_key", &key.id).with(json!({
        "name": key.name, "items": key.items, "read_only": wanted.read_only, "of_organisation": wanted.of_tenant,
        "addresses": key.addresses, "expires_ms": key.expires_ms,
    }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(Fresh { name: key.name, secret: shown })
}

/// Gives a key a new secret and as long a life as it was made for; the former secret works for one more day.
pub(super) async fn rotate(app: &App, allowed: &Allowed, id: &str) -> Result<Fresh, Error> {
    let now_ms = app.clock.now_ms();
    let shown = fresh_secret(app);
    let mut tx = app.db.write().await?;
    let key = theirs(&mut tx, allowed, id).await?;
    // Another person's own key is not taken over: it would go on under other rights than its program was given.
    if key.of_tenant == 0 && key.person_id != allowed.scope.person_id() {
        let text = said! {
            en: "Only its owner can renew a person's own key. You can revoke it.",
            th: "คีย์ส่วนบุคคลต่ออายุได้โดยเจ้าของเท่านั้น คุณเพิกถอนได้",
        };
        return Err(Error::Forbidden { code: "role_forbidden", text });
    }
    // Whoever renews answers for it, and nobody hands out more than they may themselves.
    let offered = rules::offered(&allowed.actor);
    if key.items().iter().any(|item| !offered.contains(item)) {
        let text = said! {
            en: "This key is for more than you may open yourself. Make a new one instead.",
            th: "คีย์นี้มีขอบเขตเกินกว่าที่คุณเปิดเองได้ สร้างคีย์ใหม่แทน",
        };
        return Err(Error::Forbidden { code: "role_forbidden", text });
    }
    let until_ms = key.expires_ms.min(now_ms + rules::OVERLAP_MS);
    let lives = (until_ms, now_ms + key.life_ms);
    store::rotate(&mut tx, &allowed.scope, id, &secret::hashed(&shown), lives).await?;
    tell(app, &mut tx, allowed, &key, KeyNews::Renewed).await?;
    let entry = Entry::new(By::person(allowed), Fact::ApiKeyRotated, "api_key", id)
        .with(json!({ "name": key.name, "former_until_ms": until_ms }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(Fresh { name: key.name, secret: shown })
}

/// Revokes a key: it is refused from its next request on.
pub(super) async fn revoke(app: &App, allowed: &Allowed, id: &str) -> Result<String, Error> {
    let mut tx = app.db.write().await?;
    let key = theirs(&mut tx, allowed, id).await?;
    store::revoke(&mut tx, &allowed.scope, id, app.clock.now_ms()).await?;
    let entry =
        Entry::new(By::person(allowed), Fact::ApiKeyRevoked, "api_key", id).with(json!({ "name": key.name }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(key.name)
}

/// Writes to who answers for a key: the person, or of an organisation's key its administrators.
async fn tell(app: &App, tx: &mut Tx, allowed: &Allowed, key: &ApiKey, news: KeyNews) -> Result<(), Error> {
    let (who, now_ms) = (&allowed.actor.person_name, app.clock.now_ms());
    let words = |to: &Addressee| letters::api_key(to, news, &key.name, who, now_ms);
    if key.of_tenant != 0 {
        return identity::write_to_administrators(app, tx, &key.tenant_id, words).await;
    }
    let Some(person) = people::person(tx, &key.person_id).await? else { return Ok(()) };
    mail::queue(app, tx, &person.email, &words(&Addressee::of(&person)), now_ms + mail::NEWS_LIFE_MS).await
}

async fn theirs(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<ApiKey, Error> {
    seen(tx, allowed).await?.into_iter().find(|key| key.id == id).ok_or(Error::NotFound)
}
