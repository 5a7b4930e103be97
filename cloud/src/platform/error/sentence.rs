//! What each error says to whoever meets it.

use super::Error;
use crate::platform::words::{Sentence, said};

impl Error {
    /// What happened, why, and what to do next.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Key { text, .. } => Sentence::english(*text),
            Self::Forbidden { text, .. }
            | Self::TierLocked { text, .. }
            | Self::Conflict { text, .. }
            | Self::Gone(text) => text.clone(),
            Self::SignIn => said! { en: "Please sign in first.", th: "กรุณาเข้าสู่ระบบก่อน" },
            Self::NotFound => said! {
                en: "There is nothing here, or nothing that your organisation may see.",
                th: "ไม่มีข้อมูลที่นี่ หรือองค์กรของคุณไม่มีสิทธิ์ดู",
            },
            Self::Elsewhere(_) => said! { en: "This page has moved for you.", th: "หน้านี้ย้ายไปที่อื่นแล้ว" },
            Self::StepUp => said! {
                en: "This change needs a fresh proof that it is you. Confirm it on the page, then send it \
                     again.",
                th: "การเปลี่ยนแปลงนี้ต้องยืนยันตัวตนใหม่ ยืนยันในหน้านี้แล้วส่งอีกครั้ง",
            },
            Self::Invalid(_) => said! {
                en: "Some of what you entered cannot be accepted.",
                th: "ข้อมูลบางส่วนที่กรอกใช้ไม่ได้",
            },
            Self::TooMany { retry_after_s } => said! {
                en: "That was too often. Please wait {retry_after_s} seconds and try again.",
                th: "ทำรายการถี่เกินไป รอ {retry_after_s} วินาทีแล้วลองใหม่",
            },
            Self::Busy => said! {
                en: "The service is busy. Please try again in a moment.",
                th: "ระบบกำลังทำงานหนัก ลองใหม่ในอีกสักครู่",
            },
            Self::TooLarge => said! {
                en: "That is too large to be accepted here. Send less at once.",
                th: "ข้อมูลใหญ่เกินกว่าจะรับได้ ส่งครั้งละน้อยลง",
            },
            Self::MediaType => Sentence::english(
                "The body is not of a kind that can be read here. Send JSON, with Content-Type: application/json.",
            ),
            Self::Precondition => Sentence::english(
                "This address keeps no version to hold If-Match against, so nothing was changed. Send it without \
                 If-Match.",
            ),
            Self::Changed { .. } => said! {
                en: "Somebody changed this after you had read it, so nothing was done. Read it again and \
                     decide anew.",
                th: "มีผู้แก้ไขข้อมูลนี้หลังจากที่คุณเปิดอ่าน จึงไม่มีการเปลี่ยนแปลงใด ๆ อ่านอีกครั้งแล้วตัดสินใจใหม่",
            },
            Self::Method => said! {
                en: "This address does not take that kind of request. Open it from a page instead.",
                th: "ที่อยู่นี้ไม่รับคำขอแบบนี้ เปิดจากหน้าเว็บแทน",
            },
            Self::Internal(_) => said! {
                en: "Something went wrong on our side. It has been noted; please try again.",
                th: "เกิดข้อผิดพลาดที่ระบบของเรา เราบันทึกไว้แล้ว กรุณาลองใหม่",
            },
        }
    }
}
