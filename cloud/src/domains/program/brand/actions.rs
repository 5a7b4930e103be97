//! Changing how a program looks.

use super::model::{Brand, Part, Wanted};
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity;
use crate::platform::error::Error;
use crate::platform::files;
use crate::platform::web::Allowed;

/// Makes the brand of the scope's own program what is wanted; what it is then.
///
/// # Errors
/// 412 when somebody changed it meanwhile.
pub(super) async fn set(app: &App, allowed: &Allowed, wanted: Wanted) -> Result<Brand, Error> {
    let tenant_id = allowed.scope.tenant_id();
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    identity::take_turn(&mut tx, tenant_id).await?;
    let before = store::brand(&mut tx, &allowed.scope).await?;
    allowed.believed.holds(("brand", tenant_id), &before.version())?;
    let mut brand = before.clone();
    match wanted.colour {
        Part::Stays => {}
        Part::Is(colour) => brand.colour = Some(colour.to_string()),
        Part::Goes => brand.colour = None,
    }
    match wanted.logo {
        Part::Stays => {}
        Part::Is(logo) => brand.logo_sha256 = Some(files::keep(&mut tx, &logo, now_ms).await?),
        Part::Goes => brand.logo_sha256 = None,
    }
    if brand != before {
        store::set(&mut tx, &allowed.scope, &brand, now_ms).await?;
        if let Some(former) = before.logo_sha256.as_ref().filter(|_| before.logo_sha256 != brand.logo_sha256)
        {
            store::forget(&mut tx, former).await?;
        }
        let mut detail = brand.told();
        detail["before"] = before.told();
        let entry = Entry::new(By::person(allowed), Fact::BrandChanged, "brand", tenant_id).with(detail);
        audit::record(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    audit::announce(app, [tenant_id]);
    Ok(brand)
}
