//! The rooms.

pub mod audit;
pub mod channel;
pub mod coverage;
pub mod devices;
pub mod enrolment;
pub mod funnel;
pub mod identity;
pub mod insights;
pub mod jobs;
pub mod logs;
pub mod program;
pub mod renewals;
pub mod search;
pub mod sharing;
pub mod telemetry;
pub mod workload;
