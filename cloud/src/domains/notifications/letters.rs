//! The mail with what happened, in both languages. Its subject tells of a kind and a number, never of a thing.

use super::say::Line;
use crate::domains::identity::Addressee;
use crate::platform::base::Language;
use crate::platform::mail::{Button, Letter};

/// Lines of one mail; the rest is counted.
const MOST: usize = 30;

/// The letter to somebody who acts for `organisation`; `origin` is where the service is reached.
pub(super) fn news(to: &Addressee, organisation: &str, lines: &[Line], origin: &str) -> Letter {
    let count = lines.len();
    let (subject, lead, rest, label, note) = match to.language {
        Language::English => (
            match count {
                1 => "1 notification from RiverSync".to_owned(),
                n => format!("{n} notifications from RiverSync"),
            },
            format!("What happened for {organisation}:"),
            format!("And {} more.", count.saturating_sub(MOST)),
            "Open your notifications",
            format!("What comes by e-mail, and when, you choose at {origin}/account/notifications/settings"),
        ),
        Language::Thai => (
            format!("การแจ้งเตือนจาก RiverSync {count} รายการ"),
            format!("เหตุการณ์ของ {organisation}:"),
            format!("และอีก {} รายการ", count.saturating_sub(MOST)),
            "เปิดการแจ้งเตือน",
            format!("เลือกสิ่งที่ส่งทางอีเมลและเวลาได้ที่ {origin}/account/notifications/settings"),
        ),
    };
    let mut said = vec![lead];
    said.extend(lines.iter().take(MOST).map(|line| format!("• {}", line.text)));
    said.extend((count > MOST).then_some(rest));
    Letter {
        lines: said,
        button: Some(Button { label: label.to_owned(), url: format!("{origin}/account/notifications") }),
        notes: vec![note],
        ..to.letter(&subject)
    }
}
