//! What the pages of signing in and of the account say.

use crate::platform::access::Role;
use crate::platform::base::{Era, Language};

crate::platform::words::words! {
    sign_in { en: "Sign in", th: "เข้าสู่ระบบ" }
    sign_in_lead {
        en: "Enter your work e-mail address. We send you a link that signs you in; there is no password.",
        th: "กรอกอีเมลที่ทำงานของคุณ เราจะส่งลิงก์สำหรับเข้าสู่ระบบให้ ไม่ต้องใช้รหัสผ่าน"
    }
    email_address { en: "E-mail address", th: "อีเมล" }
    send_link { en: "Send me a link", th: "ส่งลิงก์ให้ฉัน" }
    demo_mails { en: "This is the demo: its mails are in the", th: "นี่คือระบบสาธิต ดูอีเมลได้ที่" }
    mailbox { en: "mailbox", th: "กล่องจดหมาย" }
    check_mail { en: "Check your mail", th: "ตรวจดูอีเมลของคุณ" }
    link_is_coming {
        en: "If this address belongs to somebody here, a sign-in link and a code are on their way. They work once, for \
             30 minutes.",
        th: "หากอีเมลนี้เป็นของผู้ใช้ที่นี่ ลิงก์และรหัสสำหรับเข้าสู่ระบบกำลังส่งไป ใช้ได้ครั้งเดียวภายใน 30 นาที"
    }
    code_from_mail { en: "Code from the mail", th: "รหัสจากอีเมล" }
    sign_in_by_code { en: "Sign in with the code", th: "เข้าสู่ระบบด้วยรหัส" }
    nothing_arrived {
        en: "Or open the link in the mail, in any browser. Nothing arrived after a few minutes? Look into the spam \
             folder, check the spelling, or ask again. Only the newest link and code work.",
        th: "หรือเปิดลิงก์ในอีเมลด้วยเบราว์เซอร์ใดก็ได้ หากไม่ได้รับภายในไม่กี่นาที ตรวจโฟลเดอร์สแปม ตรวจตัวสะกด หรือขอใหม่ \
             ใช้ได้เฉพาะลิงก์และรหัสล่าสุด"
    }
    ask_again { en: "Ask again", th: "ขอใหม่" }
    your_email { en: "Your e-mail address", th: "อีเมลของคุณ" }
    link_sent_to { en: "The address to which this link was sent", th: "อีเมลที่ได้รับลิงก์นี้" }
    join(organisation) { en: "Join {organisation}", th: "เข้าร่วม {organisation}" }
    invited(organisation) {
        en: "You are invited to work with {organisation} on RiverSync. Confirm that the invitation is yours.",
        th: "คุณได้รับเชิญให้ทำงานกับ {organisation} บน RiverSync ยืนยันว่าคำเชิญนี้เป็นของคุณ"
    }
    accept_invitation { en: "Accept the invitation", th: "ตอบรับคำเชิญ" }
    say_whose {
        en: "This browser did not ask for the link, so please say whose it is.",
        th: "เบราว์เซอร์นี้ไม่ได้เป็นผู้ขอลิงก์ โปรดระบุว่าลิงก์เป็นของใคร"
    }
    sign_in_as(name) { en: "Sign in as {name}", th: "เข้าสู่ระบบในชื่อ {name}" }
    about_to_sign_in(email) {
        en: "You are about to sign in to RiverSync as {email} in this browser.",
        th: "คุณกำลังจะเข้าสู่ระบบ RiverSync ในชื่อ {email} บนเบราว์เซอร์นี้"
    }
    not_you { en: "Not you? Close this page; the link then stays unused.", th: "ไม่ใช่คุณใช่ไหม ปิดหน้านี้ ลิงก์จะยังไม่ถูกใช้" }
    somebody_else { en: "Somebody else is signed in here", th: "มีผู้อื่นเข้าสู่ระบบอยู่" }
    signed_in_as { en: "You are signed in as", th: "คุณเข้าสู่ระบบในชื่อ" }
    somebody_else_why {
        en: "This invitation was sent to another address. It is still good: sign out first, then accept it.",
        th: "คำเชิญนี้ส่งไปยังอีเมลอื่นและยังใช้ได้ ออกจากระบบก่อนแล้วตอบรับ"
    }
    sign_out_and_on { en: "Sign out and go on", th: "ออกจากระบบและไปต่อ" }
    stay { en: "Stay as you are; the invitation then stays unused.", th: "อยู่ต่อในชื่อเดิม คำเชิญจะยังไม่ถูกใช้" }
    to_start_page { en: "Go to your start page", th: "ไปที่หน้าเริ่มต้น" }

    my_account { en: "My account", th: "บัญชีของฉัน" }
    lead {
        en: "Who you are here, for whom you act, where you are signed in.",
        th: "คุณคือใครในระบบนี้ ทำงานในนามขององค์กรใด และเข้าสู่ระบบไว้ที่ใดบ้าง"
    }
    name { en: "Name", th: "ชื่อ" }
    email { en: "E-mail", th: "อีเมล" }
    acting_for { en: "Acting for", th: "ทำงานในนามของ" }
    roles { en: "Roles", th: "บทบาท" }
    organisations { en: "Organisations", th: "องค์กร" }
    here { en: "(you act for it now)", th: "(กำลังทำงานในนามนี้)" }
    act_for(name) { en: "Act for {name}", th: "ทำงานในนามของ {name}" }

    reading { en: "Language and time", th: "ภาษาและเวลา" }
    reading_hint {
        en: "Of pages, mails and messages. Files and the API stay in English.",
        th: "ใช้กับหน้าเว็บ อีเมล และข้อความ ส่วนไฟล์และ API เป็นภาษาอังกฤษเสมอ"
    }
    language { en: "Language", th: "ภาษา" }
    zone { en: "Time zone", th: "เขตเวลา" }
    era { en: "Years", th: "ปี" }
    save { en: "Save", th: "บันทึก" }
    saved { en: "Saved. This is how you read from now on.", th: "บันทึกแล้ว มีผลตั้งแต่หน้านี้เป็นต้นไป" }

    private { en: "Passkeys, API keys and sessions", th: "พาสคีย์ คีย์ API และเซสชัน" }
    notifications { en: "Notifications", th: "การแจ้งเตือน" }
    notifications_hint {
        en: "What you are told of, and whether by e-mail.",
        th: "เรื่องที่ต้องการให้แจ้ง และจะส่งอีเมลด้วยหรือไม่"
    }
    what_and_when { en: "What and when", th: "เรื่องและเวลา" }
    keys { en: "API keys", th: "คีย์ API" }
    keys_hint {
        en: "A key lets a program act for you through the API, within what you may yourself.",
        th: "คีย์ให้โปรแกรมทำงานแทนคุณผ่าน API ได้ไม่เกินสิทธิ์ของคุณเอง"
    }
    reference { en: "API reference", th: "เอกสาร API" }
    webhooks { en: "Webhooks", th: "เว็บฮุก" }
    webhooks_hint {
        en: "A webhook tells a program of your organisation what happens, as it happens.",
        th: "เว็บฮุกแจ้งโปรแกรมขององค์กรทันทีที่มีเหตุการณ์เกิดขึ้น"
    }
    signed_in { en: "Where you are signed in", th: "เข้าสู่ระบบไว้ที่" }
    signed_in_nowhere { en: "Signed in nowhere", th: "ไม่ได้เข้าสู่ระบบที่ใด" }
    no_session { en: "There is no session to show.", th: "ไม่มีเซสชันให้แสดง" }
    sign_out { en: "Sign out", th: "ออกจากระบบ" }
    end_others { en: "End all others", th: "ออกจากระบบที่อื่นทั้งหมด" }
    end_others_question {
        en: "Every other browser must sign in again; this one stays signed in.",
        th: "เบราว์เซอร์อื่นทั้งหมดจะต้องเข้าสู่ระบบใหม่ ส่วนเบราว์เซอร์นี้ยังใช้งานต่อได้"
    }
    end_others_yes { en: "End all other sessions", th: "ออกจากระบบที่อื่นทั้งหมด" }
    session_ended {
        en: "The session was ended; that browser must sign in again.",
        th: "สิ้นสุดเซสชันแล้ว เบราว์เซอร์นั้นต้องเข้าสู่ระบบใหม่"
    }
    nowhere_else { en: "You are signed in nowhere else.", th: "คุณไม่ได้เข้าสู่ระบบไว้ที่อื่น" }
    others_ended(count) {
        one: "The other session was ended; that browser must sign in again.",
        en: "The {count} other sessions were ended; those browsers must sign in again.",
        th: "สิ้นสุดเซสชันอื่น {count} รายการแล้ว เบราว์เซอร์เหล่านั้นต้องเข้าสู่ระบบใหม่"
    }
    end { en: "End", th: "สิ้นสุด" }
    end_yes { en: "End this session", th: "สิ้นสุดเซสชันนี้" }
    end_this { en: "This signs you out here.", th: "คุณจะออกจากระบบในเบราว์เซอร์นี้" }
    end_other {
        en: "Whoever uses that browser must sign in again.",
        th: "ผู้ที่ใช้เบราว์เซอร์นั้นจะต้องเข้าสู่ระบบใหม่"
    }
    browser { en: "Browser", th: "เบราว์เซอร์" }
    since { en: "Signed in", th: "เข้าสู่ระบบเมื่อ" }
    last { en: "Last used", th: "ใช้ล่าสุด" }
    actions { en: "Actions", th: "การดำเนินการ" }
    this_browser { en: "This browser", th: "เบราว์เซอร์นี้" }
    browser_on(browser, system) { en: "{browser} on {system}", th: "{browser} บน {system}" }
    unknown_browser { en: "Unknown browser", th: "เบราว์เซอร์ที่ไม่รู้จัก" }
    demo_mailbox { en: "Mailbox of the demo", th: "กล่องจดหมายของเดโม" }
    demo_mailbox_lead {
        en: "Without a mail server the demo keeps every mail it would have sent. Newest first.",
        th: "เดโมไม่มีเซิร์ฟเวอร์อีเมล จึงเก็บอีเมลทุกฉบับที่ควรส่งไว้ที่นี่ ใหม่สุดก่อน"
    }
    mail_to(whom, at) { en: "To {whom}, {at}", th: "ถึง {whom} {at}" }
    mail_gone {
        en: "It went to the mail server; what it said is not kept.",
        th: "ส่งไปยังเซิร์ฟเวอร์อีเมลแล้ว ไม่ได้เก็บเนื้อความไว้"
    }
    the_mail { en: "The mail", th: "เนื้อความ" }
    open_link { en: "Open the link", th: "เปิดลิงก์" }
    no_mail { en: "No mail yet.", th: "ยังไม่มีอีเมล" }
    ask_for_link { en: "Ask for a sign-in link", th: "ขอลิงก์เข้าสู่ระบบ" }
    mail_appears { en: "and it appears here.", th: "แล้วอีเมลจะแสดงที่นี่" }
    looks_on(name) {
        en: "You look on as {name}. Sign-ins, passkeys and keys are between people and this service, so they are not shown.",
        th: "คุณกำลังดูในมุมมองของ {name} การเข้าสู่ระบบ พาสคีย์ และคีย์เป็นเรื่องระหว่างบุคคลกับบริการนี้ จึงไม่แสดง"
    }

    yourself_again { en: "You act as yourself again.", th: "คุณกลับมาใช้งานในชื่อของตนเองแล้ว" }

    passkeys { en: "Passkeys", th: "พาสคีย์" }
    passkeys_hint {
        en: "A passkey confirms that it is you before changes that matter: giving access, changing roles.",
        th: "พาสคีย์ยืนยันว่าเป็นคุณก่อนการเปลี่ยนแปลงสำคัญ เช่น การให้สิทธิ์เข้าถึง หรือการเปลี่ยนบทบาท"
    }
    passkeys_impossible {
        en: "Passkeys need this service to be reached by a name, over TLS. Until then changes that matter are confirmed by a code that we mail to you.",
        th: "พาสคีย์ใช้ได้เมื่อเข้าบริการนี้ด้วยชื่อโดเมนผ่าน TLS เท่านั้น ระหว่างนี้การเปลี่ยนแปลงสำคัญยืนยันด้วยรหัสที่ส่งทางอีเมล"
    }
    add_passkey { en: "Add a passkey", th: "เพิ่มพาสคีย์" }
    no_passkeys_here {
        en: "Browsers have passkeys only for a name with TLS, and this service is reached otherwise.",
        th: "เบราว์เซอร์ใช้พาสคีย์ได้เฉพาะเมื่อเข้าด้วยชื่อโดเมนผ่าน TLS ซึ่งบริการนี้ไม่ได้เข้าด้วยวิธีนั้น"
    }
    passkey_lead {
        en: "Your device keeps a key that never leaves it, and asks for your finger, face or PIN before it uses it.",
        th: "อุปกรณ์ของคุณเก็บกุญแจที่ไม่ออกจากเครื่อง และขอลายนิ้วมือ ใบหน้า หรือ PIN ก่อนใช้"
    }
    passkey_name_hint {
        en: "By which you know it, such as \"Laptop\" or \"Phone\"",
        th: "ชื่อที่คุณจำได้ เช่น “แล็ปท็อป” หรือ “โทรศัพท์”"
    }
    add_this_device { en: "Add this device", th: "เพิ่มอุปกรณ์นี้" }
    passkey_needs_scripts {
        en: "A passkey needs scripts, which are switched off in this browser.",
        th: "พาสคีย์ต้องใช้สคริปต์ ซึ่งปิดอยู่ในเบราว์เซอร์นี้"
    }
    passkey_was_added(name) {
        en: "The passkey \"{name}\" was added. We have told you by mail too.",
        th: "เพิ่มพาสคีย์ “{name}” แล้ว และแจ้งคุณทางอีเมลแล้ว"
    }
    passkey_was_renamed { en: "The passkey has its new name.", th: "เปลี่ยนชื่อพาสคีย์แล้ว" }
    passkey_was_removed(name) {
        en: "The passkey \"{name}\" was removed. We have told you by mail too.",
        th: "ลบพาสคีย์ “{name}” แล้ว และแจ้งคุณทางอีเมลแล้ว"
    }
    browser_without_passkeys {
        en: "This browser knows no passkeys. Use a newer one, or another device.",
        th: "เบราว์เซอร์นี้ไม่รองรับพาสคีย์ ใช้เบราว์เซอร์รุ่นใหม่กว่าหรืออุปกรณ์อื่น"
    }
    has_passkey_already {
        en: "This device has a passkey for you already.",
        th: "อุปกรณ์นี้มีพาสคีย์ของคุณอยู่แล้ว"
    }
    passkey_not_used {
        en: "No passkey was used. Try again when you are ready.",
        th: "ยังไม่ได้ใช้พาสคีย์ ลองอีกครั้งเมื่อพร้อม"
    }
    passkey { en: "Passkey", th: "พาสคีย์" }
    added { en: "Added", th: "เพิ่มเมื่อ" }
    never { en: "Never", th: "ยังไม่เคย" }
    remove { en: "Remove", th: "ลบ" }
    remove_question {
        en: "From then on this passkey is not good here any more. Without any, we ask by mail.",
        th: "หลังจากนี้พาสคีย์นี้จะใช้ที่นี่ไม่ได้อีก ถ้าไม่มีพาสคีย์เหลือ เราจะยืนยันทางอีเมล"
    }
    remove_yes { en: "Remove this passkey", th: "ลบพาสคีย์นี้" }
    rename { en: "Rename", th: "เปลี่ยนชื่อ" }
    its_name { en: "Its name", th: "ชื่อพาสคีย์" }
    no_passkey { en: "No passkey yet", th: "ยังไม่มีพาสคีย์" }
    no_passkey_why {
        en: "Changes that matter are confirmed by a code that we mail to you. A passkey is quicker and cannot be phished.",
        th: "การเปลี่ยนแปลงสำคัญยืนยันด้วยรหัสที่ส่งทางอีเมล พาสคีย์เร็วกว่าและไม่ถูกหลอกขโมยได้"
    }
    your_passkeys { en: "Your passkeys", th: "พาสคีย์ของคุณ" }
}

/// The role of a key in words; `None` for one that there is not.
pub fn role_name(key: &str, language: Language) -> Option<&'static str> {
    Role::parse(key.trim()).map(|role| Words(language).role(role))
}

impl Words {
    /// What the script of passkeys says, in the order in which it names it.
    pub(super) fn of_passkey_script(self) -> String {
        [self.browser_without_passkeys(), self.has_passkey_already(), self.passkey_not_used()].join("|")
    }

    /// A role, as its holder reads it.
    pub(super) fn role(self, role: Role) -> &'static str {
        match self.0 {
            Language::English => role.label(),
            Language::Thai => match role {
                Role::Administrator => "ผู้ดูแลระบบ",
                Role::Sales => "ฝ่ายขาย",
                Role::Coordinator => "ผู้ประสานงาน",
                Role::Technical => "ช่างเทคนิค",
                Role::Finance => "การเงิน",
                Role::Viewer => "ผู้ดู",
            },
        }
    }

    /// How years are counted, with this year as an example.
    pub(super) fn era_of(self, era: Era, example: &str) -> String {
        let name = match (self.0, era) {
            (Language::English, Era::Common) => "Common era",
            (Language::English, Era::Buddhist) => "Buddhist era",
            (Language::Thai, Era::Common) => "คริสต์ศักราช",
            (Language::Thai, Era::Buddhist) => "พุทธศักราช",
        };
        format!("{name}, {example}")
    }
}
