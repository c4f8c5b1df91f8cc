//! Several interpreters in one process, one a thread: each records, and runs, traces of its own.

use interp::tracing::{Mode, Settings};
use libtest_mimic::{Failed, Trial};
use runtime::objects::dict::Dict;
use runtime::objects::str;
use runtime::value::Value;
use runtime::vm::intern;
use runtime::{import, ops};
use std::sync::{Arc, Barrier};

pub fn trials() -> Vec<Trial> {
    let modes = [("record-only", Mode::RecordOnly), ("uop-interp", Mode::UopInterp), ("on", Mode::On)];
    let trial = |(name, mode)| Trial::test(format!("interpreters::record_independently::{name}"), move || independently(mode));
    modes.into_iter().map(trial).collect()
}

/// What a program came to, and how many traces its interpreter has recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Answer {
    total: i64,
    recorded: u32,
}

/// As many hot functions, each with a loop and a branch, as `loops` says.
fn program(loops: usize) -> String {
    let function = |i: usize| {
        format!(
            "def f{i}(n):\n    total = {i}\n    for k in range(n):\n        if k % 3 == 0:\n            total += len(str(k))\n        else:\n            \
             total = total * 3 % 1000003\n    return total\n"
        )
    };
    let functions: String = (0..loops).map(function).collect();
    let calls: String = (0..loops).map(|i| format!("    total += f{i}(50 + r % 7)\n")).collect();
    format!("{functions}total = 0\nfor r in range(200):\n{calls}")
}

/// Runs the program in an interpreter of its own, on the calling thread.
fn run(loops: usize, mode: Mode) -> Answer {
    sidewinder::start();
    interp::tracing::start(Settings { mode, sync: true, loop_threshold: 2, entry_threshold: 2, ..Settings::default() });
    let exec = import::import_module("builtins").and_then(|module| ops::getattr(module, intern("exec")));
    let namespace = Dict::new();
    let source = str::new(&program(loops)).value();
    let done = exec.and_then(|exec| ops::call_positional(exec, &[source, namespace.value()]));
    assert!(done.is_ok(), "the program raises");
    let total = namespace.get_str(intern("total")).map_or(-1, Value::unbox_int);
    Answer { total, recorded: interp::tracing::recorded() }
}

/// On a thread of its own; all of them begin at the same time.
fn start(loops: usize, mode: Mode, together: &Arc<Barrier>) -> std::thread::JoinHandle<Answer> {
    let together = Arc::clone(together);
    let begin = move || {
        together.wait();
        run(loops, mode)
    };
    std::thread::Builder::new().stack_size(64 << 20).spawn(begin).expect("a thread")
}

fn independently(mode: Mode) -> Result<(), Failed> {
    const LOOPS: [usize; 4] = [1, 4, 2, 4];
    let alone: Vec<Answer> = LOOPS.map(|loops| start(loops, mode, &Arc::new(Barrier::new(1))).join().expect("it ran")).to_vec();
    let barrier = Arc::new(Barrier::new(LOOPS.len()));
    let threads = LOOPS.map(|loops| start(loops, mode, &barrier));
    let together: Vec<Answer> = threads.into_iter().map(|thread| thread.join().expect("it ran")).collect();
    if alone != together {
        return Err(format!("alone {alone:?}, together {together:?}").into());
    }
    // More loops, more traces: what was recorded is the thread's own.
    let of = |i: usize| together[i].recorded;
    if !(of(0) > 0 && of(0) < of(2) && of(2) < of(1) && of(1) == of(3)) {
        return Err(format!("{together:?}").into());
    }
    Ok(())
}
