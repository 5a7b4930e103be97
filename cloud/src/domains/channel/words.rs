//! What the pages of the channel say.

use super::model::Status;
use crate::platform::access::Item;
use crate::platform::base::Language;

crate::platform::words::words! {
    distributor { en: "Distributor", th: "ผู้จัดจำหน่าย" }
    reseller { en: "Reseller", th: "ตัวแทนจำหน่าย" }
    region { en: "Region", th: "ภูมิภาค" }
    product_line { en: "Product line", th: "กลุ่มผลิตภัณฑ์" }
    status_head { en: "Status", th: "สถานะ" }
    from { en: "From", th: "เริ่มต้น" }
    until { en: "Until", th: "สิ้นสุด" }
    open_ended { en: "Open", th: "ไม่กำหนด" }
    none { en: "No agreements", th: "ยังไม่มีสัญญา" }
    none_why {
        en: "RiverSync has not made any distribution agreement with your organisation yet.",
        th: "RiverSync ยังไม่ได้ทำสัญญาการจัดจำหน่ายกับองค์กรของคุณ"
    }
    read_only {
        en: "RiverSync makes and ends distribution agreements. Ask your contact there for a change.",
        th: "RiverSync เป็นผู้ทำและสิ้นสุดสัญญาการจัดจำหน่าย หากต้องการเปลี่ยนแปลง โปรดติดต่อผู้ดูแลของคุณที่ RiverSync"
    }
}

impl Words {
    /// The title of a page.
    pub(super) fn title(self, item: Item) -> &'static str {
        match (self.0, item) {
            (Language::Thai, Item::MyDistributors) => "ผู้จัดจำหน่ายของฉัน",
            (Language::Thai, Item::Resellers) => "ตัวแทนจำหน่าย",
            (Language::Thai, Item::DistributionAgreements) => "สัญญาการจัดจำหน่าย",
            _ => item.label(),
        }
    }

    /// How an agreement stands.
    pub(super) fn status(self, status: Status) -> &'static str {
        match (self.0, status) {
            (Language::English, _) => status.label(),
            (Language::Thai, Status::Active) => "มีผลใช้งาน",
            (Language::Thai, Status::Pending) => "รอมีผล",
            (Language::Thai, Status::Ended) => "สิ้นสุดแล้ว",
        }
    }
}
