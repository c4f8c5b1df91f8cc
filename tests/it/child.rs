//! Runs a command to its end or to a deadline, reading both outputs meanwhile: the one place
//! that knows about pipes, time-outs and signals.

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How a child ended, and all it wrote.
pub struct Ended {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub status: ExitStatus,
    pub timed_out: bool,
}

/// What happens to a child while it runs.
pub struct Plan {
    pub input: Vec<u8>,
    pub limit: Duration,
    /// Send SIGINT once, this long after the child has written its first line to stdout.
    pub interrupt: Option<Duration>,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan { input: Vec::new(), limit: Duration::from_secs(30), interrupt: None }
    }
}

/// The built binary; or what SIDEWINDER_TEST_VM names, to hold the tests themselves against
/// CPython, or to try an optimised build.
pub fn vm() -> PathBuf {
    let other = std::env::var_os("SIDEWINDER_TEST_VM").map(PathBuf::from);
    other.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_sidewinder")))
}

pub fn sidewinder() -> Command {
    let mut command = Command::new(vm());
    command
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/bin")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LC_ALL", "C.UTF-8");
    command
}

/// Runs the command in a process group of its own, so that a time-out ends its children too.
pub fn run(mut command: Command, plan: &Plan) -> Result<Ended, String> {
    let mut child = command
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start {:?}: {error}", command.get_program()))?;
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let mut stdout = child.stdout.take().expect("stdout is piped");
    let mut stderr = child.stderr.take().expect("stderr is piped");
    let (first_output, seen_output) = std::sync::mpsc::channel();
    let (status, timed_out, out, err) = thread::scope(|scope| {
        // A child that ends without reading closes the pipe: no failure.
        scope.spawn(move || drop(stdin.write_all(&plan.input)));
        let out = scope.spawn(move || {
            let mut bytes = Vec::new();
            let mut chunk = [0; 65536];
            while let Ok(count @ 1..) = stdout.read(&mut chunk) {
                bytes.extend_from_slice(&chunk[..count]);
                let _ = first_output.send(());
            }
            bytes
        });
        let err = scope.spawn(move || {
            let mut bytes = Vec::new();
            let _ = stderr.read_to_end(&mut bytes);
            bytes
        });
        if let Some(delay) = plan.interrupt {
            let _ = seen_output.recv_timeout(plan.limit);
            thread::sleep(delay);
            signal(&child, libc::SIGINT);
        }
        let (status, timed_out) = wait(&mut child, plan.limit);
        // Grandchildren may hold the pipes open.
        signal_group(&child, libc::SIGKILL);
        (status, timed_out, out.join(), err.join())
    });
    Ok(Ended {
        stdout: out.map_err(|_| "the reader of stdout failed")?,
        stderr: err.map_err(|_| "the reader of stderr failed")?,
        status: status.map_err(|error| format!("waiting: {error}"))?,
        timed_out,
    })
}

/// Polls with growing pauses: most programs end within a few milliseconds.
fn wait(child: &mut Child, limit: Duration) -> (std::io::Result<ExitStatus>, bool) {
    let started = Instant::now();
    let mut pause = Duration::from_micros(500);
    let mut timed_out = false;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return (Ok(status), timed_out),
            Ok(None) => {}
            Err(error) => return (Err(error), timed_out),
        }
        if started.elapsed() > limit && !timed_out {
            timed_out = true;
            signal_group(child, libc::SIGKILL);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

fn signal(child: &Child, number: i32) {
    if let Ok(id) = i32::try_from(child.id()) {
        // SAFETY: kill has no memory effects; the child has not been waited for, so the id is its.
        unsafe { libc::kill(id, number) };
    }
}

fn signal_group(child: &Child, number: i32) {
    if let Ok(id) = i32::try_from(child.id()) {
        // SAFETY: kill has no memory effects; the group was made for this child.
        unsafe { libc::kill(-id, number) };
    }
}

impl Ended {
    /// The exit status as `subprocess` shows it: -N for signal N.
    pub fn exit(&self) -> i32 {
        let signal = self.status.signal().unwrap_or(0);
        self.status.code().unwrap_or(-signal)
    }

    /// A crash says so, whatever was expected.
    pub fn crashed(&self) -> Option<String> {
        let stderr = String::from_utf8_lossy(&self.stderr);
        if stderr.contains("panicked at") || stderr.contains("fatal runtime error") {
            return Some(format!("the virtual machine failed:\n{}", tail(&stderr, 12)));
        }
        match self.status.signal() {
            Some(number) if !self.timed_out && number != libc::SIGINT => {
                Some(format!("killed by signal {number}:\n{}", tail(&stderr, 12)))
            }
            _ => None,
        }
    }
}

/// The last lines of a text.
pub fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
