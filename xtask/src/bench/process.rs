//! Runs one process to its end and says what it cost: time, processor time, peak memory.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

pub struct Ended {
    pub stdout: String,
    pub wall_seconds: f64,
    pub cpu_seconds: f64,
    pub memory_bytes: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    Wall,
    Cpu,
}

impl Clock {
    pub fn of(self, ended: &Ended) -> f64 {
        match self {
            Clock::Wall => ended.wall_seconds,
            Clock::Cpu => ended.cpu_seconds,
        }
    }
}

/// Seconds since 1970, as Python's `time.time()`.
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |elapsed| elapsed.as_secs_f64())
}

/// Variables of the user's that change how a Python works are taken out.
pub fn run(vm: &[String], arguments: &[String]) -> Result<Ended, String> {
    let (program, first) = vm.split_first().ok_or("an empty command line")?;
    let mut command = Command::new(program);
    command.args(first).args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run `{program}`: {error}"))?;
    let mut stdout = String::new();
    let mut pipe = child.stdout.take().expect("stdout is piped");
    let mut errors = child.stderr.take().expect("stderr is piped");
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What cannot be read is not shown; the exit status tells of the failure.
        let _ = errors.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    });
    pipe.read_to_string(&mut stdout).map_err(|error| format!("`{program}`: {error}"))?;
    let (status, usage) = wait(child.id())?;
    let wall_seconds = started.elapsed().as_secs_f64();
    let stderr = reader.join().unwrap_or_default();
    if status != 0 {
        let last = stderr.lines().next_back().unwrap_or("no message");
        return Err(format!("ended with status {status}: {last}"));
    }
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    Ok(Ended {
        stdout,
        wall_seconds,
        cpu_seconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
        memory_bytes: usage.ru_maxrss as f64 * 1024.0,
    })
}

/// Waits for the child, and for its resource usage, which the standard library does not give.
/// The status is the exit code, or 128 + N for signal N.
fn wait(child: u32) -> Result<(i32, libc::rusage), String> {
    let id = i32::try_from(child).map_err(|error| error.to_string())?;
    let mut status = 0;
    // SAFETY: rusage is plain numbers, for which zeroes are valid.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to locals that live through the call; the child is ours and
        // no one else waits for it, since its `Child` is dropped without being waited for.
        let waited = unsafe { libc::wait4(id, &mut status, 0, &mut usage) };
        if waited == id {
            break;
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(format!("waiting for the process: {error}"));
        }
    }
    let code = if libc::WIFSIGNALED(status) {
        128 + libc::WTERMSIG(status)
    } else {
        libc::WEXITSTATUS(status)
    };
    Ok((code, usage))
}
