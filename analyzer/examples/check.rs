//! `check FILE`: what is wrong with a definition. `check E060`: what a code means.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: check FILE | CODE");
        return ExitCode::from(2);
    };
    if let Some(text) = analyzer::explain(&path) {
        print!("{text}");
        return ExitCode::SUCCESS;
    }
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
