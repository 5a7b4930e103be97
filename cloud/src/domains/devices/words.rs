//! What the lists and the pages of devices say.

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

    // The page of one device.
    silent(names) { en: "No values in this time: {names}", th: "ไม่มีค่าในช่วงเวลานี้: {names}" }
    range_of_time { en: "Range of time", th: "ช่วงเวลา" }
    last_15_minutes { en: "15 min", th: "15 นาที" }
    last_hour { en: "1 h", th: "1 ชม." }
    last_day { en: "24 h", th: "24 ชม." }
    last_week { en: "7 d", th: "7 วัน" }
    other_time { en: "Other time", th: "เวลาอื่น" }
    since { en: "From", th: "ตั้งแต่" }
    until { en: "To", th: "ถึง" }
    between(since, until) { en: "{since} to {until}", th: "{since} ถึง {until}" }
    earlier { en: "Earlier", th: "ก่อนหน้า" }
    later { en: "Later", th: "ถัดไป" }
    closer { en: "Closer", th: "แคบลง" }
    wider { en: "Wider", th: "กว้างขึ้น" }
    back_to_now { en: "Back to now", th: "กลับสู่ปัจจุบัน" }
    not_granted_by(owner) { en: "Not granted by {owner}", th: "{owner} ไม่ได้ให้สิทธิ์" }
    not_begun(owner) {
        en: "Your coverage of this device has not begun. From that day on you see what {owner} grants you.",
        th: "ความคุ้มครองอุปกรณ์นี้ของคุณยังไม่เริ่ม เมื่อถึงวันนั้นคุณจะเห็นค่าที่ {owner} ให้สิทธิ์"
    }
    none_granted(owner) {
        en: "You service this device, and {owner} has granted you none of its values.",
        th: "คุณให้บริการอุปกรณ์นี้ แต่ {owner} ยังไม่ได้ให้สิทธิ์ดูค่าใดเลย"
    }
    not_shown { en: "Not shown", th: "ไม่แสดง" }
    alarms { en: "Alarms", th: "การแจ้งเตือน" }
    no_alarms {
        en: "No alarm waits. Alarms of metrics that are not granted are not shown.",
        th: "ไม่มีการแจ้งเตือนที่รออยู่ การแจ้งเตือนของค่าที่ไม่ได้รับสิทธิ์จะไม่แสดง"
    }
    log_of_device { en: "Log of this device", th: "บันทึกของอุปกรณ์นี้" }
    owner_sees_all {
        en: "You see everything that reaches the cloud. What nobody was granted stays on your gateway.",
        th: "คุณเห็นทุกค่าที่ส่งถึงคลาวด์ ค่าที่ไม่ได้ให้สิทธิ์ใครจะอยู่ในเกตเวย์ของคุณ"
    }
    look_is_written {
        en: "Looking at this page is written to the owner's log.",
        th: "การเปิดดูหน้านี้จะบันทึกไว้ในบันทึกของเจ้าของ"
    }
    about_device(id, model, serial, site) {
        en: "{id} · {model} · serial {serial} · {site}",
        th: "{id} · {model} · หมายเลขเครื่อง {serial} · {site}"
    }
    gateway { en: "Gateway", th: "เกตเวย์" }
    no_gateway { en: "No gateway yet.", th: "ยังไม่มีเกตเวย์" }
    agreement { en: "Agreement", th: "สัญญา" }
    no_agreement_in_force { en: "No agreement is in force.", th: "ไม่มีสัญญาที่มีผล" }
    begins { en: "From", th: "เริ่มต้น" }
    ends { en: "Ends", th: "สิ้นสุด" }
    on { en: "On", th: "เปิด" }
    off { en: "Off", th: "ปิด" }
    doubtful(why) { en: "Doubtful: {why}", th: "ไม่แน่นอน: {why}" }
    no_value_now(why) { en: "No value now: {why}", th: "ขณะนี้ไม่มีค่า: {why}" }
    came_by_hour { en: "Values that came, by hour", th: "ค่าที่ได้รับ รายชั่วโมง" }
    by_fullest_hour { en: "Measured by the fullest hour", th: "เทียบกับชั่วโมงที่ได้รับมากที่สุด" }

    // Asking its owner for more.
    more_from_device { en: "More from this device", th: "ขอดูค่าเพิ่มเติมจากอุปกรณ์นี้" }
    request_access { en: "Request access", th: "ขอสิทธิ์เข้าถึง" }
    asked(who, owner) { en: "{who} asked {owner}", th: "{who} ขอสิทธิ์จาก {owner}" }
    no_answer_yet { en: ". There is no answer yet.", th: " ยังไม่มีคำตอบ" }
    declined(owner) { en: "{owner} declined your request", th: "{owner} ปฏิเสธคำขอของคุณ" }
    owner_decides(owner) {
        en: "{owner} decides. You see what is granted within a second, until the day it ends.",
        th: "{owner} เป็นผู้ตัดสินใจ คุณจะเห็นค่าที่ได้รับสิทธิ์ภายในหนึ่งวินาที จนถึงวันที่สิทธิ์สิ้นสุด"
    }
    ask(owner) { en: "Ask {owner}", th: "ส่งคำขอถึง {owner}" }
    what_you_need { en: "What you need", th: "ค่าที่ต้องการ" }
    what_you_need_hint {
        en: "Nothing more than that is asked for, and granted",
        th: "คำขอและสิทธิ์จะมีเฉพาะค่าที่เลือกเท่านั้น"
    }
    how_long { en: "For how long", th: "ระยะเวลา" }
    months(count) { one: "{count} month", en: "{count} months", th: "{count} เดือน" }
    what_for { en: "What for", th: "วัตถุประสงค์" }
    what_for_hint {
        en: "The owner reads this, such as \"Energy report of June\"",
        th: "เจ้าของจะอ่านข้อความนี้ เช่น “รายงานพลังงานเดือนมิถุนายน”"
    }
    was_asked {
        en: "The owner was asked. What is granted appears here within a second.",
        th: "ส่งคำขอถึงเจ้าของแล้ว ค่าที่ได้รับสิทธิ์จะแสดงที่นี่ภายในหนึ่งวินาที"
    }

    // Linking a device that was bought.
    link_lead {
        en: "A device that your organisation bought appears here once you show that you bought it.",
        th: "อุปกรณ์ที่องค์กรของคุณซื้อจะแสดงที่นี่เมื่อคุณยืนยันว่าเป็นผู้ซื้อ"
    }
    link_it { en: "Link the device", th: "เชื่อมอุปกรณ์" }
    cancel { en: "Cancel", th: "ยกเลิก" }
    linked {
        en: "The device is linked: it is one of yours now.",
        th: "เชื่อมอุปกรณ์แล้ว อุปกรณ์นี้เป็นของคุณแล้ว"
    }
    serial { en: "Serial number", th: "หมายเลขเครื่อง" }
    serial_hint { en: "On the type plate, such as RSP-269000", th: "อยู่บนแผ่นป้ายเครื่อง เช่น RSP-269000" }
    purchase { en: "Purchase number", th: "เลขที่การซื้อ" }
    purchase_hint { en: "On the invoice", th: "อยู่ในใบแจ้งหนี้" }
    name { en: "Name", th: "ชื่อ" }
    name_hint { en: "How you call it; empty for the model's name", th: "ชื่อที่คุณใช้เรียก เว้นว่างเพื่อใช้ชื่อรุ่น" }
    site_hint { en: "Where it stands", th: "สถานที่ติดตั้ง" }
    proof { en: "Proof of purchase", th: "หลักฐานการซื้อ" }
    proof_hint {
        en: "The invoice as PDF, PNG or JPEG, up to 5 MB; it is kept with the claim",
        th: "ใบแจ้งหนี้เป็น PDF, PNG หรือ JPEG ไม่เกิน 5 MB จะเก็บไว้กับคำขอเชื่อมอุปกรณ์"
    }
}

impl Words {
    /// A switch's position.
    pub(super) fn switch(self, is_on: bool) -> &'static str {
        if is_on { self.on() } else { self.off() }
    }

    /// A range of the picker.
    pub(super) fn range(self, key: &str) -> &'static str {
        match key {
            "1h" => self.last_hour(),
            "24h" => self.last_day(),
            "7d" => self.last_week(),
            _ => self.last_15_minutes(),
        }
    }
}
