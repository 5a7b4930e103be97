//! The languages in which we write to people.

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Thai.
    Thai,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Thai];

    /// Its code (BCP 47), in storage and in HTML.
    pub fn key(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Thai => "th",
        }
    }

    /// As its speakers call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Thai => "ไทย",
        }
    }

    /// The language of a code.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.key() == key)
    }
}
