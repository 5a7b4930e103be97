//! Cases of PORTAL 7.2 and 7.9 that belong to no room of their own, each by its number.

mod answers;
mod people;
mod ways;
