//! What the page of API keys says.

crate::platform::words::words! {
    keys { en: "API keys", th: "คีย์ API" }
    lead {
        en: "A key acts as who answers for it may at that moment, and only for what it was made for.",
        th: "คีย์ทำงานได้ตามสิทธิ์ของผู้รับผิดชอบคีย์ในขณะนั้น และเฉพาะเรื่องที่สร้างคีย์ไว้"
    }
    my_account { en: "My account", th: "บัญชีของฉัน" }
    the_key(name) { en: "The key \"{name}\"", th: "คีย์ “{name}”" }
    copy_now {
        en: "Copy it now: it is shown this once, and kept only as a fingerprint.",
        th: "คัดลอกเดี๋ยวนี้ คีย์แสดงเพียงครั้งเดียว และเก็บไว้เฉพาะค่าแฮช"
    }
    sent_as { en: "Programs send it as", th: "โปรแกรมส่งคีย์ในรูปแบบ" }
    sent_where { en: "to addresses below", th: "ไปยังที่อยู่ภายใต้" }
    stop { en: ".", th: "" }
    revoked(name) {
        en: "The key \"{name}\" was revoked; its next request is refused.",
        th: "เพิกถอนคีย์ “{name}” แล้ว คำขอครั้งถัดไปจะถูกปฏิเสธ"
    }

    key { en: "Key", th: "คีย์" }
    what_for { en: "For", th: "ใช้สำหรับ" }
    last_used { en: "Last used", th: "ใช้ล่าสุด" }
    expires { en: "Expires", th: "หมดอายุ" }
    actions { en: "Actions", th: "การดำเนินการ" }
    no_key { en: "No key yet", th: "ยังไม่มีคีย์" }
    no_key_why {
        en: "A key lets a program of yours read or change through the API what you may, and never more.",
        th: "คีย์ให้โปรแกรมของคุณอ่านหรือแก้ไขข้อมูลผ่าน API ได้เท่าที่คุณมีสิทธิ์ ไม่เกินกว่านั้น"
    }
    of_organisation(organisation, person) {
        en: "{organisation}'s; {person} answers for it",
        th: "ของ {organisation} โดย {person} เป็นผู้รับผิดชอบ"
    }
    of_person(person) { en: "{person}'s own", th: "ของ {person}" }
    reads_and_changes { en: "reads and changes", th: "อ่านและแก้ไข" }
    reads_only { en: "reads only", th: "อ่านอย่างเดียว" }
    only_at(addresses) { en: ", from {addresses}", th: " จาก {addresses}" }
    never { en: "Never", th: "ยังไม่เคย" }
    expired { en: "Expired", th: "หมดอายุแล้ว" }
    renew { en: "Renew", th: "ต่ออายุ" }
    revoke { en: "Revoke", th: "เพิกถอน" }
    revoke_question {
        en: "The program that carries it is refused from its next request on. This cannot be undone.",
        th: "โปรแกรมที่ใช้คีย์นี้จะถูกปฏิเสธตั้งแต่คำขอถัดไป และยกเลิกการเพิกถอนไม่ได้"
    }
    revoke_yes { en: "Revoke this key", th: "เพิกถอนคีย์นี้" }

    make_key { en: "Make a key", th: "สร้างคีย์" }
    make_yes { en: "Make the key", th: "สร้างคีย์" }
    its_name { en: "Its name", th: "ชื่อคีย์" }
    its_name_hint {
        en: "Which program carries it, such as \"ERP import\"",
        th: "โปรแกรมใดใช้คีย์นี้ เช่น “นำเข้า ERP”"
    }
    whose { en: "Whose it is", th: "เป็นของใคร" }
    your_own { en: "Your own", th: "ของคุณเอง" }
    organisations(organisation) {
        en: "{organisation}'s: every administrator looks after it",
        th: "ของ {organisation}: ผู้ดูแลระบบทุกคนดูแลได้"
    }
    life { en: "How long it lives", th: "อายุคีย์" }
    days(count) { en: "{count} days", th: "{count} วัน" }
    items { en: "What it is for", th: "ใช้กับเรื่องใด" }
    reach { en: "What it may do there", th: "ทำอะไรได้บ้าง" }
    read { en: "Read only", th: "อ่านอย่างเดียว" }
    read_and_change { en: "Read and change", th: "อ่านและแก้ไข" }
    addresses { en: "From where it works", th: "ใช้ได้จากที่ใด" }
    addresses_hint {
        en: "Addresses or networks, such as 192.0.2.7 or 192.0.2.0/24. Leave it empty for everywhere.",
        th: "ที่อยู่หรือเครือข่าย เช่น 192.0.2.7 หรือ 192.0.2.0/24 เว้นว่างไว้ถ้าใช้ได้จากทุกที่"
    }
}
