//! Runs programs under settings of the engine and compares what came of it. Not here: what the programs are.

use super::program::{Program, text};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What all are compared with.
const REFERENCE: &[&str] = &["--jit=off"];
/// Each program runs under these: they cost little.
const ALWAYS: &[&[&str]] = &[
    &["--jit=uop-interp", "--jit-threshold=2"],
    &["--jit=uop-interp", "--jit-threshold=7"],
    &["--jit=record-only", "--jit-threshold=2"],
    &["--jit=on", "--jit-threshold=2"],
];
/// And under one of these, which compile everything.
const ONE_OF: &[&[&str]] = &[
    &["--jit=on", "--jit-sync", "--jit-threshold=2"],
    &["--jit=no-opt", "--jit-sync", "--jit-threshold=3"],
    &["--jit=on", "--jit-sync", "--jit-threshold=7"],
    &["--jit=uop-interp", "--jit-threshold=17"],
    &["--jit=uop-interp", "--jit-threshold=2", "--jit-stress=invalidate:5,refuse:4"],
    &["--jit=on", "--jit-sync", "--jit-threshold=2", "--jit-stress=invalidate:9,short:12"],
    &["--jit=on", "--jit-sync", "--jit-threshold=2", "--gc-stress=61"],
    &["--jit=uop-interp", "--jit-threshold=2", "--gc-stress=47"],
    &["--jit=on", "--jit-sync", "--jit-code-memory=128", "--jit-threshold=2"],
    &["--jit=uop-interp", "--jit-threshold=2", "--jit-stress=fail:once"],
    // Side traces of side traces, all compiled: short ones.
    &["--jit=no-opt", "--jit-sync", "--jit-threshold=2", "--jit-stress=fail:once,short:40"],
    &["--jit=uop-interp", "--jit-threshold=2", "--jit-stress=fail:7,buffer:20"],
    &["--jit=on", "--jit-sync", "--jit-threshold=2", "--jit-code-memory=24", "--jit-stress=fail:23,invalidate:9"],
    &["--jit=uop-interp", "--jit-threshold=2", "--gc-stress=101", "--jit-stress=fail:3"],
];
/// What answers so slowly hangs.
const LIMIT: Duration = Duration::from_secs(60);
/// A program that takes so long is none to learn from.
const LONGEST: Duration = Duration::from_secs(5);

pub struct Runner {
    pub vm: PathBuf,
    pub oracle: Option<PathBuf>,
}

/// A setting under which a program came to another end.
pub struct Finding {
    pub setting: Vec<String>,
    /// The reference is the oracle.
    oracle: bool,
    /// How it ends, where it should not.
    crash: Option<String>,
    /// The worker thread takes part: it does not happen each time.
    flaky: bool,
    /// What came, in short.
    pub seen: String,
}

#[derive(PartialEq, Clone, Default)]
struct Outcome {
    stdout: String,
    /// The last line.
    stderr: String,
    status: String,
    /// It hung, a signal ended it, or it has said that it failed.
    crash: Option<String>,
}

impl Runner {
    /// Whether the settings agree.
    pub fn look(&self, number: usize, program: &Program, file: &Path) -> Option<Finding> {
        write(program, file);
        let reference = self.run(REFERENCE, file, LONGEST);
        if reference.crash.is_some() {
            let hangs = reference.crash.as_deref() == Some("hangs");
            return (!hangs).then(|| Finding::new(REFERENCE, &Outcome::default(), &reference));
        }
        if let Some(oracle) = &self.oracle {
            let other = self.outcome(Command::new(oracle).arg("-S").arg(file), file, LIMIT);
            if other != reference {
                return Some(Finding { oracle: true, crash: None, ..Finding::new(REFERENCE, &other, &reference) });
            }
        }
        for setting in ALWAYS.iter().chain([&ONE_OF[number % ONE_OF.len()]]) {
            let other = self.run(setting, file, LIMIT);
            if other != reference {
                return Some(Finding::new(setting, &reference, &other));
            }
        }
        None
    }

    /// Whether a smaller program shows the same.
    pub fn still(&self, program: &Program, file: &Path, finding: &Finding) -> bool {
        let tries = if finding.flaky { 4 } else { 1 };
        (0..tries).any(|_| {
            self.both(program, file, finding).is_some_and(|(reference, other)| {
                // Numbers of threads and lines are others each time.
                let words = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).take(40).collect::<String>();
                let kind = |crash: &Option<String>| crash.as_deref().map(words);
                reference != other && kind(&other.crash) == kind(&finding.crash)
            })
        })
    }

    pub fn difference(&self, program: &Program, file: &Path, finding: &Finding) -> Option<String> {
        let (reference, other) = self.both(program, file, finding)?;
        differs(&reference, &other)
    }

    /// The reference's and the other's; none if the program is none to learn from.
    fn both(&self, program: &Program, file: &Path, finding: &Finding) -> Option<(Outcome, Outcome)> {
        write(program, file);
        let reference = match &self.oracle {
            Some(oracle) if finding.oracle => self.outcome(Command::new(oracle).arg("-S").arg(file), file, LONGEST),
            _ if finding.setting == REFERENCE => Outcome::default(),
            _ => self.run(REFERENCE, file, LONGEST),
        };
        let is_program = |outcome: &Outcome| ["SyntaxError", "IndentationError"].iter().all(|name| !outcome.stderr.starts_with(name));
        if reference.crash.is_some() || !is_program(&reference) {
            return None;
        }
        let setting: Vec<&str> = finding.setting.iter().map(String::as_str).collect();
        let limit = if finding.crash.as_deref() == Some("hangs") { LONGEST * 3 } else { LIMIT };
        Some((reference, self.run(&setting, file, limit)))
    }

    fn run(&self, setting: &[&str], file: &Path, limit: Duration) -> Outcome {
        self.outcome(Command::new(&self.vm).arg("-S").args(setting).arg(file), file, limit)
    }

    fn outcome(&self, command: &mut Command, file: &Path, limit: Duration) -> Outcome {
        let (out, err) = (file.with_extension("out"), file.with_extension("err"));
        let status = wait(command, &out, &err, limit);
        let read = |file: &Path| String::from_utf8_lossy(&std::fs::read(file).unwrap_or_default()).into_owned();
        let (stdout, stderr) = (read(&out), read(&err));
        let _ = (std::fs::remove_file(out), std::fs::remove_file(err));
        let failed = stderr.lines().find(|line| line.contains("panicked at") || line.contains("internal error") || line.contains("fatal runtime"));
        let crash = match status.as_str() {
            "hangs" => Some(status.clone()),
            text if text.starts_with("signal") => Some(format!("{text} {}", failed.unwrap_or_default())),
            _ => failed.map(str::to_string),
        };
        let stderr = stderr.lines().last().unwrap_or_default().to_string();
        Outcome { stdout, stderr: if crash.is_some() { String::new() } else { stderr }, status, crash }
    }
}

impl Finding {
    fn new(setting: &[&str], reference: &Outcome, other: &Outcome) -> Finding {
        let flaky = !setting.contains(&"--jit-sync") && setting.contains(&"--jit=on");
        let seen = differs(reference, other).unwrap_or_default().trim_end().replace('\n', " ");
        Finding { setting: owned(setting), oracle: false, crash: other.crash.clone(), flaky, seen }
    }
}

/// The crash, or the first line that is another.
fn differs(reference: &Outcome, other: &Outcome) -> Option<String> {
    if let Some(crash) = &other.crash {
        return Some(format!("-- {crash}\n"));
    }
    let lines = |outcome: &Outcome| -> Vec<String> {
        let all = outcome.stdout.lines().chain([outcome.stderr.as_str(), outcome.status.as_str()]);
        all.map(str::to_string).collect()
    };
    let (reference, other) = (lines(reference), lines(other));
    let at = reference.iter().zip(&other).position(|(left, right)| left != right)?;
    Some(format!("-- expected: {}\n-- came:     {}\n", reference[at], other[at]))
}

fn owned(setting: &[&str]) -> Vec<String> {
    setting.iter().map(|text| text.to_string()).collect()
}

fn write(program: &Program, file: &Path) {
    if let Err(error) = std::fs::write(file, text(program)) {
        eprintln!("{}: {error}", file.display());
    }
}

/// Runs the command to its end or to a deadline, and says how it ended.
fn wait(command: &mut Command, out: &Path, err: &Path, limit: Duration) -> String {
    use std::os::unix::process::ExitStatusExt;
    let started = Instant::now();
    let spawned = File::create(out).and_then(|out| {
        let err = File::create(err)?;
        let command = command.env("PYTHONDONTWRITEBYTECODE", "1").env("LC_ALL", "C.UTF-8");
        command.stdin(Stdio::null()).stdout(out).stderr(err).spawn()
    });
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return format!("signal: cannot start: {error}"),
    };
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                return status.signal().map_or_else(|| format!("exit {}", status.code().unwrap_or(0)), |signal| format!("signal {signal}"));
            }
            Ok(None) if started.elapsed() > limit => {
                let _ = child.kill();
                let _ = child.wait();
                return "hangs".into();
            }
            Ok(None) => {}
            Err(error) => return format!("signal: {error}"),
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
