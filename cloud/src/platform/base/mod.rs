//! Small value types that every room shares.

mod clock;
pub mod correlation;
mod draft;
mod id;
mod language;
mod masked;
mod money;
mod private_file;
mod random;
mod reader;
mod time;

pub use clock::{Clock, MovableClock, SystemClock};
pub use draft::Draft;
pub use id::{Id, IdSource};
pub use language::Language;
pub use masked::{Hidden, Masked, Total};
pub use money::{Money, percent};
pub use private_file::{append_private, private_directory, read_or_make};
pub use random::{OsRandom, Random};
pub use reader::{Era, Reader, Zone};
pub use time::{BANGKOK, DAY_MS, HOUR_MS, MINUTE_MS, civil_date, in_zone, start_of_day_ms};
