//! The developer commands: `cargo xtask COMMAND`. One file per command; this file is the list.
//! Nothing here is part of the virtual machine, and no command needs the network but `bench`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod bench;
mod explain;
mod fuzz;
mod golden;
mod json;
mod missing;
mod order;
mod peer;
mod programs;
mod python;
mod regen;
mod shape;
mod test;
mod tidy;

/// Name, arguments, what it does, and the function that does it.
type Command = (&'static str, &'static str, &'static str, fn(&[String]) -> Result<(), String>);

const COMMANDS: &[Command] = &[
    ("regen", "[--check]", "make every generated file from opcodes.def, or say which are stale", regen::run),
    ("explain", "NAME|CODE", "one instruction on one screen, or a diagnostic at length", explain::run),
    ("test", "[--dispatch MODE] [FILTER]", "run every test of the workspace, or the programs in one mode", test::run),
    ("golden", "--python PATH [FILTER]...", "record expected outputs from a CPython 3.14", golden::run),
    ("missing", "[--check]", "rewrite docs/missing.md, the list of absent names", missing::run),
    ("bench", "[NAME]... [--against VM,VM]", "compare speed and memory with other Pythons, or dispatch modes", bench::run),
    ("order", "[--rename|--check]", "write the order in which a release build links its functions", order::run),
    ("fuzz-programs", "[--seed N] [--seconds S]...", "run programs made from seeds under all settings", fuzz::run),
    ("shape", "[--dispatch MODE]", "check the machine code of the hot handlers", shape::run),
    ("tidy", "", "check what of the style guide a program can check", tidy::run),
    ("peer", "FOLDER [--tier N]...", "run foreign test scripts, count the outcomes", peer::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        usage();
        return ExitCode::from(2);
    };
    if matches!(name.as_str(), "-h" | "--help" | "help") {
        usage();
        return ExitCode::SUCCESS;
    }
    let Some((.., run)) = COMMANDS.iter().find(|command| command.0 == name) else {
        eprintln!("xtask: no command `{name}`\n");
        usage();
        return ExitCode::from(2);
    };
    match run(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask {name}: {message}");
            ExitCode::FAILURE
        }
    }
}

fn usage() {
    println!("usage: cargo xtask COMMAND\n");
    for (name, arguments, about, _) in COMMANDS {
        println!("  {:34} {about}", format!("{name} {arguments}"));
    }
}

/// The folder that holds the workspace.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("xtask lies in a folder of the workspace").to_path_buf()
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A `cargo` that builds as the aliases of the repository do.
fn cargo(subcommand: &str) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO"));
    command.current_dir(root()).arg(subcommand).arg("--ignore-rust-version");
    command
}

/// The dispatch modes, the default of x86-64 first.
const MODES: [&str; 3] = ["tail", "switch", "goto"];

/// What cargo is told beside the feature to build a dispatch mode: LLVM's tail duplication is in the compiler of goto
/// (`.cargo/goto-rustc`).
fn mode_arguments(mode: &str) -> Vec<String> {
    let wrapper = root().join(".cargo/goto-rustc");
    match mode {
        "goto" => vec!["--config".to_string(), format!("build.rustc-wrapper='{}'", wrapper.display())],
        _ => Vec::new(),
    }
}

/// Builds the release binary of a dispatch mode and returns the path of a copy.
fn mode_binary(mode: &str) -> Result<PathBuf, String> {
    let mut options = vec![format!("--features=dispatch-{mode}")];
    options.extend(mode_arguments(mode));
    let binary = release_build(&options)?;
    let copy = target().join("dispatch").join(mode).join("sidewinder");
    let folder = copy.parent().unwrap_or(&copy);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::copy(&binary, &copy))
        .map_err(|error| format!("{}: {error}", copy.display()))?;
    Ok(copy)
}

/// Builds the binary with debug assertions and returns its path.
fn debug_binary() -> Result<PathBuf, String> {
    let build = cargo("build").args(["--quiet", "--package", "sidewinder", "--bin", "sidewinder"]).status();
    match build.map_err(|error| format!("cannot run cargo: {error}"))?.success() {
        true => Ok(target().join("debug/sidewinder")),
        false => Err("the debug build failed".to_string()),
    }
}

/// Builds the release binary and returns its path.
fn release_binary() -> Result<PathBuf, String> {
    release_build(&[])
}

fn release_build(options: &[String]) -> Result<PathBuf, String> {
    let status = cargo("build")
        .args(["--quiet", "--release", "--package", "sidewinder", "--bin", "sidewinder"])
        .args(options)
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !status.success() {
        return Err("the release build failed".to_string());
    }
    Ok(target().join("release/sidewinder"))
}

#[cfg(test)]
mod tests {
    /// Who builds without machine code does not build Cranelift.
    #[test]
    fn cranelift_is_behind_the_feature_jit() {
        for (arguments, expected) in [(&[][..], true), (&["--no-default-features"][..], false)] {
            let mut command = std::process::Command::new(env!("CARGO"));
            command.current_dir(crate::root()).args(["tree", "--offline", "--package", "sidewinder", "--edges", "normal"]);
            let output = command.args(arguments).output().expect("cargo runs");
            let tree = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && tree.contains("sidewinder-jit"), "{}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(tree.contains("cranelift"), expected, "with {arguments:?}");
        }
    }
}
