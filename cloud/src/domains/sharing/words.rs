//! What an owner reads about who sees what.

crate::platform::words::words! {
    who_sees { en: "Who can see my devices", th: "ใครดูอุปกรณ์ของฉันได้บ้าง" }
    lead {
        en: "A partner sees the metrics you grant, on the devices it services, until the day you set. Everything else stays on your gateways. You can take access back at any time; it ends within a second.",
        th: "พาร์ตเนอร์เห็นเฉพาะค่าที่คุณให้สิทธิ์ บนอุปกรณ์ที่ให้บริการ จนถึงวันที่คุณกำหนด ที่เหลือทั้งหมดอยู่ในเกตเวย์ของคุณ คุณเพิกถอนสิทธิ์ได้ทุกเมื่อ และมีผลภายในหนึ่งวินาที"
    }
    grant { en: "Grant access", th: "ให้สิทธิ์เข้าถึง" }
    nobody_sees { en: "Nobody can see your devices", th: "ไม่มีใครเห็นอุปกรณ์ของคุณ" }
    nobody_sees_why {
        en: "No partner services your devices under an agreement, so there is nobody to grant access to. Once an agreement is made, the partner appears here and still sees nothing until you grant it.",
        th: "ยังไม่มีพาร์ตเนอร์ที่ให้บริการอุปกรณ์ของคุณตามสัญญา จึงไม่มีผู้ที่จะให้สิทธิ์ เมื่อทำสัญญาแล้วพาร์ตเนอร์จะแสดงที่นี่ และยังไม่เห็นข้อมูลใดจนกว่าคุณจะให้สิทธิ์"
    }
    sees_nothing { en: "Sees nothing now", th: "ขณะนี้ไม่เห็นข้อมูลใด" }
    sees(count) { one: "Sees {count} device", en: "Sees {count} devices", th: "เห็น {count} เครื่อง" }
    last_read { en: "Last read", th: "อ่านล่าสุด" }
    never_read { en: "Never read", th: "ยังไม่เคยอ่าน" }
    every_use { en: "Every use", th: "ประวัติการใช้ทั้งหมด" }
    until { en: "Until", th: "ถึง" }
    narrow { en: "Narrow", th: "ลดขอบเขต" }
    no_grant(partner) {
        en: "No grant holds. {partner} services your devices without seeing their values.",
        th: "ไม่มีสิทธิ์ที่มีผล {partner} ให้บริการอุปกรณ์ของคุณโดยไม่เห็นค่า"
    }
    ended_grants(count) { en: "Ended grants ({count})", th: "สิทธิ์ที่สิ้นสุดแล้ว ({count})" }
    serviced { en: "Serviced now", th: "อยู่ในการให้บริการ" }
    not_serviced { en: "Not serviced now", th: "ไม่ได้อยู่ในการให้บริการ" }
    not_serviced_tip {
        en: "Without an agreement in force the grant shows nothing.",
        th: "หากไม่มีสัญญาที่มีผล สิทธิ์นี้จะไม่แสดงข้อมูลใด"
    }
    revoke { en: "Revoke", th: "เพิกถอน" }
    revoke_question(partner) {
        en: "{partner} stops seeing these devices within a second, open pages included. What it read before stays in your log. You can grant access again later.",
        th: "{partner} จะไม่เห็นอุปกรณ์เหล่านี้ภายในหนึ่งวินาที รวมถึงหน้าที่เปิดอยู่ สิ่งที่เคยอ่านยังอยู่ในบันทึกของคุณ และคุณให้สิทธิ์ใหม่ได้ภายหลัง"
    }
    revoke_yes(partner) { en: "Revoke access of {partner}", th: "เพิกถอนสิทธิ์ของ {partner}" }
    revoke_reason { en: "Reason, for your log", th: "เหตุผล สำหรับบันทึกของคุณ" }
    active { en: "Active", th: "มีผล" }
    begins(day) { en: "Begins {day}", th: "เริ่ม {day}" }
    granted_to(partner) {
        en: "Devices and metrics granted to {partner}",
        th: "อุปกรณ์และค่าที่ให้สิทธิ์แก่ {partner}"
    }
    device { en: "Device", th: "อุปกรณ์" }
    metrics { en: "Metrics", th: "ค่า" }
    service { en: "Service", th: "บริการ" }
    no_device { en: "No device", th: "ไม่มีอุปกรณ์" }
    no_device_why {
        en: "The devices of this grant are no longer yours.",
        th: "อุปกรณ์ในสิทธิ์นี้ไม่ใช่ของคุณแล้ว"
    }
    every_sample { en: "every sample", th: "ทุกค่า" }
    each_minutes(count) { en: "one sample each {count} min", th: "หนึ่งค่าทุก {count} นาที" }
    each_seconds(count) { en: "one sample each {count} s", th: "หนึ่งค่าทุก {count} วินาที" }
    revoked { en: "revoked", th: "เพิกถอน" }
    ended { en: "ended", th: "สิ้นสุด" }

    granted {
        en: "Access granted. It holds from now on; the gateways have been told.",
        th: "ให้สิทธิ์แล้ว มีผลตั้งแต่บัดนี้ และแจ้งเกตเวย์แล้ว"
    }
    grant_lead {
        en: "Tick exactly what the partner needs. What is not ticked never leaves your gateway.",
        th: "เลือกเฉพาะค่าที่พาร์ตเนอร์จำเป็นต้องใช้ ค่าที่ไม่ได้เลือกจะไม่ออกจากเกตเวย์ของคุณ"
    }
    partner { en: "Partner", th: "พาร์ตเนอร์" }
    partner_hint {
        en: "Partners with an agreement for your devices, now or to come",
        th: "พาร์ตเนอร์ที่มีสัญญากับอุปกรณ์ของคุณ ทั้งปัจจุบันและที่จะเริ่ม"
    }
    how_long { en: "For how long", th: "ระยะเวลา" }
    how_long_hint { en: "Every grant ends; you can end it earlier", th: "ทุกสิทธิ์มีวันสิ้นสุด และคุณยกเลิกก่อนได้" }
    how_dense { en: "How dense", th: "ความถี่ของข้อมูล" }
    how_dense_hint { en: "The partner gets no more than this", th: "พาร์ตเนอร์จะไม่ได้รับข้อมูลถี่กว่านี้" }
    what_for { en: "What for", th: "วัตถุประสงค์" }
    what_for_hint {
        en: "The partner reads this too, such as \"Preventive maintenance of the cold chain\"",
        th: "พาร์ตเนอร์อ่านข้อความนี้ด้วย เช่น “บำรุงรักษาเชิงป้องกันของระบบทำความเย็น”"
    }
    devices_and_metrics { en: "Devices and metrics", th: "อุปกรณ์และค่า" }
    no_devices_yet { en: "You have no devices yet.", th: "คุณยังไม่มีอุปกรณ์" }
    cancel { en: "Cancel", th: "ยกเลิก" }
    months(count) { one: "{count} month", en: "{count} months", th: "{count} เดือน" }
    spacing_all { en: "Every sample", th: "ทุกค่า" }
    spacing_minute { en: "One each minute", th: "หนึ่งค่าต่อนาที" }
    spacing_quarter { en: "One each 15 minutes", th: "หนึ่งค่าทุก 15 นาที" }
    spacing_hour { en: "One each hour", th: "หนึ่งค่าต่อชั่วโมง" }

    narrowed {
        en: "The grant was narrowed. What you unticked stops within a second.",
        th: "ลดขอบเขตสิทธิ์แล้ว สิ่งที่คุณเอาออกจะหยุดภายในหนึ่งวินาที"
    }
    was_revoked {
        en: "Access was revoked. Nothing more is shown or sent.",
        th: "เพิกถอนสิทธิ์แล้ว จะไม่มีการแสดงหรือส่งข้อมูลอีก"
    }
    narrow_title(partner) { en: "Narrow what {partner} sees", th: "ลดขอบเขตที่ {partner} เห็น" }
    narrow_lead {
        en: "Untick what is no longer needed. To give more, make a new grant.",
        th: "เอาเครื่องหมายออกจากสิ่งที่ไม่จำเป็นแล้ว หากต้องการให้เพิ่ม ให้สร้างสิทธิ์ใหม่"
    }
    narrow_yes { en: "Narrow the grant", th: "ลดขอบเขตสิทธิ์" }

    asks { en: "Asks for access", th: "ขอสิทธิ์เข้าถึง" }
    asked_for(months) { en: "for {months}", th: "เป็นเวลา {months}" }
    approve { en: "Approve", th: "อนุมัติ" }
    approve_question(partner, device, months) {
        en: "{partner} sees exactly these metrics of {device} from now on, for {months}. To give less, decline and grant what you choose. You can take it back at any time.",
        th: "{partner} จะเห็นเฉพาะค่าเหล่านี้ของ {device} ตั้งแต่บัดนี้เป็นเวลา {months} หากต้องการให้น้อยกว่านี้ ให้ปฏิเสธแล้วให้สิทธิ์ตามที่คุณเลือก คุณเพิกถอนได้ทุกเมื่อ"
    }
    approve_yes(partner) { en: "Grant this to {partner}", th: "ให้สิทธิ์นี้แก่ {partner}" }
    decline { en: "Decline", th: "ปฏิเสธ" }
    decline_question(partner) {
        en: "{partner} reads your answer. Nothing is shown to it.",
        th: "{partner} จะอ่านคำตอบของคุณ และไม่เห็นข้อมูลใด"
    }
    decline_yes { en: "Decline the request", th: "ปฏิเสธคำขอ" }
    decline_reason { en: "Why, for the partner and your log", th: "เหตุผล สำหรับพาร์ตเนอร์และบันทึกของคุณ" }
    approved {
        en: "Access granted as it was asked for. The gateways have been told.",
        th: "ให้สิทธิ์ตามที่ขอแล้ว และแจ้งเกตเวย์แล้ว"
    }
    declined {
        en: "The request was declined. The partner reads why.",
        th: "ปฏิเสธคำขอแล้ว พาร์ตเนอร์จะอ่านเหตุผล"
    }
}
