//! What the pages of the organisations say.

crate::platform::words::words! {
    tier { en: "Tier", th: "ระดับพาร์ตเนอร์" }
    grant_tier { en: "Grant another tier", th: "ให้ระดับใหม่" }
    grant_tier_question {
        en: "It holds from now on. Deals and quotes that are open stay as they are; what is new goes by the new tier.",
        th: "มีผลทันที ดีลและใบเสนอราคาที่เปิดอยู่คงเดิม รายการใหม่ใช้ระดับใหม่"
    }
    now_tier(name, tier) { en: "{name} is {tier} now.", th: "{name} อยู่ในระดับ {tier} แล้ว" }
    organisations { en: "Organisations", th: "องค์กร" }
    lead {
        en: "Partners and customers of the program, and their people.",
        th: "พาร์ตเนอร์และลูกค้าของโปรแกรม พร้อมคนขององค์กรเหล่านั้น"
    }
    new_organisation { en: "New organisation", th: "องค์กรใหม่" }
    organisation { en: "Organisation", th: "องค์กร" }
    acts_as { en: "Acts as", th: "บทบาท" }
    state { en: "State", th: "สถานะ" }
    people { en: "People", th: "จำนวนคน" }
    since { en: "Since", th: "ตั้งแต่" }
    none { en: "No organisations", th: "ไม่มีองค์กร" }
    none_why { en: "None of this kind is in the program.", th: "ไม่มีองค์กรประเภทนี้ในโปรแกรม" }
    kinds { en: "Kinds of organisations", th: "ประเภทองค์กร" }
    all { en: "All", th: "ทั้งหมด" }
    resellers { en: "Resellers", th: "ตัวแทนจำหน่าย" }
    distributors { en: "Distributors", th: "ผู้จัดจำหน่าย" }
    customers { en: "Customers", th: "ลูกค้า" }
    reseller_of(tier) { en: "Reseller, {tier}", th: "ตัวแทนจำหน่าย {tier}" }
    reseller { en: "Reseller", th: "ตัวแทนจำหน่าย" }
    distributor { en: "Distributor", th: "ผู้จัดจำหน่าย" }
    customer { en: "Customer", th: "ลูกค้า" }
    suspended { en: "Suspended", th: "ถูกระงับ" }
    not_verified { en: "Not verified", th: "ยังไม่ยืนยัน" }
    active { en: "Active", th: "ใช้งานอยู่" }
    in_program { en: "In the program since", th: "อยู่ในโปรแกรมตั้งแต่" }
    partner_since { en: "Partner since", th: "เป็นพาร์ตเนอร์ตั้งแต่" }
    no_partner { en: "No partner", th: "ไม่ใช่พาร์ตเนอร์" }
    customer_since { en: "Customer since", th: "เป็นลูกค้าตั้งแต่" }
    no_customer { en: "No customer", th: "ไม่ใช่ลูกค้า" }
    verified { en: "Verified", th: "ยืนยันแล้ว" }
    not_yet { en: "Not yet", th: "ยังไม่ยืนยัน" }
    add_contact { en: "Add contact", th: "เพิ่มผู้ติดต่อ" }
    mark_verified { en: "Mark as verified", th: "ทำเครื่องหมายว่ายืนยันแล้ว" }
    suspend { en: "Suspend", th: "ระงับ" }
    suspend_question(name) {
        en: "{name} loses the Partners app at the next request, open pages included. Its log says why.",
        th: "{name} จะใช้แอปพาร์ตเนอร์ไม่ได้ตั้งแต่คำขอถัดไป รวมถึงหน้าที่เปิดอยู่ \
             บันทึกขององค์กรจะระบุเหตุผล"
    }
    suspend_yes(name) { en: "Suspend {name}", th: "ระงับ {name}" }
    reason_partner { en: "Reason, read by the partner", th: "เหตุผล (พาร์ตเนอร์จะได้อ่าน)" }
    reinstate { en: "Reinstate", th: "เปิดใช้อีกครั้ง" }
    reinstate_question(name) {
        en: "{name} has the Partners app again, as it was.",
        th: "{name} จะได้แอปพาร์ตเนอร์คืนตามเดิม"
    }
    reinstate_yes(name) { en: "Reinstate {name}", th: "เปิดใช้ {name} อีกครั้ง" }
    now_verified(name) { en: "{name} is verified.", th: "ยืนยัน {name} แล้ว" }
    now_suspended(name) { en: "{name} is suspended from now on.", th: "ระงับ {name} แล้ว" }
    now_reinstated(name) { en: "{name} is reinstated.", th: "เปิดใช้ {name} อีกครั้งแล้ว" }
    contacts { en: "Contacts", th: "ผู้ติดต่อ" }
    about { en: "About", th: "ข้อมูล" }
    change { en: "Change", th: "การเปลี่ยนแปลง" }
    contact { en: "Contact", th: "ผู้ติดต่อ" }
    roles { en: "Roles", th: "บทบาท" }
    last_sign_in { en: "Last sign-in", th: "เข้าสู่ระบบล่าสุด" }
    actions { en: "Actions", th: "การดำเนินการ" }
    no_contacts { en: "No contacts", th: "ไม่มีผู้ติดต่อ" }
    no_contacts_why {
        en: "Nobody of this organisation can sign in yet.",
        th: "ยังไม่มีใครในองค์กรนี้เข้าสู่ระบบได้"
    }
    never { en: "Never signed in", th: "ยังไม่เคยเข้าสู่ระบบ" }
    resend { en: "Resend invite", th: "ส่งคำเชิญอีกครั้ง" }
    sessions { en: "Sessions", th: "เซสชัน" }
    view_as_question(name) {
        en: "For 30 minutes you see what {name} sees and change nothing. Both logs show it.",
        th: "คุณจะเห็นสิ่งที่ {name} เห็นเป็นเวลา 30 นาทีโดยไม่แก้ไขสิ่งใด และแสดงในบันทึกของทั้งสองฝ่าย"
    }
    view_as_ask { en: "View as…", th: "ดูในมุมมองของ…" }
    view_as(name) { en: "View as {name}", th: "ดูในมุมมองของ {name}" }
    reason_organisation { en: "Reason, read by the organisation", th: "เหตุผล (องค์กรจะได้อ่าน)" }
    add_a_contact { en: "Add a contact", th: "เพิ่มผู้ติดต่อ" }
    send_invitation { en: "Send invitation", th: "ส่งคำเชิญ" }
    cancel { en: "Cancel", th: "ยกเลิก" }
    was_invited(name) {
        en: "{name} was invited; the link works for 7 days.",
        th: "เชิญ {name} แล้ว ลิงก์ใช้ได้ 7 วัน"
    }
    sent_again {
        en: "A new invitation was sent; the link before it works no more.",
        th: "ส่งคำเชิญใหม่แล้ว ลิงก์เดิมใช้ไม่ได้อีก"
    }
    enters(organisation, name) {
        en: "{organisation} is in. {name} was invited as its administrator.",
        th: "เพิ่ม {organisation} แล้ว และเชิญ {name} เป็นผู้ดูแลระบบ"
    }
    made_sure { en: "We have made sure who this is", th: "เราตรวจสอบแล้วว่าองค์กรนี้เป็นใคร" }
    organisations_count(count) { one: "One organisation", en: "{count} organisations", th: "{count} องค์กร" }
    new_lead {
        en: "The organisation and its first administrator, who invites everybody else.",
        th: "องค์กรและผู้ดูแลระบบคนแรก ซึ่งจะเชิญคนอื่นต่อไป"
    }
    name { en: "Name", th: "ชื่อ" }
    what_it_is { en: "What it is", th: "ประเภท" }
    what_hint {
        en: "It can gain the other side later, in the same organisation",
        th: "ภายหลังเพิ่มอีกบทบาทได้ในองค์กรเดิม"
    }
    verified_hint {
        en: "Only a verified organisation switches apps on by itself",
        th: "เฉพาะองค์กรที่ยืนยันแล้วเท่านั้นที่เปิดแอปได้เอง"
    }
    first_administrator { en: "First administrator", th: "ผู้ดูแลระบบคนแรก" }
    email { en: "E-mail address", th: "อีเมล" }
    invitation_hint {
        en: "The invitation goes there and works for 7 days",
        th: "ส่งคำเชิญไปที่นี่ ใช้ได้ 7 วัน"
    }
    create { en: "Create and invite", th: "สร้างและเชิญ" }
}
