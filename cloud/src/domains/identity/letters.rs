//! The mails of this room, in each language. No subject holds a link, a code or a name that not everybody may read.

use super::addressee::Addressee;
use super::model::{Membership, Person};
use crate::domains::audit::By;
use crate::platform::base::{BANGKOK, Language, in_zone};
use crate::platform::mail::{Button, Letter};

fn language(person: &Person) -> Language {
    person.reader().language
}

fn letter(person: &Person, subject: &str) -> Letter {
    Addressee::of(person).letter(subject)
}

/// `12345678` is easier to type as `1234 5678`.
fn spaced(code: &str) -> String {
    match code.split_at_checked(code.len() / 2) {
        Some((one, other)) => format!("{one} {other}"),
        None => code.to_owned(),
    }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// The link and the code that somebody asked for.
pub(super) fn sign_in(person: &Person, url: &str, code: &str) -> Letter {
    let button = |label: &str| Some(Button { label: label.to_owned(), url: url.to_owned() });
    match language(person) {
        Language::English => Letter {
            lines: owned(&["Open this link and press the button there to sign in:"]),
            button: button("Sign in to RiverSync"),
            code: Some(("Or type this code in the browser where you asked for it:".to_owned(), spaced(code))),
            notes: owned(&[
                "It works once, for 30 minutes. If you did not ask for it, do nothing: nobody can sign in without it.",
            ]),
            ..letter(person, "Your sign-in link for RiverSync")
        },
        Language::Thai => Letter {
            lines: owned(&["เปิดลิงก์นี้แล้วกดปุ่มในหน้านั้นเพื่อเข้าสู่ระบบ"]),
            button: button("เข้าสู่ระบบ RiverSync"),
            code: Some(("หรือพิมพ์รหัสนี้ในเบราว์เซอร์ที่คุณใช้ขอลิงก์".to_owned(), spaced(code))),
            notes: owned(&["ใช้ได้ครั้งเดียวภายใน 30 นาที หากคุณไม่ได้ขอ ไม่ต้องทำอะไร ไม่มีใครเข้าสู่ระบบได้หากไม่มีลิงก์นี้"]),
            ..letter(person, "ลิงก์เข้าสู่ระบบ RiverSync ของคุณ")
        },
    }
}

/// The invitation into an organisation.
pub(super) fn invitation(person: &Person, home: &Membership, by: &By, url: &str, until_ms: i64) -> Letter {
    let until = in_zone(until_ms, BANGKOK).strftime("%-d %b %Y, %H:%M").to_string();
    let button = |label: &str| Some(Button { label: label.to_owned(), url: url.to_owned() });
    let tenant = &home.tenant_name;
    match language(person) {
        Language::English => Letter {
            lines: vec![match by.kind {
                "person" => format!("{} invites you to work with {tenant} on RiverSync.", by.name),
                _ => format!("You are invited to work with {tenant} on RiverSync."),
            }],
            button: button("Open the invitation"),
            notes: vec![format!(
                "The link works once, until {until} (Bangkok). The page asks for this e-mail address, so that nobody \
                 else can use it. If you do not know {tenant}, do nothing."
            )],
            ..letter(person, &format!("{tenant} invites you to RiverSync"))
        },
        Language::Thai => Letter {
            lines: vec![match by.kind {
                "person" => format!("{} เชิญคุณเข้าร่วมงานกับ {tenant} บน RiverSync", by.name),
                _ => format!("คุณได้รับเชิญให้เข้าร่วมงานกับ {tenant} บน RiverSync"),
            }],
            button: button("เปิดคำเชิญ"),
            notes: vec![format!(
                "ลิงก์ใช้ได้ครั้งเดียวจนถึง {until} (เวลากรุงเทพฯ) หน้าเว็บจะถามอีเมลนี้เพื่อไม่ให้ผู้อื่นใช้แทน หากคุณไม่รู้จัก {tenant} \
                 ไม่ต้องทำอะไร"
            )],
            ..letter(person, &format!("{tenant} เชิญคุณเข้าใช้ RiverSync"))
        },
    }
}

/// The code that proves within a session that the person is there.
pub(super) fn step_up(person: &Person, code: &str) -> Letter {
    match language(person) {
        Language::English => Letter {
            lines: owned(&[
                "You are about to do something that matters, so we ask once more whether it is you.",
            ]),
            code: Some(("Type this code in the browser where you asked for it:".to_owned(), spaced(code))),
            notes: owned(&[
                "It works once, for 10 minutes. Tell it to nobody. If you did not ask for it, somebody is signed in as \
                 you: open your account and end that session.",
            ]),
            ..letter(person, "Your confirmation code for RiverSync")
        },
        Language::Thai => Letter {
            lines: owned(&["คุณกำลังจะทำรายการสำคัญ เราจึงขอยืนยันอีกครั้งว่าเป็นคุณ"]),
            code: Some(("พิมพ์รหัสนี้ในเบราว์เซอร์ที่คุณใช้ขอรหัส".to_owned(), spaced(code))),
            notes: owned(&[
                "ใช้ได้ครั้งเดียวภายใน 10 นาที อย่าบอกรหัสนี้แก่ผู้ใด หากคุณไม่ได้ขอ แสดงว่ามีผู้อื่นเข้าสู่ระบบในชื่อของคุณ กรุณาเปิดหน้าบัญชีและสิ้นสุดเซสชันนั้น",
            ]),
            ..letter(person, "รหัสยืนยันของคุณสำหรับ RiverSync")
        },
    }
}

/// Tells the person that somebody who administers ended sessions of theirs, and why.
pub(super) fn signed_out(person: &Person, by: &By, reason: &str, at_ms: i64) -> Letter {
    let at = in_zone(at_ms, BANGKOK).strftime("%-d %b %Y, %H:%M").to_string();
    let who = format!("{} ({})", by.name, by.tenant_name);
    match language(person) {
        Language::English => Letter {
            lines: vec![
                format!("{who} signed you out of RiverSync on {at} (Bangkok)."),
                format!("The reason given: {reason}"),
            ],
            notes: owned(&[
                "Your account stands: sign in again when you need to. If you did not expect this, ask them before you do.",
            ]),
            ..letter(person, "You were signed out of RiverSync")
        },
        Language::Thai => Letter {
            lines: vec![
                format!("{who} นำคุณออกจากระบบ RiverSync เมื่อ {at} (เวลากรุงเทพฯ)"),
                format!("เหตุผลที่ระบุ: {reason}"),
            ],
            notes: owned(&[
                "บัญชีของคุณยังใช้งานได้ เข้าสู่ระบบใหม่ได้เมื่อต้องการ หากคุณไม่ทราบเรื่องนี้ กรุณาสอบถามก่อนเข้าสู่ระบบอีกครั้ง",
            ]),
            ..letter(person, "คุณถูกนำออกจากระบบ RiverSync")
        },
    }
}

/// What happened to a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PasskeyNews {
    Added,
    Removed,
}

/// Tells the person what happened to a passkey, so that a stranger's doing does not stay unseen.
pub(super) fn passkey(person: &Person, news: PasskeyNews, name: &str, at_ms: i64) -> Letter {
    let at = in_zone(at_ms, BANGKOK).strftime("%-d %b %Y, %H:%M").to_string();
    match (language(person), news) {
        (Language::English, news) => {
            let (subject, did) = match news {
                PasskeyNews::Added => ("A passkey was added to your RiverSync account", "added to"),
                PasskeyNews::Removed => ("A passkey was removed from your RiverSync account", "removed from"),
            };
            Letter {
                lines: vec![format!("The passkey \"{name}\" was {did} your account on {at} (Bangkok).")],
                notes: owned(&[
                    "If that was not you, open your account, end all other sessions and tell your administrator.",
                ]),
                ..letter(person, subject)
            }
        }
        (Language::Thai, news) => {
            let (subject, did) = match news {
                PasskeyNews::Added => ("มีการเพิ่มพาสคีย์ในบัญชี RiverSync ของคุณ", "เพิ่มใน"),
                PasskeyNews::Removed => ("มีการนำพาสคีย์ออกจากบัญชี RiverSync ของคุณ", "นำออกจาก"),
            };
            Letter {
                lines: vec![format!("พาสคีย์ \"{name}\" ถูก{did}บัญชีของคุณเมื่อ {at} (เวลากรุงเทพฯ)")],
                notes: owned(&["หากไม่ใช่คุณ กรุณาเปิดหน้าบัญชี สิ้นสุดเซสชันอื่นทั้งหมด และแจ้งผู้ดูแลระบบของคุณ"]),
                ..letter(person, subject)
            }
        }
    }
}

/// What happened to an API key.
#[derive(Clone, Copy)]
pub(super) enum KeyNews {
    Made,
    Renewed,
}

/// Tells who answers for a key that it was made or renewed, so that a stranger's doing does not stay unseen. The secret
/// is in no mail.
pub(super) fn api_key(to: &Addressee, news: KeyNews, name: &str, who: &str, at_ms: i64) -> Letter {
    let at = in_zone(at_ms, BANGKOK).strftime("%-d %b %Y, %H:%M").to_string();
    match (to.language, news) {
        (Language::English, news) => {
            let (subject, did) = match news {
                KeyNews::Made => ("An API key was made in your name", "made"),
                KeyNews::Renewed => ("An API key in your name was renewed", "given a new secret"),
            };
            Letter {
                lines: vec![format!("The API key \"{name}\" was {did} by {who} on {at} (Bangkok).")],
                notes: owned(&["If you did not expect that, open API keys in your account and revoke it."]),
                ..to.letter(subject)
            }
        }
        (Language::Thai, news) => {
            let (subject, did) = match news {
                KeyNews::Made => ("มีการสร้างคีย์ API ในนามของคุณ", "ถูกสร้าง"),
                KeyNews::Renewed => ("มีการต่ออายุคีย์ API ในนามของคุณ", "ได้รับรหัสลับใหม่"),
            };
            Letter {
                lines: vec![format!("คีย์ API \"{name}\" {did}โดย {who} เมื่อ {at} (เวลากรุงเทพฯ)")],
                notes: owned(&["หากคุณไม่ได้คาดไว้ กรุณาเปิดหน้าคีย์ API ในบัญชีของคุณแล้วเพิกถอนคีย์นี้"]),
                ..to.letter(subject)
            }
        }
    }
}
