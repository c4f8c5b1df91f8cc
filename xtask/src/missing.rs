//! `cargo xtask missing [--check]`: runs tests/dir/record.py on the release binary and writes
//! docs/missing.md, which names every attribute of a built-in type or native module that CPython
//! 3.14 has and Sidewinder has not. A test says when the file is stale.

use std::process::Command;

pub mod gaps;

pub fn run(arguments: &[String]) -> Result<(), String> {
    let binary = crate::release_binary()?;
    let folder = crate::root().join("tests/dir");
    let output = Command::new(binary)
        .arg("record.py")
        .current_dir(&folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .map_err(|error| format!("the release binary: {error}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("tests/dir/record.py failed:\n{stderr}"));
    }
    let recorded = std::fs::read_to_string(folder.join("names.txt"))
        .map_err(|error| format!("tests/dir/names.txt: {error}"))?;
    let text = gaps::document(&recorded, &String::from_utf8_lossy(&output.stdout));
    let path = crate::root().join("docs/missing.md");
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    if arguments.iter().any(|argument| argument == "--check") {
        return if old == text { Ok(()) } else { Err(gaps::STALE.to_string()) };
    }
    std::fs::write(&path, text).map_err(|error| format!("docs/missing.md: {error}"))
}
