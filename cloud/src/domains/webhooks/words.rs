//! What the pages of webhooks say.

use super::model::State;
use crate::platform::base::Language;

crate::platform::words::words! {
    webhooks { en: "Webhooks", th: "เว็บฮุก" }
    lead {
        en: "Your programs are told of what happens, and see of it what you see. Each message is signed by Standard \
             Webhooks.",
        th: "โปรแกรมของคุณได้รับแจ้งเหตุการณ์ และเห็นข้อมูลเท่าที่คุณเห็น ทุกข้อความลงลายเซ็นตาม Standard Webhooks"
    }
    my_account { en: "My account", th: "บัญชีของฉัน" }
    webhook { en: "Webhook", th: "เว็บฮุก" }
    told_of { en: "Told of", th: "เหตุการณ์ที่แจ้ง" }
    state { en: "State", th: "สถานะ" }
    no_webhook { en: "No webhook yet", th: "ยังไม่มีเว็บฮุก" }
    no_webhook_why {
        en: "A webhook tells a program of yours what happens, as it happens, instead of being asked again and again.",
        th: "เว็บฮุกแจ้งโปรแกรมของคุณทันทีที่มีเหตุการณ์ โดยไม่ต้องคอยสอบถามซ้ำ ๆ"
    }
    and_more(count) { en: "and {count} more", th: "และอีก {count} รายการ" }
    told_of_nothing { en: "Nothing that there is by now", th: "ไม่มีเหตุการณ์ที่ยังใช้อยู่" }
    paused { en: "Paused", th: "หยุดพัก" }
    failing { en: "Failing", th: "ส่งไม่สำเร็จ" }
    active { en: "Active", th: "ใช้งานอยู่" }

    add { en: "Add a webhook", th: "เพิ่มเว็บฮุก" }
    add_yes { en: "Add the webhook", th: "เพิ่มเว็บฮุก" }
    its_name { en: "Its name", th: "ชื่อเว็บฮุก" }
    its_name_hint { en: "Which program listens there, such as \"ERP\"", th: "โปรแกรมใดรับข้อมูล เช่น “ERP”" }
    url { en: "Where events are sent", th: "ส่งเหตุการณ์ไปที่" }
    url_hint { en: "https, on the public internet", th: "https บนอินเทอร์เน็ตสาธารณะ" }
    events { en: "What it is told of", th: "เหตุการณ์ที่แจ้ง" }

    secret_of(name) { en: "The secret of \"{name}\"", th: "รหัสลับของ “{name}”" }
    copy_now {
        en: "Copy it now: it is shown this once, and cannot be shown again.",
        th: "คัดลอกเดี๋ยวนี้ รหัสลับแสดงเพียงครั้งเดียวและแสดงซ้ำไม่ได้"
    }
    give_it { en: "Give it to any library of", th: "ใช้รหัสนี้กับไลบรารีใดก็ได้ของ" }
    it_checks { en: ": it checks", th: " ซึ่งจะตรวจ" }
    and { en: "and", th: "และ" }
    of_each {
        en: "of each message, and refuses what is older than five minutes.",
        th: "ของทุกข้อความ และปฏิเสธข้อความที่เก่ากว่าห้านาที"
    }
    secret { en: "Secret", th: "รหัสลับ" }
    former_until { en: "The former one signs too, until", th: "รหัสเดิมยังใช้ลงลายเซ็นด้วยจนถึง" }
    one_secret { en: "One, shown when it was made", th: "หนึ่งรหัส แสดงเมื่อสร้าง" }
    added { en: "Added", th: "เพิ่มเมื่อ" }
    added_by(name) { en: "by {name}", th: "โดย {name}" }

    renew { en: "Renew the secret", th: "เปลี่ยนรหัสลับ" }
    renew_question {
        en: "The program that listens needs the new one within a day: until then messages are signed by both.",
        th: "โปรแกรมที่รับข้อมูลต้องใช้รหัสใหม่ภายในหนึ่งวัน ระหว่างนั้นข้อความจะลงลายเซ็นด้วยทั้งสองรหัส"
    }
    delete { en: "Delete", th: "ลบ" }
    delete_question {
        en: "Nothing is sent there any more, and what was sent is no longer listed. This cannot be undone.",
        th: "จะไม่มีการส่งไปที่นั่นอีก และรายการที่ส่งแล้วจะไม่แสดง การลบนี้ยกเลิกไม่ได้"
    }
    delete_yes { en: "Delete this webhook", th: "ลบเว็บฮุกนี้" }
    pause { en: "Pause", th: "หยุดพัก" }
    resume { en: "Resume", th: "เปิดใช้ต่อ" }
    send_test { en: "Send a test event", th: "ส่งเหตุการณ์ทดสอบ" }

    what_was_sent { en: "What was sent", th: "รายการที่ส่ง" }
    deliveries { en: "Deliveries", th: "รายการที่ส่ง" }
    event { en: "Event", th: "เหตุการณ์" }
    when { en: "When", th: "เมื่อ" }
    actions { en: "Actions", th: "การดำเนินการ" }
    nothing_sent { en: "Nothing was sent yet", th: "ยังไม่มีรายการที่ส่ง" }
    nothing_sent_why {
        en: "What happens from now on stands here for 30 days. Send a test event to try the way.",
        th: "เหตุการณ์ตั้งแต่นี้จะแสดงที่นี่ 30 วัน ส่งเหตุการณ์ทดสอบเพื่อลองการเชื่อมต่อได้"
    }
    a_test { en: "a test, sent by hand", th: "การทดสอบที่ส่งด้วยตนเอง" }
    attempts(many, error) { en: "{many} attempts. {error}", th: "ลองส่ง {many} ครั้ง {error}" }
    sent_again { en: "Will be sent again", th: "จะส่งอีกครั้ง" }
    send_again { en: "Send again", th: "ส่งอีกครั้ง" }
    earlier { en: "Earlier", th: "ก่อนหน้า" }
    change { en: "Change it", th: "แก้ไข" }
    save { en: "Save", th: "บันทึก" }

    was_saved {
        en: "Saved. What happens from now on goes there.",
        th: "บันทึกแล้ว เหตุการณ์ตั้งแต่นี้จะส่งไปตามที่กำหนด"
    }
    was_paused {
        en: "Paused. What happens from now on is not sent there, also not later.",
        th: "หยุดพักแล้ว เหตุการณ์ตั้งแต่นี้จะไม่ส่งไปที่นั่น และไม่ส่งย้อนหลัง"
    }
    was_resumed {
        en: "Resumed. What happens from now on is sent there.",
        th: "เปิดใช้ต่อแล้ว เหตุการณ์ตั้งแต่นี้จะส่งไปที่นั่น"
    }
    was_deleted(name) {
        en: "The webhook \"{name}\" was deleted; nothing is sent there any more.",
        th: "ลบเว็บฮุก “{name}” แล้ว จะไม่มีการส่งไปที่นั่นอีก"
    }
    test_sent {
        en: "A test event is on its way. What becomes of it stands below.",
        th: "กำลังส่งเหตุการณ์ทดสอบ ดูผลได้ด้านล่าง"
    }
    was_redelivered {
        en: "The event is sent again now, under the same message id.",
        th: "กำลังส่งเหตุการณ์อีกครั้งด้วยรหัสข้อความเดิม"
    }
}

impl Words {
    /// How a delivery stands that is not to be sent again.
    pub(super) fn of_state(self, state: State) -> &'static str {
        match (self.0, state) {
            (Language::English, State::Waiting) => "On its way",
            (Language::English, State::Delivered) => "Delivered",
            (Language::English, State::Dead) => "Given up",
            (Language::English, State::Cancelled) => "Cancelled",
            (Language::English, State::Dropped) => "Not sent",
            (Language::Thai, State::Waiting) => "กำลังส่ง",
            (Language::Thai, State::Delivered) => "ส่งแล้ว",
            (Language::Thai, State::Dead) => "เลิกส่งแล้ว",
            (Language::Thai, State::Cancelled) => "ยกเลิกแล้ว",
            (Language::Thai, State::Dropped) => "ไม่ได้ส่ง",
        }
    }
}
