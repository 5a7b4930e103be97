//! A lead comes in: a reseller refers it (PAR-10), or `RiverSync` takes it down.

use super::store::{self, NewEvent, NewLead};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity;
use crate::platform::access::{Party, Scope};
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::words::{Sentence, said};
use serde_json::json;

/// Longest field, characters.
const LONGEST: usize = 160;

/// What was entered, as it was entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Referral {
    /// Who may need something.
    pub customer: String,
    /// What they may need.
    pub title: String,
    /// The person to call.
    pub contact: String,
    /// Their address; it or the number.
    pub email: String,
    /// Their number; it or the address.
    pub phone: String,
    /// That they agreed to be called.
    pub consent: bool,
    /// Names the form, so that sending it twice makes one lead.
    pub form_key: String,
}

/// Takes a lead into the program's inbox; its id. The same form sent twice gives the same lead.
///
/// # Errors
/// 404 for who has no leads, invalid input, or ours.
pub async fn capture_lead(app: &App, scope: &Scope, by: By, referral: &Referral) -> Result<String, Error> {
    let (reseller_id, vendor_id) = match scope.party() {
        Party::Reseller => (Some(scope.tenant_id()), scope.vendor_id()),
        Party::Vendor => (None, Some(scope.tenant_id())),
        Party::Distributor | Party::Customer => return Err(Error::NotFound),
    };
    let faults = faults(referral);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let form_key = Some(referral.form_key.as_str()).filter(|key| !key.is_empty() && reseller_id.is_some());
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    if let Some(key) = form_key {
        store::take_turn(&mut tx, scope).await?;
        if let Some(id) = store::by_form(&mut tx, scope, key).await? {
            // The first of the two may still be on its way to the disk.
            tx.commit().await?;
            return Ok(id);
        }
    }
    let id = app.ids.next("lead");
    let new = NewLead {
        id: &id,
        reseller_id,
        vendor_id,
        owner_id: reseller_id.map(|_| scope.person_id()),
        customer_name: referral.customer.trim(),
        title: referral.title.trim(),
        contact: [referral.contact.trim(), referral.email.trim(), referral.phone.trim()],
        form_key,
        at_ms: now_ms,
    };
    let line = NewEvent {
        record_id: &id,
        at_ms: now_ms,
        kind: Fact::LeadCaptured.key(),
        tenant_id: scope.tenant_id(),
        tenant_name: &by.tenant_name.clone(),
        person_name: &by.name.clone(),
        note: "",
    };
    let mut entry = Entry::new(by, Fact::LeadCaptured, "deal", &id).of_story(&id).with(json!({ "deal": id }));
    entry.affected.extend(vendor_id.map(str::to_owned));
    let told = entry.affected.clone();
    audit::record(app, &mut tx, entry).await?;
    store::insert_lead(&mut tx, &new).await?;
    store::happened(&mut tx, &line).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Funnel);
    audit::announce(app, told.iter().map(String::as_str).chain([scope.tenant_id()]));
    Ok(id)
}

/// What is wrong with what was entered, all at once.
fn faults(referral: &Referral) -> Vec<FieldError> {
    let fits = |text: &str| !text.trim().is_empty() && text.trim().chars().count() <= LONGEST;
    let (email, phone) = (referral.email.trim(), referral.phone.trim());
    let mut faults = Vec::new();
    let mut fault = |is: bool, field, text: Sentence| {
        if is {
            faults.push(FieldError { field, text });
        }
    };
    fault(
        !fits(&referral.customer),
        "customer",
        said! {
            en: "Enter the customer's name, at most {LONGEST} characters.",
            th: "กรอกชื่อลูกค้า ไม่เกิน {LONGEST} ตัวอักษร",
        },
    );
    fault(
        !fits(&referral.title),
        "title",
        said! {
            en: "Say in a line what they may need, at most {LONGEST} characters.",
            th: "อธิบายสิ่งที่ลูกค้าอาจต้องการในหนึ่งบรรทัด ไม่เกิน {LONGEST} ตัวอักษร",
        },
    );
    fault(
        !fits(&referral.contact),
        "contact",
        said! {
            en: "Enter whom to call, at most {LONGEST} characters.",
            th: "กรอกชื่อผู้ติดต่อ ไม่เกิน {LONGEST} ตัวอักษร",
        },
    );
    fault(!email.is_empty() && identity::fold_email(email).is_none(), "email", identity::no_email());
    fault(
        phone.chars().count() > LONGEST || (email.is_empty() && phone.is_empty()),
        "phone",
        said! {
            en: "Enter an e-mail address or a telephone number.",
            th: "กรอกอีเมลหรือหมายเลขโทรศัพท์อย่างน้อยหนึ่งอย่าง",
        },
    );
    fault(
        !referral.consent,
        "consent",
        said! {
            en: "Only who agreed to be called is referred. Ask them first.",
            th: "ส่งต่อได้เฉพาะผู้ที่ยินยอมให้ติดต่อ ขอความยินยอมก่อน",
        },
    );
    faults
}

#[cfg(test)]
mod tests {
    use super::{Referral, faults};

    #[test]
    fn all_faults_are_told_at_once_and_one_way_to_reach_somebody_is_enough() {
        let fields: Vec<&str> = faults(&Referral::default()).iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["customer", "title", "contact", "phone", "consent"]);
        let whole = Referral {
            customer: "A".into(),
            title: "B".into(),
            contact: "C".into(),
            phone: "02".into(),
            consent: true,
            ..Referral::default()
        };
        assert_eq!(faults(&whole), []);
        let by_mail = Referral { phone: String::new(), email: "c@a.example".into(), ..whole.clone() };
        assert_eq!(faults(&by_mail), []);
        for email in ["c", "@a.example", "c@", "a b@c.example"] {
            let wrong = Referral { email: email.into(), ..whole.clone() };
            assert_eq!(faults(&wrong).len(), 1, "{email}");
        }
    }
}
