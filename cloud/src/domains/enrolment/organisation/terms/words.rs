//! What the terms of a partner say.

use super::model::{TaxForm, TaxStatus};
use crate::platform::base::Language;

crate::platform::words::words! {
    terms { en: "Terms", th: "เงื่อนไข" }
    change_terms { en: "Change the terms", th: "เปลี่ยนเงื่อนไข" }
    set_terms { en: "Set the terms", th: "กำหนดเงื่อนไข" }
    nothing_agreed { en: "Nothing is agreed yet.", th: "ยังไม่ได้ตกลงเงื่อนไข" }
    not_for_role { en: "Not for your role", th: "บทบาทของคุณไม่มีสิทธิ์ดู" }
    not_for_role_why {
        en: "What a partner earns is shown to those who read amounts.",
        th: "ส่วนแบ่งของพาร์ตเนอร์แสดงเฉพาะผู้ที่มีสิทธิ์ดูจำนวนเงิน"
    }
    none_agreed { en: "None agreed", th: "ไม่ได้ตกลงไว้" }
    none { en: "None", th: "ไม่มี" }
    share { en: "Commission share", th: "ส่วนแบ่งค่าคอมมิชชัน" }
    tax_form { en: "Tax form", th: "แบบฟอร์มภาษี" }
    regions { en: "Regions", th: "ภูมิภาค" }
    products { en: "Product lines", th: "กลุ่มผลิตภัณฑ์" }
    accounts { en: "Accounts", th: "บัญชีลูกค้า" }
    notes { en: "Notes", th: "หมายเหตุ" }
    lead {
        en: "What holds unless something else is agreed for a deal. The partner reads changes in its log, \
             the notes excepted.",
        th: "เงื่อนไขที่ใช้เมื่อไม่ได้ตกลงเป็นอย่างอื่นสำหรับดีล พาร์ตเนอร์เห็นการเปลี่ยนแปลงในบันทึก \
             ยกเว้นหมายเหตุ"
    }
    share_percent { en: "Commission share, percent", th: "ส่วนแบ่งค่าคอมมิชชัน (เปอร์เซ็นต์)" }
    share_hint { en: "Of what a deal is worth, such as 12.5", th: "ของมูลค่าดีล เช่น 12.5" }
    tax_hint { en: "W-9 in the United States, W-8BEN elsewhere", th: "W-9 ในสหรัฐอเมริกา นอกนั้น W-8BEN" }
    where_form { en: "Where the form is", th: "สถานะของแบบฟอร์ม" }
    regions_hint { en: "Where it sells, one per line", th: "พื้นที่ที่ขาย บรรทัดละหนึ่งแห่ง" }
    products_hint {
        en: "What it sells, one per line; empty: all",
        th: "สินค้าที่ขาย บรรทัดละหนึ่งรายการ เว้นว่าง: ทั้งหมด"
    }
    accounts_hint { en: "Customers named to it, one per line", th: "ลูกค้าที่มอบหมาย บรรทัดละหนึ่งราย" }
    notes_on { en: "Notes on the territory", th: "หมายเหตุเกี่ยวกับพื้นที่" }
    notes_hint { en: "For your own staff", th: "สำหรับทีมของคุณเอง" }
    keep { en: "Keep the terms", th: "บันทึกเงื่อนไข" }
    cancel { en: "Cancel", th: "ยกเลิก" }
    kept(name) { en: "The terms of {name} are kept.", th: "บันทึกเงื่อนไขของ {name} แล้ว" }
}

impl Words {
    /// A form, as it is called.
    pub(super) fn form(self, form: TaxForm) -> &'static str {
        match form {
            TaxForm::None => self.none(),
            TaxForm::W9 | TaxForm::W8Ben => form.label(),
        }
    }

    /// Where a form is.
    pub(super) fn status(self, status: TaxStatus) -> &'static str {
        match (self.0, status) {
            (Language::English, of) => of.label(),
            (Language::Thai, TaxStatus::NotRequested) => "ยังไม่ได้ขอ",
            (Language::Thai, TaxStatus::Requested) => "ขอแล้ว",
            (Language::Thai, TaxStatus::Received) => "ได้รับแล้ว",
            (Language::Thai, TaxStatus::Expired) => "หมดอายุ",
        }
    }
}
