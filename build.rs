//! What the linker is told of the release build, where it takes it: the order of functions (`bench/functions.order`), so that what programs
//! run lies side by side, and to put the program at a fixed address, as that of CPython is by its distributors: the 33,000 places that
//! hold an address are then right in the file, and not mended at each start (0.5 ms of 3).

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const ORDER: &str = "bench/functions.order";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        let order = path("CARGO_MANIFEST_DIR").join(ORDER);
        pass_on(&[format!("-Wl,--symbol-ordering-file={}", order.display()), "-Wl,--no-warn-symbol-ordering".to_string()]);
        if ["OS", "ENV"].map(|name| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default()) == ["linux", "gnu"] {
            pass_on(&["-no-pie".to_string()]);
        }
    }
}

fn pass_on(flags: &[String]) {
    if links_with(flags) {
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
