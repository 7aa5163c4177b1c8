//! The `whoknows` command: everything it does is in the crate `cli`.

/// An ingest allocates a handful of times for every message, from all cores at once: a tenth of its time less than
/// with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
