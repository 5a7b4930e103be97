//! One funnel: leads, opportunities, deals, quotes and closed records are one record set (PAR-12).
//!
//! Invariants: a record moves only as [`stages`] says; nobody outside of this room sees a record, only what a lens makes
//! of it for one party and role; what a lens hides is not even read from the database.

pub mod stages;
