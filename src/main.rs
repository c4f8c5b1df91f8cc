//! The `sidewinder` command. What it does is in the library's `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    sidewinder::cli::main()
}
