//! The floor under every room: plumbing that knows no domain.

pub mod access;
pub mod base;
pub mod bounded;
pub mod db;
pub mod error;
pub mod events;
pub mod files;
pub mod jobs;
pub mod live;
pub mod mail;
pub mod metrics;
pub mod search;
pub mod serve;
pub mod tls;
pub mod web;
pub mod words;
