//! What a partner is told by mail when it is suspended or reinstated. The reason stands in the letter, never in its
//! subject.

use crate::domains::identity::Addressee;
use crate::platform::base::Language;
use crate::platform::mail::{Button, Letter};

/// The letter to an administrator of `organisation`. `origin` is where the service is reached.
pub(super) fn standing(
    to: &Addressee,
    organisation: &str,
    suspended: bool,
    reason: &str,
    origin: &str,
) -> Letter {
    let button =
        |label: &str, path: &str| Some(Button { label: label.to_owned(), url: format!("{origin}{path}") });
    match (to.language, suspended) {
        (Language::English, true) => Letter {
            lines: vec![
                format!("RiverSync has suspended the access of {organisation} to the Partners app, from now on."),
                format!("The reason given: {reason}"),
            ],
            button: button("See the apps of your organisation", "/account/enrolment"),
            notes: vec![
                "Nothing was deleted, and your other apps work as before. Your contact at RiverSync can reinstate it."
                    .to_owned(),
            ],
            ..to.letter("Your access to the Partners app is suspended")
        },
        (Language::Thai, true) => Letter {
            lines: vec![
                format!("RiverSync ระงับการใช้แอป Partners ของ {organisation} ตั้งแต่บัดนี้"),
                format!("เหตุผลที่ระบุ: {reason}"),
            ],
            button: button("ดูแอปขององค์กรของคุณ", "/account/enrolment"),
            notes: vec![
                "ไม่มีข้อมูลใดถูกลบ และแอปอื่นของคุณใช้งานได้ตามเดิม ผู้ประสานงานของคุณที่ RiverSync เปิดการใช้งานคืนได้".to_owned(),
            ],
            ..to.letter("การใช้แอป Partners ของคุณถูกระงับ")
        },
        (Language::English, false) => Letter {
            lines: vec![
                format!("{organisation} has the Partners app again, as it was."),
                format!("The reason given: {reason}"),
            ],
            button: button("Open the Partners app", "/partners/overview"),
            ..to.letter("Your access to the Partners app is back")
        },
        (Language::Thai, false) => Letter {
            lines: vec![
                format!("{organisation} ใช้แอป Partners ได้อีกครั้งตามเดิม"),
                format!("เหตุผลที่ระบุ: {reason}"),
            ],
            button: button("เปิดแอป Partners", "/partners/overview"),
            ..to.letter("คุณใช้แอป Partners ได้อีกครั้ง")
        },
    }
}
