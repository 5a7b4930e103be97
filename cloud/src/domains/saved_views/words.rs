//! What the room says.

crate::platform::words::words! {
    saved(name) { en: "{name} is saved.", th: "บันทึก {name} แล้ว" }
    opens(name) { en: "This list opens with {name} now.", th: "รายการนี้จะเปิดด้วย {name}" }
    opens_plain { en: "This list opens with everything again.", th: "รายการนี้จะเปิดแบบแสดงทั้งหมด" }
    removed(name) { en: "{name} is removed.", th: "ลบ {name} แล้ว" }
}
