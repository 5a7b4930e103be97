//! From the secret that a program shows to the actor it acts as.

use super::model::ApiKey;
use super::{rules, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity::{secret, session};
use crate::platform::access::{Actor, Key};
use crate::platform::base::{HOUR_MS, MINUTE_MS};
use crate::platform::error::Error;
use serde_json::json;

/// How old the time of last use may be before it is written again.
const USED_STEP_MS: i64 = MINUTE_MS;

/// Who acts through the key `shown`.
///
/// # Errors
/// [`Error::Key`] when it does not work; a key of ours that is refused is written down, once an hour.
pub(in super::super) async fn actor(
    app: &App,
    shown: &str,
    (request_id, ip): (&str, &str),
) -> Result<Actor, Error> {
    let unknown = Error::Key {
        code: "key_unknown",
        text: "This is no API key that is known here. Send one as Authorization: Bearer rsk_….",
    };
    if !shown.starts_with(rules::PREFIX) {
        return Err(unknown);
    }
    let sha256 = secret::hashed(shown);
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.read().await?;
    let Some(key) = store::by_secret(&mut tx, &sha256).await? else { return Err(unknown) };
    let acting = match rules::works(&key, &sha256, ip, now_ms) {
        Ok(()) => session::member(&mut tx, &key.person_id, &key.tenant_id).await,
        Err(refused) => Err(refused),
    };
    drop(tx);
    let actor = match acting {
        Ok(actor) => actor,
        Err(Error::SignIn) => {
            let gone = Error::Key {
                code: "key_owner",
                text: "Who answers for this API key may not sign in here any more. An administrator can take it over.",
            };
            return Err(refuse(app, &key, gone, (request_id, ip)).await);
        }
        Err(error @ Error::Key { .. }) => return Err(refuse(app, &key, error, (request_id, ip)).await),
        Err(error) => return Err(error),
    };
    if key.used_ms.is_none_or(|used_ms| now_ms - used_ms >= USED_STEP_MS)
        || key.used_ip.as_deref() != Some(ip)
    {
        let mut tx = app.db.write().await?;
        store::used(&mut tx, &key.id, ip, now_ms).await?;
        tx.commit().await?;
    }
    // A key is of one organisation: it switches to no other.
    let tenants = vec![(actor.tenant_id.clone(), actor.tenant_name.clone())];
    let items = key.items();
    let key = Key {
        id: key.id,
        name: key.name,
        items,
        read_only: key.read_only != 0,
        of_tenant: key.of_tenant != 0,
    };
    Ok(Actor { key: Some(key), tenants, ..actor })
}

/// Writes the refusal down and passes it on.
async fn refuse(app: &App, key: &ApiKey, error: Error, (request_id, ip): (&str, &str)) -> Error {
    let written = async {
        let now_ms = app.clock.now_ms();
        let mut tx = app.db.write().await?;
        if store::refused(&mut tx, &key.id, now_ms - HOUR_MS, now_ms).await? {
            let name = audit::by_key(&key.person_name, &key.name, &key.id);
            let by = By::member((&key.person_id, &name), (&key.tenant_id, &key.tenant_id));
            let entry = Entry::new(by.in_request(request_id, ip), Fact::ApiKeyRefused, "api_key", &key.id)
                .with(json!({ "code": error.code() }));
            audit::record(app, &mut tx, entry).await?;
        }
        Ok::<(), Error>(tx.commit().await?)
    };
    written.await.err().unwrap_or(error)
}
