//! `--prove=all` on the programs under `tests/proof`: handlers, the interpreter of the IR, the builder with known operands and machine
//! code agree on every micro-op, or a reason is known why it is no part of traces (`tests/proof/unproved.txt`, which `SIDEWINDER_BLESS=1`
//! writes). What is proved, and how, stands in `interp/src/tracing/prove.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jit::emit::Uop;
use jit::generated::uops::{PARTS, UOPS};
use libtest_mimic::{Failed, Trial};
use runtime::generated::opcode;

use crate::child::{self, Plan};

/// The word is said in debug builds alone, as is the proof.
pub fn trials() -> Vec<Trial> {
    if !cfg!(debug_assertions) || std::env::var_os("SIDEWINDER_TEST_VM").is_some() {
        return Vec::new();
    }
    let found = || Trial::test("proof::a_wrong_intrinsic_is_found", a_wrong_intrinsic_is_found);
    vec![Trial::test("proof::every_uop", every_uop), found()]
}

/// What the VM reports of a program.
fn prove(program: &str, word: &str) -> Result<String, String> {
    let mut command = child::sidewinder();
    command.args(["-S", &format!("--prove={word}"), program]).current_dir(crate::tests().join("proof"));
    let plan = Plan { limit: Duration::from_secs(300), ..Plan::default() };
    let ended = child::run(command, &plan)?;
    let report = String::from_utf8_lossy(&ended.stderr).into_owned();
    match ended.crashed() {
        Some(crash) => Err(format!("{program}: {crash}")),
        None if ended.timed_out || !ended.status.success() => Err(format!("{program}: {}", child::tail(&report, 12))),
        None => Ok(report),
    }
}

fn a_wrong_intrinsic_is_found() -> Result<(), Failed> {
    let report = prove("numbers.py", "plant")?;
    let wrong = report.lines().skip_while(|line| !line.starts_with("proof: FAILED:")).nth(1).unwrap_or_default();
    if wrong.contains("RSHIFT") { Ok(()) } else { Err(format!("a logical for an arithmetic shift was planted, found was: {wrong:?}").into()) }
}

fn every_uop() -> Result<(), Failed> {
    let mut programs: Vec<String> = std::fs::read_dir(crate::tests().join("proof"))?
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".py"))
        .collect();
    programs.sort();
    let (next, reports) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let report = prove(program, "all");
                    reports.lock().expect("no thread panics").push(report);
                }
            });
        }
    });
    let reports = reports.into_inner().expect("no thread panics").into_iter().collect::<Result<Vec<String>, String>>()?;
    if let Some(report) = reports.iter().find(|report| report.contains("proof: FAILED:")) {
        let failure: Vec<&str> = report.lines().skip_while(|line| !line.starts_with("proof: FAILED:")).take(60).collect();
        return Err(failure.join("\n").into());
    }
    let (proved, refused) = summary(&reports);
    let mut text = String::from("# Micro-ops of which no trace is proved, and why. Written by the test `proof::every_uop`.\n");
    for (index, uop) in UOPS.iter().enumerate().filter(|(index, _)| !proved.contains(index)) {
        text += &format!("{}: {}\n", uop.name, reason(index, uop, &refused));
    }
    let path = crate::tests().join("proof/unproved.txt");
    if std::env::var_os("SIDEWINDER_BLESS").is_some() {
        return Ok(std::fs::write(path, text)?);
    }
    let known = std::fs::read_to_string(path)?;
    match text == known {
        true => Ok(()),
        false => Err(format!("unproved.txt is another; SIDEWINDER_BLESS=1 writes it:\n{text}").into()),
    }
}

/// The micro-ops that an engine has come through, and why instructions are no part of traces.
fn summary(reports: &[String]) -> (BTreeSet<usize>, BTreeMap<u8, String>) {
    let (mut proved, mut refused) = (BTreeSet::new(), BTreeMap::new());
    for line in reports.iter().flat_map(|report| report.lines()) {
        let Some(rest) = line.strip_prefix("proof: ") else { continue };
        let mut words = rest.split(' ');
        let Some(code) = words.next().and_then(opcode::opcode_by_name) else { continue };
        if words.nth(1).is_some_and(|count| count != "0") {
            proved.extend(PARTS[code as usize].iter().map(|index| *index as usize));
        }
        if let Some((_, reason)) = rest.split_once("refused: ") {
            refused.insert(code, reason.to_string());
        }
    }
    (proved, refused)
}

fn reason(index: usize, uop: &Uop, refused: &BTreeMap<u8, String>) -> String {
    let users = (0..=255u8).filter(|code| PARTS[*code as usize].contains(&(index as u16)));
    let reasons: Vec<&String> = users.clone().filter_map(|code| refused.get(&code)).collect();
    match reasons.first() {
        _ if uop.tier1 => "no trace goes through it".into(),
        _ if uop.bookkeeping => "nothing of it is part of a trace".into(),
        _ if uop.stands_in => "stands in for another where that one leaves".into(),
        _ if uop.generator => "enters or leaves a generator's frame".into(),
        _ if uop.tries => "tries what only the one that waits for it in Rust can take".into(),
        _ if uop.always_raises => "nothing goes on behind it".into(),
        _ if users.clone().all(opcode::is_instrumented) => "stands in code while a tool listens".into(),
        Some(reason) => format!("refused: {reason}"),
        None => "UNPROVED".into(),
    }
}
