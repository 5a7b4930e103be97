//! The cloud service's program: see `riversync-cloud --help`.

use std::process::ExitCode;
use tikv_jemallocator::Jemalloc;

/// Thousands of open pages hold two buffers each that are mostly empty. glibc carves them out of memory that was in use
/// before, where the empty part stays resident.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    riversync_cloud::cli::run()
}
