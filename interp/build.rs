//! Chooses the dispatch mode: the feature that is set, else tail calls on x86-64 (measured fastest) and the switch elsewhere. With the
//! feature `nightly`, tail calls are the language's own, if the compiler has them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const MODES: [&str; 3] = ["switch", "goto", "tail"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=probe.rs");
    println!("cargo::rustc-check-cfg=cfg(dispatch, values(\"switch\", \"goto\", \"tail\"))");
    println!("cargo::rustc-check-cfg=cfg(become_calls)");
    match choose() {
        Ok((mode, has_become)) => {
            println!("cargo::rustc-cfg=dispatch=\"{mode}\"");
            if has_become {
                println!("cargo::rustc-cfg=become_calls");
            }
        }
        Err(message) => println!("cargo::error={message}"),
    }
}

/// The mode, and whether its calls are `become`.
fn choose() -> Result<(&'static str, bool), String> {
    let set: Vec<&'static str> = MODES.into_iter().filter(|mode| is_set(&format!("DISPATCH_{mode}"))).collect();
    let x86_64 = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "x86_64");
    let nightly = is_set("nightly");
    let mode = match set[..] {
        [] if x86_64 || nightly => "tail",
        [] => "switch",
        ["tail"] if !x86_64 && !nightly => {
            return Err("dispatch-tail has a backend for x86-64 only; use dispatch-switch, or a nightly compiler and the feature `nightly`".into());
        }
        ["goto"] if !tail_duplication() => {
            return Err("dispatch-goto is the switch replicated by LLVM, which needs its flags: build with `cargo sidewinder-goto`".into());
        }
        [mode] => mode,
        [..] => return Err(format!("choose one of the features dispatch-{}", set.join(" and dispatch-"))),
    };
    if !nightly {
        return Ok((mode, false));
    }
    if mode != "tail" {
        return Err(format!("the feature `nightly` is about dispatch-tail, not dispatch-{mode}: drop one of them"));
    }
    match accepts_become() {
        true => Ok((mode, true)),
        false => Err(format!(
            "the feature `nightly` makes handlers `become` one another with the rust-preserve-none convention, which this compiler ({}) does not \
             accept: use a nightly one (cargo +nightly), or drop the feature",
            version()
        )),
    }
}

fn is_set(feature: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{}", feature.to_uppercase())).is_some()
}

/// LLVM copies the jump of the switch to the end of each handler. Builds that are for tests of what handlers mean need not.
fn tail_duplication() -> bool {
    let wrapper = env::var_os("RUSTC_WRAPPER").map(PathBuf::from);
    let is_debug = env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    is_debug || wrapper.is_some_and(|wrapper| wrapper.file_name().is_some_and(|name| name == "goto-rustc"))
}

fn compiler() -> Command {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    // The compiler is asked as it is.
    command.env_remove("RUSTC_BOOTSTRAP");
    command
}
/// Compiles `probe.rs`: whoever asks for a version is wrong sooner or later.
fn accepts_become() -> bool {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let source = Path::new(&env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR")).join("probe.rs");
    let mut command = compiler();
    command.args(["--edition=2024", "--crate-type=lib", "--crate-name=probe", "--emit=metadata", "--target"]);
    command.arg(env::var_os("TARGET").expect("cargo sets TARGET")).arg("--out-dir").arg(out).arg(source);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
fn version() -> String {
    let output = compiler().arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_string()
}
