//! Tells the service manager that all is well, for as long as it is: every part gives signs of life as it works and as it
//! rightly waits (`pulse`), and when one does not, the manager hears nothing more and starts the process anew (EDGE
//! fault 30). A loop that stands still stops the watchdog as well, for it runs in the same one.

mod pulse;
mod systemd;
#[cfg(test)]
mod tests;

pub use pulse::Pulse;
pub use systemd::Manager;

use crate::files::{EXHAUSTED, is_exhausted};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Longest time between two signs of life of a part that waits for no other part.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How often the parts are looked at, at least.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Watches over the parts of an agent.
pub struct Watchdog {
    /// Who is told.
    pub manager: Manager,
    /// What must make progress.
    pub parts: Vec<Arc<Pulse>>,
    /// How the agent is, in a line for people.
    pub line: Box<dyn Fn() -> String + Send>,
}

impl Watchdog {
    /// Watches until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        // Half of what the manager allows: one look that comes late does not cost the process.
        let every = self.manager.watchdog().map_or(LOOK_EVERY, |longest| LOOK_EVERY.min(longest / 2));
        let mut tick = tokio::time::interval(every);
        let (mut said, mut known, mut starved) = (String::new(), Vec::new(), false);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
            }
            self.look(&mut known);
            starve(&mut starved, std::fs::File::open("/dev/null").is_err_and(|error| is_exhausted(&error)));
            let mut line = (self.line)();
            if starved {
                line = format!("{EXHAUSTED}; {line}");
            }
            if line != said {
                self.manager.status(&line);
                said = line;
            }
        }
    }

    /// Looks once. `known` are the parts that were stuck at the last look.
    fn look(&self, known: &mut Vec<&'static str>) {
        let stuck: Vec<_> =
            self.parts.iter().filter_map(|pulse| Some((pulse.part(), pulse.late()?))).collect();
        for (part, late) in stuck.iter().filter(|(part, _)| !known.contains(part)) {
            tracing::error!(
                part,
                late_s = late.as_secs(),
                "a part of the agent makes no progress; the service manager is told no more that all is well"
            );
        }
        for part in known.iter().filter(|part| !stuck.iter().any(|(stuck, _)| stuck == *part)) {
            tracing::info!(part, "it makes progress again");
        }
        *known = stuck.into_iter().map(|(part, _)| part).collect();
        if known.is_empty() {
            self.manager.alive();
        }
    }
}

/// Says once that nothing can be opened any more, and once that it can again: each who tries says less, and again and again.
fn starve(was: &mut bool, is: bool) {
    match (std::mem::replace(was, is), is) {
        (false, true) => tracing::error!(
            "{EXHAUSTED}; what is open goes on and what is stored is safe, but no device, broker or cloud is reached anew"
        ),
        (true, false) => tracing::info!("there are file descriptors again, and all is reached again"),
        _ => {}
    }
}
