//! What the page of the jobs says.

crate::platform::words::words! {
    jobs { en: "Jobs", th: "งานเบื้องหลัง" }
    lead {
        en: "Mails and other work that must not keep a person waiting.",
        th: "อีเมลและงานอื่นที่ไม่ควรให้ใครต้องรอ"
    }
    parts { en: "Parts of the face", th: "ส่วนประกอบของหน้าจอ" }
    all_done { en: "All of it is done.", th: "เสร็จหมดแล้ว" }
    counted(waiting, dead) {
        en: "{waiting} not done yet, {dead} given up.",
        th: "ยังไม่เสร็จ {waiting} เลิกพยายามแล้ว {dead}"
    }
    first_shown(count) {
        en: "Of each list the first {count} are shown.",
        th: "แสดง {count} รายการแรกของแต่ละรายการ"
    }
    queue { en: "Queue", th: "คิว" }
    not_done { en: "Jobs that are not done", th: "งานที่ยังไม่เสร็จ" }
    nothing_waits { en: "Nothing waits", th: "ไม่มีงานรอ" }
    nothing_waits_why {
        en: "What an action leaves for later stands here until it is done.",
        th: "งานที่การดำเนินการฝากไว้ทำภายหลังจะอยู่ที่นี่จนกว่าจะเสร็จ"
    }
    given_up { en: "Given up", th: "เลิกพยายามแล้ว" }
    were_given_up { en: "Jobs that were given up", th: "งานที่เลิกพยายามแล้ว" }
    none { en: "None", th: "ไม่มี" }
    none_why {
        en: "What fails for good, or for more than a day, stays here for 30 days.",
        th: "งานที่ล้มเหลวถาวรหรือนานกว่าหนึ่งวันจะอยู่ที่นี่ 30 วัน"
    }
    comes_by_itself { en: "Comes by itself", th: "งานตามกำหนดเวลา" }
    what_comes { en: "What comes by itself", th: "งานตามกำหนดเวลา" }
    no_run { en: "No run yet", th: "ยังไม่เคยทำงาน" }
    no_run_why {
        en: "The first one is asked for when a worker starts.",
        th: "งานแรกจะถูกเรียกเมื่อตัวประมวลผลเริ่มทำงาน"
    }
    job { en: "Job", th: "งาน" }
    state { en: "State", th: "สถานะ" }
    progress { en: "Progress", th: "ความคืบหน้า" }
    asked_for { en: "Asked for", th: "เรียกเมื่อ" }
    why { en: "Why", th: "สาเหตุ" }
    what_can_be_done { en: "What can be done", th: "การดำเนินการ" }
    often { en: "How often", th: "ความถี่" }
    last_due { en: "Last due", th: "ครบกำหนดล่าสุด" }
    next { en: "Next", th: "ครั้งถัดไป" }
    request(job, request) { en: "{job} · request {request}", th: "{job} · คำขอ {request}" }
    running { en: "Running", th: "กำลังทำงาน" }
    abandoned { en: "Worker is gone", th: "ตัวประมวลผลหยุดไปแล้ว" }
    resting { en: "Will be tried again", th: "จะลองใหม่" }
    waiting { en: "Waiting", th: "รอ" }
    attempt(number) { en: "Attempt {number}", th: "ครั้งที่ {number}" }
    attempt_failed(number, error) { en: "Attempt {number}: {error}", th: "ครั้งที่ {number}: {error}" }
    cancelled_by(who) { en: "cancelled by {who}", th: "ยกเลิกโดย {who}" }
    steps { en: "Steps", th: "ขั้นตอน" }
    begun { en: "Begun", th: "เริ่ม" }
    not_running { en: "It is not running", th: "ไม่ได้ทำงานอยู่" }
    cancel { en: "Cancel", th: "ยกเลิก" }
    cancel_question {
        en: "It ends at once, also in the middle, and stays among those given up.",
        th: "งานจะหยุดทันทีแม้ทำค้างอยู่ และจะอยู่ในงานที่เลิกพยายามแล้ว"
    }
    cancel_yes { en: "Cancel the job", th: "ยกเลิกงาน" }
    after(count) {
        one: "After 1 attempt",
        en: "After {count} attempts",
        th: "หลังจากพยายาม {count} ครั้ง"
    }
    not_yet { en: "Not yet", th: "ยังไม่ถึง" }
    again { en: "Try again", th: "ลองใหม่" }
    done { en: "Done", th: "เสร็จแล้ว" }
    not_done_yet { en: "Not done yet", th: "ยังไม่เสร็จ" }
    every_day { en: "Every day", th: "ทุกวัน" }
    every_hour { en: "Every hour", th: "ทุกชั่วโมง" }
    every_hours(count) { en: "Every {count} hours", th: "ทุก {count} ชั่วโมง" }
    every_minutes(count) { en: "Every {count} minutes", th: "ทุก {count} นาที" }
    every_seconds(count) { en: "Every {count} seconds", th: "ทุก {count} วินาที" }
    tried_now { en: "The job is tried again now.", th: "กำลังลองงานใหม่" }
    is_cancelled { en: "The job is cancelled.", th: "ยกเลิกงานแล้ว" }
}
