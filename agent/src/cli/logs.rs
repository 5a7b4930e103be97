//! Logs go to standard error. `RUST_LOG` sets the level of our own rooms; other crates never log below `info`, because
//! at `trace` some of them print the bytes they move.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Installs the log, and a panic hook that tells the place and never the text, which may hold a value.
pub(crate) fn install() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
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
