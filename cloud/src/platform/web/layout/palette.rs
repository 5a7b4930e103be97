//! What the script of the keyboard says: the palette, and the list of the keys.

crate::platform::words::words! {
    choices { en: "What can be chosen", th: "รายการให้เลือก" }
    ask { en: "Page, action or search", th: "หน้า คำสั่ง หรือคำค้น" }
    ask_hint {
        en: "Go to a page, do something, find anything",
        th: "ไปที่หน้า สั่งงาน หรือค้นหา"
    }
    choose { en: "choose", th: "เลือก" }
    open { en: "open", th: "เปิด" }
    leave { en: "close", th: "ปิด" }
    commands { en: "Commands", th: "คำสั่ง" }
    on_this_page { en: "On this page", th: "ในหน้านี้" }
    pages { en: "Pages", th: "หน้า" }
    account { en: "Account", th: "บัญชี" }
    found { en: "Found", th: "ที่พบ" }
    search { en: "Search", th: "ค้นหา" }
    everywhere(said) { en: "Search everywhere for “{said}”", th: "ค้นหา “{said}” ทั้งหมด" }
    by_name { en: "Pages, actions and search by name", th: "หน้า คำสั่ง และการค้นหาด้วยชื่อ" }
    next_line { en: "Next line of a list", th: "รายการถัดไป" }
    line_before { en: "Line before", th: "รายการก่อนหน้า" }
    open_it { en: "Open it", th: "เปิดรายการ" }
    make_new { en: "Make a new one", th: "สร้างรายการใหม่" }
    change_it { en: "Change it", th: "แก้ไขรายการ" }
    this_list { en: "This list", th: "รายการปุ่มนี้" }
    keyboard { en: "Keyboard", th: "แป้นพิมพ์" }
    single_keys {
        en: "Single keys work on these pages (in this browser)",
        th: "ใช้ปุ่มเดี่ยวในหน้าเหล่านี้ได้ (ในเบราว์เซอร์นี้)"
    }
    close { en: "Close", th: "ปิด" }
    tick_it { en: "Tick the line", th: "เลือกรายการ" }
}

impl Words {
    /// All of them, in the order in which the script names them; `{}` is where a value goes.
    pub(super) fn of_script(self) -> String {
        let everywhere = self.everywhere("{}");
        let all = [
            self.choices(),
            self.ask(),
            self.ask_hint(),
            self.choose(),
            self.open(),
            self.leave(),
            self.commands(),
            self.on_this_page(),
            self.pages(),
            self.account(),
            self.found(),
            self.search(),
            &everywhere,
            self.by_name(),
            self.next_line(),
            self.line_before(),
            self.open_it(),
            self.make_new(),
            self.change_it(),
            self.this_list(),
            self.keyboard(),
            self.single_keys(),
            self.close(),
            self.tick_it(),
        ];
        all.join("|")
    }
}
