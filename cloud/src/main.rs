//! The cloud service's program: see `riversync-cloud --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    riversync_cloud::cli::run()
}
