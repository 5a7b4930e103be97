//! Modbus over TCP, TLS, serial lines, and serial lines behind TCP converters: one task owns one line and polls the
//! units on it in turn.
//!
//! Reading order: `plan` (which requests), `link` (one line), `frame` and `port` (what of a serial line is a reply),
//! `decode` (registers to values), `unit` and `lessons` (what is known about a unit), `learned` (what of that survives
//! a restart), `phase` (when a unit begins), `bus` (the loop), `follow` (who is on the line), `recognise` (who answers), `probe` (one question from a command line).
//!
//! What goes wrong on a line, by the numbers of EDGE section 6, and the test that provokes it. `serial::`, `isolation::`
//! and `unit::` are files of `tests/`, other names without a path stand in `tests/mod.rs`.
//!
//! | # | Fault | Test |
//! |---|---|---|
//! | 10 | two masters on one serial port | `serial::a_port_that_is_not_there_or_taken_says_so`, `serial.rs`: `a_held_port_names_its_holder`; the exit code in `agent/tests/journey`: `a_serial_port_that_another_has_ends_with_75_and_names_it` |
//! | 11 | a silent peer | `one_dead_unit_costs_the_others_at_most_a_timeout_per_back_off` |
//! | 12 | a late reply | `a_late_reply_is_never_taken_for_another_and_its_line_is_never_used_again`; `serial::a_late_reply_on_a_serial_line_is_never_taken_for_another` |
//! | 13 | noise, bad sums, echoes, torn, over-long and foreign frames | `frames_that_are_garbage_are_bad_samples_and_a_new_line_heals`; `serial::noise_echoes_and_foreign_frames_are_passed_over_and_the_reply_behind_them_is_taken`, `serial::a_frame_that_does_not_hold_is_asked_for_once_more_and_never_decoded`, `serial::what_stays_broken_is_a_bad_sample_and_the_line_heals`, `serial::an_echo_that_looks_like_a_reply_is_not_taken_for_one` |
//! | 14 | a byte count that disagrees | `a_short_answer_is_malformed`; `serial::a_frame_that_does_not_hold_is_asked_for_once_more_and_never_decoded` |
//! | 15 | exceptions 1 to 6, 10, 11 | `unit::a_function_that_is_not_known_is_asked_for_once` (1), `a_refused_register_is_found_remembered_and_left_alone` (2), `a_block_that_is_refused_for_its_extent_is_divided_for_good` (3), `unit::a_device_that_failed_is_asked_again_and_says_so_meanwhile` (4), `busy_units_and_gateways_are_left_alone_and_tried_again` (5, 6, 10, 11), `unit::what_was_learned_outlives_a_restart` |
//! | 16 | one dead slave of thirty | `serial::one_dead_slave_of_thirty_costs_the_others_at_most_a_timeout_per_back_off` |
//! | 17 | one connection only, idle lines dropped | `unit::a_line_is_left_free_between_polls_where_the_unit_wants_that`, `a_line_that_was_closed_while_idle_is_replaced_without_a_lost_sample`, `a_server_that_closes_every_line_at_once_is_asked_ever_less` |
//! | 18 | no number, −0, "not available" | `decode.rs`: `no_number_and_the_not_available_pattern_are_bad_and_negative_zero_is_not` |
//! | 19 | beyond 2^53, a scale out of all numbers | `decode.rs`: `whole_numbers_are_exact_to_the_last_bit`, `a_scale_that_leads_out_of_all_numbers_is_bad` |
//! | 20 | 40001, 0 or 400001; past 65535; more than 125 or 2000 | `profile/tests.rs`: `an_address_that_may_be_a_reference_is_refused_with_both_readings`, `a_six_digit_reference_in_the_wrong_key_is_refused_with_both_readings`, `what_passes_the_end_of_the_table_is_refused`; `plan.rs`: `only_what_may_be_read_is_read_and_all_of_it` |
//! | 21 | another device at the same address | `unit::another_device_at_the_same_address_is_bad_and_never_lies`, `unit::a_device_that_does_not_know_how_to_say_who_it_is_is_another`, `unit::a_fingerprint_is_read_where_the_profile_allows_it_and_compared` |
//! | 28 | a grant taken back in mid-cycle | `nothing_granted_means_nothing_asked_and_a_revocation_ends_the_asking` |
//! | 30 | a fault of ours | `isolation::a_unit_whose_reading_panics_is_named_and_begins_anew_while_its_line_goes_on`; `supervise.rs`: `a_task_that_panics_is_counted_and_started_again_while_the_others_run` |
//!
//! Values are held against pymodbus and libmodbus over every line in `tests/journeys/modbus_interop.rs`; chance bytes
//! against everything that comes over a line in `fuzzing` and `agent/fuzz`.

mod bus;
pub(super) mod decode;
mod follow;
pub(super) mod frame;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod learned;
mod lessons;
mod link;
mod phase;
pub(crate) mod plan;
mod port;
mod probe;
mod recognise;
mod serial;
#[cfg(test)]
mod tests;
mod unit;

pub(super) use learned::Learned;
pub use probe::{Probe, ProbeError};

use super::Context;
use super::supervise::{Member, Members, Way, Work};
use crate::config::{Config, Connection, Device, Line, Modbus};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The lines of the site, by their place, with the devices on each.
pub(super) fn ways(config: &Config) -> BTreeMap<String, (Way, Vec<Member>)> {
    let at = |device: &Device| match &device.connection {
        Connection::Modbus(at) => Some(Arc::clone(&at.line)),
        Connection::Mqtt(_) => None,
    };
    let polled: Vec<_> = config.devices.iter().filter_map(|device| Some((at(device)?, device))).collect();
    let count = u32::try_from(polled.len()).unwrap_or(u32::MAX);
    let mut ways = BTreeMap::new();
    for (index, (line, device)) in (0..).zip(polled) {
        let (_, members) = ways.entry(line.place()).or_insert_with(|| (Way::Line(line), Vec::new()));
        members.push(Member { device: device.clone(), place: (index, count) });
    }
    ways
}

/// Polls the members of one line, for as long as it is told to.
pub(super) fn work(line: &Arc<Line>, members: &Members, learned: &Learned, context: &Context) -> Work {
    Box::pin(bus::Bus::new(Arc::clone(line), members.clone(), learned.clone(), context.clone()).run())
}

/// A serial port of the configuration that another program has, with its process id, 0 where the system does not
/// tell (EDGE fault 10).
pub(super) fn in_use(config: &Config, ours: Option<u32>) -> Option<(PathBuf, u32)> {
    config.devices.iter().find_map(|device| match &device.connection {
        Connection::Modbus(Modbus { line, .. }) => match &**line {
            Line::Serial(port) => serial::holder(&port.path)
                .filter(|pid| Some(*pid) != ours)
                .map(|pid| (port.path.clone(), pid)),
            Line::Tcp(_) | Line::Tls(..) | Line::RtuOverTcp(_) => None,
        },
        Connection::Mqtt(_) => None,
    })
}
