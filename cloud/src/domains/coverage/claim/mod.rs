//! Linking a device that the organisation bought, by serial number and proof of purchase (ENR-B).
//!
//! Invariants: a sale is linked once; who does not know serial and purchase number learns nothing, not even whether the
//! device exists; attempts are counted, so that numbers cannot be guessed; a linked device is a device like any other.

mod store;

use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::base::DAY_MS;
use crate::platform::db::{DbError, Tx};
use crate::platform::error::{Error, FieldError};
use crate::platform::files::{self, Upload};
use crate::platform::web::Allowed;
use crate::platform::words::{Sentence, said};
use serde_json::json;

/// Refused attempts of one organisation within a day.
const MOST_REFUSED: i64 = 10;

/// What the buyer says.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// As it stands on the device.
    pub serial: String,
    /// As it stands on the invoice.
    pub purchase_number: String,
    /// How the device is to be called; empty for its model's name.
    pub name: String,
    /// Where it stands.
    pub site: String,
    /// The invoice itself.
    pub proof: Option<Upload>,
}

/// Makes the device one of the scope's organisation; its id.
///
/// # Errors
/// [`Error::Invalid`] field by field, also when there is no such sale; [`Error::TooMany`] after ten wrong ones in a day.
pub async fn link(app: &App, allowed: &Allowed, claim: &Claim) -> Result<String, Error> {
    complete(claim)?;
    let scope = &allowed.scope;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    if store::refused_since(&mut tx, scope, now_ms - DAY_MS).await? >= MOST_REFUSED {
        return Err(Error::TooMany { retry_after_s: u32::try_from(DAY_MS / 1000).unwrap_or(u32::MAX) });
    }
    let proof = match &claim.proof {
        Some(proof) => Some(files::keep(&mut tx, proof, now_ms).await?),
        None => None,
    };
    let attempt = app.ids.next("claim");
    let serial = claim.serial.trim().to_uppercase();
    let number = claim.purchase_number.trim().to_uppercase();
    let Some(sale) = store::take_sale(&mut tx, scope, (&serial, &number), now_ms).await? else {
        store::note(&mut tx, scope, &attempt, None, proof, now_ms).await?;
        tx.commit().await?;
        let text = said! {
            en: "There is no unlinked sale with this serial number and purchase number. Both stand on the \
                 invoice; if they are right, ask your contact at RiverSync.",
            th: "ไม่พบรายการขายที่ยังไม่ได้เชื่อมโยงซึ่งตรงกับหมายเลขเครื่องและเลขที่การซื้อนี้ ทั้งสองเลขอยู่ในใบแจ้งหนี้ \
                 หากถูกต้องแล้วให้ติดต่อผู้ประสานงานที่ RiverSync",
        };
        return Err(wrong("serial", text));
    };
    let id = app.ids.next("dev");
    let name = if claim.name.trim().is_empty() { sale.model_label.as_str() } else { claim.name.trim() };
    store::add_device(&mut tx, scope, (&id, name), (&sale.model_id, claim.site.trim(), &serial)).await?;
    store::note(&mut tx, scope, &attempt, Some(&id), proof.clone(), now_ms).await?;
    let sha256 = proof.map(|sha256| data_encoding::HEXLOWER.encode(&sha256));
    let entry = Entry::new(By::person(allowed), Fact::DeviceLinked, "device", &id)
        .with(json!({ "serial": serial, "purchase_number": number, "proof_sha256": sha256 }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    audit::announce(app, [scope.tenant_id()]);
    Ok(id)
}

fn complete(claim: &Claim) -> Result<(), Error> {
    let mut missing = Vec::new();
    let mut line = |field, value: &str, most: usize, text: Sentence| {
        if value.trim().is_empty() || value.chars().count() > most {
            missing.push(FieldError { field, text });
        }
    };
    line(
        "serial",
        &claim.serial,
        60,
        said! {
            en: "Write the serial number; it stands on the device.",
            th: "กรอกหมายเลขเครื่อง ดูได้ที่ตัวอุปกรณ์",
        },
    );
    line(
        "purchase_number",
        &claim.purchase_number,
        60,
        said! {
            en: "Write the purchase number; it stands on the invoice.",
            th: "กรอกเลขที่การซื้อ ดูได้ในใบแจ้งหนี้",
        },
    );
    line("site", &claim.site, 80, said! { en: "Say where the device stands.", th: "ระบุสถานที่ติดตั้งอุปกรณ์" });
    if claim.name.chars().count() > 80 {
        line(
            "name",
            "",
            0,
            said! {
                en: "Choose a shorter name, of 80 characters at most.",
                th: "ใช้ชื่อที่สั้นลง ไม่เกิน 80 ตัวอักษร",
            },
        );
    }
    if missing.is_empty() { Ok(()) } else { Err(Error::Invalid(missing)) }
}

fn wrong(field: &'static str, text: Sentence) -> Error {
    Error::Invalid(vec![FieldError { field, text }])
}

/// A sale of the demo world or of an import.
#[derive(Clone, Copy, Debug)]
pub struct Sale<'a> {
    /// Its serial number.
    pub serial: &'a str,
    /// Its model.
    pub model_id: &'a str,
    /// Who sold it.
    pub vendor_id: &'a str,
    /// As it stands on the invoice.
    pub purchase_number: &'a str,
    /// When, Unix milliseconds.
    pub sold_ms: i64,
}

/// Writes sales down.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_sales(tx: &mut Tx, sales: &[Sale<'_>]) -> Result<(), DbError> {
    for sale in sales {
        store::add_sale(tx, sale).await?;
    }
    Ok(())
}
