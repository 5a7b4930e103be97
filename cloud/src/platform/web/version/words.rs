//! What the page of an overtaken form says.

crate::platform::words::words! {
    changed { en: "Somebody changed this meanwhile", th: "มีผู้แก้ไขข้อมูลนี้ก่อนคุณ" }
    nothing_done {
        en: "Nothing of what you sent was done, because it was meant for what you had seen before.",
        th: "สิ่งที่คุณส่งยังไม่ถูกดำเนินการ เพราะอ้างอิงข้อมูลที่คุณเห็นก่อนหน้านี้"
    }
    last(what, at) { en: "{what} on {at}.", th: "{what} เมื่อ {at}" }
    entered { en: "What you entered", th: "ข้อมูลที่คุณกรอก" }
    see { en: "See how it is now", th: "ดูข้อมูลปัจจุบัน" }
    all_the_same { en: "Do it all the same", th: "ยืนยันดำเนินการ" }
}
