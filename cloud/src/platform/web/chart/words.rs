//! What charts say by themselves.

crate::platform::words::words! {
    no_values { en: "No values in this time", th: "ไม่มีค่าในช่วงเวลานี้" }
    no_values_here { en: "No values here", th: "ไม่มีค่าในช่วงนี้" }
    nothing_to_show { en: "Nothing to show", th: "ไม่มีข้อมูลให้แสดง" }
    nothing_to_count { en: "Nothing to count", th: "ไม่มีข้อมูลให้นับ" }
    as_table { en: "Same numbers as a table", th: "ดูตัวเลขเป็นตาราง" }
    table_of(label) { en: "{label}, table", th: "ตาราง {label}" }
    numbers_as_csv(label) { en: "{label}: numbers as CSV", th: "{label}: ตัวเลขเป็น CSV" }
    picture_as_png(label) { en: "{label}: picture as PNG", th: "{label}: ภาพเป็น PNG" }
    time { en: "Time", th: "เวลา" }
    hour { en: "Hour", th: "ชั่วโมง" }
    lowest { en: "Lowest", th: "ต่ำสุด" }
    highest { en: "Highest", th: "สูงสุด" }
    on { en: "On", th: "เปิด" }
    off { en: "Off", th: "ปิด" }
    between(low, high) { en: "{low} to {high}", th: "{low} ถึง {high}" }

    no_gap { en: "no gap", th: "ไม่มีช่วงที่ขาด" }
    gaps(count) { one: "one gap", en: "{count} gaps", th: "ขาด {count} ช่วง" }
    lines(count) { en: "{count} lines, ", th: "{count} เส้น " }
    low_and_high(low, high) { en: "between {low} and {high}, ", th: "ระหว่าง {low} ถึง {high} " }
    about_line(from, until, what, last, gaps) {
        en: "From {from} to {until}: {what}latest {last}, {gaps}.",
        th: "ตั้งแต่ {from} ถึง {until}: {what}ล่าสุด {last} {gaps}"
    }
    about_nothing { en: "No values in this time.", th: "ไม่มีค่าในช่วงเวลานี้" }
    about_bars(count, most, of) {
        en: "{count} bars, the greatest {most} in {of}.",
        th: "{count} แท่ง สูงสุด {most} ใน {of}"
    }
    no_bars { en: "No values.", th: "ไม่มีค่า" }
    about_hours(count, full, none, meaning) {
        en: "{count} hours: {full} with nearly all, {none} with nothing. {meaning}",
        th: "{count} ชั่วโมง: ได้รับเกือบครบ {full} ไม่ได้รับเลย {none} {meaning}"
    }
    about_shape(label, low, high, last) {
        en: "{label}: between {low} and {high}, latest {last}",
        th: "{label}: ระหว่าง {low} ถึง {high} ล่าสุด {last}"
    }
    shape_of_nothing(label) { en: "{label}: no values", th: "{label}: ไม่มีค่า" }
    part_of(part, whole) { en: "{part} of {whole}", th: "{part} จาก {whole}" }
    about_gauge(label, text, meaning, low, high) {
        en: "{label}: {text}, {meaning}; from {low} to {high}",
        th: "{label}: {text} {meaning} (ช่วง {low} ถึง {high})"
    }
}
