//! What the lists of devices say.

crate::platform::words::words! {
    covered_devices { en: "Covered devices", th: "อุปกรณ์ที่ดูแล" }
    under_agreements(count) {
        one: "{count} device under agreements; values only where their owner granted them",
        en: "{count} devices under agreements; values only where their owner granted them",
        th: "{count} เครื่องภายใต้สัญญา เห็นค่าเฉพาะที่เจ้าของให้สิทธิ์"
    }
    no_covered { en: "No covered devices", th: "ไม่มีอุปกรณ์ที่ดูแล" }
    no_covered_why {
        en: "You have no active agreements. When a customer signs a service agreement with you, its devices appear here; their values follow when the customer grants them.",
        th: "คุณยังไม่มีสัญญาที่มีผล เมื่อลูกค้าทำสัญญาบริการกับคุณ อุปกรณ์จะแสดงที่นี่ และค่าจะตามมาเมื่อลูกค้าให้สิทธิ์"
    }
    my_devices { en: "My devices", th: "อุปกรณ์ของฉัน" }
    my_lead {
        en: "All values that reach the cloud. A gateway sends only what you granted to somebody; the rest stays on site.",
        th: "ค่าทั้งหมดที่ส่งถึงคลาวด์ เกตเวย์ส่งเฉพาะค่าที่คุณให้สิทธิ์แก่ใครไว้ ที่เหลืออยู่ในไซต์ของคุณ"
    }
    who_sees { en: "Who can see my devices", th: "ใครเห็นอุปกรณ์ของฉัน" }
    link { en: "Link a device", th: "เชื่อมอุปกรณ์" }
    nothing_matches { en: "Nothing matches", th: "ไม่พบรายการ" }
    nothing_matches_why {
        en: "No covered device matches these filters.",
        th: "ไม่มีอุปกรณ์ที่ตรงกับตัวกรองนี้"
    }
    clear_filters { en: "Clear filters", th: "ล้างตัวกรอง" }
    devices(count) { one: "{count} device", en: "{count} devices", th: "{count} เครื่อง" }
    any_customer { en: "Any customer", th: "ลูกค้าทั้งหมด" }
    all { en: "All", th: "ทั้งหมด" }
    with_values { en: "With values", th: "มีค่าให้ดู" }
    without_values { en: "Without values", th: "ไม่มีค่าให้ดู" }
    moving_or_arriving { en: "Moving or arriving", th: "กำลังย้ายออกหรือย้ายเข้า" }
    show { en: "Show", th: "แสดง" }
    device { en: "Device", th: "อุปกรณ์" }
    customer { en: "Customer", th: "ลูกค้า" }
    service { en: "Service", th: "บริการ" }
    values { en: "Values", th: "ค่า" }
    last_seen { en: "Last seen", th: "พบล่าสุด" }
    agreement_ends { en: "Agreement ends", th: "สิ้นสุดสัญญา" }
    site { en: "Site", th: "ไซต์" }
    latest_values { en: "Latest values", th: "ค่าล่าสุด" }
    serviced_by { en: "Serviced by", th: "ผู้ให้บริการ" }
    values_begin {
        en: "Values begin with the coverage, if they are granted.",
        th: "ค่าจะเริ่มแสดงเมื่อความคุ้มครองเริ่ม หากได้รับสิทธิ์"
    }
    not_covered_yet { en: "Not covered yet.", th: "ยังไม่เริ่มความคุ้มครอง" }
    nothing_reached {
        en: "Nothing has reached the cloud: nothing is granted to anybody, or the gateway is silent.",
        th: "ยังไม่มีค่าถึงคลาวด์ เพราะยังไม่ได้ให้สิทธิ์ใคร หรือเกตเวย์ขาดการติดต่อ"
    }
    no_agreement { en: "No agreement covers this device.", th: "ไม่มีสัญญาครอบคลุมอุปกรณ์นี้" }
    no_devices { en: "No devices yet", th: "ยังไม่มีอุปกรณ์" }
    no_devices_why {
        en: "Devices appear here when they are registered to your organisation and their gateway is enrolled. Your partner or RiverSync does that with you.",
        th: "อุปกรณ์จะแสดงที่นี่เมื่อลงทะเบียนกับองค์กรของคุณและติดตั้งเกตเวย์แล้ว พาร์ตเนอร์ของคุณหรือ RiverSync จะดำเนินการร่วมกับคุณ"
    }
    never_seen { en: "Never seen", th: "ยังไม่เคยพบ" }
    never_seen_tip {
        en: "No gateway has reported this device yet.",
        th: "ยังไม่มีเกตเวย์รายงานอุปกรณ์นี้"
    }
    stale { en: "Stale", th: "ข้อมูลเก่า" }
    stale_tip { en: "The gateway is silent; values may be old.", th: "เกตเวย์ขาดการติดต่อ ค่าอาจไม่ใช่ล่าสุด" }
    days(count) { one: "{count} day", en: "{count} days", th: "{count} วัน" }
    moving_to(to, day, days) { en: "Moving to {to} · {day} · {days}", th: "ย้ายไป {to} · {day} · {days}" }
    arriving(day, days) { en: "Arriving · {day} · {days}", th: "กำลังย้ายเข้า · {day} · {days}" }
    arriving_from(from, day, days) {
        en: "Arriving from {from} · {day} · {days}",
        th: "กำลังย้ายเข้าจาก {from} · {day} · {days}"
    }
}
