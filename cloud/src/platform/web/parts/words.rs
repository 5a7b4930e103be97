//! What parts say by themselves.

use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};

crate::platform::words::words! {
    just_now { en: "just now", th: "เมื่อสักครู่" }
    ago(span) { en: "{span} ago", th: "{span}ที่แล้ว" }
    ahead(span) { en: "in {span}", th: "อีก {span}" }
    left(span) { en: "{span} left", th: "เหลือ {span}" }
    over(span) { en: "{span} over", th: "เกิน {span}" }
    due(at) { en: "Due {at}", th: "ครบกำหนด {at}" }
    paused(why) { en: "Paused: {why}", th: "หยุดเวลา: {why}" }
    days(count) { en: "{count} d", th: "{count} วัน" }
    hours(count) { en: "{count} h", th: "{count} ชม." }
    minutes(count) { en: "{count} min", th: "{count} นาที" }
    seconds(count) { en: "{count} s", th: "{count} วินาที" }

    filter { en: "Filter", th: "กรอง" }
    filters_set { en: "Filters that are set", th: "ตัวกรองที่ใช้อยู่" }
    take_away(label, value) { en: "Take away {label}: {value}", th: "เอาตัวกรอง {label}: {value} ออก" }
    clear_filters { en: "Clear filters", th: "ล้างตัวกรอง" }
    columns { en: "Columns", th: "คอลัมน์" }
    hidden(count) { en: "{count} hidden", th: "ซ่อน {count}" }
    columns_of_list { en: "Columns of this list", th: "คอลัมน์ของรายการนี้" }
    show_these { en: "Show these", th: "แสดงคอลัมน์เหล่านี้" }
    all_columns { en: "All columns", th: "ทุกคอลัมน์" }
    ordered_by { en: "Ordered by", th: "เรียงตาม" }
    usual_order(by) { en: "Ordered by {by}. Take the usual order.", th: "เรียงตาม {by} กลับไปเรียงตามปกติ" }
    ticked(count) { en: "{count} ticked", th: "เลือก {count} รายการ" }
    tick(what) { en: "Tick {what}", th: "เลือก {what}" }
    tick_head { en: "Ticked", th: "เลือก" }
    tick_all { en: "Tick all lines of this page", th: "เลือกทุกรายการในหน้านี้" }
    views { en: "Views", th: "มุมมอง" }
    views_saved { en: "Saved views of this list", th: "มุมมองที่บันทึกของรายการนี้" }
    no_views {
        en: "None yet. A view keeps the filters, the order and the columns that you see now.",
        th: "ยังไม่มี มุมมองเก็บตัวกรอง การเรียง และคอลัมน์ที่เห็นอยู่ตอนนี้"
    }
    view_of(name) { en: "of {name}, for all", th: "ของ {name} สำหรับทุกคน" }
    view_of_all { en: "for all", th: "สำหรับทุกคน" }
    view_opens { en: "opens first", th: "เปิดเป็นค่าเริ่มต้น" }
    open_with(name) { en: "Open the list with {name}", th: "เปิดรายการด้วย {name}" }
    open_plain(name) { en: "No longer open the list with {name}", th: "ไม่เปิดรายการด้วย {name} อีก" }
    remove_view(name) { en: "Remove the view {name}", th: "ลบมุมมอง {name}" }
    plain_list { en: "Everything", th: "ทั้งหมด" }
    save_view { en: "Save what you see now", th: "บันทึกสิ่งที่เห็นตอนนี้" }
    view_name { en: "Name", th: "ชื่อ" }
    for_all { en: "My whole organisation has it", th: "ให้ทุกคนในองค์กรใช้ได้" }
    opens_list { en: "Open this list with it", th: "เปิดรายการนี้ด้วยมุมมองนี้" }
    save { en: "Save", th: "บันทึก" }
    range(from, to, count) { en: "{from}–{to} of {count}", th: "{from}–{to} จาก {count}" }
    pages_of_list { en: "Pages of the list", th: "หน้าของรายการ" }
    first_page { en: "First page", th: "หน้าแรก" }
    older { en: "Older", th: "ถัดไป" }

    wrong(count) {
        one: "One thing needs another look:",
        en: "{count} things need another look:",
        th: "มี {count} จุดที่ต้องแก้ไข:"
    }
    draft_restored { en: "Draft restored", th: "กู้คืนฉบับร่างแล้ว" }
    discard { en: "Discard", th: "ทิ้งฉบับร่าง" }
    our_fault {
        en: "That did not work on our side. What you typed is kept.",
        th: "ระบบของเราทำรายการไม่สำเร็จ ข้อมูลที่คุณกรอกยังอยู่"
    }
    no_link {
        en: "No connection. What you typed is kept, and sent as soon as the link is back.",
        th: "ไม่มีการเชื่อมต่อ ข้อมูลที่คุณกรอกยังอยู่ และจะส่งทันทีที่เชื่อมต่อได้"
    }
    do_not_send { en: "Do not send it", th: "ยกเลิกการส่ง" }
    try_again { en: "Try again", th: "ลองใหม่" }
    sent { en: "Sent", th: "ส่งแล้ว" }
    close { en: "Close", th: "ปิด" }
    back_to_list { en: "Back to the list", th: "กลับไปที่รายการ" }
    done { en: " (done)", th: " (เสร็จแล้ว)" }
    offline { en: "Offline: what you see may be old", th: "ออฟไลน์: ข้อมูลที่เห็นอาจไม่ใช่ล่าสุด" }
    reconnecting { en: "Reconnecting…", th: "กำลังเชื่อมต่อใหม่…" }
    loading { en: "Loading", th: "กำลังโหลด" }
    is_from { en: "what you see is from", th: "ข้อมูลที่เห็นเป็นของ" }

    of(value, max) { en: "{value} of {max}", th: "{value} จาก {max}" }
    more_than_planned { en: "more than planned", th: "มากกว่าที่กำหนด" }
    nothing_here { en: "Nothing here.", th: "ไม่มีรายการ" }
    move_to { en: "Move to…", th: "ย้ายไป…" }
    and_more(count) { en: "And {count} more", th: "และอีก {count} รายการ" }
    see_all { en: "see all", th: "ดูทั้งหมด" }

    months { en: "Months", th: "เดือน" }
    month_before { en: "Month before", th: "เดือนก่อน" }
    month_after { en: "Month after", th: "เดือนถัดไป" }
    today { en: "Today", th: "วันนี้" }
    empty_month { en: "Nothing in this month.", th: "ไม่มีรายการในเดือนนี้" }

    off_channel { en: "Off-channel", th: "นอกช่องทาง" }
    off_channel_tip {
        en: "This deal runs through another channel. Its value and quote are shown to the parties of that channel only.",
        th: "ดีลนี้ขายผ่านช่องทางอื่น มูลค่าและใบเสนอราคาแสดงเฉพาะผู้ที่อยู่ในช่องทางนั้น"
    }
    unlocks_at(tier) { en: "Unlocks at {tier}", th: "ปลดล็อกที่ {tier}" }
    comes_with(what, tier) {
        en: "{what} comes with {tier}. RiverSync grants tiers.",
        th: "{what} มากับระดับ {tier} โดย RiverSync เป็นผู้ให้ระดับ"
    }
    reads_only {
        en: "You can read this page. Your role does not change anything on it.",
        th: "คุณดูหน้านี้ได้ แต่บทบาทของคุณแก้ไขข้อมูลในหน้านี้ไม่ได้"
    }
    not_granted_by(owner) { en: "Not granted by {owner}", th: "{owner} ไม่ได้ให้สิทธิ์" }
}

impl Words {
    /// A span in its two largest units: `2 d 4 h`, `3 h 05 min`, `12 min`, `40 s`.
    pub(super) fn span(self, ms: i64) -> String {
        let ms = ms.max(0);
        let (days, hours, minutes) = (ms / DAY_MS, ms % DAY_MS / HOUR_MS, ms % HOUR_MS / MINUTE_MS);
        match (days, hours, minutes) {
            (0, 0, 0) => self.seconds(ms / 1000),
            (0, 0, m) => self.minutes(m),
            (0, h, 0) => self.hours(h),
            (0, h, m) => format!("{} {}", self.hours(h), self.minutes(format!("{m:02}"))),
            (d, 0, _) | (d @ 15.., _, _) => self.days(d),
            (d, h, _) => format!("{} {}", self.days(d), self.hours(h)),
        }
    }

    /// The same without days, for time of which a day has fewer hours: `53 h 05 min`.
    pub(super) fn span_in_hours(self, ms: i64) -> String {
        match (ms / HOUR_MS, ms % HOUR_MS / MINUTE_MS) {
            (0, m) => self.minutes(m),
            (h, 0) => self.hours(h),
            (h, m) => format!("{} {}", self.hours(h), self.minutes(format!("{m:02}"))),
        }
    }

    /// What the script of every page says, in the order in which it names it; `{}` is where a value goes.
    pub(super) fn of_script(self) -> String {
        let gap = "{}";
        let all = [
            self.just_now().to_owned(),
            self.ago(gap),
            self.ahead(gap),
            self.left(gap),
            self.over(gap),
            self.days(gap),
            self.hours(gap),
            self.minutes(gap),
            self.seconds(gap),
            self.offline().to_owned(),
            self.reconnecting().to_owned(),
        ];
        all.join("|")
    }

    /// The largest unit alone: what is past needs no more.
    pub(super) fn rough(self, ms: i64) -> String {
        match ms {
            DAY_MS.. => self.days(ms / DAY_MS),
            _ if ms >= HOUR_MS => self.hours(ms / HOUR_MS),
            _ if ms >= MINUTE_MS => self.minutes(ms / MINUTE_MS),
            _ => self.seconds(ms / 1000),
        }
    }
}
