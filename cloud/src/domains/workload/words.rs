//! What the queue and an item's page say.

use super::model::{Kind, Severity, Target};
use super::store::Change;
use crate::platform::base::Language;

crate::platform::words::words! {
    workload { en: "Workload", th: "งานบริการ" }
    lead {
        en: "Tickets, alarms and visits of all customers you cover, the most urgent first.",
        th: "ทิกเก็ต การแจ้งเตือน และการเข้าบริการของลูกค้าทั้งหมดที่คุณดูแล เรียงตามความเร่งด่วน"
    }
    everything { en: "Everything", th: "ทั้งหมด" }
    tickets { en: "Tickets", th: "ทิกเก็ต" }
    alarms { en: "Alarms", th: "การแจ้งเตือน" }
    visits { en: "Visits", th: "การเข้าบริการ" }
    types { en: "Types of work", th: "ประเภทงาน" }
    order { en: "Order", th: "ลำดับ" }
    looks { en: "Show as", th: "รูปแบบการแสดง" }
    as_table { en: "Table", th: "ตาราง" }
    as_split { en: "Split", th: "แบ่งจอ" }
    as_calendar { en: "Calendar", th: "ปฏิทิน" }
    item { en: "Chosen item", th: "งานที่เลือก" }
    choose { en: "Choose an item to see it here.", th: "เลือกงานเพื่อดูรายละเอียดที่นี่" }
    by_due { en: "By due time", th: "ตามเวลาครบกำหนด" }
    by_level { en: "By service level", th: "ตามระดับบริการ" }
    open(count) { en: "{count} open", th: "เปิดอยู่ {count} รายการ" }
    work { en: "Work", th: "งาน" }
    customer { en: "Customer", th: "ลูกค้า" }
    device { en: "Device", th: "อุปกรณ์" }
    level { en: "Service level", th: "ระดับบริการ" }
    promise { en: "Promise", th: "กำหนดเวลา" }
    owner { en: "Owner", th: "ผู้รับผิดชอบ" }
    actions { en: "Actions", th: "การดำเนินการ" }
    none_of_type { en: "Nothing of this type", th: "ไม่มีงานประเภทนี้" }
    none_waits(kind) { en: "No {kind} waits for you.", th: "ไม่มี{kind}ที่รอคุณอยู่" }
    show_everything { en: "Show everything", th: "แสดงทั้งหมด" }
    nothing_waits { en: "Nothing waits for you", th: "ไม่มีงานค้าง" }
    nothing_waits_why {
        en: "Alarms of the devices you cover, tickets and visits appear here as they come in.",
        th: "การแจ้งเตือนจากอุปกรณ์ที่คุณดูแล ทิกเก็ต และการเข้าบริการจะแสดงที่นี่ทันทีที่เข้ามา"
    }
    covered_devices { en: "Covered devices", th: "อุปกรณ์ที่ดูแล" }
    reads_only { en: "Your role reads this page", th: "บทบาทของคุณดูหน้านี้ได้อย่างเดียว" }
    times(count) { en: "raised {count} times", th: "เกิดซ้ำ {count} ครั้ง" }
    cleared_itself { en: "cleared by itself", th: "หายเองแล้ว" }
    breached(left) { en: "Breached, {left} over", th: "เกินกำหนด {left}" }
    breached_working(left) { en: "Breached, {left} working over", th: "เกินกำหนด {left} (เวลาทำการ)" }
    at_risk(left) { en: "At risk, {left} left", th: "ใกล้ครบกำหนด เหลือ {left}" }
    at_risk_working(left) { en: "At risk, {left} working left", th: "ใกล้ครบกำหนด เหลือ {left} (เวลาทำการ)" }
    on_track(left) { en: "{left} left", th: "เหลือ {left}" }
    on_track_working(left) { en: "{left} working left", th: "เหลือ {left} (เวลาทำการ)" }
    clock_stopped { en: "Clock stopped", th: "หยุดนับเวลาแล้ว" }
    due(target, at) { en: "{target} due {at}", th: "{target} ภายใน {at}" }
    the_device { en: "The device", th: "อุปกรณ์" }
    taken_over { en: "Taken over", th: "รับเรื่องแล้ว" }
    nobody { en: "Nobody yet", th: "ยังไม่มี" }
    acknowledge { en: "Acknowledge", th: "รับทราบ" }
    take { en: "Take it", th: "รับงาน" }
    make_ticket { en: "Make it a ticket", th: "เปิดเป็นทิกเก็ต" }
    visit_done { en: "Visit is done", th: "เข้าบริการเสร็จแล้ว" }
    resolve { en: "Resolve", th: "ปิดงาน" }
    what_was_done { en: "What was done", th: "สิ่งที่ดำเนินการแล้ว" }
    details { en: "Details", th: "รายละเอียด" }
    kind_of { en: "Type", th: "ประเภท" }
    open_since { en: "Open since", th: "เปิดเมื่อ" }
    raised { en: "Raised", th: "เกิดขึ้น" }
    raised_times(count) { one: "{count} time", en: "{count} times", th: "{count} ครั้ง" }
    window { en: "Window", th: "ช่วงเวลานัด" }
    between(from, until) { en: "{from} to {until}", th: "{from} ถึง {until}" }
    cleared { en: "Cleared", th: "หายเมื่อ" }
    resolved { en: "Resolved", th: "ปิดเมื่อ" }
    made_from { en: "Made from", th: "มาจาก" }
    nothing_done { en: "Nothing was done yet.", th: "ยังไม่มีการดำเนินการ" }
    acknowledged(title, customer) {
        en: "You took notice of \"{title}\". {customer} can see that in its log.",
        th: "รับทราบ “{title}” แล้ว {customer} เห็นได้ในบันทึกของตน"
    }
    is_yours(title) { en: "\"{title}\" is yours now.", th: "คุณรับผิดชอบ “{title}” แล้ว" }
    is_resolved(title) { en: "\"{title}\" is resolved.", th: "ปิดงาน “{title}” แล้ว" }
    none_ticked { en: "Nothing was ticked.", th: "ยังไม่ได้เลือกรายการ" }
    with_ticked { en: "With what is ticked:", th: "กับรายการที่เลือก:" }
    resolve_all { en: "Resolve", th: "ปิดงาน" }
    acknowledged_many(count) { one: "You took notice of one item.", en: "You took notice of {count} items.", th: "รับทราบแล้ว {count} รายการ" }
    taken_many(count) { one: "One item is yours now.", en: "{count} items are yours now.", th: "คุณรับผิดชอบแล้ว {count} รายการ" }
    resolved_many(count) { one: "One item is resolved.", en: "{count} items are resolved.", th: "ปิดงานแล้ว {count} รายการ" }
    left_many(count) { one: "One stood so already.", en: "{count} stood so already.", th: "อีก {count} รายการเป็นเช่นนั้นอยู่แล้ว" }
    is_ticket { en: "The alarm is a ticket now, and it is yours.", th: "เปิดทิกเก็ตจากการแจ้งเตือนแล้ว และคุณเป็นผู้รับผิดชอบ" }
}

impl Words {
    /// What came of a change to several items.
    pub(super) fn did_together(self, what: Change, changed: usize, left: usize) -> String {
        let [changed, left] = [changed, left].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        let did = match what {
            Change::Acknowledge => self.acknowledged_many(changed),
            Change::Assign => self.taken_many(changed),
            Change::Resolve => self.resolved_many(changed),
        };
        match (changed, left) {
            (_, 0) => did,
            (0, _) => self.left_many(left),
            _ => format!("{did} {}", self.left_many(left)),
        }
    }

    /// A kind of work.
    pub(super) fn kind(self, kind: Kind) -> &'static str {
        match (self.0, kind) {
            (Language::English, _) => kind.label(),
            (Language::Thai, Kind::Ticket) => "ทิกเก็ต",
            (Language::Thai, Kind::Alarm) => "การแจ้งเตือน",
            (Language::Thai, Kind::Visit) => "การเข้าบริการ",
        }
    }

    /// How bad it is.
    pub(super) fn severity(self, severity: Severity) -> &'static str {
        match (self.0, severity) {
            (Language::English, _) => severity.label(),
            (Language::Thai, Severity::Info) => "แจ้งให้ทราบ",
            (Language::Thai, Severity::Warning) => "เตือน",
            (Language::Thai, Severity::Critical) => "วิกฤต",
        }
    }

    /// What a clock counts towards.
    pub(super) fn target(self, target: Target) -> &'static str {
        match (self.0, target) {
            (Language::English, _) => target.label(),
            (Language::Thai, Target::FirstResponse) => "ตอบรับครั้งแรก",
            (Language::Thai, Target::Resolution) => "แก้ไขเสร็จ",
            (Language::Thai, Target::Arrival) => "ถึงหน้างาน",
        }
    }

    /// What somebody did, by the event's name.
    pub(super) fn did(self, event: &str) -> String {
        let (noun, verb) = event.split_once('.').unwrap_or(("", event));
        match self.0 {
            Language::English => match (noun, verb) {
                ("alarm", "raised") => "raised the alarm".to_owned(),
                ("alarm", "cleared") => "cleared the alarm by itself".to_owned(),
                ("alarm", "converted") => "made a ticket of the alarm".to_owned(),
                (_, "assigned") => format!("took the {noun}"),
                (noun, verb) => format!("{verb} the {noun}"),
            },
            Language::Thai => {
                let what = Kind::parse(noun).map_or("", |kind| self.kind(kind));
                match verb {
                    "raised" => format!("ส่ง{what}"),
                    "cleared" => format!("{what}หายเอง"),
                    "converted" => format!("เปิดทิกเก็ตจาก{what}"),
                    "assigned" => format!("รับผิดชอบ{what}"),
                    "acknowledged" => format!("รับทราบ{what}"),
                    "resolved" | "completed" => format!("ปิด{what}"),
                    other => format!("{other} {what}"),
                }
            }
        }
    }
}
