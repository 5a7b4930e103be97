//! Guards: tests over everything that is mounted, so that nobody has to remember to write them for a new page.

mod architecture;
mod foreign;
mod golden;
mod permissions;
mod routes;
