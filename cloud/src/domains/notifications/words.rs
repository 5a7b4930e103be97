//! What the list behind the bell and the choices say.

use super::kind::Kind;
use super::rules::Way;
use crate::platform::base::Language;

crate::platform::words::words! {
    notifications { en: "Notifications", th: "การแจ้งเตือน" }
    lead { en: "What happened to what you may see, latest first.", th: "เหตุการณ์ของสิ่งที่คุณมีสิทธิ์ดู ล่าสุดก่อน" }
    looks_on(name) {
        en: "You look on as {name}. What they are told of is between them and this service, so it is not shown.",
        th: "คุณกำลังดูในมุมมองของ {name} เรื่องที่ได้รับแจ้งเป็นเรื่องระหว่างบุคคลกับบริการนี้ จึงไม่แสดง"
    }
    what_and_when { en: "What and when", th: "เรื่องและเวลา" }
    mark_all { en: "Mark all as read", th: "ทำเครื่องหมายว่าอ่านแล้วทั้งหมด" }
    what { en: "What", th: "เรื่อง" }
    when { en: "When", th: "เมื่อ" }
    what_can_be_done { en: "What can be done", th: "การดำเนินการ" }
    nothing { en: "Nothing yet", th: "ยังไม่มีการแจ้งเตือน" }
    nothing_why {
        en: "When something happens that you chose to be told of, it stands here.",
        th: "เมื่อมีเหตุการณ์ที่คุณเลือกให้แจ้ง จะแสดงที่นี่"
    }
    choose_what { en: "Choose what", th: "เลือกเรื่องที่ต้องการให้แจ้ง" }
    latest_first { en: "Notifications, latest first", th: "การแจ้งเตือน ล่าสุดก่อน" }
    again(count) {
        one: "and once again since",
        en: "and {count} times again since",
        th: "และเกิดขึ้นอีก {count} ครั้งหลังจากนั้น"
    }
    mark { en: "Mark as read", th: "ทำเครื่องหมายว่าอ่านแล้ว" }
    read { en: "Read", th: "อ่านแล้ว" }
    marked { en: "Marked as read.", th: "ทำเครื่องหมายว่าอ่านแล้ว" }
    all_marked { en: "All are marked as read.", th: "ทำเครื่องหมายว่าอ่านแล้วทั้งหมด" }

    told_of { en: "What you are told of", th: "เรื่องที่แจ้งให้คุณทราบ" }
    told_of_lead { en: "The same for every organisation you act for.", th: "ใช้กับทุกองค์กรที่คุณทำงานให้" }
    saved { en: "Saved. It holds from the next thing that happens.", th: "บันทึกแล้ว มีผลตั้งแต่เหตุการณ์ถัดไป" }
    when_mail { en: "When e-mail comes", th: "เวลาส่งอีเมล" }
    no_quiet { en: "No quiet hours", th: "ไม่มีช่วงงดส่ง" }
    daily_at { en: "Daily e-mail at", th: "อีเมลสรุปรายวันเวลา" }
    quiet_from { en: "No e-mail from", th: "งดส่งอีเมลตั้งแต่" }
    quiet_from_hint {
        en: "What happens in quiet hours is mailed when they end.",
        th: "เหตุการณ์ในช่วงงดส่งจะส่งเมื่อพ้นช่วงนั้น"
    }
    quiet_until { en: "No e-mail until", th: "งดส่งอีเมลถึง" }
    in_zone(zone) { en: "By the clock of {zone}.", th: "ตามเวลาของ {zone}" }
    change_zone { en: "Change the time zone under My account", th: "เปลี่ยนเขตเวลาได้ที่บัญชีของฉัน" }
    save { en: "Save", th: "บันทึก" }
}

impl Words {
    /// A kind, as the page of choices calls it.
    pub(super) fn kind(self, kind: Kind) -> &'static str {
        if self.0 == Language::English {
            return kind.label();
        }
        match kind {
            Kind::Alarm => "การแจ้งเตือนจากอุปกรณ์ที่คุณเป็นเจ้าของหรือดูแล",
            Kind::Deal => "ความเคลื่อนไหวของลีด ดีล หรือใบเสนอราคาของคุณ",
            Kind::Request => "พาร์ตเนอร์ขอสิทธิ์เข้าถึงอุปกรณ์ของคุณ",
            Kind::Grant => "ลูกค้าเปลี่ยนสิ่งที่คุณดูได้",
            Kind::Expiring => "สิทธิ์เข้าถึงอุปกรณ์ใกล้สิ้นสุด: ล่วงหน้า 30, 7 และ 1 วัน",
            Kind::Application => "มีองค์กรสมัครเป็นพาร์ตเนอร์",
            Kind::Standing => "แอปพาร์ตเนอร์ของคุณถูกระงับ เปิดใช้อีกครั้ง หรือเปลี่ยนเงื่อนไข",
            Kind::Team => "มีผู้ตอบรับคำเชิญเข้าองค์กรของคุณ",
            Kind::Gateway => "เกตเวย์เข้ามาใหม่หรือถูกปิดกั้น",
        }
    }

    /// A way of being told.
    pub(super) fn way(self, way: Way) -> &'static str {
        if self.0 == Language::English {
            return way.label();
        }
        match way {
            Way::Off => "ปิด",
            Way::App => "ที่นี่เท่านั้น",
            Way::Mail => "ที่นี่และทางอีเมลทันที",
            Way::Digest => "ที่นี่และในอีเมลสรุปรายวัน",
        }
    }
}
