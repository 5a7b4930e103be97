//! A sentence in each language that we write in.

use crate::platform::base::Language;
use std::fmt;

/// What somebody is told, before it is known who reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    english: String,
    /// The same; `None` for what only programs and their makers meet.
    thai: Option<String>,
}

impl Sentence {
    /// In both; see [`said`].
    pub fn new(english: String, thai: String) -> Self {
        Self { english, thai: Some(thai) }
    }

    /// What only programs and their makers meet: a body that is no JSON, a cursor, a key.
    pub fn english(text: impl Into<String>) -> Self {
        Self { english: text.into(), thai: None }
    }

    /// As who reads `language` is told it.
    pub fn told(&self, language: Language) -> &str {
        match (language, &self.thai) {
            (Language::Thai, Some(thai)) => thai,
            _ => &self.english,
        }
    }

    /// This one and then `next`.
    #[must_use]
    pub fn then(self, next: &Self) -> Self {
        let both = |language| format!("{} {}", self.told(language), next.told(language));
        Self::new(both(Language::English), both(Language::Thai))
    }
}

impl fmt::Display for Sentence {
    /// In English, for programs and logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}

/// Makes a [`Sentence`]: `said! { en: "{name} is in.", th: "เพิ่ม {name} แล้ว", name = person.name }`. What is named after
/// the texts stands in both.
macro_rules! said {
    (en: $en:literal, th: $th:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::platform::words::Sentence::new(
            format!($en $(, $name = $value)*),
            format!($th $(, $name = $value)*),
        )
    };
}

pub(crate) use said;
