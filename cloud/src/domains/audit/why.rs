//! The reasons that we give ourselves, as one closed list. A row keeps the English sentence, which is part of its hash;
//! whoever reads it is told it in their own language. What a person typed stays as it was typed.

use crate::platform::base::Language;
use crate::platform::words::Sentence;

/// Declares the reasons, each as it is kept and in Thai.
macro_rules! reasons {
    ($($(#[$doc:meta])* $why:ident = $kept:literal, $thai:literal;)*) => {
        /// Why something was done or refused, where no person says it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Why {
            $($(#[$doc])* $why,)*
        }

        impl Why {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$why,)*];

            /// As rows keep it, and as it is said in English.
            pub const fn kept(self) -> &'static str {
                match self {
                    $(Self::$why => $kept,)*
                }
            }

            /// In the language of who reads it.
            pub const fn words_in(self, language: Language) -> &'static str {
                match (language, self) {
                    (Language::English, _) => self.kept(),
                    $((Language::Thai, Self::$why) => $thai,)*
                }
            }
        }
    };
}

reasons! {
    /// Somebody's denials of this hour are no longer written one by one.
    RefusedOften = "refused; further ones within this hour are not written one by one",
        "ถูกปฏิเสธ ครั้งต่อไปภายในชั่วโมงนี้จะไม่บันทึกทีละรายการ";
    /// It is nowhere, or not theirs to know of.
    NotFound = "it does not exist, or belongs to somebody else", "ไม่มีรายการนี้ หรือเป็นของผู้อื่น";
    /// The tier is too low.
    TierLocked = "the tier does not include it", "ระดับพาร์ตเนอร์ไม่รวมสิ่งนี้";
    /// The owner of the data says no.
    NotGranted = "the owner of the data has not granted it", "เจ้าของข้อมูลไม่ได้ให้สิทธิ์";
    /// Neither role nor organisation reaches so far.
    NotAllowed = "the role or the organisation does not allow it", "บทบาทหรือองค์กรไม่มีสิทธิ์";
    /// The program was set up.
    FirstStart = "first start", "เริ่มใช้งานครั้งแรก";
    /// An operator did it, and said no more.
    AtCommandLine = "made at the command line", "สร้างจากบรรทัดคำสั่ง";
    /// Of a session: its person pressed the button.
    SignedOut = "signed out", "ออกจากระบบ";
    /// Of a session: its person ended it from another.
    EndedByPerson = "ended by the person", "เจ้าของบัญชีสั่งให้สิ้นสุด";
    /// Of a session: its person may not sign in any more.
    SwitchedOff = "switched off", "ถูกปิดใช้งาน";
    /// Of a session: its person is no member any more.
    Removed = "removed", "ถูกนำออกจากองค์กร";
    /// Of a session: its organisation is suspended.
    Suspended = "suspended", "ถูกระงับ";
    /// A session was presented by somebody who is none of ours any more.
    NoMember = "the person is disabled or no longer a member", "ผู้ใช้ถูกปิดใช้งานหรือไม่ได้เป็นสมาชิกแล้ว";
    /// No more mails for an organisation.
    TooManyLinks = "too many links within an hour for the organisation", "องค์กรนี้ขอลิงก์มากเกินไปภายในหนึ่งชั่วโมง";
    /// A link that is as it should be.
    LinkWorks = "This link works.", "ลิงก์นี้ใช้ได้";
    /// A link was used before.
    LinkUsed = "Link already used. Each link signs you in once; request a new one.",
        "ลิงก์นี้ใช้ไปแล้ว แต่ละลิงก์ใช้เข้าสู่ระบบได้ครั้งเดียว ขอลิงก์ใหม่";
    /// There is a newer link.
    LinkReplaced = "A newer link was sent after this one, and only the newest works. Look for it or request another.",
        "มีลิงก์ที่ใหม่กว่านี้ และใช้ได้เฉพาะลิงก์ล่าสุด หาลิงก์นั้นหรือขอใหม่";
    /// An invitation is too old.
    InvitationExpired = "This invitation has expired. It was good for 7 days; ask whoever invited you to send another.",
        "คำเชิญนี้หมดอายุแล้ว คำเชิญมีอายุ 7 วัน ขอให้ผู้ที่เชิญคุณส่งใหม่";
    /// A link is too old.
    LinkExpired = "This link has expired. Links work for 30 minutes; request a new one.",
        "ลิงก์นี้หมดอายุแล้ว ลิงก์ใช้ได้ 30 นาที ขอลิงก์ใหม่";
    /// The person is not what they were when the link was made.
    LinkChanged = "Your address or what you may do here was changed after this link was sent, so it works no more. \
                   Request a new one.",
        "อีเมลหรือสิทธิ์ของคุณถูกเปลี่ยนหลังจากส่งลิงก์นี้ ลิงก์จึงใช้ไม่ได้แล้ว ขอลิงก์ใหม่";
    /// Somebody guessed too often.
    LinkLocked = "A wrong address was typed too often with this link, so it works no more. Request a new one.",
        "กรอกอีเมลผิดกับลิงก์นี้หลายครั้งเกินไป ลิงก์จึงใช้ไม่ได้แล้ว ขอลิงก์ใหม่";
    /// A gateway sent too much.
    SentUngranted = "The gateway sent something that is not granted. Nothing of it was stored.",
        "เกตเวย์ส่งข้อมูลที่ไม่ได้รับสิทธิ์ ไม่มีการจัดเก็บข้อมูลดังกล่าว";
    /// A receiver of events said so itself.
    WantsNoMore = "It answered 410: it wants no more events.", "ปลายทางตอบ 410 ซึ่งหมายถึงไม่รับเหตุการณ์อีก";
    /// A receiver of events was not there for long.
    TookNothing = "It took no event for five days.", "ปลายทางไม่รับเหตุการณ์ใดเป็นเวลาห้าวัน";
}

impl Why {
    /// The reason that a row keeps; `None` for the words of a person.
    pub fn parse(kept: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|why| why.kept() == kept)
    }

    /// As somebody is told it whose language is not known yet.
    pub fn sentence(self) -> Sentence {
        Sentence::new(self.kept().to_owned(), self.words_in(Language::Thai).to_owned())
    }
}

/// Why an entry is there: one of our reasons, or what a person typed. There is no way from a bare text, so that no reason
/// of ours is written that its reader is not told in their language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// What a person typed; may be empty.
    pub fn typed(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(super) fn kept(self) -> String {
        self.0
    }
}

impl From<Why> for Reason {
    fn from(why: Why) -> Self {
        Self(why.kept().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Why;
    use crate::platform::base::Language;
    use std::collections::BTreeSet;

    #[test]
    fn a_reason_is_found_again_by_what_its_row_keeps() {
        let kept: BTreeSet<&str> = Why::ALL.iter().map(|why| why.kept()).collect();
        assert_eq!(kept.len(), Why::ALL.len(), "two reasons are kept alike");
        for why in Why::ALL {
            assert_eq!(Why::parse(why.kept()), Some(*why));
            assert_eq!(why.words_in(Language::English), why.kept());
        }
        assert_eq!(Why::parse("The customer asked us on the phone"), None);
    }
}
