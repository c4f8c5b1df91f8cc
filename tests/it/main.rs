//! The one integration test binary: everything here runs the built `sidewinder` as a child
//! process. `programs` holds it against what CPython printed, `hostile` feeds it what no one
//! should, `names` looks for absent attributes, `native_stack` runs long on little stack, `traces` looks at what the recorder shows,
//! `proof` holds traces against handlers, `planted` has stress find a wrong mark, `fuzz` makes programs from seeds, `report` reads trace
//! reports, `interpreters` runs several in this process.
//! No Python is needed: answers are recorded.

use libtest_mimic::{Arguments, Trial};

mod child;
mod docs;
mod fuzz;
mod hostile;
mod interpreters;
mod lost;
mod names;
mod native_stack;
mod planted;
mod programs;
mod prompt;
mod proof;
mod report;
mod stats;
mod traces;

/// Shared with the developer commands that record and list: see the heads of these files.
#[path = "../../xtask/src/missing/gaps.rs"]
mod gaps;
#[path = "../../xtask/src/programs.rs"]
mod corpus;

/// Programs of these topics run under the settings that have rare things happen often.
const STRESSED: &[&str] = &["specialization", "classes", "generators", "functions", "exceptions", "real_programs"];

/// Machine code for each exit takes its time.
const FAILING: &[&str] = &["specialization", "generators"];

/// One way to run the virtual machine. Every program runs under each of them; known failures of
/// one stand in `tests/skips/NAME.txt`.
pub struct Setting {
    pub name: &'static str,
    /// Put before the program's file name.
    pub arguments: &'static [&'static str],
    /// Programs of other topics are left out, unless there is none.
    pub topics: &'static [&'static str],
}

/// Dispatch modes and stages of the compiler each become a line here.
pub const SETTINGS: &[Setting] = &[
    all("plain", &["--jit=off"]),
    all("record-only", &["--jit=record-only", "--jit-threshold=2"]),
    all("uop-interp", &["--jit=uop-interp", "--jit-threshold=2"]),
    all("jit-no-opt", &["--jit=no-opt", "--jit-code-memory=128", "--jit-threshold=2"]),
    some("jit-stress", &["--jit=uop-interp", "--jit-threshold=2", "--jit-stress=invalidate:7,refuse:5"], STRESSED),
    some("uop-fail", &["--jit=uop-interp", "--jit-threshold=2", "--jit-stress=fail:7,buffer:20,stores:9"], STRESSED),
    some("jit-fail", &["--jit=no-opt", "--jit-sync", "--jit-code-memory=32", "--jit-threshold=2", "--jit-stress=fail:once"], FAILING),
    all("jit", &["--jit=on", "--jit-sync", "--jit-threshold=2"]),
];

const fn all(name: &'static str, arguments: &'static [&'static str]) -> Setting {
    some(name, arguments, &[])
}

const fn some(name: &'static str, arguments: &'static [&'static str], topics: &'static [&'static str]) -> Setting {
    Setting { name, arguments, topics }
}

fn main() {
    // A shell that starts the tests in the background has them ignore SIGINT, and their children with them.
    // SAFETY: no handler of this process is replaced; the default action is async-signal-safe.
    unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = Vec::new();
    trials.extend(programs::trials());
    trials.extend(hostile::trials());
    trials.extend(prompt::trials());
    trials.extend(traces::trials());
    trials.extend(planted::trials());
    trials.extend(proof::trials());
    trials.extend(stats::trials());
    trials.extend(lost::trials());
    trials.extend(report::trials());
    trials.extend(docs::trials());
    trials.extend(fuzz::trials());
    trials.extend(names::trials());
    trials.extend(native_stack::trials());
    trials.extend(interpreters::trials());
    libtest_mimic::run(&arguments, trials).exit();
}

/// The folder `tests`.
pub fn tests() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}
