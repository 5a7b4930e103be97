//! What the sales pages say.

use super::stages::{Stage, State};
use crate::domains::audit::Fact;
use crate::platform::base::Language;

crate::platform::words::words! {
    sales_board { en: "Sales board", th: "บอร์ดการขาย" }
    pipeline { en: "Pipeline", th: "ไปป์ไลน์" }
    register_deal { en: "Register deal", th: "ลงทะเบียนดีล" }
    any_status { en: "Any status", th: "ทุกสถานะ" }
    search { en: "Search", th: "ค้นหา" }
    status { en: "Status", th: "สถานะ" }
    records(count, total) {
        one: "{count} record · total {total}",
        en: "{count} records · total {total}",
        th: "{count} รายการ · รวม {total}"
    }
    records_alone(count) { one: "{count} record", en: "{count} records", th: "{count} รายการ" }
    deal { en: "Deal", th: "ดีล" }
    customer { en: "Customer", th: "ลูกค้า" }
    quote { en: "Quote", th: "ใบเสนอราคา" }
    value { en: "Value", th: "มูลค่า" }
    updated { en: "Updated", th: "อัปเดต" }
    channel { en: "Channel", th: "ช่องทาง" }
    reseller { en: "Reseller", th: "ตัวแทนจำหน่าย" }
    nothing_matches { en: "Nothing matches", th: "ไม่พบรายการ" }
    nothing_matches_why { en: "No record fits these filters.", th: "ไม่มีรายการที่ตรงกับตัวกรองนี้" }
    clear_filters { en: "Clear filters", th: "ล้างตัวกรอง" }
    none_of(stage) { en: "No {stage}", th: "ไม่มี{stage}" }
    nobody { en: "Nobody yet", th: "ยังไม่มี" }
    shared { en: "Shared by RiverSync", th: "แบ่งปันโดย RiverSync" }
    own { en: "Your organisation", th: "องค์กรของคุณ" }
    owner { en: "Owner", th: "ผู้รับผิดชอบ" }
    source { en: "Source", th: "ที่มา" }
    on_channel { en: "Your channel", th: "ช่องทางของคุณ" }
    other_channel { en: "Another channel", th: "ช่องทางอื่น" }
    reference { en: "Reference", th: "เลขที่อ้างอิง" }
    created { en: "Created", th: "สร้างเมื่อ" }
    somebody { en: "Somebody", th: "บุคคลหนึ่ง" }
    nothing_happened { en: "Nothing has happened yet.", th: "ยังไม่มีเหตุการณ์" }
    what_happened { en: "What happened", th: "ความเคลื่อนไหว" }
    details { en: "Details", th: "รายละเอียด" }
    not_for_role { en: "Not for your role", th: "ไม่ใช่สำหรับบทบาทของคุณ" }
    not_for_role_tip { en: "Your role does not include this.", th: "บทบาทของคุณไม่ครอบคลุมข้อมูลนี้" }
    no_amount { en: "No amount yet", th: "ยังไม่มีมูลค่า" }
    not_quoted { en: "Not quoted yet", th: "ยังไม่มีใบเสนอราคา" }
    valid_until(day) { en: "valid until {day}", th: "ใช้ได้ถึง {day}" }

    registered_beside_others {
        en: "The deal was registered. There may be a conflict with another registration for this customer; RiverSync \
             decides between them.",
        th: "ลงทะเบียนดีลแล้ว อาจขัดกับการลงทะเบียนอื่นสำหรับลูกค้ารายนี้ RiverSync จะเป็นผู้ตัดสิน"
    }
    deal_desk { en: "Deal desk", th: "โต๊ะพิจารณาดีล" }
    desk_lead {
        en: "Registrations that wait for a decision, by what is due first.",
        th: "การลงทะเบียนที่รอการตัดสิน เรียงตามกำหนด"
    }
    nothing_waits { en: "Nothing waits", th: "ไม่มีรายการรอ" }
    nothing_waits_why {
        en: "Every registration is decided. New ones appear here by themselves.",
        th: "พิจารณาครบทุกรายการแล้ว รายการใหม่จะแสดงที่นี่เอง"
    }
    choose_deal { en: "Choose a deal to see it here.", th: "เลือกดีลเพื่อดูที่นี่" }
    decision { en: "Decision", th: "การตัดสิน" }
    same_customer { en: "Others for this customer", th: "รายการอื่นของลูกค้ารายนี้" }
    no_others { en: "None", th: "ไม่มี" }
    no_others_why { en: "Nobody else has anything for this customer.", th: "ไม่มีรายการอื่นสำหรับลูกค้ารายนี้" }
    board { en: "Board", th: "บอร์ด" }
    look { en: "Look", th: "มุมมอง" }

    refer { en: "Refer a lead", th: "ส่งต่อลีด" }
    new_lead { en: "New lead", th: "ลีดใหม่" }
    refer_lead {
        en: "RiverSync looks at it, and works it with you or tells you why not.",
        th: "RiverSync จะพิจารณา แล้วทำงานร่วมกับคุณ หรือแจ้งเหตุผลหากไม่รับ"
    }
    capture_lead {
        en: "It comes into the inbox, to be shared with a reseller or worked here.",
        th: "ลีดจะเข้ากล่องรับ เพื่อแบ่งปันให้ตัวแทนจำหน่ายหรือดำเนินการเอง"
    }
    referred { en: "The lead was referred.", th: "ส่งต่อลีดแล้ว" }
    referred_by { en: "Referred by", th: "ส่งต่อโดย" }
    interest { en: "What they may need", th: "สิ่งที่ลูกค้าอาจต้องการ" }
    contact { en: "Contact", th: "ผู้ติดต่อ" }
    no_contact { en: "Nobody named", th: "ไม่ได้ระบุ" }
    email { en: "E-mail", th: "อีเมล" }
    phone { en: "Telephone", th: "โทรศัพท์" }
    one_of_two { en: "An address or a number, or both", th: "กรอกอีเมลหรือหมายเลขโทรศัพท์ หรือทั้งสองอย่าง" }
    consent { en: "Consent", th: "ความยินยอม" }
    agreed {
        en: "The contact agreed to be called by RiverSync and its partners.",
        th: "ผู้ติดต่อยินยอมให้ RiverSync และพาร์ตเนอร์ติดต่อ"
    }
    once_accepted { en: "Shown once you accept", th: "แสดงเมื่อคุณตอบรับ" }
    once_accepted_tip {
        en: "Who is offered a lead reads its contact after accepting it.",
        th: "ผู้ที่ได้รับข้อเสนอจะเห็นผู้ติดต่อหลังจากตอบรับลีด"
    }

    next_step { en: "Next step", th: "ขั้นตอนถัดไป" }
    is_now(id, state) { en: "{id} is now: {state}.", th: "{id} อยู่ในสถานะ: {state}" }
    decision_by { en: "Decision by", th: "พิจารณาภายใน" }
    accept_by { en: "To be accepted by", th: "ตอบรับภายใน" }
    protected_until { en: "Protected until", th: "คุ้มครองถึง" }
    extended { en: "extended once", th: "ขยายเวลาแล้วหนึ่งครั้ง" }
    list_price { en: "Sum by the price list", th: "ยอดตามราคาตั้ง" }
    list_price_hint {
        en: "Before the discount of the reseller's tier, such as 125,000.00",
        th: "ก่อนหักส่วนลดตามระดับของตัวแทนจำหน่าย เช่น 125,000.00"
    }
    price_level { en: "Price level", th: "ระดับราคา" }
    commission { en: "Commission", th: "ค่าคอมมิชชัน" }
    holds_days { en: "Holds for days", th: "จำนวนวันที่ราคามีผล" }
    distributor { en: "Distributor", th: "ผู้จัดจำหน่าย" }
    choose { en: "Choose", th: "เลือก" }
    none_instead { en: "None", th: "ไม่ระบุ" }

    open_deals { en: "Open deals", th: "ดีลที่เปิดอยู่" }
    unlimited(count) { en: "{count} of unlimited", th: "{count} (ไม่จำกัด)" }
    register { en: "Register a deal", th: "ลงทะเบียนดีล" }
    register_lead {
        en: "RiverSync decides on it. Until then it takes one of your places for open deals.",
        th: "RiverSync เป็นผู้พิจารณา ระหว่างนั้นดีลนี้นับเป็นหนึ่งในดีลที่เปิดอยู่ของคุณ"
    }
    about { en: "What it is about", th: "เรื่อง" }
    about_hint {
        en: "Devices or models and how many, in one line.",
        th: "อุปกรณ์หรือรุ่น และจำนวน ในหนึ่งบรรทัด"
    }
    amount_hint { en: "Such as 125,000.00", th: "เช่น 125,000.00" }
    currency { en: "Currency", th: "สกุลเงิน" }
    direct_sale { en: "Direct sale", th: "ขายตรง" }
    what_tiers_include { en: "What each tier includes", th: "สิทธิ์ของแต่ละระดับ" }
    cancel { en: "Cancel", th: "ยกเลิก" }
    ask_direct { en: "Ask for a direct sale", th: "ขออนุญาตขายตรง" }
    ask_direct_note { en: "stands once RiverSync grants it", th: "มีผลเมื่อ RiverSync อนุมัติ" }
    direct_note { en: "RiverSync decides within a day", th: "RiverSync พิจารณาภายในหนึ่งวัน" }
    no_agreement {
        en: "You have no active distribution agreement. RiverSync makes them.",
        th: "คุณยังไม่มีสัญญากับผู้จัดจำหน่ายที่มีผล โดย RiverSync เป็นผู้จัดทำ"
    }
    sold_through { en: "Sold through", th: "ขายผ่าน" }
    registered {
        en: "The deal was registered. RiverSync decides on it.",
        th: "ลงทะเบียนดีลแล้ว RiverSync จะพิจารณาต่อไป"
    }
}

impl Words {
    /// How a record stands.
    pub(super) fn state(self, state: State) -> &'static str {
        if self.0 == Language::English {
            return state.label();
        }
        match state {
            State::LeadCaptured => "รับเข้าแล้ว",
            State::LeadShared => "เสนอแล้ว",
            State::LeadAccepted => "รับแล้ว",
            State::LeadDisqualified => "ไม่ผ่านเกณฑ์",
            State::OpportunityOpen => "เปิดอยู่",
            State::OpportunityConfirmed => "ยืนยันแล้ว",
            State::DealDraft => "ฉบับร่าง",
            State::DealSubmitted => "รอพิจารณา",
            State::DealReturned => "ส่งกลับให้แก้ไข",
            State::DealRejected => "ไม่อนุมัติ",
            State::DealWithdrawn => "ถอนแล้ว",
            State::DealExpired => "หมดอายุ",
            State::DealApproved => "อนุมัติแล้ว",
            State::QuoteIssued => "ออกแล้ว",
            State::QuoteRecalled => "ถอนใบเสนอราคาแล้ว",
            State::QuoteDeclined => "ไม่รับ",
            State::QuoteAccepted => "ตอบรับแล้ว",
            State::Won => "ชนะ",
            State::Lost => "แพ้",
        }
    }

    /// Why a list has nothing in it.
    pub(super) fn why_empty(self, stage: Stage) -> &'static str {
        match (self.0, stage) {
            (Language::English, Stage::Lead) => {
                "Leads that you refer or that RiverSync shares with you appear here."
            }
            (Language::English, Stage::Opportunity) => {
                "Leads that RiverSync confirms as opportunities appear here."
            }
            (Language::English, Stage::Deal) => "Registered deals appear here.",
            (Language::English, Stage::Quote) => "Approved deals that RiverSync has priced appear here.",
            (Language::English, Stage::Closed) => "Won and lost deals appear here.",
            (Language::Thai, Stage::Lead) => "ลีดที่คุณส่งต่อหรือที่ RiverSync แบ่งปันให้จะแสดงที่นี่",
            (Language::Thai, Stage::Opportunity) => "ลีดที่ RiverSync ยืนยันเป็นโอกาสการขายจะแสดงที่นี่",
            (Language::Thai, Stage::Deal) => "ดีลที่ลงทะเบียนแล้วจะแสดงที่นี่",
            (Language::Thai, Stage::Quote) => "ดีลที่อนุมัติและ RiverSync เสนอราคาแล้วจะแสดงที่นี่",
            (Language::Thai, Stage::Closed) => "ดีลที่ชนะและแพ้จะแสดงที่นี่",
        }
    }

    /// An event's name as what somebody did.
    pub(super) fn did(self, kind: &str) -> String {
        let fact = Fact::parse(kind);
        fact.map_or_else(|| kind.replace(['.', '_'], " "), |fact| fact.words_in(self.0).to_owned())
    }
}
