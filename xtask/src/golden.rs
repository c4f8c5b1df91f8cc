//! `cargo xtask golden --python PATH [FILTER]...`: runs the programs under `tests/` with a real
//! CPython 3.14 and writes down what they print. Tests compare with these files and never call
//! a Python themselves. Without a filter the lists of names under `tests/dir` are recorded too.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::programs::{self, Outcome, Program};
use crate::python;

pub fn run(arguments: &[String]) -> Result<(), String> {
    let mut interpreter = None;
    let mut filters = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--python" => interpreter = rest.next().cloned(),
            _ => filters.push(argument.clone()),
        }
    }
    let interpreter = interpreter.ok_or("name the CPython 3.14 to record with: --python PATH")?;
    let version = python::version(&interpreter)?;
    if !version.starts_with("Python 3.14") || version.contains("PyPy") {
        return Err(format!("`{interpreter}` is {version}; the answers must be CPython 3.14's"));
    }
    let tests = crate::root().join("tests");
    let mut count = 0;
    for program in programs::all(&tests) {
        if filters.is_empty() || filters.iter().any(|filter| program.name.contains(filter)) {
            record(&program, Path::new(&interpreter))?;
            count += 1;
        }
    }
    if filters.is_empty() {
        record_names(&interpreter)?;
    }
    println!("recorded {count} programs with {version}");
    Ok(())
}

fn record(program: &Program, interpreter: &Path) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", program.name);
    let mut child = program
        .command(interpreter, &[])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // A program that does not read its input closes the pipe: no failure.
    let _ = stdin.write_all(&program.input());
    drop(stdin);
    let output = child.wait_with_output().map_err(failed)?;
    let exit = output.status.code().ok_or_else(|| format!("{}: {}", program.name, output.status))?;
    let outcome = program.outcome(&output.stdout, &output.stderr, exit);
    if exit != 0 && !program.name.starts_with("errors/") {
        println!("note: {} ends with exit status {exit}", program.name);
    }
    write(program, &outcome).map_err(failed)
}

/// `NAME.out` and, where the program wrote to stderr or failed, `NAME.err`.
fn write(program: &Program, outcome: &Outcome) -> std::io::Result<()> {
    fs::write(program.beside("out"), &outcome.stdout)?;
    let err = program.beside("err");
    if outcome.exit != 0 || !outcome.stderr.is_empty() {
        fs::write(err, format!("exit {}\n{}", outcome.exit, outcome.stderr))
    } else if err.exists() {
        fs::remove_file(err)
    } else {
        Ok(())
    }
}

fn record_names(interpreter: &str) -> Result<(), String> {
    let folder = crate::root().join("tests/dir");
    let output = Command::new(interpreter)
        .arg("record.py")
        .current_dir(&folder)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("tests/dir/record.py: {error}"))?;
    if !output.status.success() {
        return Err("tests/dir/record.py failed".to_string());
    }
    fs::write(folder.join("names.txt"), output.stdout).map_err(|error| error.to_string())
}
