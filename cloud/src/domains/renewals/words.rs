//! What the page of renewals says.

use super::model::Outcome;
use super::rules::Band;
use crate::platform::base::Language;

crate::platform::words::words! {
    renewals { en: "Renewals", th: "การต่อสัญญา" }
    lead {
        en: "Devices you serve, by days to the end of their agreement.",
        th: "อุปกรณ์ที่คุณให้บริการ เรียงตามจำนวนวันก่อนสิ้นสุดสัญญา"
    }
    ways { en: "Ways to look at renewals", th: "รูปแบบการดู" }
    by_urgency { en: "By urgency", th: "ตามความเร่งด่วน" }
    calendar { en: "Calendar", th: "ปฏิทิน" }
    no_agreements { en: "No agreements", th: "ไม่มีสัญญา" }
    no_agreements_why {
        en: "No active agreement covers any device, so nothing comes up for renewal.",
        th: "ไม่มีสัญญาที่มีผลครอบคลุมอุปกรณ์ใด จึงไม่มีรายการต่อสัญญา"
    }
    covered_devices { en: "Covered devices", th: "อุปกรณ์ที่ดูแล" }
    of_band(count, worth) {
        one: "{count} device · {worth} a year",
        en: "{count} devices · {worth} a year",
        th: "{count} เครื่อง · {worth} ต่อปี"
    }
    nothing_here { en: "Nothing here.", th: "ไม่มีรายการ" }
    device { en: "Device", th: "อุปกรณ์" }
    customer { en: "Customer", th: "ลูกค้า" }
    level { en: "Service level", th: "ระดับบริการ" }
    ends { en: "Ends", th: "สิ้นสุด" }
    when { en: "When", th: "เมื่อ" }
    value { en: "Agreement value a year", th: "มูลค่าสัญญาต่อปี" }
    outcome { en: "Outcome", th: "ผลที่คาด" }
    outcome_of(device) { en: "Outcome for {device}", th: "ผลที่คาดของ {device}" }
    save { en: "Save", th: "บันทึก" }
    by_month { en: "By month", th: "รายเดือน" }
    month { en: "Month", th: "เดือน" }
    worth_by_month(currency) { en: "Value a year of what ends, {currency}", th: "มูลค่าต่อปีของสัญญาที่สิ้นสุด ({currency})" }
    nothing_ends { en: "nothing ends", th: "ไม่มีสัญญาสิ้นสุด" }
    in_all(count) { one: "One device", en: "{count} devices", th: "{count} อุปกรณ์" }
    days(count) { one: "{count} day", en: "{count} days", th: "{count} วัน" }
    days_ago(count) { one: "{count} day ago", en: "{count} days ago", th: "{count} วันที่แล้ว" }
    moving_to(to) { en: "Moving to {to}", th: "ย้ายไป {to}" }
    arriving { en: "Arriving", th: "กำลังย้ายเข้า" }
    arriving_from(from) { en: "Arriving from {from}", th: "กำลังย้ายเข้าจาก {from}" }
    moves_to(to) { en: "moves to {to}", th: "ย้ายไป {to}" }
    arrives { en: "arrives", th: "ย้ายเข้า" }
    arrives_from(from) { en: "arrives from {from}", th: "ย้ายเข้าจาก {from}" }
    ends_with(outcome) { en: "ends · {outcome}", th: "สิ้นสุด · {outcome}" }
    noted(device) { en: "What you expect of {device} is noted.", th: "บันทึกผลที่คาดของ {device} แล้ว" }
}

impl Words {
    /// What a partner expects.
    pub(super) fn expected(self, outcome: Outcome) -> &'static str {
        match (self.0, outcome) {
            (Language::English, _) => outcome.label(),
            (Language::Thai, Outcome::Undecided) => "ยังไม่ตัดสินใจ",
            (Language::Thai, Outcome::Keep) => "ต่อสัญญา",
            (Language::Thai, Outcome::AtRisk) => "มีความเสี่ยง",
            (Language::Thai, Outcome::Lost) => "ไม่ต่อ",
        }
    }

    /// A stretch of days.
    pub(super) fn band(self, band: Band) -> &'static str {
        match (self.0, band) {
            (Language::English, _) => band.label(),
            (Language::Thai, Band::Overdue) => "เลยกำหนด",
            (Language::Thai, Band::Within7) => "ภายใน 7 วัน",
            (Language::Thai, Band::Within30) => "ภายใน 30 วัน",
            (Language::Thai, Band::Within60) => "ภายใน 60 วัน",
            (Language::Thai, Band::Within90) => "ภายใน 90 วัน",
            (Language::Thai, Band::Within120) => "ภายใน 120 วัน",
            (Language::Thai, Band::Later) => "หลังจากนั้น",
            (Language::Thai, Band::MovingAway) => "กำลังย้ายออก",
            (Language::Thai, Band::Arriving) => "กำลังย้ายเข้า",
        }
    }
}
