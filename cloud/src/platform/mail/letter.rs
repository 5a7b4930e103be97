//! What a mail says, and its two alternatives.

use crate::platform::base::Language;
use askama::Template;

/// A letter to one person. All text is plain; each alternative escapes what it must.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Of the words in it.
    pub language: Language,
    /// One line, without secrets.
    pub subject: String,
    /// Such as `Hello Nok Charoen,`.
    pub greeting: String,
    /// What it is about, before the button.
    pub lines: Vec<String>,
    /// The one thing to do.
    pub button: Option<Button>,
    /// A code to be typed, with the line above it.
    pub code: Option<(String, String)>,
    /// What else to know.
    pub notes: Vec<String>,
}

/// A link that stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it does.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

#[derive(Template)]
#[template(path = "platform/mail/letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
    closing: &'static str,
}

#[derive(Template)]
#[template(path = "platform/mail/letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    closing: &'static str,
}

impl Letter {
    /// The plain alternative.
    ///
    /// # Errors
    /// When the template fails, which a test forbids.
    pub fn text(&self) -> askama::Result<String> {
        Text { letter: self, closing: self.closing() }.render()
    }

    /// The HTML alternative.
    ///
    /// # Errors
    /// When the template fails, which a test forbids.
    pub fn html(&self) -> askama::Result<String> {
        Html { letter: self, closing: self.closing() }.render()
    }

    fn closing(&self) -> &'static str {
        match self.language {
            Language::English => "RiverSync. This address reads no answers.",
            Language::Thai => "RiverSync อีเมลนี้ส่งโดยระบบอัตโนมัติ กรุณาอย่าตอบกลับ",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Button, Letter};
    use crate::platform::base::Language;

    #[test]
    fn both_alternatives_say_the_same_and_only_html_is_escaped() {
        let letter = Letter {
            language: Language::Thai,
            subject: "เรื่อง".to_owned(),
            greeting: "Hello <b>Nok</b> & Co,".to_owned(),
            lines: vec!["One.".to_owned(), "Two.".to_owned()],
            button: Some(Button { label: "Open".to_owned(), url: "https://x.example/a?b=1&c=2".to_owned() }),
            code: Some(("Or type:".to_owned(), "1234 5678".to_owned())),
            notes: vec!["Once.".to_owned()],
        };
        let (text, html) = (letter.text().unwrap(), letter.html().unwrap());
        assert!(
            text.contains("Hello <b>Nok</b> & Co,\n\nOne.\n\nTwo.\n\nhttps://x.example/a?b=1&c=2\n"),
            "{text}"
        );
        assert!(text.contains("Or type:\n\n    1234 5678\n\nOnce.\n"), "{text}");
        assert!(html.contains("Hello &#60;b&#62;Nok&#60;/b&#62; &#38; Co,"), "{html}");
        assert!(
            html.contains(r#"lang="th""#) && html.contains(r#"href="https://x.example/a?b=1&#38;c=2""#),
            "{html}"
        );
        for said in ["One.", "Two.", "1234 5678", "Once."] {
            assert!(html.contains(said), "{said} in {html}");
        }
    }
}
