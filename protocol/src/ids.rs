//! Names that cross the wire: short, printable, and refused when they are anything else.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Longest name in bytes. Long enough for a serial number, short enough to bound every directory.
pub const MAX_NAME_BYTES: usize = 64;

/// Why a name was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{shown}\" is not a name: use 1 to {MAX_NAME_BYTES} letters, digits, '-', '_' or '.', starting with a letter or a digit"
)]
pub struct NameError {
    shown: String,
}

fn check(text: &str) -> Result<(), NameError> {
    let fits = !text.is_empty() && text.len() <= MAX_NAME_BYTES;
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    if fits && plain && starts {
        Ok(())
    } else {
        Err(NameError { shown: text.chars().take(MAX_NAME_BYTES).flat_map(char::escape_debug).collect() })
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $type(Box<str>);

        impl $type {
            /// Checks and keeps `text`.
            ///
            /// # Errors
            /// [`NameError`] when it is empty, too long or holds anything but letters, digits, `-`, `_`, `.`.
            pub fn new(text: impl Into<Box<str>>) -> Result<Self, NameError> {
                let text = text.into();
                check(&text)?;
                Ok(Self(text))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = Box::<str>::deserialize(from)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }
    };
}

name! {
    /// One gateway agent, named by the cloud at enrolment.
    AgentId
}
name! {
    /// One device, as it is called in the cloud and in the gateway's configuration.
    DeviceId
}
name! {
    /// One metric of a device's profile, such as `power` or `temp`.
    MetricName
}
