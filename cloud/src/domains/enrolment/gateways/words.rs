//! What the page of the gateways says.

crate::platform::words::words! {
    agents { en: "Agents", th: "เอเจนต์" }
    lead { en: "The gateways at the customers' sites.", th: "เกตเวย์ที่ไซต์ของลูกค้า" }
    gateway { en: "Gateway", th: "เกตเวย์" }
    owner { en: "Owner", th: "เจ้าของ" }
    state { en: "State", th: "สถานะ" }
    last_heard { en: "Last heard", th: "ติดต่อล่าสุด" }
    waiting { en: "Waiting", th: "รอส่ง" }
    policy { en: "Policy", th: "นโยบาย" }
    actions { en: "Actions", th: "การดำเนินการ" }
    none { en: "No gateways", th: "ไม่มีเกตเวย์" }
    none_why {
        en: "A gateway appears here when its site is set up.",
        th: "เกตเวย์จะแสดงที่นี่เมื่อตั้งค่าไซต์แล้ว"
    }
    never { en: "Never", th: "ยังไม่เคย" }
    records(count) { en: "{count} records", th: "{count} รายการ" }
    devices_answer(up, all) {
        en: "{up} of {all} devices answer",
        th: "อุปกรณ์ตอบ {up} จาก {all} เครื่อง"
    }
    held { en: "held", th: "เกตเวย์ใช้อยู่" }
    gateway_holds(epoch) { en: "gateway holds {epoch}", th: "เกตเวย์ใช้ {epoch}" }
    new_code { en: "New code", th: "รหัสใหม่" }
    revoke { en: "Revoke", th: "เพิกถอน" }
    revoke_question(gateway) {
        en: "Throw {gateway} out? Its certificates open nothing from the next request on.",
        th: "ตัด {gateway} ออกหรือไม่ ใบรับรองจะใช้ไม่ได้ตั้งแต่คำขอถัดไป"
    }
    revoke_yes { en: "Revoke the gateway", th: "เพิกถอนเกตเวย์" }
    revoke_reason { en: "Reason, shown to the owner", th: "เหตุผล แสดงให้เจ้าของเห็น" }
    is_out(gateway) {
        en: "{gateway} is out: its certificates open nothing any more.",
        th: "ตัด {gateway} ออกแล้ว ใบรับรองใช้ไม่ได้อีก"
    }
    revoked { en: "Revoked", th: "เพิกถอนแล้ว" }
    not_enrolled { en: "Not enrolled", th: "ยังไม่ลงทะเบียน" }
    connected { en: "Connected", th: "เชื่อมต่ออยู่" }
    silent { en: "Silent", th: "ขาดการติดต่อ" }
    code_for(gateway) { en: "Enrolment code for {gateway}", th: "รหัสลงทะเบียนของ {gateway}" }
    code_run { en: "On the gateway, run", th: "บนเกตเวย์ ให้รัน" }
    code_paste {
        en: "and paste this line. It works once, within 72 hours, and is shown only here and now.",
        th: "แล้ววางบรรทัดนี้ ใช้ได้ครั้งเดียวภายใน 72 ชั่วโมง และแสดงที่นี่ครั้งเดียวเท่านั้น"
    }
}
