//! The cloud service's program: see `riversync-cloud --help`.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Keeps pieces of one size together: the buffers of thousands of waiting connections, of which most is never written,
/// then lie on pages of their own that the kernel need not back.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    riversync_cloud::cli::run()
}
