//! Journeys: real processes, from the outside, as a person or a device meets them.

mod another_day;
mod api;
mod broken_store;
mod check;
mod database_crash;
mod enrol_to_chart;
mod full_disk;
mod grants;
mod home;
mod kill;
mod mail;
mod modbus_interop;
mod mqtt;
mod offline_and_back;
mod only_theirs;
mod open_page;
mod package;
mod passkey;
mod readme;
mod replayed;
mod taken_back;
mod tools;
mod two_clouds;
mod units;
mod webhooks;
mod worker_killed;
