//! Leads as they come in.

use super::super::similar::key;
use super::super::stages::State;
use crate::platform::db::{DbError, Tx, query};

/// A new lead.
#[derive(Clone, Debug)]
pub(in super::super) struct NewLead<'a> {
    pub(in super::super) id: &'a str,
    /// The partner that brought it, and works it until it is shared.
    pub(in super::super) reseller_id: Option<&'a str>,
    pub(in super::super) vendor_id: Option<&'a str>,
    pub(in super::super) owner_id: Option<&'a str>,
    pub(in super::super) customer_name: &'a str,
    pub(in super::super) title: &'a str,
    /// Name, address, number.
    pub(in super::super) contact: [&'a str; 3],
    pub(in super::super) form_key: Option<&'a str>,
    pub(in super::super) at_ms: i64,
}

/// Writes it.
pub(in super::super) async fn insert_lead(tx: &mut Tx, new: &NewLead<'_>) -> Result<(), DbError> {
    let [name, email, phone] = new.contact;
    query(
        "INSERT INTO funnel_record (id, stage, status, reseller_id, referrer_id, owner_id, vendor_id, customer_name, title,
             contact_name, contact_email, contact_phone, source, form_key, created_ms, updated_ms, customer_key,
             title_key)
         VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16)",
    )
    .bind(new.id)
    .bind(State::LeadCaptured.stage().key())
    .bind(State::LeadCaptured.status())
    .bind(new.reseller_id)
    .bind(new.owner_id)
    .bind(new.vendor_id)
    .bind(new.customer_name)
    .bind(new.title)
    .bind(name)
    .bind(email)
    .bind(phone)
    .bind(if new.reseller_id.is_some() { "reseller" } else { "riversync" })
    .bind(new.form_key)
    .bind(new.at_ms)
    .bind(key(new.customer_name))
    .bind(key(new.title))
    .later(tx)
    .await
}
