//! The gateway agent.

use std::process::ExitCode;

fn main() -> ExitCode {
    // One TLS provider for the whole process; a second install finds the first, which is the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    riversync_agent::cli::main()
}
