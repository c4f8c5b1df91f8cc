//! `--stats`: numbers about traces, as text and as JSON. Not here: counts of instructions, which a build of their own has.

use libtest_mimic::{Failed, Trial};

use crate::child::{self, Plan};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("stats::json", json),
        Trial::test("stats::text", text),
        Trial::test("stats::flushes", flushes),
        Trial::test("stats::exits", exits),
        Trial::test("stats::no_executable_memory", no_executable_memory),
    ]
}

/// A system that refuses executable memory: the program runs to its end, without machine code.
#[cfg(target_os = "linux")]
fn no_executable_memory() -> Result<(), Failed> {
    use std::os::unix::process::CommandExt;

    // From Linux 6.3 on.
    const PR_SET_MDWE: libc::c_int = 65;
    const PR_MDWE_REFUSE_EXEC_GAIN: libc::c_ulong = 1;
    let refuse = || {
        // SAFETY: prctl with numbers only.
        match unsafe { libc::prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0 as libc::c_ulong, 0 as libc::c_ulong, 0 as libc::c_ulong) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    };
    for mode in ["--jit=on", "--jit=no-opt"] {
        let mut command = child::sidewinder();
        command.args([mode, "--jit-threshold=2", "--stats", "-c", "n = 0\nfor i in range(3000):\n    n += i & 3\nprint(n)"]);
        // SAFETY: the closure neither allocates nor locks between fork and exec.
        unsafe { command.pre_exec(refuse) };
        let ended = match child::run(command, &Plan::default()) {
            Err(why) if why.contains("Invalid argument") => return Ok(()),
            other => other?,
        };
        let text = String::from_utf8_lossy(&ended.stderr).into_owned();
        if ended.stdout != b"4500\n" || !ended.status.success() || !text.contains("made: none") {
            return Err(format!("{mode}: {:?}, {text}", ended.status).into());
        }
    }
    Ok(())
}
#[cfg(not(target_os = "linux"))]
fn no_executable_memory() -> Result<(), Failed> {
    Ok(())
}

fn stats(option: &str) -> Result<String, String> {
    let program = "n = 0\nfor i in range(3000):\n    n += i & 3\nprint(n)";
    let mut command = child::sidewinder();
    command.args(["--jit=uop-interp", "--jit-threshold=2", option, "-c", program]);
    let ended = child::run(command, &Plan::default())?;
    match String::from_utf8_lossy(&ended.stdout).trim() {
        "4500" => Ok(String::from_utf8_lossy(&ended.stderr).into_owned()),
        other => Err(format!("the program answers {other}")),
    }
}

fn json() -> Result<(), Failed> {
    let text = stats("--stats=json")?;
    let keys = ["recorded", "traces", "ends", "lost", "exits", "uops", "ir_instructions", "exit_values", "code_bytes", "compile_ns", "flushes"];
    let known = keys.iter().all(|key| text.contains(&format!("\"{key}\": ")));
    let is_one_object = text.starts_with('{') && text.trim_end().ends_with('}') && text.matches('{').count() == text.matches('}').count();
    if known && is_one_object && text.contains("\"loop\": 1") { Ok(()) } else { Err(text.into()) }
}

fn text() -> Result<(), Failed> {
    let text = stats("--stats")?;
    if text.contains("loop 1") && text.contains("flushes of code memory: 0") { Ok(()) } else { Err(text.into()) }
}

/// Code memory that does not hold what is hot is not flushed for ever: what becomes hot after that is hotter.
fn flushes() -> Result<(), Failed> {
    let small = ["--jit=no-opt", "--jit-sync", "--jit-threshold=2", "--jit-code-memory=16", "--jit-stress=fail:once", "--stats"];
    let mut command = child::sidewinder();
    command.args(small).arg(crate::tests().join("programs/generators/pipelines.py"));
    let ended = child::run(command, &Plan::default())?;
    let text = String::from_utf8_lossy(&ended.stderr).into_owned();
    let flushes = text.lines().find_map(|line| line.strip_prefix("flushes of code memory: ")?.trim().parse::<u32>().ok());
    if flushes.is_some_and(|flushes| (8..=64).contains(&flushes)) { Ok(()) } else { Err(text.into()) }
}

/// What exits store grows with the locals of a loop, not with their square.
fn exits() -> Result<(), Failed> {
    let values = |locals: usize| -> Result<usize, String> {
        let lines = |line: fn(usize) -> String| (0..locals).map(line).collect::<String>();
        let (first, change) = (lines(|n| format!("    v{n} = {n}\n")), lines(|n| format!("        v{n} += i\n")));
        let program = format!("def f(n):\n{first}    for i in range(n):\n{change}    return v0 + v{}\nprint(f(100))", locals - 1);
        let mut command = child::sidewinder();
        command.args(["--jit=uop-interp", "--jit-threshold=20", "--stats", "-c", &program]);
        let ended = child::run(command, &Plan::default())?;
        let text = String::from_utf8_lossy(&ended.stderr).into_owned();
        if String::from_utf8_lossy(&ended.stdout).trim() != (9900 + locals - 1).to_string() || !text.contains("loop closed 1") {
            return Err(format!("{locals} locals: {text}"));
        }
        let stored = text.split_once("values that exits store: ").and_then(|(_, rest)| rest.lines().next()?.trim().parse().ok());
        stored.ok_or(text)
    };
    let (some, many) = (values(40)?, values(80)?);
    if many < 5 * some / 2 && many < 3000 { Ok(()) } else { Err(format!("40 locals: {some} values, 80 locals: {many}").into()) }
}
