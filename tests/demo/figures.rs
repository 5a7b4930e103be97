//! What `--check` prints, and what each figure means.

use serde::Serialize;

/// For `--help`: what the figures of `--check` mean.
pub const MEANING: &str = "\
Everything lives in a temporary directory and is gone after Ctrl-C.

Figures of --check, all counted outside of the agent and the cloud, so that no kill resets them:
  points_read               values the devices handed to the gateways: those whole in a Modbus answer, and every field
                            of every MQTT message sent to a gateway
  points_granted            of these, values of granted metrics, handed out while they were granted
  points_recorded           good points in the cloud's database, decoded without the cloud's code; at most
                            points_granted, and less by what was killed before it was stored, or purged when revoked
  points_lost               readings that were accepted and are not recorded (over MQTT: acknowledged; over Modbus:
                            answered more than 2 s before a SIGKILL of the gateway)
  points_duplicated         readings that are recorded twice, or that no device gave out
  ungranted_values_found    canaries found on the gateways' disks, in their logs, metrics and bodies before
                            encryption, and in the cloud's database
  revocation_to_silence_ms  from the owner's request to the latest of three instants: a device answered a question of
                            the gateway, a reading was taken that is recorded, and the gateway was first seen under
                            the policy that grants nothing (asked every 20 ms)
  backlog_drained           points recorded of the outage
  wire_bytes_per_point      bodies of all requests, by the points in them
  stored_bytes_per_point    stored batches, by the points in them
  agent_rss_bytes           proportional share of memory (PSS), the mean of the gateways";

/// What is printed, in this order; see [`MEANING`].
#[derive(Debug, Serialize)]
pub struct Figures {
    pub points_read: u64,
    pub points_granted: u64,
    pub points_recorded: u64,
    pub points_lost: u64,
    pub points_duplicated: u64,
    pub ungranted_values_found: u64,
    pub revocation_to_silence_ms: i64,
    pub backlog_drained: u64,
    pub wire_bytes_per_point: f64,
    pub stored_bytes_per_point: f64,
    pub agent_rss_bytes: u64,
}

impl Figures {
    /// Nothing lost, nothing twice, nothing leaked.
    pub fn is_clean(&self) -> bool {
        self.points_lost == 0 && self.points_duplicated == 0 && self.ungranted_values_found == 0
    }
}

/// `bytes` by `points`, to three digits.
#[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
pub fn per(bytes: u64, points: u64) -> f64 {
    (bytes as f64 / points.max(1) as f64 * 1000.0).round() / 1000.0
}
