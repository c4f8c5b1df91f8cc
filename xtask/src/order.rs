//! `cargo xtask order`: writes `bench/functions.order`, the order in which a release build links its functions: those that programs run
//! lie side by side, so that a run touches 2 MB of the program instead of 5 (memory), and finds them with fewer page faults (start-up).
//! Valgrind's callgrind says what runs. Not here: the flag for the linker (`build.rs` of the workspace).
//!
//! Names of functions end in a hash that changes with the compiler's version, with dependencies and with types: functions whose names are
//! not found any more stand wherever the linker puts them. `--rename` takes the names anew from a release build, by what stands before the
//! hash (a matter of seconds; order stays); `--check` fails when a tenth is not found.

use object::{Object, ObjectSymbol};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::bench::programs::{self, BENCHMARKS};

/// Runs without a benchmark, the empty program first.
const SNIPPETS: [&[&str]; 3] = [
    &["--jit=off", "-c", "pass"],
    &["--jit=off", "-c", "import dataclasses, typing, enum, re, random"],
    &["-c", "1/0"],
];

const FEW: usize = 3;
const PROGRAMS: usize = SNIPPETS.len() + BENCHMARKS.len();

/// Parts of the program that work in stretches of their own, by what names of their functions have in them: the front end, whose pages
/// are given back once a program is compiled, and the back end, which works where something is hot.
const STRETCHES: [&[&str]; 2] =
    [&["ruff_", "rustpython_compiler", "rustpython_codegen", "8frontend"], &["cranelift", "regalloc2", "14sidewinder_jit", "3jit"]];

pub fn run(arguments: &[String]) -> Result<(), String> {
    let binary = crate::release_binary()?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {}
        ["--rename"] => return rename(&binary),
        ["--check"] => return check(&binary),
        _ => return Err(format!("unexpected arguments {arguments:?}")),
    }
    let folders = programs::install()?;
    let mut uses = BTreeMap::new();
    let root = crate::root();
    for (index, snippet) in SNIPPETS.iter().enumerate() {
        // What the empty program runs, all do.
        let weight = if index == 0 { PROGRAMS } else { 1 };
        count(&mut uses, functions(&binary, snippet, &root)?, weight);
    }
    for benchmark in BENCHMARKS {
        eprintln!("{}", benchmark.name);
        // Which functions run is seen in a single short sample.
        let loops = format!("--bench-loops={}", (benchmark.loops / 200).max(1));
        let mut arguments = vec!["run_benchmark.py", &loops, "--bench-samples=1"];
        arguments.extend(benchmark.arguments);
        count(&mut uses, functions(&binary, &arguments, &folders.join(benchmark.folder))?, 1);
    }
    write(&text(uses))
}

fn path() -> PathBuf {
    crate::root().join("bench/functions.order")
}
fn read() -> Result<String, String> {
    fs::read_to_string(path()).map_err(|error| format!("{}: {error}", path().display()))
}
fn write(text: &str) -> Result<(), String> {
    fs::write(path(), text).map_err(|error| format!("{}: {error}", path().display()))?;
    println!("wrote {}", path().display());
    Ok(())
}

/// The names of all functions and data of a binary.
fn symbols(binary: &Path) -> Result<BTreeSet<String>, String> {
    let bytes = fs::read(binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    let file = object::File::parse(&*bytes).map_err(|error| format!("{}: {error}", binary.display()))?;
    Ok(file.symbols().filter_map(|symbol| symbol.name().ok().map(str::to_string)).collect())
}

fn check(binary: &Path) -> Result<(), String> {
    let (text, symbols) = (read()?, symbols(binary)?);
    let names: Vec<&str> = text.lines().skip(1).collect();
    let missing = names.iter().filter(|name| !symbols.contains(**name)).count();
    println!("{missing} of {} names are those of no function", names.len());
    if missing * 10 > names.len() { Err("bench/functions.order is stale: run `cargo xtask order --rename`".to_string()) } else { Ok(()) }
}

fn rename(binary: &Path) -> Result<(), String> {
    write(&renamed(&read()?, &symbols(binary)?))
}

/// Names that are gone become those of the functions that are called the same and have no place yet.
fn renamed(text: &str, symbols: &BTreeSet<String>) -> String {
    let taken: BTreeSet<&str> = text.lines().collect();
    let mut free: HashMap<String, Vec<&str>> = HashMap::new();
    for symbol in symbols.iter().filter(|symbol| !taken.contains(symbol.as_str())) {
        free.entry(without_hash(symbol)).or_default().push(symbol);
    }
    let mut renamed = String::new();
    for line in text.lines() {
        let same = if line.starts_with('#') || symbols.contains(line) { None } else { free.remove(&without_hash(line)) };
        // Which of several it was is not known: a few that are called so come here, of many none.
        for name in same.filter(|names| names.len() <= FEW).unwrap_or_else(|| vec![line]) {
            renamed.push_str(name);
            renamed.push('\n');
        }
    }
    renamed
}

/// `_ZN3one17h0123456789abcdefE.llvm.12` without what changes.
fn without_hash(name: &str) -> String {
    name.rfind("17h").map_or(name, |at| &name[..at]).to_string()
}

fn count(uses: &mut BTreeMap<String, usize>, names: BTreeSet<String>, weight: usize) {
    for name in names {
        *uses.entry(name).or_default() += weight;
    }
}

/// By stretch, by how many of the programs run a function, by name (which keeps a module together).
fn text(uses: BTreeMap<String, usize>) -> String {
    let rarity = |uses: usize| match uses {
        _ if uses >= PROGRAMS => 0,
        _ if uses * 4 >= PROGRAMS * 3 => 1,
        _ if uses * 4 >= PROGRAMS => 2,
        _ => 3,
    };
    let stretch = |name: &str| STRETCHES.iter().position(|parts| parts.iter().any(|part| name.contains(part))).map_or(0, |it| it + 1);
    let mut names: Vec<(usize, usize, &String)> = uses.iter().map(|(name, &uses)| (stretch(name), rarity(uses), name)).collect();
    names.sort();
    let mut text = String::from("# Generated by `cargo xtask order`. Names of functions in the order in which they are linked.\n");
    for (.., name) in names {
        text.push_str(name);
        text.push('\n');
    }
    text
}

/// The mangled names of the program's own functions that run.
fn functions(binary: &Path, arguments: &[&str], folder: &Path) -> Result<BTreeSet<String>, String> {
    let profile = crate::target().join("order.callgrind");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--demangle=no", "--smc-check=all"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(binary)
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run valgrind: {error}"))?;
    let text = fs::read_to_string(&profile).map_err(|error| {
        format!("valgrind left no profile of {arguments:?} ({error}):\n{}", String::from_utf8_lossy(&output.stderr))
    })?;
    let _ = fs::remove_file(&profile);
    Ok(parse(&text))
}

/// The names in a profile: `fn=(7) NAME` and `cfn=(7) NAME` where a name is seen first; callgrind marks recursion by `'2` behind it.
fn parse(profile: &str) -> BTreeSet<String> {
    let lines = profile.lines().filter_map(|line| line.strip_prefix("fn=(").or_else(|| line.strip_prefix("cfn=(")));
    let names = lines.filter_map(|line| line.split_once(") ")).map(|(_, name)| name.split('\'').next().unwrap_or(name));
    // Names of Rust: what else runs belongs to the C library and the loader.
    names.filter(|name| name.starts_with("_ZN") || name.starts_with("_R")).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_a_profile() {
        let profile = "events: Ir\nfn=(1) _ZN3one17h0E\n10 5\ncfn=(2) _ZN3two17h1E'2\ncalls=1 3\nfn=(1)\nfn=(3) strlen\n";
        assert_eq!(parse(profile).into_iter().collect::<Vec<_>>(), ["_ZN3one17h0E", "_ZN3two17h1E"]);
    }

    #[test]
    fn functions_are_found_by_what_stands_before_the_hash() {
        let symbols = ["_ZN1a17h1E", "_ZN1b17h2E", "_ZN1c17h3E", "_ZN1c17h4E"].map(str::to_string).into();
        let text = renamed("# About.\n_ZN1c17h9E\n_ZN1a17h1E\n_ZN1b17h7E.llvm.5\n_ZN1d17h1E\n", &symbols);
        assert_eq!(text, "# About.\n_ZN1c17h3E\n_ZN1c17h4E\n_ZN1a17h1E\n_ZN1b17h2E\n_ZN1d17h1E\n");
    }

    #[test]
    fn what_all_programs_run_comes_before_what_few_do_and_the_compiler_after_both() {
        let uses = [("_ZN11ruff_parser", PROGRAMS), ("_ZN1a", 1), ("_ZN1b", PROGRAMS), ("_ZN1c", PROGRAMS / 2)];
        let text = text(uses.into_iter().map(|(name, uses)| (name.to_string(), uses)).collect());
        let names: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(names, ["_ZN1b", "_ZN1c", "_ZN1a", "_ZN11ruff_parser"]);
    }
}
