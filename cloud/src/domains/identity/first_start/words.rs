//! What the page of the first start says.

crate::platform::words::words! {
    first_start { en: "First start", th: "เริ่มใช้งานครั้งแรก" }
    lead {
        en: "Nobody runs this service yet. You become its first administrator and are signed in at once; later you sign \
             in with a link that is mailed to you.",
        th: "ยังไม่มีผู้ดูแลระบบนี้ คุณจะเป็นผู้ดูแลระบบคนแรกและเข้าสู่ระบบทันที ครั้งต่อไปเข้าสู่ระบบด้วยลิงก์ที่ส่งทางอีเมล"
    }
    owner { en: "Organisation that owns the program", th: "องค์กรที่เป็นเจ้าของโปรแกรม" }
    your_name { en: "Your name", th: "ชื่อของคุณ" }
    your_email { en: "Your e-mail address", th: "อีเมลของคุณ" }
    set_up { en: "Set up", th: "ตั้งค่า" }
}
