//! The frame around every page: top bar, rail, bottom bar, flash message. How to add a page: see [`super`].

mod bare;
mod brand;
mod flash;
mod names;
mod page;
mod palette;
pub mod rail;
mod saved;
mod view;
mod words;

pub use bare::{bare, error_page};
pub use flash::done;
pub use names::item_name;
pub use page::{Page, render};
pub use saved::{SavedView, SavedViews, asked_for, kept_query, seen_again, seen_through};
pub use view::{Place, Sort, View};
pub(super) use view::{SAVED, address};
