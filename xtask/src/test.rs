//! `cargo xtask test [--dispatch MODE] [FILTER]`: every test of the workspace, then one line that adds them up. With a mode: the
//! programs (`tests/it`) on a binary of that dispatch mode.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Instant;

/// What the lines `test result: ...` of all test binaries add up to.
#[derive(Default)]
struct Sum {
    passed: usize,
    failed: usize,
    ignored: usize,
}

pub fn run(arguments: &[String]) -> Result<(), String> {
    let started = Instant::now();
    let (mode, filter) = match arguments {
        [option, mode, filter @ ..] if option == "--dispatch" => (Some(mode.as_str()), filter),
        filter => (None, filter),
    };
    let mut child = crate::cargo("test")
        .args(["--quiet", "--no-fail-fast", "--color", "never"])
        .args(what(mode)?)
        .arg("--")
        .args(filter)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    let stdout = child.stdout.take().expect("stdout is piped");
    let mut sum = Sum::default();
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(|error| format!("reading cargo's output: {error}"))?;
        if !add(&mut sum, &line) && shows(&line) {
            println!("{line}");
        }
    }
    let status = child.wait().map_err(|error| format!("cargo: {error}"))?;
    let word = if status.success() && sum.failed == 0 { "ok" } else { "FAILED" };
    println!(
        "test result: {word}. {} passed; {} failed; {} ignored; finished in {:.1}s",
        sum.passed,
        sum.failed,
        sum.ignored,
        started.elapsed().as_secs_f64()
    );
    if word == "ok" { Ok(()) } else { Err("some tests failed".to_string()) }
}

/// What to build and test.
fn what(mode: Option<&str>) -> Result<Vec<String>, String> {
    let Some(mode) = mode else { return Ok(vec!["--workspace".to_string()]) };
    if !crate::MODES.contains(&mode) {
        return Err(format!("no dispatch mode `{mode}`: switch, goto or tail"));
    }
    // Without LLVM's tail duplication, which has no part in what handlers mean (interp/build.rs): goto is the switch here.
    Ok(vec!["--package=sidewinder".to_string(), "--test=it".to_string(), format!("--features=dispatch-{mode}")])
}

/// Adds a line `test result: ok. 3 passed; 0 failed; ...`; false for any other line.
fn add(sum: &mut Sum, line: &str) -> bool {
    let Some(rest) = line.strip_prefix("test result: ") else { return false };
    let counts = rest.split_once(". ").map_or(rest, |(_, counts)| counts);
    for part in counts.split(';') {
        let mut words = part.split_whitespace();
        let (Some(number), Some(what)) = (words.next(), words.next()) else { continue };
        let Ok(number) = number.parse::<usize>() else { continue };
        match what {
            "passed" => sum.passed += number,
            "failed" => sum.failed += number,
            "ignored" => sum.ignored += number,
            _ => {}
        }
    }
    true
}

/// Whether a line says more than that a test binary ran: quiet mode's dots and `running 0 tests`
/// of crates without tests are left out.
fn shows(line: &str) -> bool {
    !(line.is_empty()
        || (line.starts_with("running ") && line.ends_with(" tests"))
        || line.bytes().all(|byte| matches!(byte, b'.' | b'i')))
}
