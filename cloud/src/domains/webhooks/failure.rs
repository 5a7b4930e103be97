//! Why a delivery was not taken or not sent: kept as a code with what belongs to it, told in the language of who reads it.

use crate::domains::audit::Why;
use crate::platform::words::{Sentence, said};
use std::net::IpAddr;

/// Why a delivery did not get there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It answered something else than yes.
    Answered(u16),
    /// No answer came in time.
    Silent,
    /// Nobody listens there.
    Closed,
    /// The certificate of its server is not one to be trusted, for this reason.
    Certificate(String),
    /// There is no such name.
    NoName(String),
    /// The address is not public.
    Private(IpAddr),
    /// The name leads to an address that is not public.
    LeadsToPrivate(String, IpAddr),
    /// The address is none, for this reason.
    NoAddress(String),
    /// It could not be reached, for this reason of the network.
    Unreachable(String),
    /// The endpoint was paused meanwhile.
    Paused,
    /// The endpoint failed a moment ago, so that this waits without an attempt.
    Rests,
    /// Who runs the service ended it.
    Cancelled,
    /// Our own side did not do it.
    Ours,
    /// The service tells nothing of such events any more.
    NoEvent,
    /// The organisation may not see what it is about.
    Hidden,
    /// The organisation is suspended.
    Suspended,
}

impl Failure {
    /// What the endpoint answered, if it did.
    pub(super) fn status(&self) -> Option<u16> {
        if let Self::Answered(status) = self { Some(*status) } else { None }
    }

    /// As it is kept: a code, and what belongs to it after blanks.
    pub(super) fn kept(&self) -> String {
        match self {
            Self::Answered(status) => format!("answered {status}"),
            Self::Silent => "silent".to_owned(),
            Self::Closed => "closed".to_owned(),
            Self::Certificate(cause) => format!("certificate {cause}"),
            Self::NoName(name) => format!("no_name {name}"),
            Self::Private(ip) => format!("private {ip}"),
            Self::LeadsToPrivate(name, ip) => format!("leads_to_private {ip} {name}"),
            Self::NoAddress(cause) => format!("no_address {cause}"),
            Self::Unreachable(cause) => format!("unreachable {cause}"),
            Self::Paused => "paused".to_owned(),
            Self::Rests => "rests".to_owned(),
            Self::Cancelled => "cancelled".to_owned(),
            Self::Ours => "ours".to_owned(),
            Self::NoEvent => "no_event".to_owned(),
            Self::Hidden => "hidden".to_owned(),
            Self::Suspended => "suspended".to_owned(),
        }
    }

    /// What was kept; `None` for nothing, and for the sentences of an earlier version.
    pub(super) fn parse(kept: &str) -> Option<Self> {
        let (code, rest) = kept.split_once(' ').unwrap_or((kept, ""));
        let text = || rest.to_owned();
        Some(match (code, rest) {
            ("answered", status) => Self::Answered(status.parse().ok()?),
            ("private", ip) => Self::Private(ip.parse().ok()?),
            ("leads_to_private", both) => {
                let (ip, name) = both.split_once(' ')?;
                Self::LeadsToPrivate(name.to_owned(), ip.parse().ok()?)
            }
            ("certificate", _) => Self::Certificate(text()),
            ("no_name", _) => Self::NoName(text()),
            ("no_address", _) => Self::NoAddress(text()),
            ("unreachable", _) => Self::Unreachable(text()),
            ("silent", "") => Self::Silent,
            ("closed", "") => Self::Closed,
            ("paused", "") => Self::Paused,
            ("rests", "") => Self::Rests,
            ("cancelled", "") => Self::Cancelled,
            ("ours", "") => Self::Ours,
            ("no_event", "") => Self::NoEvent,
            ("hidden", "") => Self::Hidden,
            ("suspended", "") => Self::Suspended,
            _ => return None,
        })
    }

    /// What was kept, as a sentence; one of an earlier version as it was written.
    pub(super) fn told(kept: &str) -> Sentence {
        Self::parse(kept)
            .map_or_else(|| Sentence::new(kept.to_owned(), kept.to_owned()), |failure| failure.sentence())
    }

    /// As somebody is told it whose language is not known yet.
    pub(super) fn sentence(&self) -> Sentence {
        match self {
            Self::Answered(status) => answered(*status),
            Self::Silent => said! {
                en: "It did not answer within 15 seconds.",
                th: "ปลายทางไม่ตอบภายใน 15 วินาที",
            },
            Self::Closed => said! {
                en: "It could not be reached: nobody listens there.",
                th: "เชื่อมต่อไม่ได้ ปลายทางไม่เปิดรับการเชื่อมต่อ",
            },
            Self::Certificate(cause) => said! {
                en: "It could not be reached: its certificate is not trusted ({cause}).",
                th: "เชื่อมต่อไม่ได้ ใบรับรองของปลายทางไม่น่าเชื่อถือ ({cause})",
            },
            Self::NoName(name) => said! {
                en: "It could not be reached: there is no server named {name}.",
                th: "เชื่อมต่อไม่ได้ ไม่พบเซิร์ฟเวอร์ชื่อ {name}",
            },
            Self::Private(ip) => said! {
                en: "{ip} is no public address. Events go to servers of the public internet only.",
                th: "{ip} ไม่ใช่ที่อยู่สาธารณะ ส่งเหตุการณ์ไปยังเซิร์ฟเวอร์บนอินเทอร์เน็ตสาธารณะเท่านั้น",
            },
            Self::LeadsToPrivate(name, ip) => said! {
                en: "{name} leads to {ip}, which is no public address. Events go to servers of the public \
                     internet only.",
                th: "{name} ชี้ไปที่ {ip} ซึ่งไม่ใช่ที่อยู่สาธารณะ ส่งเหตุการณ์ไปยังเซิร์ฟเวอร์บนอินเทอร์เน็ตสาธารณะเท่านั้น",
            },
            Self::NoAddress(cause) => said! {
                en: "The address is none: {cause}.",
                th: "ที่อยู่ไม่ถูกต้อง ({cause})",
            },
            Self::Unreachable(cause) => said! {
                en: "It could not be reached: {cause}.",
                th: "เชื่อมต่อไม่ได้ ({cause})",
            },
            Self::Paused => said! {
                en: "The endpoint was paused, so this was not sent.",
                th: "เว็บฮุกหยุดพักอยู่ จึงไม่ได้ส่ง",
            },
            Self::Rests => said! {
                en: "The endpoint did not take another event a moment ago; this one waits for it.",
                th: "ปลายทางไม่รับเหตุการณ์อื่นเมื่อสักครู่ รายการนี้จึงรอก่อน",
            },
            Self::Cancelled => said! {
                en: "Whoever runs the service cancelled it. It can be sent again by hand.",
                th: "ผู้ดูแลบริการยกเลิกการส่งนี้ คุณส่งใหม่ด้วยตนเองได้",
            },
            Self::Ours => said! {
                en: "This service could not send it, through no fault of the endpoint. It can be sent again \
                     by hand.",
                th: "ระบบของเราส่งไม่ได้ โดยไม่ใช่ความผิดของปลายทาง คุณส่งใหม่ด้วยตนเองได้",
            },
            Self::NoEvent => said! {
                en: "This service no longer tells of such events.",
                th: "บริการนี้ไม่แจ้งเหตุการณ์ประเภทนี้แล้ว",
            },
            Self::Hidden => said! {
                en: "Your organisation may not see this any more, so it was not sent.",
                th: "องค์กรของคุณไม่มีสิทธิ์ดูรายการนี้แล้ว จึงไม่ได้ส่ง",
            },
            Self::Suspended => said! {
                en: "Your organisation's access to the app was suspended, so this was not sent.",
                th: "สิทธิ์ใช้แอปขององค์กรคุณถูกระงับ จึงไม่ได้ส่ง",
            },
        }
    }
}

fn answered(status: u16) -> Sentence {
    match status {
        300..=399 => said! {
            en: "It answered {status}, a redirect; those are not followed. Enter the address that it leads to.",
            th: "ปลายทางตอบ {status} ให้เปลี่ยนเส้นทาง ซึ่งระบบไม่ตามไป กรอกที่อยู่ปลายทางจริงแทน",
        },
        410 => Why::WantsNoMore.sentence(),
        _ => said! {
            en: "It answered {status}; a 2xx within 15 seconds says that the event was taken.",
            th: "ปลายทางตอบ {status} ต้องตอบ 2xx ภายใน 15 วินาทีจึงถือว่ารับเหตุการณ์แล้ว",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use crate::platform::base::Language;

    #[test]
    fn what_is_kept_is_read_again_and_told_in_both_languages() {
        let text = || "invalid peer certificate: Expired".to_owned();
        for failure in [
            Failure::Answered(302),
            Failure::Answered(410),
            Failure::Answered(500),
            Failure::Silent,
            Failure::Closed,
            Failure::Certificate(text()),
            Failure::NoName("hooks.nera.example".to_owned()),
            Failure::Private("::1".parse().unwrap()),
            Failure::LeadsToPrivate("hooks.nera.example".to_owned(), "10.0.0.1".parse().unwrap()),
            Failure::NoAddress(text()),
            Failure::Unreachable(text()),
            Failure::Paused,
            Failure::Rests,
            Failure::Cancelled,
            Failure::Ours,
            Failure::NoEvent,
            Failure::Hidden,
            Failure::Suspended,
        ] {
            let kept = failure.kept();
            assert_eq!(Failure::parse(&kept).as_ref(), Some(&failure), "{kept}");
            let told = Failure::told(&kept);
            assert_ne!(told.told(Language::Thai), told.told(Language::English), "{kept}");
        }
        let former = "The endpoint was paused, so this was not sent.";
        assert_eq!((Failure::parse(""), Failure::parse(former)), (None, None));
        assert_eq!(Failure::told(former).told(Language::Thai), former, "a sentence of an earlier version");
    }
}
