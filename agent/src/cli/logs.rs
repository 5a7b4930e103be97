//! Logs go to standard error. `RUST_LOG` sets the level of our own rooms; other crates never log below `info`, because
//! at `trace` some of them print the bytes they move.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Installs the log, and a panic hook that tells the place and never the text, which may hold a value.
pub(crate) fn install() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the log is there before the configuration, and for its faults"
    )]
    let filter = levels(&std::env::var("RUST_LOG").unwrap_or_default());
    let ours = |target: &str| target.starts_with("riversync");
    let bounded = filter_fn(move |about| ours(about.target()) || *about.level() <= tracing::Level::INFO);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    // A second call finds the log of the first in place, which is as good.
    drop(tracing_subscriber::registry().with(filter).with(lines.with_filter(bounded)).try_init());
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a task panicked");
    }));
}

/// What is logged where: `level` or `target=level`, with commas between them. What is neither is left out, so that a
/// slip in a service's environment does not silence it.
fn levels(directives: &str) -> Targets {
    let given = directives.split(',').map(str::trim).filter(|directive| !directive.is_empty());
    let known = given.filter_map(|directive| directive.parse::<Targets>().ok());
    known.fold(Targets::new().with_default(LevelFilter::INFO), |levels, directive| {
        let levels = directive.default_level().into_iter().fold(levels, Targets::with_default);
        levels.with_targets(directive)
    })
}

#[cfg(test)]
mod tests {
    use super::levels;
    use tracing::Level;

    #[test]
    fn a_level_holds_for_all_or_for_a_room_and_what_is_neither_changes_nothing() {
        let sees =
            |directives: &str, target: &str, level: Level| levels(directives).would_enable(target, &level);
        assert!(sees("", "riversync_agent", Level::INFO) && !sees("", "riversync_agent", Level::DEBUG));
        assert!(sees("trace", "riversync_agent::buffer", Level::TRACE));
        assert!(sees("warn, riversync_agent::uplink=debug", "riversync_agent::uplink::link", Level::DEBUG));
        assert!(!sees("warn,riversync_agent::uplink=debug", "riversync_agent::buffer", Level::INFO));
        assert!(sees("riversync_agent=debug", "sled", Level::INFO), "the rest stays as it was");
        assert!(sees("=?,riversync_agent=loud", "riversync_agent", Level::INFO));
        assert!(!sees("off", "riversync_agent", Level::ERROR));
    }
}
