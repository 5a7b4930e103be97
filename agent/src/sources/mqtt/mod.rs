//! MQTT: one task per broker.

use super::Context;
use super::supervise::Task;
use crate::config::Config;

pub(super) fn start(_config: &Config, _context: &Context) -> Vec<Task> {
    Vec::new()
}
