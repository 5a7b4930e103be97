//! Guards: tests over everything that is mounted, so that nobody has to remember to write them for a new page.

mod architecture;
mod canaries;
mod cases;
mod comings;
pub(crate) mod dump;
mod facts;
mod foreign;
mod former;
mod golden;
mod languages;
mod links;
mod lists;
mod matrix;
mod openapi;
mod permissions;
mod routes;
mod samples;
mod selling;
mod stale;
mod states;
pub(crate) mod story;
mod strangers;
mod versions;

pub(crate) use architecture::sources;
