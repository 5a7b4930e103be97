//! What the page of what was found says.

crate::platform::words::words! {
    search { en: "Search", th: "ค้นหา" }
    asked { en: "Words", th: "คำค้น" }
    what { en: "What are you looking for?", th: "คุณกำลังหาอะไร" }
    what_hint {
        en: "Devices, open work, sales, the channel, organisations, gateways and people that your own lists show, by the beginning of a word.",
        th: "อุปกรณ์ งานบริการ งานขาย ช่องทางจำหน่าย องค์กร เกตเวย์ และผู้ใช้ที่แสดงในรายการของคุณ ค้นจากต้นคำ"
    }
    nothing { en: "Nothing found", th: "ไม่พบรายการ" }
    nothing_why {
        en: "Nothing that your lists show has these words.",
        th: "ไม่มีสิ่งใดในรายการของคุณที่มีคำเหล่านี้"
    }
    more {
        en: "There are more than are shown here. Add a word to find fewer.",
        th: "มีมากกว่าที่แสดง เพิ่มคำเพื่อให้เหลือน้อยลง"
    }
    covered_devices { en: "Covered devices", th: "อุปกรณ์ที่ดูแล" }
    my_devices { en: "My devices", th: "อุปกรณ์ของฉัน" }
    open_work { en: "Open work", th: "งานที่เปิดอยู่" }
    sales { en: "Sales", th: "งานขาย" }
    channel { en: "Channel", th: "ช่องทางจำหน่าย" }
    organisations { en: "Partners and customers", th: "พาร์ตเนอร์และลูกค้า" }
    gateways { en: "Gateways", th: "เกตเวย์" }
    people { en: "People", th: "ผู้ใช้" }
}

impl Words {
    /// The heading of a kind, by its key.
    pub(super) fn heading(self, kind: &str) -> &'static str {
        match kind {
            "covered_device" => self.covered_devices(),
            "my_device" => self.my_devices(),
            "work_item" => self.open_work(),
            "record" => self.sales(),
            "agreement" => self.channel(),
            "organisation" => self.organisations(),
            "agent" => self.gateways(),
            _ => self.people(),
        }
    }
}
