//! What the pages of a team say.

use crate::domains::identity::words;
use crate::platform::access::Role;
use crate::platform::base::Language;

crate::platform::words::words! {
    team { en: "Team", th: "ทีม" }
    lead(organisation) {
        en: "The people of {organisation}. What they may do follows from their roles, from the next request on.",
        th: "ผู้ใช้ของ {organisation} บทบาทกำหนดสิ่งที่ทำได้ และมีผลตั้งแต่คำขอถัดไป"
    }
    person { en: "Person", th: "ผู้ใช้" }
    roles { en: "Roles", th: "บทบาท" }
    state { en: "State", th: "สถานะ" }
    last_sign_in { en: "Last sign-in", th: "เข้าสู่ระบบล่าสุด" }
    actions { en: "Actions", th: "การดำเนินการ" }
    nobody { en: "Nobody here", th: "ยังไม่มีใคร" }
    nobody_why { en: "Invite the first person below.", th: "เชิญคนแรกได้ด้านล่าง" }
    you { en: "You", th: "คุณ" }
    never { en: "Never signed in", th: "ยังไม่เคยเข้าสู่ระบบ" }
    sessions { en: "Sessions", th: "เซสชัน" }
    resend { en: "Resend invite", th: "ส่งคำเชิญอีกครั้ง" }
    switch_on { en: "Switch on", th: "เปิดใช้" }
    switch_off { en: "Switch off", th: "ปิดใช้" }
    switch_off_question(name) {
        en: "{name} is out at the next request, open pages included. You can switch {name} on again.",
        th: "{name} จะใช้งานไม่ได้ตั้งแต่คำขอถัดไป รวมถึงหน้าที่เปิดอยู่ คุณเปิดใช้ {name} ได้อีกภายหลัง"
    }
    switch_off_yes(name) { en: "Switch {name} off", th: "ปิดใช้ {name}" }
    remove { en: "Remove", th: "นำออก" }
    remove_question(name) {
        en: "{name} no longer belongs to your organisation. What {name} did stays in the log.",
        th: "{name} จะไม่อยู่ในองค์กรของคุณอีก สิ่งที่ {name} เคยทำยังอยู่ในบันทึก"
    }
    remove_yes(name) { en: "Remove {name}", th: "นำ {name} ออก" }
    switched_off { en: "Switched off", th: "ปิดใช้อยู่" }
    invited { en: "Invited", th: "เชิญแล้ว" }
    active { en: "Active", th: "ใช้งานอยู่" }

    invite { en: "Invite somebody", th: "เชิญผู้ใช้" }
    send { en: "Send invitation", th: "ส่งคำเชิญ" }
    name { en: "Name", th: "ชื่อ" }
    email { en: "E-mail address", th: "อีเมล" }
    email_hint {
        en: "The invitation goes there and works for 7 days",
        th: "คำเชิญจะส่งไปที่อีเมลนี้ และใช้ได้ 7 วัน"
    }
    roles_of(name) { en: "Roles of {name}", th: "บทบาทของ {name}" }
    save_roles { en: "Save roles", th: "บันทึกบทบาท" }
    or_close { en: "or close this again", th: "หรือปิดหน้าต่างนี้" }
    was_invited(name) {
        en: "{name} was invited; the link works for 7 days.",
        th: "เชิญ {name} แล้ว ลิงก์ใช้ได้ 7 วัน"
    }
    roles_changed {
        en: "The roles were changed; they hold from the next request on.",
        th: "เปลี่ยนบทบาทแล้ว มีผลตั้งแต่คำขอถัดไป"
    }
    resent {
        en: "A new invitation was sent; the link before it works no more.",
        th: "ส่งคำเชิญใหม่แล้ว ลิงก์ก่อนหน้าใช้ไม่ได้อีก"
    }
    is_off { en: "The person was switched off.", th: "ปิดใช้ผู้ใช้แล้ว" }
    is_on { en: "The person was switched on again.", th: "เปิดใช้ผู้ใช้อีกครั้งแล้ว" }
    is_removed { en: "The person was removed.", th: "นำผู้ใช้ออกแล้ว" }

    what_sales_sees { en: "What Sales sees", th: "สิ่งที่ฝ่ายขายเห็น" }
    rest_stays {
        en: "Leads and opportunities stay with who works them.",
        th: "ลีดและโอกาสการขายเห็นได้เฉพาะผู้ที่ดูแล"
    }
    all_deals { en: "All deals", th: "ดีลทั้งหมด" }
    own_deals { en: "Own deals", th: "ดีลของตน" }
    own_deals_only { en: "Own deals only", th: "เฉพาะดีลของตน" }
    sees_all {
        en: "Sales sees the deals, quotes and closed deals of everybody in your organisation.",
        th: "ฝ่ายขายเห็นดีล ใบเสนอราคา และดีลที่ปิดแล้วของทุกคนในองค์กร"
    }
    sees_own {
        en: "Sales sees the deals, quotes and closed deals that one works oneself or that nobody works yet.",
        th: "ฝ่ายขายเห็นเฉพาะดีล ใบเสนอราคา และดีลที่ปิดแล้วที่ตนดูแลหรือยังไม่มีผู้ดูแล"
    }
    all_question {
        en: "Everybody with the role Sales sees all deals of your organisation with their amounts and quotes, from the next request on. The log shows it.",
        th: "ทุกคนที่มีบทบาทฝ่ายขายจะเห็นดีลทั้งหมดขององค์กร พร้อมมูลค่าและใบเสนอราคา ตั้งแต่คำขอถัดไป และจะบันทึกไว้"
    }
    all_yes { en: "Let Sales see all deals", th: "ให้ฝ่ายขายเห็นดีลทั้งหมด" }
    all_now { en: "Sales sees all deals from now on.", th: "ฝ่ายขายเห็นดีลทั้งหมดตั้งแต่บัดนี้" }
    own_now {
        en: "Sales sees its own deals only from now on.",
        th: "ฝ่ายขายเห็นเฉพาะดีลของตนตั้งแต่บัดนี้"
    }

    signed_in_where(name) { en: "Where {name} is signed in", th: "ที่ที่ {name} เข้าสู่ระบบไว้" }
    sessions_lead {
        en: "Sessions that act for this organisation. Ending one closes its pages within a second.",
        th: "เซสชันที่ทำงานในนามขององค์กรนี้ เมื่อสิ้นสุดเซสชัน หน้าที่เปิดอยู่จะปิดภายในหนึ่งวินาที"
    }
    sessions_of(name) { en: "Sessions of {name}", th: "เซสชันของ {name}" }
    nowhere { en: "Signed in nowhere", th: "ไม่ได้เข้าสู่ระบบที่ใด" }
    no_session { en: "There is no session to end.", th: "ไม่มีเซสชันให้สิ้นสุด" }
    end_reason { en: "Reason, read by the person and in the log", th: "เหตุผล ผู้ใช้จะได้อ่าน และจะอยู่ในบันทึก" }
    end { en: "End", th: "สิ้นสุด" }
    end_yes { en: "End this session", th: "สิ้นสุดเซสชันนี้" }
    end_question(name) {
        en: "Whoever uses that browser as {name} must sign in again. {name} is told by mail.",
        th: "ผู้ที่ใช้เบราว์เซอร์นั้นในชื่อ {name} ต้องเข้าสู่ระบบใหม่ และ {name} จะได้รับอีเมลแจ้ง"
    }
    end_all { en: "End all", th: "สิ้นสุดทั้งหมด" }
    end_all_yes { en: "End all sessions", th: "สิ้นสุดทุกเซสชัน" }
    end_all_question(name) {
        en: "{name} must sign in again everywhere and is told by mail.",
        th: "{name} ต้องเข้าสู่ระบบใหม่ทุกที่ และจะได้รับอีเมลแจ้ง"
    }
    members(count) { one: "One member", en: "{count} members", th: "สมาชิก {count} คน" }
    ended(count) {
        one: "The session was ended.",
        en: "{count} sessions were ended.",
        th: "สิ้นสุดเซสชัน {count} รายการแล้ว"
    }
}

impl Words {
    /// A role.
    pub(super) fn role(self, role: Role) -> &'static str {
        words::Words(self.0).role(role)
    }

    /// What a role is there for, in a few words.
    pub(super) fn about_role(self, role: Role) -> &'static str {
        match (self.0, role) {
            (Language::English, Role::Administrator) => "runs the account and this team",
            (Language::English, Role::Coordinator) => "coordinates service or the channel",
            (Language::English, Role::Sales) => "sells",
            (Language::English, Role::Technical) => "engineers, without money",
            (Language::English, Role::Finance) => "reads money",
            (Language::English, Role::Viewer) => "reads status",
            (Language::Thai, Role::Administrator) => "ดูแลบัญชีและทีมนี้",
            (Language::Thai, Role::Coordinator) => "ประสานงานบริการหรือช่องทางจำหน่าย",
            (Language::Thai, Role::Sales) => "ขาย",
            (Language::Thai, Role::Technical) => "งานช่าง ไม่เห็นข้อมูลการเงิน",
            (Language::Thai, Role::Finance) => "ดูข้อมูลการเงิน",
            (Language::Thai, Role::Viewer) => "ดูสถานะ",
        }
    }
}
