//! What the overview says.

crate::platform::words::words! {
    overview { en: "Overview", th: "ภาพรวม" }
    service { en: "Service", th: "บริการ" }
    sales { en: "Sales", th: "การขาย" }
    channel { en: "Channel", th: "ช่องทางจำหน่าย" }
    sales_board { en: "Sales board", th: "บอร์ดการขาย" }
    open_work { en: "Open work", th: "งานที่เปิดอยู่" }
    breached(count) { en: "{count} breached", th: "เกินกำหนด {count}" }
    at_risk(count) { en: "{count} at risk", th: "ใกล้ครบกำหนด {count}" }
    all_on_track { en: "All on track", th: "เป็นไปตามกำหนดทั้งหมด" }
    renewals_90 { en: "Renewals within 90 days", th: "ต่อสัญญาภายใน 90 วัน" }
    within_30(count) { en: "{count} within 30 days", th: "ภายใน 30 วัน {count} รายการ" }
    worth_90(worth) { en: "{worth} a year within 90 days", th: "{worth} ต่อปี ภายใน 90 วัน" }
    moving_away { en: "Devices moving away", th: "อุปกรณ์ที่จะย้ายออก" }
    another_partner { en: "another partner", th: "พาร์ตเนอร์อื่น" }
    moving_to(days, to) { one: "to {to} in {days} day", en: "to {to} in {days} days", th: "ไปที่ {to} ในอีก {days} วัน" }
    none_covered { en: "No agreement covers any", th: "ยังไม่มีสัญญาที่ครอบคลุมอุปกรณ์" }
    all_reporting { en: "All reporting", th: "ส่งข้อมูลครบทุกเครื่อง" }
    not_heard(count) { en: "{count} not heard for an hour", th: "ขาดการติดต่อเกิน 1 ชม. {count} เครื่อง" }
    heard { en: "Heard", th: "ติดต่อได้" }
    covered_devices { en: "Covered devices", th: "อุปกรณ์ที่ดูแล" }
    open_deals { en: "Open deals", th: "ดีลที่เปิดอยู่" }
    any_number(count) {
        one: "{count} open deal; any number may be open",
        en: "{count} open deals; any number may be open",
        th: "ดีลที่เปิดอยู่ {count} รายการ (ไม่จำกัดจำนวน)"
    }
    by_rung { en: "Records by rung", th: "จำนวนตามขั้น" }
    resellers { en: "Resellers", th: "ตัวแทนจำหน่าย" }
    distributors { en: "Distributors", th: "ผู้จัดจำหน่าย" }
    active { en: "active", th: "ใช้งานอยู่" }
}
