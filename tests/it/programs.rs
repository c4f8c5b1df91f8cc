//! Each program under `tests/programs` and `tests/errors`, under each setting, against the
//! recorded output of CPython 3.14. A program named in `tests/skips/SETTING.txt` must fail: when
//! it passes, its line has to go, so the list only shrinks.

use std::collections::BTreeMap;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};

use crate::child::{self, Ended, Plan};
use crate::corpus::{self, Outcome, Program};
use crate::{SETTINGS, Setting};

pub fn trials() -> Vec<Trial> {
    let programs = corpus::all(&crate::tests());
    let mut trials = Vec::new();
    for setting in SETTINGS {
        let skips = match skips(setting.name) {
            Ok(skips) => skips,
            Err(message) => {
                trials.push(Trial::test(format!("{}::skips", setting.name), || Err(message.into())));
                BTreeMap::new()
            }
        };
        for name in skips.keys().filter(|name| !programs.iter().any(|other| other.name == **name)) {
            let message = format!("tests/skips names no program: {name}");
            trials.push(Trial::test(format!("{}::{name}", setting.name), || Err(message.into())));
        }
        let of = |program: &&Program| setting.topics.iter().any(|topic| program.name.starts_with(&format!("programs/{topic}/")));
        for program in programs.iter().filter(|program| setting.topics.is_empty() || of(program)) {
            let skipped = skips.contains_key(&program.name);
            let program = program.clone();
            let name = format!("{}::{}", setting.name, program.name);
            let trial = Trial::test(name, move || verdict(check(&program, setting), skipped));
            trials.push(if skipped { trial.with_kind("known failure") } else { trial });
        }
    }
    trials
}

fn verdict(result: Result<(), String>, skipped: bool) -> Result<(), Failed> {
    match (result, skipped) {
        (Ok(()), false) | (Err(_), true) => Ok(()),
        (Ok(()), true) => Err("passes now: delete its line from tests/skips".into()),
        (Err(message), false) => Err(message.into()),
    }
}

fn check(program: &Program, setting: &Setting) -> Result<(), String> {
    let expected = expected(program)?;
    let settings: Vec<String> = setting.arguments.iter().map(|text| text.to_string()).collect();
    let plan = Plan { input: program.input(), limit: Duration::from_secs(30), ..Plan::default() };
    let ended = child::run(program.command(&child::vm(), &settings), &plan)?;
    if let Some(crash) = ended.crashed() {
        return Err(crash);
    }
    if ended.timed_out {
        return Err("time-out".to_string());
    }
    compare(&outcome(program, &ended), &expected)
}

/// What CPython did, from `NAME.out` and, where it wrote to stderr or failed, `NAME.err`.
fn expected(program: &Program) -> Result<Outcome, String> {
    let stdout = std::fs::read_to_string(program.beside("out")).map_err(|error| {
        format!("{}.out: {error}; record it with `cargo xtask golden`", program.name)
    })?;
    let Ok(text) = std::fs::read_to_string(program.beside("err")) else {
        return Ok(Outcome { stdout, stderr: String::new(), exit: 0 });
    };
    let (first, stderr) = text.split_once('\n').unwrap_or((&text, ""));
    let exit = first
        .strip_prefix("exit ")
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| format!("{}.err must begin with `exit N`", program.name))?;
    Ok(Outcome { stdout, stderr: stderr.to_string(), exit })
}

fn outcome(program: &Program, ended: &Ended) -> Outcome {
    program.outcome(&ended.stdout, &ended.stderr, ended.exit())
}

fn compare(actual: &Outcome, expected: &Outcome) -> Result<(), String> {
    let mut message = String::new();
    if actual.stdout != expected.stdout {
        message += &difference("stdout", &actual.stdout, &expected.stdout);
    }
    if actual.stderr != expected.stderr {
        message += &difference("stderr", &actual.stderr, &expected.stderr);
    }
    if actual.exit != expected.exit {
        message += &format!("exit status {}, expected {}\n", actual.exit, expected.exit);
    }
    if message.is_empty() { Ok(()) } else { Err(message) }
}

/// The first line that differs, with what stands around it.
fn difference(what: &str, actual: &str, expected: &str) -> String {
    let actual: Vec<&str> = actual.lines().collect();
    let expected: Vec<&str> = expected.lines().collect();
    let same = actual.iter().zip(&expected).take_while(|(left, right)| left == right).count();
    let mut text = format!("{what} differs at line {}:\n", same + 1);
    let show = |lines: &[&str], mark: char| -> String {
        let rest = lines.get(same..).unwrap_or_default();
        if rest.is_empty() {
            return format!("{mark} (ends here)\n");
        }
        rest.iter().take(6).map(|line| format!("{mark} {}\n", clip(line))).collect()
    };
    text += &show(&expected, '-');
    text += &show(&actual, '+');
    text
}

fn clip(line: &str) -> String {
    line.chars().take(200).collect()
}

/// What fails by no fault of the engine fails under every setting.
fn skips(setting: &str) -> Result<BTreeMap<String, String>, String> {
    let mut skips = read_skips("plain")?;
    if setting != "plain" {
        skips.extend(read_skips(setting)?);
    }
    Ok(skips)
}

/// Known failures by name, each with the reason that stands in comment lines above it.
fn read_skips(setting: &str) -> Result<BTreeMap<String, String>, String> {
    let path = crate::tests().join(format!("skips/{setting}.txt"));
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{setting}.txt: {error}"))?;
    let mut skips = BTreeMap::new();
    let mut reason = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix('#') {
            reason.push_str(comment);
        } else if line.is_empty() {
            reason.clear();
        } else if reason.is_empty() {
            return Err(format!("skips/{setting}.txt: no reason stands above `{line}`"));
        } else {
            skips.insert(line.to_string(), reason.clone());
        }
    }
    Ok(skips)
}
