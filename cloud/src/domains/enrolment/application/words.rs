//! What the pages of an application say.

use crate::platform::base::Language;

crate::platform::words::words! {
    apply { en: "Apply to become a partner", th: "สมัครเป็นพาร์ตเนอร์" }
    apps { en: "Apps of your organisation", th: "แอปขององค์กร" }
    apply_lead {
        en: "RiverSync reviews it within five days. Your organisation stays the same; it gains an app.",
        th: "RiverSync พิจารณาภายในห้าวัน องค์กรของคุณยังคงเดิมและได้แอปเพิ่ม"
    }
    sent {
        en: "The application was sent. RiverSync decides by the day shown here.",
        th: "ส่งใบสมัครแล้ว RiverSync จะตัดสินภายในวันที่แสดงที่นี่"
    }
    documents { en: "Documents", th: "เอกสาร" }
    documents_hint {
        en: "Company registration, certificates: PDF, PNG or JPEG, up to 5 MB each",
        th: "หนังสือรับรองบริษัท ใบรับรอง: PDF, PNG หรือ JPEG ไฟล์ละไม่เกิน 5 MB"
    }
    send_again { en: "Send again", th: "ส่งอีกครั้ง" }
    send { en: "Send application", th: "ส่งใบสมัคร" }
    sent_before { en: "Sent before", th: "ส่งไว้ก่อนหน้า" }
    cancel { en: "Cancel", th: "ยกเลิก" }
    as_what { en: "As what do you apply?", th: "สมัครในฐานะใด" }
    reseller_note { en: "sells to customers and services them", th: "ขายให้ลูกค้าและดูแลบริการ" }
    distributor_note { en: "channels the deals of resellers", th: "กระจายดีลของตัวแทนจำหน่าย" }
    registered_name { en: "Registered name", th: "ชื่อตามทะเบียน" }
    registration_number { en: "Registration or tax number", th: "เลขทะเบียนหรือเลขประจำตัวผู้เสียภาษี" }
    country { en: "Country", th: "ประเทศ" }
    registered_address { en: "Registered address", th: "ที่อยู่ตามทะเบียน" }
    territories { en: "Territories", th: "พื้นที่ดูแล" }
    territories_hint {
        en: "Where you want to sell or service, one per line",
        th: "พื้นที่ที่ต้องการขายหรือให้บริการ บรรทัดละหนึ่งแห่ง"
    }
    today { en: "What you do today", th: "ธุรกิจปัจจุบัน" }
    today_hint {
        en: "Products you sell or service, how many people, which customers",
        th: "สินค้าที่ขายหรือดูแล จำนวนคน และกลุ่มลูกค้า"
    }
    your_application { en: "Your application", th: "ใบสมัครของคุณ" }
    change_again { en: "Change and send again", th: "แก้ไขและส่งอีกครั้ง" }
    apply_again { en: "Apply again", th: "สมัครอีกครั้ง" }
    withdraw { en: "Withdraw", th: "ถอน" }
    withdraw_question {
        en: "The application ends here; RiverSync is told. You may apply again at any time.",
        th: "ใบสมัครจะสิ้นสุดที่นี่และแจ้ง RiverSync คุณสมัครใหม่ได้ทุกเมื่อ"
    }
    withdraw_yes { en: "Withdraw the application", th: "ถอนใบสมัคร" }
    withdrawn { en: "The application was withdrawn.", th: "ถอนใบสมัครแล้ว" }
    decision_by { en: "Decision by", th: "ตัดสินภายใน" }
    you_sent { en: "What you sent", th: "ข้อมูลที่คุณส่ง" }
    happened { en: "What happened", th: "ประวัติ" }
    earlier { en: "Earlier applications", th: "ใบสมัครก่อนหน้า" }
    as_fact { en: "As", th: "ในฐานะ" }
    registration { en: "Registration number", th: "เลขทะเบียน" }
    address { en: "Address", th: "ที่อยู่" }
    business { en: "Business today", th: "ธุรกิจปัจจุบัน" }
    applications { en: "Applications", th: "ใบสมัคร" }
    queue_lead {
        en: "Organisations that want to become partners, by what is due first.",
        th: "องค์กรที่ต้องการเป็นพาร์ตเนอร์ เรียงตามกำหนดตัดสิน"
    }
    open { en: "Open", th: "รอพิจารณา" }
    decided { en: "Decided", th: "ตัดสินแล้ว" }
    organisation { en: "Organisation", th: "องค์กร" }
    wants_to_be { en: "Wants to be", th: "ต้องการเป็น" }
    state { en: "State", th: "สถานะ" }
    decision { en: "Decision", th: "การตัดสิน" }
    nothing_waits { en: "Nothing waits", th: "ไม่มีใบสมัครค้าง" }
    nothing_waits_why {
        en: "No organisation has applied since the last decision.",
        th: "ไม่มีองค์กรใดสมัครหลังการตัดสินครั้งล่าสุด"
    }
    open_table { en: "Open applications", th: "ใบสมัครที่รอพิจารณา" }
    decided_table { en: "Decided applications", th: "ใบสมัครที่ตัดสินแล้ว" }
    none_yet { en: "None yet", th: "ยังไม่มี" }
    none_yet_why {
        en: "Decided and withdrawn applications stay here.",
        th: "ใบสมัครที่ตัดสินหรือถอนแล้วจะอยู่ที่นี่"
    }
    waits_for_applicant { en: "Waits for the applicant", th: "รอผู้สมัคร" }
    withdrawn_before { en: "Withdrawn before a decision", th: "ถอนก่อนตัดสิน" }
    application { en: "Application", th: "ใบสมัคร" }
    approve_as { en: "Approve as", th: "อนุมัติเป็น" }
    approve_hint {
        en: "One of the two, never both. A reseller starts as Authorized.",
        th: "เลือกหนึ่งอย่าง เป็นทั้งสองไม่ได้ ตัวแทนจำหน่ายเริ่มที่ระดับ Authorized"
    }
    approve { en: "Approve", th: "อนุมัติ" }
    give_back { en: "Return", th: "ส่งคืน" }
    give_back_question {
        en: "The applicant changes it and sends it again; the review then starts anew.",
        th: "ผู้สมัครแก้ไขแล้วส่งอีกครั้ง จากนั้นเริ่มพิจารณาใหม่"
    }
    give_back_yes { en: "Return to the applicant", th: "ส่งคืนผู้สมัคร" }
    give_back_note { en: "Note to the applicant", th: "หมายเหตุถึงผู้สมัคร" }
    reject { en: "Reject", th: "ปฏิเสธ" }
    reject_question {
        en: "The application ends here. The organisation may apply again.",
        th: "ใบสมัครสิ้นสุดที่นี่ องค์กรสมัครใหม่ได้"
    }
    reject_yes { en: "Reject the application", th: "ปฏิเสธใบสมัคร" }
    reject_reason { en: "Reason, read by the applicant", th: "เหตุผล (ผู้สมัครจะได้อ่าน)" }
    they_sent { en: "What they sent", th: "ข้อมูลที่ส่งมา" }
    partner_now(name, role) { en: "{name} is a partner now: {role}.", th: "{name} เป็นพาร์ตเนอร์แล้ว: {role}" }
    was_rejected(name) { en: "The application of {name} was rejected.", th: "ปฏิเสธใบสมัครของ {name} แล้ว" }
    went_back(name) { en: "The application went back to {name}.", th: "ส่งใบสมัครคืน {name} แล้ว" }
    document { en: "Document", th: "เอกสาร" }
    size { en: "Size", th: "ขนาด" }
    added { en: "Added", th: "เพิ่มเมื่อ" }
    no_documents { en: "No documents", th: "ไม่มีเอกสาร" }
    no_documents_why { en: "None were sent with this application.", th: "ใบสมัครนี้ไม่มีเอกสารแนบ" }
    nothing_happened { en: "Nothing happened yet.", th: "ยังไม่มีประวัติ" }
}

impl Words {
    /// A line of the history, after who did it.
    pub(super) fn did(self, kind: &str) -> &'static str {
        let (english, thai) = match kind {
            "submitted" => ("sent the application", "ส่งใบสมัคร"),
            "resubmitted" => ("sent it again", "ส่งใบสมัครอีกครั้ง"),
            "returned" => ("sent it back", "ส่งคืน"),
            "approved" => ("approved it", "อนุมัติ"),
            "rejected" => ("rejected it", "ปฏิเสธ"),
            _ => ("withdrew it", "ถอนใบสมัคร"),
        };
        match self.0 {
            Language::English => english,
            Language::Thai => thai,
        }
    }
}
