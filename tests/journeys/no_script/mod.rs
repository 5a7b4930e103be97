//! Without JavaScript every form does what it says: a browser whose scripts are switched off.
//!
//! A journey says which routes its forms are sent to and is held to that ([`hand::Hand::sent_all`]); [`forms`] holds the
//! lists of all of them against what the service mounts and what its pages show.

mod account;
mod apps;
mod forms;
mod hand;
mod owners;
mod partners;
mod sales;
mod staff;
mod team;

pub(crate) use forms::Known;
