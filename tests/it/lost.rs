//! Why a trace is entered no more (`jit::trace::Lost`): a program for each reason, which `--stats=json` counts, and which `--dump=exits`
//! shows with what it is about; all of them stand in docs/tracing.md. Not here: that the program's answer is right (`programs`).

use jit::trace::Lost;
use libtest_mimic::{Failed, Trial};

use crate::child::{self, Plan};

/// What brings a trace to this end: options, a program, and what is said of it.
struct Case {
    why: Lost,
    options: &'static [&'static str],
    program: &'static str,
    about: &'static str,
}

const CASES: [Case; 8] = [
    Case {
        why: Lost::ClassChanged,
        options: &[],
        program: "
class Base: step = 1
class Derived(Base): pass
def run(this):
    total = 0
    for i in range(50): total += this.step
    return total
this = Derived()
first = run(this)
Base.step = 2
print(first, run(this))",
        about: "class changed: Base, for LOAD_ATTR of run line 6",
    },
    Case {
        why: Lost::ToolsChanged,
        options: &[],
        program: "
import sys
def run():
    for i in range(50): pass
run()
sys.monitoring.use_tool_id(1, 'test')
sys.monitoring.set_events(1, sys.monitoring.events.PY_START)
print('listens')",
        about: "(tools changed)",
    },
    Case {
        why: Lost::VariableSet,
        options: &[],
        program: "
import sys
def run(changes):
    total = 0
    variables = sys._getframe().f_locals
    for change in changes:
        variables.update(change)
        total += 1
    return total
print(run([{}] * 50 + [{'total': 1000}] + [{}] * 10))",
        about: "variable set: run",
    },
    Case {
        why: Lost::FitsNoMore,
        options: &[],
        program: "
def run(bound):
    if bound: x = 1
    unbound = 0
    for i in range(60):
        try: x
        except UnboundLocalError: unbound += 1
    return unbound
print(run(True), run(False))",
        about: "fits no more: LOAD_FAST_CHECK of run line 6",
    },
    Case {
        why: Lost::DoesNotPay,
        options: &[],
        program: "
def key(n): return -n
numbers = list(range(60))
numbers.sort(key=key)
numbers.sort(key=key)
print(numbers[0])",
        about: "(does not pay)",
    },
    Case {
        why: Lost::NoRoom,
        options: &["--jit=no-opt", "--jit-code-memory=16"],
        program: "
def run(n):
    total = 0
    for i in range(40):
        if i % 2: total += n
        elif i % 3: total -= i
        elif i % 5: total ^= i
        else: total += i * n
    return total
for n in range(20):
    names = {}
    exec('def other(n):\\n' + ' for i in range(40):\\n  n += i\\n' * 20 + ' return n', names)
    run(names['other'](n))",
        about: "",
    },
    Case {
        why: Lost::CodeDied,
        options: &[],
        program: "
import gc
for n in range(10):
    exec('def other(n):\\n for i in range(40): n += i\\n return n\\nother(1)', {})
gc.collect()
print('collected')",
        about: "",
    },
    Case {
        why: Lost::Stress,
        options: &["--jit-stress=invalidate:2"],
        program: "
def run(n):
    total = 0
    for i in range(100): total += i if i % 3 else n
    return total
print(sum(map(run, range(10))))",
        about: "",
    },
];

pub fn trials() -> Vec<Trial> {
    let cases = CASES.iter().map(|case| Trial::test(format!("lost::{}", case.why.name().replace(' ', "_")), || check(case)));
    cases.chain([Trial::test("lost::documented", documented)]).collect()
}

fn check(case: &Case) -> Result<(), Failed> {
    let told = |option: &str| -> Result<String, String> {
        let mut command = child::sidewinder();
        command.args(["-S", "--jit=uop-interp", "--jit-sync", "--jit-threshold=2"]).args(case.options).args([option, "-c", case.program]);
        let ended = child::run(command, &Plan::default())?;
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        if ended.status.success() { Ok(told) } else { Err(child::tail(&told, 12)) }
    };
    let (stats, exits) = (told("--stats=json")?, told("--dump=exits")?);
    let lost = stats.split_once("\"lost\": {").and_then(|(_, rest)| rest.split_once('}')).map_or("", |(lost, _)| lost);
    if !lost.contains(&format!("\"{}\": ", case.why.name())) {
        return Err(format!("{:?} is not counted: {stats}{exits}", case.why).into());
    }
    if exits.contains(case.about) { Ok(()) } else { Err(format!("{:?} is not told: {exits}", case.about).into()) }
}

fn documented() -> Result<(), Failed> {
    let page = std::fs::read_to_string(crate::tests().join("../docs/tracing.md"))?;
    let absent: Vec<&str> = Lost::ALL.iter().map(|lost| lost.name()).filter(|name| !page.contains(&format!("| {name} |"))).collect();
    if absent.is_empty() { Ok(()) } else { Err(format!("docs/tracing.md does not explain {absent:?}").into()) }
}
