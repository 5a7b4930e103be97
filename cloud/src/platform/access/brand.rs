//! How the owner of a program looks in it.

/// What the owner of a program gave it. It comes with who acts, so that no page has to ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// The owner.
    pub owner_id: String,
    /// As people read it.
    pub owner_name: String,
    /// The primary colour, `#rrggbb`.
    pub colour: Option<String>,
    /// The SHA-256 of the logo, hexadecimal.
    pub logo: Option<String>,
}
