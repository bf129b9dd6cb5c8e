//! The program: everything it does is in the library, everything it says is in `cli`.

mod cli;

use std::process::ExitCode;

/// A run passes everything from the threads that read to those that write, and this allocator gives back what another
/// thread took: with the C library's, a third of the memory was holes, and taking and giving back was a tenth of all work.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
