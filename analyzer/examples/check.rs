//! `cargo run --example check -- FILE`: what is wrong with a definition.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: check FILE");
        return ExitCode::from(2);
    };
    let (model, diagnostics) = analyzer::check_file(&path);
    eprint!("{diagnostics}");
    match model {
        Some(model) => {
            println!(
                "{} instructions, {} micro-ops",
                model.instructions.len(),
                model.ops.len()
            );
            ExitCode::SUCCESS
        }
        None => ExitCode::FAILURE,
    }
}
