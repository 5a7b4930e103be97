//! Guards: tests over everything that is mounted, so that nobody has to remember to write them for a new page.

mod architecture;
mod facts;
mod foreign;
mod golden;
mod links;
mod permissions;
mod routes;
