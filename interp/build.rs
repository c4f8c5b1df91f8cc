//! Chooses the dispatch mode: the feature that is set, else tail calls on x86-64 (measured fastest) and the switch elsewhere.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(dispatch, values(\"switch\", \"tail\"))");
    let set = |feature: &str| env::var_os(format!("CARGO_FEATURE_DISPATCH_{feature}")).is_some();
    let x86_64 = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "x86_64");
    let mode = match (set("SWITCH"), set("TAIL")) {
        (true, true) => {
            println!("cargo::error=choose one of the features dispatch-switch and dispatch-tail");
            return;
        }
        (true, false) => "switch",
        (false, true) if !x86_64 => {
            println!(
                "cargo::error=dispatch-tail has a backend for x86-64 only; use dispatch-switch"
            );
            return;
        }
        (false, true) => "tail",
        (false, false) if x86_64 => "tail",
        (false, false) => "switch",
    };
    println!("cargo::rustc-cfg=dispatch=\"{mode}\"");
}
