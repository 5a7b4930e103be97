//! What administrators are told by mail when an endpoint was paused. Its address may hold a secret and is left out.

use super::model::Endpoint;
use crate::domains::identity::Addressee;
use crate::platform::base::Language;
use crate::platform::mail::{Button, Letter};

/// The letter to an administrator. `origin` is where the service is reached.
pub(super) fn paused(to: &Addressee, endpoint: &Endpoint, origin: &str) -> Letter {
    let url = format!("{origin}/account/webhooks/{}", endpoint.id);
    let button = |label: &str| Some(Button { label: label.to_owned(), url: url.clone() });
    match to.language {
        Language::English => Letter {
            lines: vec![format!(
                "The webhook \"{}\" was paused: its server took no event for five days, or said that it wants no more. \
                 Nothing is sent there until somebody resumes it.",
                endpoint.name
            )],
            button: button("Look at the webhook"),
            notes: vec![
                "What was not delivered stands there with its error and can be sent again for 30 days."
                    .to_owned(),
            ],
            ..to.letter("A webhook of your organisation was paused")
        },
        Language::Thai => Letter {
            lines: vec![format!(
                "เว็บฮุก \"{}\" ถูกพักไว้ เพราะเซิร์ฟเวอร์ปลายทางไม่รับเหตุการณ์ใดเลยเป็นเวลาห้าวัน หรือแจ้งว่าไม่ต้องการรับอีก \
                 จะไม่มีการส่งจนกว่าจะมีผู้เปิดใช้งานอีกครั้ง",
                endpoint.name
            )],
            button: button("ดูเว็บฮุก"),
            notes: vec!["รายการที่ส่งไม่สำเร็จแสดงพร้อมสาเหตุ และส่งใหม่ได้ภายใน 30 วัน".to_owned()],
            ..to.letter("เว็บฮุกขององค์กรคุณถูกพักไว้")
        },
    }
}
