//! What the frame says.

use super::rail::Heading;
use crate::platform::access::{App, Item};
use crate::platform::base::Language;

crate::platform::words::words! {
    powered { en: "Powered by RiverSync", th: "ขับเคลื่อนโดย RiverSync" }
    skip { en: "Skip to content", th: "ข้ามไปยังเนื้อหา" }
    switch_product { en: "Switch product", th: "สลับผลิตภัณฑ์" }
    products { en: "Products", th: "ผลิตภัณฑ์" }
    switch_to { en: "Switch to", th: "สลับไปที่" }
    search { en: "Search", th: "ค้นหา" }
    notifications { en: "Notifications", th: "การแจ้งเตือน" }
    unread(count) { en: "Notifications: {count} unread", th: "การแจ้งเตือน: ยังไม่ได้อ่าน {count} รายการ" }
    switch_organisation(name) { en: "Organisation: {name}. Switch organisation", th: "องค์กร: {name} สลับองค์กร" }
    organisation { en: "Organisation", th: "องค์กร" }
    menu_of(name) { en: "{name}: account menu", th: "{name}: เมนูบัญชี" }
    keyboard { en: "Keyboard", th: "แป้นพิมพ์" }
    sign_out { en: "Sign out", th: "ออกจากระบบ" }
    look_on { en: "You look on as", th: "คุณกำลังดูในมุมมองของ" }
    member(name, tenant) { en: "{name} of {tenant}", th: "{name} จาก {tenant}" }
    look_on_only { en: "read-only.", th: "ดูได้อย่างเดียว" }
    end_view { en: "End the view", th: "สิ้นสุดการดู" }
    pages { en: "Pages", th: "หน้า" }
    pages_short { en: "Pages, short", th: "หน้าหลัก" }
    more { en: "More", th: "เพิ่มเติม" }

    not_for_your_role { en: "Not for your role", th: "บทบาทของคุณไม่มีสิทธิ์" }
    nothing_here { en: "Nothing here", th: "ไม่พบข้อมูล" }
    not_this_way { en: "Not this way", th: "เปิดแบบนี้ไม่ได้" }
    changed_meanwhile { en: "Something changed meanwhile", th: "มีการเปลี่ยนแปลงเกิดขึ้นก่อน" }
    link_no_longer_good { en: "This link is no longer good", th: "ลิงก์นี้ใช้ไม่ได้แล้ว" }
    not_accepted { en: "That cannot be accepted", th: "ข้อมูลนี้ใช้ไม่ได้" }
    too_many_tries { en: "Too many tries", th: "ลองหลายครั้งเกินไป" }
    busy { en: "Busy", th: "ระบบไม่ว่าง" }
    did_not_work { en: "That did not work", th: "ทำรายการไม่สำเร็จ" }
    went_wrong { en: "Something went wrong on our side", th: "เกิดข้อผิดพลาดที่ระบบของเรา" }
    request_new_link { en: "Request a new link", th: "ขอลิงก์ใหม่" }
    to_start_page { en: "Go to your start page", th: "ไปที่หน้าเริ่มต้น" }
    name_request { en: "If you ask us about this, name", th: "หากสอบถามเราเรื่องนี้ โปรดแจ้งรหัส" }
}

impl Words {
    /// An app's name in the switcher.
    pub(super) fn app(self, app: App) -> &'static str {
        match (self.0, app) {
            (Language::English, App::Partners) => "Partners",
            (Language::English, App::Portal) => "Portal",
            (Language::English, App::Vendor) => "Pipeline",
            (Language::English, App::Account) => "Account",
            (Language::Thai, App::Partners) => "พาร์ตเนอร์",
            (Language::Thai, App::Portal) => "พอร์ทัล",
            (Language::Thai, App::Vendor) => "ไปป์ไลน์",
            (Language::Thai, App::Account) => "บัญชี",
        }
    }

    /// What stands above a group of the rail.
    pub(super) fn heading(self, heading: Heading) -> &'static str {
        let (english, thai) = match heading {
            Heading::None => ("", ""),
            Heading::Sales => ("Sales", "การขาย"),
            Heading::Service => ("Service", "บริการ"),
            Heading::Channel => ("Channel", "ช่องทางจำหน่าย"),
            Heading::Program => ("Program", "โปรแกรม"),
            Heading::Access => ("Access", "การเข้าถึง"),
            Heading::Edge => ("Edge", "เอดจ์"),
            Heading::Organisations => ("Organisations", "องค์กร"),
            Heading::Administration => ("Administration", "การดูแลระบบ"),
        };
        match self.0 {
            Language::English => english,
            Language::Thai => thai,
        }
    }

    /// An item of the rail.
    pub(super) fn item(self, item: Item) -> &'static str {
        match self.0 {
            Language::English => item.label(),
            Language::Thai => thai(item),
        }
    }
}

fn thai(item: Item) -> &'static str {
    match item {
        Item::Overview => "ภาพรวม",
        Item::Leads => "ลีด",
        Item::Opportunities => "โอกาสการขาย",
        Item::Deals => "ดีล",
        Item::Quotes => "ใบเสนอราคา",
        Item::Closed => "ปิดแล้ว",
        Item::MyDistributors => "ผู้จัดจำหน่ายของฉัน",
        Item::Resellers => "ตัวแทนจำหน่าย",
        Item::DistributionAgreements => "สัญญาการจัดจำหน่าย",
        Item::Workload => "งานบริการ",
        Item::CoveredDevices => "อุปกรณ์ที่ดูแล",
        Item::Renewals => "การต่อสัญญา",
        Item::TierProgram => "ระดับพาร์ตเนอร์",
        Item::ActivityLog => "บันทึกกิจกรรม",
        Item::MyDevices => "อุปกรณ์ของฉัน",
        Item::Sharing => "ใครดูอุปกรณ์ของฉันได้บ้าง",
        Item::UsageLog => "บันทึกการใช้ข้อมูล",
        Item::Pipeline => "ไปป์ไลน์",
        Item::Agents => "เอเจนต์",
        Item::Audit => "บันทึกการตรวจสอบ",
        Item::Account => "บัญชีของฉัน",
        Item::Apps => "แอปขององค์กร",
        Item::Webhooks => "เว็บฮุก",
        Item::Team | Item::PortalTeam | Item::StaffTeam => "ทีม",
        Item::Applications => "ใบสมัคร",
        Item::Organisations => "องค์กร",
        Item::Modules => "โมดูล",
        Item::Jobs => "งานเบื้องหลัง",
        Item::ViewAs => "ดูในมุมมองของผู้อื่น",
    }
}
