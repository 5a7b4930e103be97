//! Both languages, arguments by name, and the one form that only English has.

mod room {
    crate::platform::words::words! {
        skip { en: "Skip to content", th: "ข้ามไปยังเนื้อหา" }
        view(whom, left) { en: "As {whom}. {left}", th: "{left} ในฐานะ {whom}" }
        deals(count) { one: "{count} open deal", en: "{count} open deals", th: "ดีลที่เปิดอยู่ {count} รายการ" }
    }
}

use crate::platform::base::Language;
use room::Words;

#[test]
fn a_text_speaks_the_language_of_who_reads_it() {
    let (english, thai) = (Words(Language::English), Words(Language::Thai));
    assert_eq!((english.skip(), thai.skip()), ("Skip to content", "ข้ามไปยังเนื้อหา"));
    assert_eq!(english.view("Nida", "5 min"), "As Nida. 5 min");
    assert_eq!(thai.view("Nida", "5 min"), "5 min ในฐานะ Nida", "arguments go by name, not by place");
}

#[test]
fn only_english_has_a_form_for_one() {
    let said = |language: Language| [0, 1, 2].map(|count| Words(language).deals(count));
    assert_eq!(said(Language::English), ["0 open deals", "1 open deal", "2 open deals"]);
    assert_eq!(said(Language::Thai), ["ดีลที่เปิดอยู่ 0 รายการ", "ดีลที่เปิดอยู่ 1 รายการ", "ดีลที่เปิดอยู่ 2 รายการ"]);
}
