//! Finding and asking Python interpreters.

use std::process::Command;

/// `Python 3.14.2 (main, ...)`, on one line.
pub fn version(interpreter: &str) -> Result<String, String> {
    version_of(&mut Command::new(interpreter))
}

/// The same, of a command line.
pub fn version_of(command: &mut Command) -> Result<String, String> {
    let interpreter = command.get_program().to_string_lossy().into_owned();
    let output = command
        .arg("-VV")
        .output()
        .map_err(|error| format!("cannot run `{interpreter}`: {error}"))?;
    if !output.status.success() {
        let line: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        return Err(format!("`{interpreter} {}` failed", line.join(" ")));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The first of some usual names that runs: for tools, not for recording.
pub fn any() -> Result<String, String> {
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"]
        .into_iter()
        .find(|name| version(name).is_ok_and(|text| text >= "Python 3.11".to_string()))
        .map(str::to_string)
        .ok_or_else(|| "a Python 3.11 or later is needed for this command".to_string())
}
