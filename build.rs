//! Gives the linker the order of functions (`bench/functions.order`) where it takes one: what programs run lies side by side.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const ORDER: &str = "bench/functions.order";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let order = path("CARGO_MANIFEST_DIR").join(ORDER);
    let flags = [format!("-Wl,--symbol-ordering-file={}", order.display()), "-Wl,--no-warn-symbol-ordering".to_string()];
    if is_release && links_with(&flags) {
        for flag in flags {
            println!("cargo::rustc-link-arg-bins={flag}");
        }
    }
}

fn path(variable: &str) -> PathBuf {
    PathBuf::from(env::var_os(variable).expect("cargo sets it"))
}

/// Links an empty program: which linker it is, and what it knows, is asked of nobody.
fn links_with(flags: &[String]) -> bool {
    let source = path("OUT_DIR").join("empty.rs");
    if std::fs::write(&source, "fn main() {}\n").is_err() {
        return false;
    }
    let mut command = Command::new(path("RUSTC"));
    command.arg("--target").arg(path("TARGET")).arg("-o").arg(path("OUT_DIR").join("empty")).arg(source);
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        command.arg("-C").arg(format!("linker={}", linker.to_string_lossy()));
    }
    command.args(env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default().split('\x1f').filter(|flag| !flag.is_empty()));
    for flag in flags {
        command.arg("-C").arg(format!("link-arg={flag}"));
    }
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
