//! Chooses the dispatch mode: the feature that is set, else tail calls on x86-64 (measured fastest) and the switch elsewhere.

use std::env;

const MODES: [&str; 3] = ["switch", "goto", "tail"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(dispatch, values(\"switch\", \"goto\", \"tail\"))");
    let set: Vec<&str> = MODES.into_iter().filter(|mode| is_set(mode)).collect();
    let x86_64 = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "x86_64");
    let mode = match set[..] {
        [] if x86_64 => "tail",
        [] => "switch",
        ["tail"] if !x86_64 => {
            return println!("cargo::error=dispatch-tail has a backend for x86-64 only; use dispatch-switch");
        }
        ["goto"] if !tail_duplication() => {
            return println!(
                "cargo::error=dispatch-goto is the switch replicated by LLVM, which needs its flags: build with `cargo sidewinder-goto`"
            );
        }
        [mode] => mode,
        [..] => {
            return println!("cargo::error=choose one of the features dispatch-{}", set.join(" and dispatch-"));
        }
    };
    println!("cargo::rustc-cfg=dispatch=\"{mode}\"");
}

fn is_set(mode: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_DISPATCH_{}", mode.to_uppercase())).is_some()
}

/// LLVM may copy the jump of the switch to the end of each handler.
fn tail_duplication() -> bool {
    env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("tail-dup-pred-size"))
}
