//! What the page of a program's brand says.

use crate::platform::web::brand::{Change, Use};

crate::platform::words::words! {
    modules { en: "Modules", th: "โมดูล" }
    brand { en: "Brand", th: "แบรนด์" }
    lead {
        en: "How the program looks to everybody who works in it: your staff, your partners, and the customers of your devices.",
        th: "รูปลักษณ์ของโปรแกรมที่ทุกคนเห็น ทั้งพนักงานของคุณ พาร์ตเนอร์ และลูกค้าที่ใช้อุปกรณ์ของคุณ"
    }
    brand_is {
        en: "Your logo and your colour on every page of your staff, your partners and your customers.",
        th: "โลโก้และสีของคุณบนทุกหน้าของพนักงาน พาร์ตเนอร์ และลูกค้า"
    }
    yours { en: "Yours", th: "กำหนดเอง" }
    ours { en: "RiverSync's", th: "ของ RiverSync" }
    has(what) { en: "Given: {what}.", th: "กำหนดแล้ว: {what}" }
    has_none { en: "Neither is given: pages show RiverSync's.", th: "ยังไม่ได้กำหนด หน้าต่าง ๆ ใช้รูปลักษณ์ของ RiverSync" }
    colour_and_logo { en: "a colour and a logo", th: "สีและโลโก้" }
    a_colour { en: "a colour", th: "สี" }
    a_logo { en: "a logo", th: "โลโก้" }
    change { en: "Change the brand", th: "แก้ไขแบรนด์" }

    colour { en: "Colour", th: "สี" }
    colour_hint {
        en: "# and six digits, such as #0b6374. Empty, pages show RiverSync's colour.",
        th: "# ตามด้วยเลขฐานสิบหกหกหลัก เช่น #0b6374 เว้นว่างเพื่อใช้สีของ RiverSync"
    }
    pick { en: "Pick a colour", th: "เลือกสี" }
    logo { en: "Logo", th: "โลโก้" }
    logo_hint {
        en: "PNG or JPEG, at most 256 kB and 1024 × 1024 pixels. It is shown 28 pixels high, on white in both schemes.",
        th: "PNG หรือ JPEG ไม่เกิน 256 kB และ 1024 × 1024 พิกเซล แสดงสูง 28 พิกเซลบนพื้นขาวทั้งธีมสว่างและธีมมืด"
    }
    logo_now { en: "The logo now", th: "โลโก้ปัจจุบัน" }
    save { en: "Save", th: "บันทึก" }
    saved { en: "The brand was saved. Everybody sees it on the next page they open.", th: "บันทึกแบรนด์แล้ว ทุกคนจะเห็นในหน้าถัดไปที่เปิด" }
    take_colour { en: "Take the colour away", th: "นำสีออก" }
    colour_question { en: "Everybody in the program sees RiverSync's colour again.", th: "ทุกคนในโปรแกรมจะเห็นสีของ RiverSync อีกครั้ง" }
    colour_gone { en: "The colour was taken away.", th: "นำสีออกแล้ว" }
    take_logo { en: "Take the logo away", th: "นำโลโก้ออก" }
    logo_question { en: "Everybody in the program sees RiverSync's mark again.", th: "ทุกคนในโปรแกรมจะเห็นสัญลักษณ์ของ RiverSync อีกครั้ง" }
    logo_gone { en: "The logo was taken away.", th: "นำโลโก้ออกแล้ว" }

    preview { en: "How it looks", th: "ตัวอย่าง" }
    light { en: "Light", th: "ธีมสว่าง" }
    dark { en: "Dark", th: "ธีมมืด" }
    current { en: "The current page", th: "หน้าปัจจุบัน" }
    other { en: "Another page", th: "หน้าอื่น" }
    button { en: "A button", th: "ปุ่ม" }
    link { en: "A link", th: "ลิงก์" }
    adjusted { en: "What was adjusted", th: "สิ่งที่ปรับให้อ่านได้" }
    as_it_is(colour) {
        en: "{colour} is used as it is: what is written in it can be read in light and in dark.",
        th: "ใช้ {colour} ตามที่กำหนด อ่านได้ชัดทั้งธีมสว่างและธีมมืด"
    }
    links(scheme, to, colour, before, after) {
        en: "{scheme}: links and marks use {to} in place of {colour}. Its contrast was {before}:1 and is {after}:1 now; AA asks for 4.5:1.",
        th: "{scheme}: ลิงก์และจุดเน้นใช้ {to} แทน {colour} ความต่างสีเดิม {before}:1 ปรับเป็น {after}:1 (AA กำหนดอย่างน้อย 4.5:1)"
    }
    buttons(scheme, to, colour, before, after) {
        en: "{scheme}: buttons use {to} in place of {colour}. The contrast of their text was {before}:1 and is {after}:1 now; AA asks for 4.5:1.",
        th: "{scheme}: ปุ่มใช้ {to} แทน {colour} ความต่างสีของข้อความบนปุ่มเดิม {before}:1 ปรับเป็น {after}:1 (AA กำหนดอย่างน้อย 4.5:1)"
    }
    edges(scheme, to, colour, before, after) {
        en: "{scheme}: buttons use {to} in place of {colour}, which would hardly stand out from the page: {before}:1, now {after}:1.",
        th: "{scheme}: ปุ่มใช้ {to} แทน {colour} ซึ่งกลืนกับพื้นหน้า ความต่างสีเดิม {before}:1 ปรับเป็น {after}:1"
    }
}

impl Words {
    /// Where `colour` had to be adjusted, and to what.
    pub(super) fn change_of(self, colour: &str, change: &Change) -> String {
        let Change { used, dark, to, before, after } = change;
        let scheme = if *dark { self.dark() } else { self.light() };
        // Cut, not rounded: what is told as 4.5 is 4.5 at least.
        let ratio = |of: &f64| format!("{:.1}", (of * 10.0 + 1e-9).floor() / 10.0);
        let (before, after) = (ratio(before), ratio(after));
        match used {
            Use::Link => self.links(scheme, to, colour, before, after),
            Use::Button => self.buttons(scheme, to, colour, before, after),
            Use::Edge => self.edges(scheme, to, colour, before, after),
        }
    }

    /// Which of the two are given.
    pub(super) fn given(self, has_colour: bool, has_logo: bool) -> String {
        let what = match (has_colour, has_logo) {
            (true, true) => self.colour_and_logo(),
            (true, false) => self.a_colour(),
            (false, true) => self.a_logo(),
            (false, false) => return self.has_none().to_owned(),
        };
        self.has(what)
    }
}
