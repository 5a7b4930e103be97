//! What the page says that asks once more who it is.

crate::platform::words::words! {
    confirm { en: "Confirm that it is you", th: "ยืนยันว่าเป็นคุณ" }
    signed_in_as { en: "You are signed in as", th: "คุณเข้าสู่ระบบในชื่อ" }
    why { en: "What you are about to do matters, so we ask once more.", th: "สิ่งที่คุณกำลังจะทำมีความสำคัญ เราจึงขอยืนยันอีกครั้ง" }
    is_kept { en: "What you entered is kept.", th: "ข้อมูลที่คุณกรอกยังอยู่" }
    use_passkey { en: "Use my passkey", th: "ใช้พาสคีย์ของฉัน" }
    passkey_hint {
        en: "Your browser or phone asks for your finger, face or PIN. Lost your passkey? Ask whoever runs RiverSync for \
             you to take it off your account.",
        th: "เบราว์เซอร์หรือโทรศัพท์จะขอลายนิ้วมือ ใบหน้า หรือ PIN หากพาสคีย์หาย ขอให้ผู้ดูแล RiverSync ของคุณนำออกจากบัญชี"
    }
    needs_scripts {
        en: "A passkey needs scripts, which are switched off in this browser.",
        th: "พาสคีย์ต้องใช้สคริปต์ ซึ่งเบราว์เซอร์นี้ปิดไว้"
    }
    code_is_coming {
        en: "A code is on its way to your address. It works for 10 minutes, in this browser.",
        th: "ส่งรหัสไปที่อีเมลของคุณแล้ว ใช้ได้ 10 นาทีบนเบราว์เซอร์นี้"
    }
    code_from_mail { en: "Code from the mail", th: "รหัสจากอีเมล" }
    confirm_by_code { en: "Confirm", th: "ยืนยัน" }
    nothing_arrived { en: "Nothing arrived?", th: "ไม่ได้รับใช่ไหม" }
    another_code { en: "Send another code", th: "ส่งรหัสใหม่" }
    send_code { en: "Send me a code", th: "ส่งรหัสให้ฉัน" }
    send_hint {
        en: "We send it to the address above. It is asked for once in ten minutes at most. With a passkey no mail is needed.",
        th: "เราจะส่งไปที่อีเมลข้างต้น ขอยืนยันไม่เกินหนึ่งครั้งในสิบนาที หากมีพาสคีย์ก็ไม่ต้องใช้อีเมล"
    }
    add_passkey { en: "Add a passkey", th: "เพิ่มพาสคีย์" }
    demo_mails { en: "This is the demo: its mails are in the", th: "นี่คือระบบสาธิต ดูอีเมลได้ที่" }
    mailbox { en: "mailbox", th: "กล่องจดหมาย" }
    leave { en: "Do not do it", th: "ไม่ทำต่อ" }
    it_is_you { en: "It is you", th: "ยืนยันแล้วว่าเป็นคุณ" }
    one_more_press {
        en: "What you entered is still here. Nothing was changed yet: one more press sends it.",
        th: "ข้อมูลที่คุณกรอกยังอยู่และยังไม่มีการเปลี่ยนแปลง กดอีกครั้งเพื่อส่ง"
    }
    go_on { en: "Go on", th: "ดำเนินการต่อ" }
}
