//! What an applicant is told of a decision, by mail. The reason stands in the letter, never in its subject.

use crate::domains::enrolment::capability::Subtype;
use crate::domains::identity::Addressee;
use crate::platform::base::Language;
use crate::platform::mail::{Button, Letter};

/// A decision, as the applicant reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision<'a> {
    /// A partner of this subtype from now on.
    Approved(Subtype),
    /// No, and why.
    Rejected(&'a str),
    /// To be changed, and what.
    Returned(&'a str),
}

/// The letter to an administrator of `organisation`. `origin` is where the service is reached.
pub(super) fn decided(to: &Addressee, organisation: &str, decision: Decision<'_>, origin: &str) -> Letter {
    let button =
        |label: &str, path: &str| Some(Button { label: label.to_owned(), url: format!("{origin}{path}") });
    let application = "/account/enrolment/application";
    match (to.language, decision) {
        (Language::English, Decision::Approved(subtype)) => Letter {
            lines: vec![format!(
                "{organisation} is a partner now, as a {}. Whoever is signed in has the Partners app at once.",
                subtype.label().to_lowercase()
            )],
            button: button("Open the Partners app", "/partners/overview"),
            notes: vec!["What your organisation had before stays as it was.".to_owned()],
            ..to.letter("Your partner application was approved")
        },
        (Language::Thai, Decision::Approved(subtype)) => Letter {
            lines: vec![format!(
                "{organisation} เป็นพาร์ตเนอร์แล้วในฐานะ{} ผู้ที่เข้าสู่ระบบอยู่ใช้แอป Partners ได้ทันที",
                match subtype {
                    Subtype::Reseller => "ตัวแทนจำหน่าย",
                    Subtype::Distributor => "ผู้จัดจำหน่าย",
                }
            )],
            button: button("เปิดแอป Partners", "/partners/overview"),
            notes: vec!["สิ่งที่องค์กรของคุณมีอยู่เดิมยังคงเหมือนเดิม".to_owned()],
            ..to.letter("ใบสมัครพาร์ตเนอร์ของคุณได้รับอนุมัติ")
        },
        (Language::English, Decision::Rejected(reason)) => Letter {
            lines: vec![
                format!("RiverSync did not accept the application of {organisation} to become a partner."),
                format!("The reason given: {reason}"),
            ],
            button: button("Open the application", application),
            notes: vec!["You may apply again once that has changed.".to_owned()],
            ..to.letter("Your partner application was rejected")
        },
        (Language::Thai, Decision::Rejected(reason)) => Letter {
            lines: vec![
                format!("RiverSync ไม่รับใบสมัครเป็นพาร์ตเนอร์ของ {organisation}"),
                format!("เหตุผลที่ระบุ: {reason}"),
            ],
            button: button("เปิดใบสมัคร", application),
            notes: vec!["คุณสมัครใหม่ได้เมื่อเรื่องดังกล่าวเปลี่ยนไป".to_owned()],
            ..to.letter("ใบสมัครพาร์ตเนอร์ของคุณไม่ได้รับอนุมัติ")
        },
        (Language::English, Decision::Returned(note)) => Letter {
            lines: vec![
                format!("RiverSync sent the application of {organisation} back to be changed."),
                format!("What is asked for: {note}"),
            ],
            button: button("Change and send it again", application),
            notes: vec!["The review starts anew when you send it again.".to_owned()],
            ..to.letter("Your partner application needs a change")
        },
        (Language::Thai, Decision::Returned(note)) => Letter {
            lines: vec![
                format!("RiverSync ส่งใบสมัครของ {organisation} กลับมาให้แก้ไข"),
                format!("สิ่งที่ขอให้แก้ไข: {note}"),
            ],
            button: button("แก้ไขและส่งใหม่", application),
            notes: vec!["การพิจารณาจะเริ่มใหม่เมื่อคุณส่งอีกครั้ง".to_owned()],
            ..to.letter("ใบสมัครพาร์ตเนอร์ของคุณต้องแก้ไข")
        },
    }
}
