//! Handlers jump to one another in every dispatch mode: 10^8 instructions, with calls, exceptions and generators, leave a small native
//! stack as it was.

use std::os::unix::process::CommandExt;

use libtest_mimic::{Failed, Trial};

use crate::child;

/// 15 instructions for most of the numbers.
const PROGRAM: &str = "\
def step(i):
    return i + 1

def numbers(n):
    for i in range(n):
        yield i

def run(n):
    i = total = 0
    while i < n:
        if i % 64 == 0:
            i = step(i)
            try:
                total += [1, 2][i]
            except IndexError:
                total += 1
        else:
            i += 1
    for i in numbers(n // 64):
        total += i
    return total

print(run(8_000_000))
";

const STACK_BYTES: u64 = 256 << 10;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("native_stack::instructions_10_to_8", instructions)]
}

fn instructions() -> Result<(), Failed> {
    let limit = libc::rlimit { rlim_cur: STACK_BYTES, rlim_max: STACK_BYTES };
    let set = move || {
        // SAFETY: setrlimit is async-signal-safe in practice and only reads `limit`.
        match unsafe { libc::setrlimit(libc::RLIMIT_STACK, &limit) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    };
    let mut command = child::sidewinder();
    command.args(["-c", PROGRAM]);
    // SAFETY: the closure neither allocates nor locks between fork and exec.
    let output = unsafe { command.pre_exec(set) }.output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    match (output.status.code(), output.stdout.as_slice()) {
        (Some(0), b"7812562501\n") => Ok(()),
        (code, stdout) => Err(format!("status {code:?}, {:?}; {stderr}", String::from_utf8_lossy(stdout)).into()),
    }
}
