//! `cargo xtask peer FOLDER [OPTION]...`: runs the foreign scripts that lie in FOLDER (a folder
//! with `run_peer.py`, and roots with a `manifest.json` below it) on the release binary and
//! prints how many pass, raise, answer wrongly, crash or hang. Options go to `run_peer.py`;
//! a name that is a folder below FOLDER is a root to run (default: `dev`).

use std::path::Path;
use std::process::Command;

use crate::python;

pub fn run(arguments: &[String]) -> Result<(), String> {
    let (folder, options) = arguments.split_first().ok_or("name the folder with run_peer.py")?;
    let folder = Path::new(folder);
    let runner = folder.join("run_peer.py");
    if !runner.is_file() {
        return Err(format!("{} is not there", runner.display()));
    }
    let binary = crate::release_binary()?;
    let mut command = Command::new(python::any()?);
    command.arg(&runner).arg("--vm").arg(format!("{} {{script}}", binary.display()));
    let mut roots = 0;
    for option in options {
        let root = folder.join(option);
        if root.join("manifest.json").is_file() {
            roots += 1;
            command.arg(root);
        } else {
            command.arg(option);
        }
    }
    if roots == 0 {
        command.arg(folder.join("dev"));
    }
    let status = command.status().map_err(|error| format!("run_peer.py: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("run_peer.py ended with {status}")) }
}
