//! The program: everything it does is in the library, everything it says is in `cli`.

mod cli;

use std::process::ExitCode;

/// Strings are made and dropped by the million on all threads; docs/performance.md has what this allocator saves.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
