//! What the logs say.

use crate::domains::audit::{Fault, Verdict};
use crate::platform::base::Language;

crate::platform::words::words! {
    usage { en: "Log of use", th: "บันทึกการใช้ข้อมูล" }
    usage_lead {
        en: "Every use of your devices and their data, by whom and for whom.",
        th: "การใช้อุปกรณ์และข้อมูลของคุณทุกครั้ง โดยใครและเพื่อใคร"
    }
    usage_empty {
        en: "Whenever somebody reads your devices, acts on them or changes who may see them, a line appears here.",
        th: "เมื่อมีผู้อ่านค่าจากอุปกรณ์ ดำเนินการ หรือเปลี่ยนสิทธิ์เข้าถึง จะมีรายการแสดงที่นี่"
    }
    activity { en: "Activity log", th: "บันทึกกิจกรรม" }
    activity_lead {
        en: "What your people did for customers and in the funnel, and what others decided about you.",
        th: "สิ่งที่คนของคุณทำให้ลูกค้าและในงานขาย และสิ่งที่ผู้อื่นตัดสินใจเกี่ยวกับคุณ"
    }
    activity_empty {
        en: "Whenever one of your people does something, a line appears here.",
        th: "เมื่อคนของคุณดำเนินการใดๆ จะมีรายการแสดงที่นี่"
    }
    audit { en: "Audit", th: "บันทึกการตรวจสอบ" }
    audit_lead {
        en: "What was done in the program. Opening another organisation's log is a line of that log.",
        th: "สิ่งที่เกิดขึ้นในโปรแกรม การเปิดบันทึกขององค์กรอื่นจะเป็นรายการหนึ่งในบันทึกนั้นด้วย"
    }
    audit_empty {
        en: "Whenever something is done, a line appears here.",
        th: "เมื่อมีการดำเนินการใดๆ จะมีรายการแสดงที่นี่"
    }
    chained(lead) {
        en: "{lead} Each line is chained to the one before it and the chain is signed every hour, so a change would show.",
        th: "{lead} แต่ละรายการร้อยต่อกับรายการก่อนหน้า และลงลายเซ็นทุกชั่วโมง การแก้ไขใดๆ จึงตรวจพบได้"
    }
    log_of(whom) { en: "Log of {whom}", th: "บันทึกของ {whom}" }
    all_logs { en: "All logs", th: "บันทึกทั้งหมด" }
    check { en: "Check the chain", th: "ตรวจสอบสายบันทึก" }
    nothing_matches { en: "Nothing matches", th: "ไม่พบรายการ" }
    nothing_matches_why { en: "No line matches these filters.", th: "ไม่มีรายการที่ตรงกับตัวกรองนี้" }
    clear_filters { en: "Clear filters", th: "ล้างตัวกรอง" }
    nothing_yet { en: "Nothing yet", th: "ยังไม่มีรายการ" }
    when { en: "When", th: "เมื่อ" }
    who { en: "Who", th: "ใคร" }
    what { en: "What", th: "ทำอะไร" }
    about { en: "About", th: "เกี่ยวกับ" }
    acting_for(organisation, whom) { en: "{organisation} for {whom}", th: "{organisation} แทน {whom}" }
    every_line { en: "Every line, newest first", th: "ทุกรายการ ใหม่สุดก่อน" }
    by(proof) { en: "by {proof}", th: "ด้วย{proof}" }
    mailed_link { en: "mailed link or code", th: "ลิงก์หรือรหัสทางอีเมล" }
    invitation { en: "invitation", th: "คำเชิญ" }
    mailed_code { en: "mailed code", th: "รหัสทางอีเมล" }
    setup_link { en: "setup link", th: "ลิงก์ตั้งค่า" }
    passkey { en: "passkey", th: "พาสคีย์" }
    service { en: "RiverSync service", th: "บริการ RiverSync" }
    portal { en: "Portal", th: "พอร์ทัล" }
    partners { en: "Partners", th: "พาร์ตเนอร์" }
    channel_manager_funnel {
        en: "Channel managers run the funnel",
        th: "ผู้จัดการช่องทางจำหน่ายดูแลการขายได้"
    }
    sales_sees_all { en: "Sales sees all deals", th: "ฝ่ายขายเห็นดีลทั้งหมด" }
    on { en: "on", th: "เปิด" }
    off { en: "off", th: "ปิด" }
    info { en: "info", th: "แจ้งให้ทราบ" }
    warning { en: "warning", th: "เตือน" }
    critical { en: "critical", th: "วิกฤต" }
    none { en: "none", th: "ไม่มี" }
    not_requested { en: "not requested", th: "ยังไม่ได้ขอ" }
    requested { en: "requested", th: "ขอแล้ว" }
    received { en: "received", th: "ได้รับแล้ว" }
    expired { en: "expired", th: "หมดอายุ" }
    direct_requested { en: "requested", th: "ขออนุมัติ" }
    common_era { en: "common era", th: "คริสต์ศักราช" }
    buddhist_era { en: "Buddhist era", th: "พุทธศักราช" }
    organisation { en: "Organisation", th: "องค์กร" }
    any_organisation { en: "Any organisation", th: "ทุกองค์กร" }
    person { en: "Person", th: "ผู้ใช้" }
    anybody { en: "Anybody", th: "ทุกคน" }
    action { en: "Action", th: "การดำเนินการ" }
    any_action { en: "Any action", th: "ทุกการดำเนินการ" }
    device { en: "Device", th: "อุปกรณ์" }
    any_device { en: "Any device", th: "ทุกอุปกรณ์" }

    checkpoints_differ {
        en: "Not every signed checkpoint is as it was",
        th: "จุดตรวจที่ลงลายเซ็นบางจุดไม่เหมือนเดิม"
    }
    last_signed { en: "Last signed", th: "ลงลายเซ็นล่าสุด" }
    not_signed {
        en: "Not signed yet: that happens every hour.",
        th: "ยังไม่ได้ลงลายเซ็น ระบบลงลายเซ็นทุกชั่วโมง"
    }
    chains { en: "Chains", th: "สายบันทึก" }
    chain { en: "Chain", th: "สายบันทึก" }
    no_logs { en: "No logs", th: "ไม่มีบันทึก" }
    no_logs_why { en: "Nothing was done yet.", th: "ยังไม่มีการดำเนินการ" }
    sign_now { en: "Sign a checkpoint now", th: "ลงลายเซ็นจุดตรวจตอนนี้" }
    walked {
        en: "Every organisation's chain, walked just now. No checkpoint is signed yet.",
        th: "สายบันทึกของทุกองค์กร ตรวจเมื่อสักครู่ ยังไม่มีจุดตรวจที่ลงลายเซ็น"
    }
    latest_first { en: "Latest first", th: "ล่าสุดก่อน" }
    walked_against(count) {
        one: "Every organisation's chain, walked just now against 1 signed checkpoint.",
        en: "Every organisation's chain, walked just now against {count} signed checkpoints.",
        th: "สายบันทึกของทุกองค์กร ตรวจเมื่อสักครู่เทียบกับจุดตรวจที่ลงลายเซ็น {count} จุด"
    }
    signed(number) { en: "Checkpoint {number} is signed.", th: "ลงลายเซ็นจุดตรวจ {number} แล้ว" }
    signed_elsewhere {
        en: "Another process signed one at the same moment.",
        th: "กระบวนการอื่นลงลายเซ็นในเวลาเดียวกันแล้ว"
    }
}

impl Words {
    /// Whether a chain is as it was written.
    pub(super) fn verdict(self, verdict: &Verdict) -> String {
        match (self.0, verdict) {
            (Language::English, _) => verdict.to_string(),
            (Language::Thai, Verdict::Whole { rows }) => format!("ครบถ้วน {rows} รายการ"),
            (Language::Thai, Verdict::Broken { seq }) => format!("รายการ {seq} ไม่เหมือนที่เขียนไว้"),
            (Language::Thai, Verdict::Missing { seq }) => format!("รายการ {seq} หายไป"),
            (Language::Thai, Verdict::Cut { after_seq, head_seq }) => {
                format!("รายการหลังจาก {after_seq} หายไป รายการสุดท้ายที่เขียนคือ {head_seq}")
            }
            (Language::Thai, Verdict::Rewritten { from_seq, to_seq, checkpoint }) => {
                format!("รายการ {from_seq} ถึง {to_seq} มีอย่างน้อยหนึ่งรายการถูกเขียนใหม่ ไม่ตรงกับจุดตรวจ {checkpoint}")
            }
        }
    }

    /// What is wrong with a checkpoint.
    pub(super) fn fault(self, fault: &Fault) -> String {
        match (self.0, fault) {
            (Language::English, _) => fault.to_string(),
            (Language::Thai, Fault::Signature { number }) => {
                format!("จุดตรวจ {number} ไม่ได้ลงลายเซ็นด้วยกุญแจของบริการนี้")
            }
            (Language::Thai, Fault::Order { number }) => format!("จุดตรวจ {number} ไม่ต่อจากจุดก่อนหน้า"),
            (Language::Thai, Fault::Removed { number }) => {
                format!("จุดตรวจ {number} ถูกลบจากฐานข้อมูล แต่สำเนาภายนอกยังมีอยู่")
            }
            (Language::Thai, Fault::Differs { number }) => format!("จุดตรวจ {number} ไม่ตรงกับสำเนาภายนอก"),
        }
    }

    /// The noun of a fact or of an object in Thai; nothing for one that has no word yet.
    pub(super) fn thai_noun(noun: &str) -> Option<&'static str> {
        Some(match noun {
            "access" => "คำขอหรือการปฏิเสธสิทธิ์เข้าถึง",
            "agent" => "เกตเวย์",
            "alarm" => "การแจ้งเตือน",
            "api_key" => "คีย์ API",
            "application" => "ใบสมัคร",
            "brand" => "แบรนด์",
            "deal" => "ดีล",
            "device" => "อุปกรณ์",
            "direct" => "การขายตรง",
            "grant" => "สิทธิ์เข้าถึง",
            "invitation" => "คำเชิญ",
            "job" => "งานเบื้องหลัง",
            "lead" => "ลีด",
            "tier" => "ระดับพาร์ตเนอร์",
            "opportunity" => "โอกาสการขาย",
            "quote" => "ใบเสนอราคา",
            "list_view" => "มุมมองของรายการ",
            "log" => "บันทึก",
            "member" => "สมาชิก",
            "module" => "โมดูล",
            "page" => "หน้า",
            "partner" => "พาร์ตเนอร์",
            "passkey" => "พาสคีย์",
            "person" => "ผู้ใช้",
            "policy" => "นโยบาย",
            "program" => "โปรแกรม",
            "renewal" => "การต่อสัญญา",
            "session" => "การเข้าสู่ระบบ",
            "sign_in_link" => "ลิงก์เข้าสู่ระบบ",
            "step_up" => "การยืนยันตัวตน",
            "telemetry" => "การอ่านค่า",
            "tenant" => "องค์กร",
            "ticket" => "ทิกเก็ต",
            "view" => "การดูในมุมมองผู้อื่น",
            "visit" => "การเข้าบริการ",
            "webhook" => "เว็บฮุก",
            "work_item" => "งานบริการ",
            _ => return None,
        })
    }
}
