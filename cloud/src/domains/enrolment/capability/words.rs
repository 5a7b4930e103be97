//! What the pages of the apps say.

use super::model::Capability;
use crate::platform::base::Language;

crate::platform::words::words! {
    apps { en: "Apps of your organisation", th: "แอปขององค์กร" }
    my_account { en: "My account", th: "บัญชีของฉัน" }
    vendor_app { en: "Pipeline and administration", th: "ไปป์ไลน์และการดูแลระบบ" }
    vendor_about {
        en: "The program, its partners and its customers.",
        th: "โปรแกรม พาร์ตเนอร์ และลูกค้าของโปรแกรม"
    }
    vendor_owns {
        en: "Your organisation owns the program. The partner module is switched under Modules.",
        th: "องค์กรของคุณเป็นเจ้าของโปรแกรม เปิดหรือปิดโมดูลพาร์ตเนอร์ได้ที่หน้าโมดูล"
    }
    lead(name) {
        en: "{name}: one organisation, one sign-in. What it may act as decides which apps its people see.",
        th: "{name}: หนึ่งองค์กร เข้าสู่ระบบครั้งเดียว บทบาทขององค์กรกำหนดว่าคนในองค์กรเห็นแอปใด"
    }
    how { en: "How this works", th: "ขั้นตอนเป็นอย่างไร" }
    administrators_only {
        en: "Only an administrator of your organisation changes this.",
        th: "เฉพาะผู้ดูแลระบบขององค์กรเท่านั้นที่เปลี่ยนได้"
    }
    on { en: "On", th: "เปิดอยู่" }
    off { en: "Off", th: "ปิดอยู่" }
    suspended { en: "Suspended", th: "ถูกระงับ" }
    portal_about {
        en: "Your own devices, who can see them, and the log of every use.",
        th: "อุปกรณ์ของคุณ ใครดูได้บ้าง และบันทึกการใช้ทุกครั้ง"
    }
    portal_off {
        en: "Switch it on to see the devices that your organisation owns. It changes nothing else, and \
             your people stay signed in.",
        th: "เปิดเพื่อดูอุปกรณ์ที่องค์กรของคุณเป็นเจ้าของ อย่างอื่นไม่เปลี่ยน และคนของคุณยังเข้าสู่ระบบอยู่"
    }
    switch_on { en: "Switch on", th: "เปิดใช้" }
    partners_about {
        en: "Sell and service RiverSync devices as a reseller, or channel deals as a distributor.",
        th: "ขายและให้บริการอุปกรณ์ RiverSync ในฐานะตัวแทนจำหน่าย หรือกระจายดีลในฐานะผู้จัดจำหน่าย"
    }
    partners_off {
        en: "RiverSync reviews each application and says by when it decides.",
        th: "RiverSync พิจารณาใบสมัครทุกใบและแจ้งกำหนดตัดสิน"
    }
    your_application { en: "Your application", th: "ใบสมัครของคุณ" }
    apply_again { en: "Apply again", th: "สมัครอีกครั้ง" }
    apply { en: "Apply to become a partner", th: "สมัครเป็นพาร์ตเนอร์" }
    since { en: "Since", th: "ตั้งแต่" }
    suspended_why {
        en: "RiverSync has suspended this app; your organisation's log says why.",
        th: "RiverSync ระงับแอปนี้ไว้ บันทึกขององค์กรระบุเหตุผล"
    }
    open { en: "Open", th: "เปิด" }
    give_up_ask { en: "Give up…", th: "เลิกใช้…" }
    portal_on_now {
        en: "The Portal is on: you find it in the product switcher.",
        th: "เปิดพอร์ทัลแล้ว ดูได้ที่ตัวสลับผลิตภัณฑ์"
    }
    portal_was_on { en: "The Portal was on already.", th: "พอร์ทัลเปิดอยู่แล้ว" }
    give_up_an_app { en: "Give up an app", th: "เลิกใช้แอป" }
    give_up(name) { en: "Give up {name}", th: "เลิกใช้{name}" }
    give_up_question(tenant, name) {
        en: "From the next press on nobody of {tenant} opens {name} any more.",
        th: "ตั้งแต่การกดครั้งถัดไป ไม่มีใครใน {tenant} เปิด{name}ได้อีก"
    }
    impact_lead {
        en: "What hangs on it, before anything changes.",
        th: "สิ่งที่เกี่ยวข้อง ก่อนที่จะมีการเปลี่ยนแปลงใด ๆ"
    }
    hangs { en: "What hangs on it", th: "สิ่งที่เกี่ยวข้อง" }
    kind { en: "Kind", th: "ประเภท" }
    nothing_open { en: "Nothing open", th: "ไม่มีงานค้าง" }
    nothing_open_why { en: "No open work would be left behind.", th: "ไม่มีงานที่จะถูกทิ้งค้างไว้" }
    open_work { en: "Open work", th: "งานที่ค้างอยู่" }
    what_changes { en: "What changes", th: "สิ่งที่จะเปลี่ยน" }
    first_end {
        en: "Bring the open work to an end first; then it can be given up here.",
        th: "จัดการงานที่ค้างให้เสร็จก่อน จึงจะเลิกใช้ได้ที่นี่"
    }
    portal_closes {
        en: "Your people no longer open the Portal; open pages of it close within a second.",
        th: "คนของคุณจะเปิดพอร์ทัลไม่ได้อีก หน้าที่เปิดอยู่จะปิดภายในหนึ่งวินาที"
    }
    portal_stays {
        en: "The log of your organisation stays, and so does everything else it has.",
        th: "บันทึกขององค์กรและสิ่งอื่นทั้งหมดยังคงอยู่"
    }
    portal_again { en: "You can switch it on again at any time.", th: "คุณเปิดใช้อีกครั้งได้ทุกเมื่อ" }
    partners_closes {
        en: "Your people no longer open Partners; open pages of it close within a second.",
        th: "คนของคุณจะเปิดแอปพาร์ตเนอร์ไม่ได้อีก หน้าที่เปิดอยู่จะปิดภายในหนึ่งวินาที"
    }
    partners_ends {
        en: "Your tier and your place in the program end; coming back takes a new application.",
        th: "ระดับและสถานะของคุณในโปรแกรมจะสิ้นสุด หากจะกลับมาต้องสมัครใหม่"
    }
    partners_stays {
        en: "Closed deals, your log and your own devices stay.",
        th: "ดีลที่ปิดแล้ว บันทึก และอุปกรณ์ของคุณยังคงอยู่"
    }
    given_up(name) { en: "{name} was given up.", th: "เลิกใช้{name}แล้ว" }
    gains { en: "How an organisation gains an app", th: "องค์กรได้รับแอปอย่างไร" }
    gains_lead {
        en: "Apps are added to the same organisation, never to a second one: one organisation, one sign-in.",
        th: "แอปเพิ่มให้องค์กรเดิมเสมอ ไม่สร้างองค์กรที่สอง: หนึ่งองค์กร เข้าสู่ระบบครั้งเดียว"
    }
    to_partner { en: "From customer to partner", th: "จากลูกค้าเป็นพาร์ตเนอร์" }
    to_customer { en: "From partner to customer", th: "จากพาร์ตเนอร์เป็นลูกค้า" }
    has_portal(name) { en: "{name} has the Portal.", th: "{name} มีพอร์ทัลแล้ว" }
    no_portal(name) { en: "{name} has no Portal yet.", th: "{name} ยังไม่มีพอร์ทัล" }
    stands_here(name) {
        en: "{name} stands here: one organisation with both apps.",
        th: "{name} อยู่ที่จุดนี้: องค์กรเดียวที่มีทั้งสองแอป"
    }
    both_end {
        en: "Both directions end here: one organisation with both apps.",
        th: "ทั้งสองทางมาจบที่นี่: องค์กรเดียวที่มีทั้งสองแอป"
    }
    partner_already(name) { en: "{name} is a partner.", th: "{name} เป็นพาร์ตเนอร์" }
    not_applied(name) { en: "{name} has not applied.", th: "{name} ยังไม่ได้สมัคร" }
    done { en: "Done", th: "เสร็จแล้ว" }
    here { en: "You are here", th: "คุณอยู่ที่นี่" }
    your_organisation { en: "Your organisation", th: "องค์กรของคุณ" }
    system { en: "System", th: "ระบบ" }

    // The steps of both directions, each with what happens in it.
    step_apply { en: "Apply", th: "สมัคร" }
    step_apply_what {
        en: "An administrator fills in the form and adds documents.",
        th: "ผู้ดูแลระบบกรอกแบบฟอร์มและแนบเอกสาร"
    }
    step_review { en: "Review", th: "พิจารณา" }
    step_review_what {
        en: "RiverSync decides by the day that the application shows.",
        th: "RiverSync ตัดสินภายในวันที่ระบุในใบสมัคร"
    }
    step_answer { en: "Answer", th: "ตอบกลับ" }
    step_answer_what {
        en: "Returned with a note: change it and send it again. The clock starts anew.",
        th: "ส่งคืนพร้อมหมายเหตุ: แก้ไขแล้วส่งอีกครั้ง เริ่มนับเวลาใหม่"
    }
    step_decide { en: "Decide", th: "ตัดสิน" }
    step_decide_what {
        en: "Approved as reseller or as distributor, or rejected with a reason.",
        th: "อนุมัติเป็นตัวแทนจำหน่ายหรือผู้จัดจำหน่าย หรือปฏิเสธพร้อมเหตุผล"
    }
    step_add { en: "Add the capability", th: "เพิ่มความสามารถ" }
    step_add_partner {
        en: "On the same organisation; a reseller starts as Authorized.",
        th: "ให้องค์กรเดิม ตัวแทนจำหน่ายเริ่มที่ระดับ Authorized"
    }
    step_partners { en: "Open Partners", th: "เปิดแอปพาร์ตเนอร์" }
    step_partners_what {
        en: "It stands in the product switcher of everybody who is signed in.",
        th: "แสดงในตัวสลับผลิตภัณฑ์ของทุกคนที่เข้าสู่ระบบ"
    }
    step_portal { en: "Switch on the Portal", th: "เปิดใช้พอร์ทัล" }
    step_portal_what {
        en: "An administrator of a verified organisation does it alone.",
        th: "ผู้ดูแลระบบขององค์กรที่ยืนยันแล้วทำได้เอง"
    }
    step_add_customer {
        en: "On the same organisation, told exactly once.",
        th: "ให้องค์กรเดิม และแจ้งเพียงครั้งเดียว"
    }
    step_link { en: "Link devices", th: "เชื่อมโยงอุปกรณ์" }
    step_link_what {
        en: "By serial number and proof of purchase.",
        th: "ด้วยหมายเลขเครื่องและหลักฐานการซื้อ"
    }
    step_show { en: "Show them", th: "แสดงอุปกรณ์" }
    step_show_what {
        en: "In the Portal, exactly like any customer's devices.",
        th: "ในพอร์ทัล เช่นเดียวกับอุปกรณ์ของลูกค้าทุกราย"
    }
}

impl Words {
    /// An app, as the switcher calls it.
    pub(super) fn app(self, capability: Capability) -> &'static str {
        match (self.0, capability) {
            (Language::English, of) => of.app(),
            (Language::Thai, Capability::Customer) => "พอร์ทัล",
            (Language::Thai, Capability::Partner(_)) => "แอปพาร์ตเนอร์",
        }
    }

    /// What is lost with a capability, and what stays.
    pub(super) fn effects(self, capability: Capability) -> [&'static str; 3] {
        match capability {
            Capability::Customer => [self.portal_closes(), self.portal_stays(), self.portal_again()],
            Capability::Partner(_) => [self.partners_closes(), self.partners_ends(), self.partners_stays()],
        }
    }
}
