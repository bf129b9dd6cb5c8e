//! The program: everything it does is in the library, everything it says is in `cli`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    few_heaps();
    cli::main()
}

/// The C library gives most threads a heap of their own. What one thread takes and another gives back then stays with the
/// heap of the first, empty, and a run passes everything from the threads that read to those that write: a third of its
/// memory was such holes. So there are no more heaps than processors; with fewer, threads wait for each other longer than
/// they work. Elsewhere there is nothing to set.
fn few_heaps() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// As in `malloc.h`.
        const M_ARENA_MAX: i32 = -8;
        // SAFETY: it is declared as the C library has it; it only sets a number, and anything it is given is well defined.
        unsafe extern "C" {
            safe fn mallopt(parameter: i32, value: i32) -> i32;
        }
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as i32);
        mallopt(M_ARENA_MAX, threads);
    }
}
