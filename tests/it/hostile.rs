//! What no one should feed to an interpreter: absent, unreadable and absurd files, allocations
//! beyond any memory, endless computations ended by Ctrl-C, outputs that are closed or full.
//! Each must end with the error that CPython 3.14 gives, never with a crash.

use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use libtest_mimic::{Failed, Trial};

use crate::child::{self, Ended, Plan};

/// A case: what runs, how, and what must come of it.
struct Case {
    name: &'static str,
    run: Run,
    /// Limit on the address space in megabytes.
    memory_mb: Option<u64>,
    /// SIGINT this long after the first output.
    interrupt_ms: Option<u64>,
    exit: i32,
    /// All of stdout.
    stdout: &'static str,
    /// Each stands somewhere in stderr; `""` alone means that stderr is empty.
    stderr: &'static [&'static str],
}

enum Run {
    /// `-c CODE`
    Code(&'static str),
    /// A file of these bytes, in a folder of its own.
    File(&'static str, fn() -> Vec<u8>),
    /// These arguments, in the folder with the files of `scratch`.
    Arguments(&'static [&'static str]),
    /// `-`, and this on standard input.
    Input(&'static [u8]),
}

const CASE: Case = Case {
    name: "",
    run: Run::Code(""),
    memory_mb: None,
    interrupt_ms: None,
    exit: 1,
    stdout: "",
    stderr: &[],
};

const SIGINT_EXIT: i32 = -libc::SIGINT;

const CASES: &[Case] = &[
    // Files.
    Case {
        name: "file_missing",
        run: Run::Arguments(&["absent.py"]),
        exit: 2,
        stderr: &["can't open file '", "/absent.py': [Errno 2] No such file or directory\n"],
        ..CASE
    },
    Case {
        name: "folder",
        run: Run::Arguments(&["folder"]),
        stderr: &["can't find '__main__' module in '", "/folder'\n"],
        ..CASE
    },
    Case { name: "file_empty", run: Run::File("empty.py", Vec::new), exit: 0, stderr: &[""], ..CASE },
    Case {
        name: "file_of_nul_bytes",
        run: Run::File("nul.py", || vec![0; 4096]),
        stderr: &["/nul.py\", line 1\n", "SyntaxError: source code cannot contain null bytes\n"],
        ..CASE
    },
    Case {
        name: "nul_byte_on_line_2",
        run: Run::File("nul2.py", || b"x = 1\n\0\0\0".to_vec()),
        stderr: &["/nul2.py\", line 2\n", "SyntaxError: source code cannot contain null bytes\n"],
        ..CASE
    },
    Case {
        name: "file_not_utf8",
        run: Run::File("latin.py", || b"x = 'a'\ny = '\xe9'\n".to_vec()),
        stderr: &[
            "SyntaxError: Non-UTF-8 code starting with '\\xe9' in file ",
            ", but no encoding declared; see https://peps.python.org/pep-0263/ for details\n",
        ],
        ..CASE
    },
    Case {
        name: "byte_order_mark",
        run: Run::File("bom.py", || b"\xef\xbb\xbfprint('bom')\n".to_vec()),
        exit: 0,
        stdout: "bom\n",
        ..CASE
    },
    Case {
        name: "line_ends_of_other_systems",
        run: Run::File("crlf.py", || b"print(1)\r\ns = '''a\r\nb'''\r\nprint(len(s))\r".to_vec()),
        exit: 0,
        stdout: "1\n3\n",
        ..CASE
    },
    Case {
        name: "file_without_extension",
        run: Run::File("script", || b"print(__name__)".to_vec()),
        exit: 0,
        stdout: "__main__\n",
        ..CASE
    },
    Case {
        name: "file_wrong",
        run: Run::File("wrong.py", || b"x = 1\nif x\n    pass\n".to_vec()),
        stderr: &["/wrong.py\", line 2\n    if x\n        ^\nSyntaxError: expected ':'\n"],
        ..CASE
    },
    // Nesting.
    Case {
        name: "parentheses_100000",
        run: Run::File("deep.py", || nested(b"(", b"", b")", 100_000)),
        stderr: &["/deep.py\", line 1\n", "SyntaxError: too many nested parentheses\n"],
        ..CASE
    },
    Case {
        name: "minus_signs_100000",
        run: Run::File("minus.py", || nested(b"-", b"1", b"", 100_000)),
        stderr: &["Error"],
        ..CASE
    },
    Case {
        name: "additions_100000",
        run: Run::File("plus.py", || nested(b"1+", b"1", b"", 100_000)),
        stderr: &["RecursionError"],
        ..CASE
    },
    Case {
        name: "attributes_100000",
        run: Run::File("dots.py", || nested(b"", b"x = a", b".a", 100_000)),
        stderr: &["Error"],
        ..CASE
    },
    Case {
        name: "calls_100000",
        run: Run::File("calls.py", || nested(b"", b"x = f", b"()", 100_000)),
        stderr: &["Error"],
        ..CASE
    },
    Case {
        name: "blocks_110",
        run: Run::File("blocks.py", || {
            let mut text = String::new();
            for depth in 0..110 {
                text += &format!("{}if 1:\n", " ".repeat(depth));
            }
            text + &" ".repeat(110) + "pass\n"
        }
        .into_bytes()),
        stderr: &["IndentationError: too many levels of indentation\n"],
        ..CASE
    },
    Case {
        name: "parentheses_in_eval",
        run: Run::Code("try:\n    eval('(' * 100000)\nexcept SyntaxError as e:\n    print(e.msg)"),
        exit: 0,
        stdout: "too many nested parentheses\n",
        ..CASE
    },
    // Memory.
    Case { name: "shift_10_to_14", run: Run::Code("1 << 10**14"), stderr: &["MemoryError\n"], ..CASE },
    Case { name: "list_10_to_12", run: Run::Code("[0] * 10**12"), stderr: &["MemoryError\n"], ..CASE },
    Case {
        name: "shift_10_to_14_within_500_mb",
        run: Run::Code("1 << 10**14"),
        memory_mb: Some(500),
        stderr: &["MemoryError\n"],
        ..CASE
    },
    Case {
        name: "list_10_to_8_within_500_mb",
        run: Run::Code("[0] * 10**8"),
        memory_mb: Some(500),
        stderr: &["MemoryError\n"],
        ..CASE
    },
    Case {
        name: "str_10_to_9_within_500_mb",
        run: Run::Code("x = 'a' * 10**9"),
        memory_mb: Some(500),
        stderr: &["MemoryError\n"],
        ..CASE
    },
    Case {
        name: "bytes_and_bytearray_within_500_mb",
        run: Run::Code(
            "for make in (lambda: b'a' * 10**9, lambda: bytearray(10**9), lambda: (0,) * 10**9,\n\
             \x20            lambda: 'a'.ljust(10**9), lambda: 1 << 8 * 10**9,\n\
             \x20            lambda: list(range(10**9)), lambda: '%1000000000d' % 1,\n\
             \x20            lambda: f'{1:1000000000}', lambda: bytes(10**9), lambda: [0] * 10**9):\n\
             \x20   try:\n        make()\n    except MemoryError:\n        print('MemoryError')\n",
        ),
        memory_mb: Some(500),
        exit: 0,
        stdout: "MemoryError\nMemoryError\nMemoryError\nMemoryError\nMemoryError\n\
                 MemoryError\nMemoryError\nMemoryError\nMemoryError\nMemoryError\n",
        ..CASE
    },
    Case {
        name: "growing_list_within_500_mb",
        run: Run::Code(
            "x = []\ntry:\n    while True:\n        x.append([0] * 1000)\n\
             except MemoryError:\n    x = None\nprint('still here')",
        ),
        memory_mb: Some(500),
        exit: 0,
        stdout: "still here\n",
        ..CASE
    },
    Case {
        name: "doubling_str_within_500_mb",
        run: Run::Code(
            "x = 'ab'\ntry:\n    while True:\n        x += x\n\
             except MemoryError:\n    x = None\nprint('still here')",
        ),
        memory_mb: Some(500),
        exit: 0,
        stdout: "still here\n",
        ..CASE
    },
    // Where Rust's own collections, libraries and the compiler meet the limit.
    Case {
        name: "deque_within_400_mb",
        run: Run::Code("import collections\nd = collections.deque()\nwhile True: d.append([1])"),
        memory_mb: Some(400),
        stderr: &["MemoryError\n"],
        ..CASE
    },
    Case {
        name: "squares_within_400_mb",
        run: Run::Code("x = 1 << 10000\nwhile True: x = x * x + 1"),
        memory_mb: Some(400),
        stderr: &["MemoryError\n"],
        ..CASE
    },
    Case {
        name: "compile_within_400_mb",
        run: Run::Code("compile('x = [' + '1,' * 3000000 + ']', 'f', 'exec')"),
        memory_mb: Some(400),
        stderr: &["MemoryError\n"],
        ..CASE
    },
    Case {
        name: "json_within_400_mb",
        run: Run::Code("import json\nx = json.loads('[' + '[[[]]],' * 3000000 + '0]')"),
        memory_mb: Some(400),
        stderr: &["MemoryError\n"],
        ..CASE
    },
    Case { name: "start_within_60_mb", run: Run::Code("1"), memory_mb: Some(60), stderr: &["MemoryError"], ..CASE },
    // Recursion.
    Case {
        name: "endless_recursion",
        run: Run::Code("def f(): f()\nf()"),
        stderr: &[
            "  [Previous line repeated 996 more times]\n",
            "RecursionError: maximum recursion depth exceeded\n",
        ],
        ..CASE
    },
    Case {
        name: "endless_repr",
        run: Run::Code("class A:\n    def __repr__(self): return repr(self)\nrepr(A())"),
        stderr: &["RecursionError: maximum recursion depth exceeded"],
        ..CASE
    },
    Case {
        name: "deep_list",
        run: Run::Code(
            "x = []\nfor _ in range(1000000): x = [x]\n\
             for use in (repr, hash, lambda x: x == [x], len):\n    try:\n        print(use(x))\n\
             \x20   except (RecursionError, TypeError) as e:\n        print(type(e).__name__)\n",
        ),
        exit: 0,
        stdout: "RecursionError\nTypeError\nRecursionError\n1\n",
        ..CASE
    },
    // Ctrl-C.
    Case {
        name: "interrupt_loop",
        run: Run::Code("print('go', flush=True)\nwhile True: pass"),
        interrupt_ms: Some(150),
        exit: SIGINT_EXIT,
        stdout: "go\n",
        stderr: &["Traceback (most recent call last):\n", "KeyboardInterrupt\n"],
        ..CASE
    },
    Case {
        name: "interrupt_power",
        run: Run::Code("print('go', flush=True)\n10**10**9"),
        interrupt_ms: Some(300),
        exit: SIGINT_EXIT,
        stdout: "go\n",
        stderr: &["Traceback (most recent call last):\n", "KeyboardInterrupt\n"],
        ..CASE
    },
    Case {
        name: "interrupt_decimal",
        run: Run::Code("import sys\nsys.set_int_max_str_digits(0)\nx = 1 << 20_000_000\nprint('go', flush=True)\nwhile True: str(x)"),
        interrupt_ms: Some(300),
        exit: SIGINT_EXIT,
        stdout: "go\n",
        stderr: &["while True: str(x)\n", "KeyboardInterrupt\n"],
        ..CASE
    },
    Case {
        name: "interrupt_native_loops",
        run: Run::Code("print('go', flush=True)\nsum(i for i in iter(int, 1))"),
        interrupt_ms: Some(150),
        exit: SIGINT_EXIT,
        stdout: "go\n",
        stderr: &["KeyboardInterrupt\n"],
        ..CASE
    },
    Case {
        name: "interrupt_sleep",
        run: Run::Code("import time\nprint('go', flush=True)\ntime.sleep(60)"),
        interrupt_ms: Some(150),
        exit: SIGINT_EXIT,
        stdout: "go\n",
        stderr: &["KeyboardInterrupt\n"],
        ..CASE
    },
    Case {
        name: "interrupt_caught",
        run: Run::Code(
            "print('go', flush=True)\ntry:\n    while True: pass\n\
             except KeyboardInterrupt:\n    print('caught')\nfinally:\n    print('finally')",
        ),
        interrupt_ms: Some(150),
        exit: 0,
        stdout: "go\ncaught\nfinally\n",
        ..CASE
    },
    // Ways out.
    Case { name: "exit_code", run: Run::Code("raise SystemExit(3)"), exit: 3, stderr: &[""], ..CASE },
    Case {
        name: "exit_message",
        run: Run::Code("import sys; sys.exit('bye')"),
        stderr: &["bye\n"],
        ..CASE
    },
    Case {
        name: "raised_interrupt",
        run: Run::Code("raise KeyboardInterrupt"),
        exit: SIGINT_EXIT,
        stderr: &["    raise KeyboardInterrupt\nKeyboardInterrupt\n"],
        ..CASE
    },
    // The command line.
    Case { name: "letters", run: Run::Arguments(&["-Bqcprint(6 * 7)", "x"]), exit: 0, stdout: "42\n", ..CASE },
    Case {
        name: "option_o",
        run: Run::Arguments(&["-Oc", "'doc'; assert 0\nimport sys; print(__debug__, sys.flags.optimize, compile('', '', 'exec').co_consts[0:0])\ndef f(): 'doc'\nprint(f.__doc__)"]),
        exit: 0,
        stdout: "False 1 ()\ndoc\n",
        ..CASE
    },
    Case {
        name: "option_oo",
        run: Run::Arguments(&["-OO", "-c", "def f(): 'doc'\nimport sys, importlib.util as u\nprint(f.__doc__, sys.flags.optimize, u.cache_from_source('m.py')[-9:])"]),
        exit: 0,
        stdout: "None 2 opt-2.pyc\n",
        ..CASE
    },
    Case {
        name: "option_isolated",
        run: Run::Arguments(&["-I", "-c", "import sys; f = sys.flags; print(f.isolated, f.ignore_environment, f.safe_path, f.no_user_site, '' in sys.path)"]),
        exit: 0,
        stdout: "1 1 True 1 False\n",
        ..CASE
    },
    Case {
        name: "option_isolated_file",
        run: Run::Arguments(&["-P", "imports.py"]),
        stderr: &["ModuleNotFoundError: No module named 'package'\n"],
        ..CASE
    },
    Case {
        name: "option_x",
        run: Run::Arguments(&["-X", "one", "-Xtwo=2", "-c", "import sys; print(sys._xoptions)"]),
        exit: 0,
        stdout: "{'one': True, 'two': '2'}\n",
        ..CASE
    },
    Case { name: "unknown_letter", run: Run::Arguments(&["-Bj"]), exit: 2, stderr: &["Unknown option: -j\n"], ..CASE },
    Case {
        name: "arguments",
        run: Run::Arguments(&["arguments.py", "-x", "", "a b", "--version"]),
        exit: 0,
        stdout: "['arguments.py', '-x', '', 'a b', '--version']\n",
        ..CASE
    },
    Case {
        name: "input_as_program",
        run: Run::Input(b"import sys\nprint(sys.argv, __name__)\n1/0\n"),
        stdout: "['-'] __main__\n",
        stderr: &["  File \"<stdin>\", line 3, in <module>\n", "ZeroDivisionError: division by zero\n"],
        ..CASE
    },
    Case {
        name: "module_missing",
        run: Run::Arguments(&["-m", "absent_module"]),
        stderr: &["No module named absent_module\n"],
        ..CASE
    },
    Case {
        name: "module_as_program",
        run: Run::Arguments(&["-m", "package", "x"]),
        exit: 0,
        stdout: "__main__ package ['x']\n",
        ..CASE
    },
    Case { name: "option_unknown", run: Run::Arguments(&["--absent"]), exit: 2, ..CASE },
    Case { name: "code_missing", run: Run::Arguments(&["-c"]), exit: 2, ..CASE },
    Case {
        name: "code_wrong",
        run: Run::Code("x = (1,\n"),
        stderr: &["  File \"<string>\", line 1\n    x = (1,\n        ^\nSyntaxError: '(' was never closed\n"],
        ..CASE
    },
];

fn nested(open: &[u8], middle: &[u8], close: &[u8], depth: usize) -> Vec<u8> {
    [&open.repeat(depth), middle, &close.repeat(depth), b"\n"].concat()
}

pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = CASES
        .iter()
        .map(|case| Trial::test(format!("hostile::{}", case.name), || check(case)))
        .collect();
    trials.push(Trial::test("hostile::stdout_full", stdout_full));
    trials.push(Trial::test("hostile::stdout_closed", stdout_closed));
    trials.push(Trial::test("hostile::pipe_closed", pipe_closed));
    trials
}

fn check(case: &'static Case) -> Result<(), Failed> {
    let scratch = scratch(case.name)?;
    let mut command = child::sidewinder();
    command.current_dir(&scratch);
    let mut plan = Plan { interrupt: case.interrupt_ms.map(Duration::from_millis), ..Plan::default() };
    match &case.run {
        Run::Code(code) => drop(command.args(["-c", code])),
        Run::File(name, make) => {
            fs::write(scratch.join(name), make())?;
            command.arg(name);
        }
        Run::Arguments(arguments) => drop(command.args(*arguments)),
        Run::Input(text) => {
            plan.input = text.to_vec();
            command.arg("-");
        }
    }
    if let Some(megabytes) = case.memory_mb {
        limit_memory(&mut command, megabytes);
    }
    let ended = child::run(command, &plan)?;
    fs::remove_dir_all(&scratch)?;
    judge(case, &ended)
}

fn judge(case: &Case, ended: &Ended) -> Result<(), Failed> {
    let stdout = String::from_utf8_lossy(&ended.stdout);
    let stderr = String::from_utf8_lossy(&ended.stderr);
    let mut complaints = Vec::new();
    complaints.extend(ended.crashed());
    if ended.timed_out {
        complaints.push("time-out".to_string());
    }
    if ended.exit() != case.exit {
        complaints.push(format!("exit status {}, expected {}", ended.exit(), case.exit));
    }
    if stdout != case.stdout {
        complaints.push(format!("stdout is {:?}", child::tail(&stdout, 12)));
    }
    for part in case.stderr {
        if !stderr.contains(part) || (part.is_empty() && !stderr.is_empty()) {
            complaints.push(format!("stderr lacks {part:?}"));
        }
    }
    if complaints.is_empty() {
        return Ok(());
    }
    complaints.push(format!("stderr ends:\n{}", clip(&child::tail(&stderr, 12))));
    Err(complaints.join("\n").into())
}

fn clip(text: &str) -> String {
    text.lines().map(|line| line.chars().take(160).collect::<String>() + "\n").collect()
}

/// A folder of the case's own, with a few files to name on the command line.
fn scratch(name: &str) -> std::io::Result<PathBuf> {
    let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{name}"));
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(scratch.join("folder"))?;
    fs::create_dir_all(scratch.join("package"))?;
    fs::write(scratch.join("arguments.py"), "import sys\nprint(sys.argv)\n")?;
    fs::write(scratch.join("imports.py"), "import package\n")?;
    fs::write(scratch.join("package/__init__.py"), "")?;
    let main = "import sys\nprint(__name__, __package__, sys.argv[1:])\n";
    fs::write(scratch.join("package/__main__.py"), main)?;
    Ok(scratch)
}

fn limit_memory(command: &mut Command, megabytes: u64) {
    let bytes = megabytes << 20;
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
    let set = move || {
        // SAFETY: setrlimit is async-signal-safe in practice and only reads `limit`.
        match unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    };
    // SAFETY: the closure neither allocates nor locks between fork and exec.
    unsafe { command.pre_exec(set) };
}

/// Ends with status 120, as CPython does when it cannot write what was printed.
fn stdout_full() -> Result<(), Failed> {
    let full = fs::OpenOptions::new().write(true).open("/dev/full")?;
    let output = child::sidewinder().args(["-c", "print(1)"]).stdout(full).output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    expect(output.status.code() == Some(120), &stderr)?;
    expect(stderr.contains("OSError: [Errno 28] No space left on device"), &stderr)
}

/// `sys.stdout` is None then, and `print` says nothing.
fn stdout_closed() -> Result<(), Failed> {
    let mut command = child::sidewinder();
    command.args(["-c", "import sys; print(1); sys.exit(5 if sys.stdout is None else 6)"]);
    let close = || {
        // SAFETY: close is async-signal-safe; the child has no other user of the descriptor.
        unsafe { libc::close(1) };
        Ok(())
    };
    // SAFETY: the closure neither allocates nor locks between fork and exec.
    let output = unsafe { command.pre_exec(close) }.stderr(Stdio::piped()).spawn()?.wait_with_output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    expect(output.status.code() == Some(5), &stderr)?;
    expect(stderr.is_empty(), &stderr)
}

/// A reader that goes away, as `head -1` does, gives BrokenPipeError, not a signal.
fn pipe_closed() -> Result<(), Failed> {
    let mut child = child::sidewinder()
        .args(["-c", "for i in range(1000000): print(i)"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdout = child.stdout.take().ok_or("no pipe")?;
    stdout.read_exact(&mut [0; 2])?;
    drop(stdout);
    let output = child.wait_with_output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    expect(matches!(output.status.code(), Some(1 | 120)), &stderr)?;
    expect(stderr.contains("BrokenPipeError: [Errno 32] Broken pipe"), &stderr)
}

fn expect(holds: bool, stderr: &str) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(format!("stderr: {stderr}").into()) }
}
