//! What pages say, in each language that we write in.
//!
//! A room has one `words.rs`, in which every text stands once with its languages side by side:
//! ```text
//! words! {
//!     /// The way past the rail.
//!     skip { en: "Skip to content", th: "ข้ามไปยังเนื้อหา" }
//!     switch(app) { en: "Product: {app}", th: "ผลิตภัณฑ์: {app}" }
//!     deals(count) { one: "{count} deal", en: "{count} deals", th: "ดีล {count} รายการ" }
//! }
//! ```
//! This makes the room's `Words`, which a page gets from the language of who looks at it, `Words(view.language())`, and its
//! template writes: `{{ words.skip() }}`, `{{ words.switch(app_name) }}`. A text that lacks a language, or that names an
//! argument that is not given, does not compile. Only English has another form for one thing; `one:` is that form, and
//! the count is the first argument.
//!
//! A [`Page`](crate::platform::web::layout::Page) says in `language` which language its own part is in. Until a room's
//! texts stand in its `words.rs` that is English, and the frame marks it so for screen readers.
//!
//! The language of a request is an argument: it comes with the [`Actor`](crate::platform::access::Actor) and stands in
//! the page's [`View`](crate::platform::web::layout::View).
//!
//! Thai terms, the same in every room: deal ดีล · lead ลีด · opportunity โอกาสการขาย · quote ใบเสนอราคา · closed ปิดแล้ว ·
//! device อุปกรณ์ · site ไซต์ · agent (gateway) เอเจนต์ · agreement สัญญา · service agreement สัญญาบริการ · renewal
//! การต่อสัญญา · coverage ความคุ้มครอง · grant สิทธิ์เข้าถึง · ticket ทิกเก็ต · alarm การแจ้งเตือน · visit การเข้าบริการ ·
//! customer ลูกค้า · reseller ตัวแทนจำหน่าย · distributor ผู้จัดจำหน่าย · partner พาร์ตเนอร์ · organisation องค์กร · role บทบาท ·
//! partner tier ระดับพาร์ตเนอร์ · log บันทึก · sign in เข้าสู่ระบบ · sign out ออกจากระบบ · region ภูมิภาค · product line
//! กลุ่มผลิตภัณฑ์ · channel manager ผู้จัดการช่องทางจำหน่าย · program โปรแกรม · module โมดูล · direct sale การขายตรง.

//! A refusal is told before it is known who reads it (a person on a page, a program, the log): it is a [`Sentence`] with
//! all its languages, made by `said!`.

mod sentence;
#[cfg(test)]
mod tests;

pub use sentence::Sentence;
pub(crate) use sentence::said;

/// Declares a room's texts: see [`self`].
macro_rules! words {
    (@text $(#[$doc:meta])* $name:ident { en: $en:literal, th: $th:literal }) => {
        $(#[$doc])*
        pub(super) fn $name(self) -> &'static str {
            match self.0 {
                $crate::platform::base::Language::English => $en,
                $crate::platform::base::Language::Thai => $th,
            }
        }
    };
    (@text $(#[$doc:meta])* $name:ident($($arg:ident),+) { en: $en:literal, th: $th:literal }) => {
        $(#[$doc])*
        pub(super) fn $name(self, $($arg: impl std::fmt::Display),+) -> String {
            match self.0 {
                $crate::platform::base::Language::English => format!($en),
                $crate::platform::base::Language::Thai => format!($th),
            }
        }
    };
    (@text $(#[$doc:meta])* $name:ident($count:ident $(, $arg:ident)*)
        { one: $one:literal, en: $en:literal, th: $th:literal }) => {
        $(#[$doc])*
        pub(super) fn $name(self, $count: i64 $(, $arg: impl std::fmt::Display)*) -> String {
            match (self.0, $count) {
                ($crate::platform::base::Language::English, 1) => format!($one),
                ($crate::platform::base::Language::English, _) => format!($en),
                ($crate::platform::base::Language::Thai, _) => format!($th),
            }
        }
    };
    ($($(#[$doc:meta])* $name:ident $(($($arg:ident),+))? { $($text:tt)+ })+) => {
        /// The texts of this room in the language of who reads them.
        #[derive(Clone, Copy, Debug)]
        pub(super) struct Words(pub(super) $crate::platform::base::Language);

        impl Words {
            $($crate::platform::words::words!(@text $(#[$doc])* $name $(($($arg),+))? { $($text)+ });)+
        }
    };
}

pub(crate) use words;
