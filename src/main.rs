//! The `sidewinder` command. What it does is in the library's `cli`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: runtime::spare::Allocator = runtime::spare::Allocator;

fn main() -> ExitCode {
    sidewinder::cli::main()
}

/// Run by the loader, before Rust's own start.
#[cfg(target_os = "linux")]
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_START: extern "C" fn() = {
    extern "C" fn look() {
        runtime::modules::io::streams::look_at_descriptors();
    }
    look
};
