//! Who this gateway is: a one-time code becomes a key made here and a short-lived certificate, renewed before it ends.
//! DESIGN section 3, identity; EDGE section 6, fault 26.

mod enrol;
mod identity;
mod key;
mod pinned;
mod renew;

#[cfg(test)]
mod tests;

pub use enrol::{EnrolError, enrol};
pub use identity::{Identity, IdentityError};
pub use renew::{RenewError, Renewal};
