//! The command line: what to run, how it ends. Not here: the REPL (`repl.rs`).

use runtime::error::{R, Raised};
use runtime::exit::print_raw;
use runtime::flags::Flags;
use runtime::hooks::CompileRequest;
use runtime::object::Gc;
use runtime::objects::code::Code;
use runtime::objects::dict::Dict;
use runtime::objects::list::List;
use runtime::objects::module::Module;
use runtime::objects::str as py_str;
use runtime::value::{NONE, Value};
use runtime::vm::{intern, names, vm};
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Read};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

const USAGE: &str = "\
usage: sidewinder [option] ... [-c cmd | -m mod | file | -] [arg] ...
Runs Python 3.14 programs.
  -c cmd     program passed in as string (terminates option list)
  -m mod     run library module as a script (terminates option list)
  file       program read from script file
  -          program read from stdin (default; interactive mode if a tty)
  arg ...    arguments passed to program in sys.argv[1:]
  -i         inspect interactively after running script
  -B         write no __pycache__
  -E         ignore the variables PYTHON...
  -I         isolated: -E, -P and -s
  -O, -OO    without assertions; without docstrings, too
  -P         the program's folder is not put in front of sys.path
  --dis      print the instructions of the program instead of running it
  --jit=MODE how far hot code is taken: off, record-only, uop-interp, no-opt, on (the default)
  --jit-threshold=N
             rounds of a loop, calls of a function, after which it is hot (1 to 4096)
  --jit-sync compile traces where they are recorded, not in a thread beside
  --dump=STAGES  print each trace to stderr: trace, uops, clif, asm, exits (at the end)
  --perf-map names the machine code for perf
  --trace-report FILE
             write a page (HTML) about all traces when the program ends
  --stats, --stats=json
             print numbers about traces and machine code at the end
  --stats=families, --stats=pairs
             print counts of instructions at the end (built with --features stats)
  -S         without the built-ins exit, quit and help
  -h, --help     print this help message and exit
  -V, --version  print the version number and exit
";

enum Program {
    Command(String),
    Module(String),
    File(OsString),
    Stdin,
}

#[derive(Clone, Copy)]
enum Stats {
    /// Of traces, as text or JSON.
    Jit { json: bool },
    Families,
    Pairs,
}

struct Options {
    program: Program,
    /// `sys.argv[1:]`.
    args: Vec<OsString>,
    disassemble: bool,
    /// `--stats`, `--stats=json`, `--stats=families`, `--stats=pairs`.
    stats: Option<Stats>,
    /// What `sys.flags` says.
    flags: Flags,
    /// `--trace-report FILE`.
    report: Option<OsString>,
    /// `--gc-stress[=N]`: collect at each N-th allocation, for finding errors of the collector.
    gc_stress: usize,
    /// `--jit=MODE`, `--jit-threshold=N`, `--jit-sync`, `--jit-code-memory=KB`, `--dump=STAGES`.
    jit: interp::tracing::Settings,
    /// `-`: standard input is read to its end, terminal or not.
    is_dash: bool,
    /// `-W`.
    warnings: Vec<String>,
    /// `-X`: what `sys._xoptions` holds.
    xoptions: Vec<String>,
}
/// Machine code, where the build has it.
fn default_traces() -> interp::tracing::Settings {
    let mode = if cfg!(feature = "jit") { interp::tracing::Mode::On } else { interp::tracing::Mode::Off };
    interp::tracing::Settings { mode, ..Default::default() }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            program: Program::Stdin,
            args: Vec::new(),
            disassemble: false,
            stats: None,
            flags: Flags::default(),
            report: None,
            gc_stress: 0,
            jit: default_traces(),
            is_dash: false,
            warnings: Vec::new(),
            xoptions: Vec::new(),
        }
    }
}

/// Runs the command; the exit code is CPython's.
pub fn main() -> ExitCode {
    let options = match parse(std::env::args_os().skip(1).collect()) {
        Ok(options) => options,
        Err(code) => return code,
    };
    runtime::flags::set(options.flags.clone());
    let report = match options.report.as_ref().map(Report::open).transpose() {
        Ok(report) => report,
        Err(code) => return code,
    };
    crate::start();
    interp::tracing::start(options.jit);
    runtime::heap::set_stress(options.gc_stress);
    runtime::pending::install_interrupt(runtime::vm::thread());
    let flags = runtime::flags::flags();
    let site = if !flags.no_site { crate::start::add_site_builtins() } else { Ok(()) };
    let result = site.and_then(|()| run(&options));
    let code = if flags.inspect && !matches!(options.program, Program::Stdin) { inspect(result) } else { end(result) };
    if options.jit.dump_exits {
        print_raw(&interp::tracing::exits_text());
    }
    if let Some(stats) = options.stats {
        print_stats(stats);
    }
    let code = report.map_or(code, |report| report.write(&options, code));
    #[cfg(debug_assertions)]
    if let Some((text, _)) = interp::tracing::prove::report() {
        eprint!("{text}");
    }
    runtime::exit::finish(code)
}

const PAGE_BEGINS: &[u8; 15] = b"<!DOCTYPE html>";

/// The file of `--trace-report`. It is opened before the program runs, so that nobody waits for a page that cannot be written.
struct Report<'a> {
    path: &'a OsString,
    file: std::fs::File,
    process: u32,
}

impl<'a> Report<'a> {
    fn open(path: &'a OsString) -> Result<Report<'a>, ExitCode> {
        if Report::is_of_another_kind(path) {
            print_raw(&format!("sidewinder: '{}' is no trace report, and is not overwritten\n", path.to_string_lossy()));
            return Err(ExitCode::from(2));
        }
        match std::fs::File::create(path) {
            Ok(file) => Ok(Report { path, file, process: std::process::id() }),
            Err(error) => {
                Report::complain("open", path, &error);
                Err(ExitCode::from(2))
            }
        }
    }
    /// `--trace-report program.py`, where FILE was forgotten, must not cost the program.
    fn is_of_another_kind(path: &OsString) -> bool {
        let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
        let begins = |mut file: std::fs::File| {
            let mut begin = [0; PAGE_BEGINS.len()];
            match std::io::Read::read_exact(&mut file, &mut begin) {
                Ok(()) => begin == *PAGE_BEGINS,
                Err(_) => file.metadata().is_ok_and(|metadata| metadata.len() == 0),
            }
        };
        is_file && std::fs::File::open(path).is_ok_and(|file| !begins(file))
    }
    /// The exit code from here on. A forked child's traces are not the page's.
    fn write(mut self, options: &Options, code: i32) -> i32 {
        if self.process != std::process::id() {
            return code;
        }
        let words = options.args.iter().map(|arg| arg.to_string_lossy());
        let program = match &options.program {
            Program::Command(command) => format!("-c {}", command.lines().next().unwrap_or_default()),
            Program::Module(module) => format!("-m {module}"),
            Program::File(file) => file.to_string_lossy().into_owned(),
            Program::Stdin => "standard input".to_string(),
        };
        let program = std::iter::once(program.into()).chain(words).collect::<Vec<_>>().join(" ");
        match std::io::Write::write_all(&mut self.file, interp::tracing::report(&program).as_bytes()) {
            Ok(()) => code,
            Err(error) => {
                Report::complain("write", self.path, &error);
                if code == 0 { 1 } else { code }
            }
        }
    }
    fn complain(what: &str, path: &OsString, error: &std::io::Error) {
        let errno = error.raw_os_error().unwrap_or(0);
        let text = runtime::objects::exception_os::strerror(errno);
        print_raw(&format!("sidewinder: can't {what} file '{}': [Errno {errno}] {text}\n", path.to_string_lossy()));
    }
}

fn print_stats(stats: Stats) {
    print_raw(&match stats {
        Stats::Jit { json } => interp::tracing::stats(json),
        #[cfg(feature = "stats")]
        Stats::Families => interp::stats::families(),
        #[cfg(feature = "stats")]
        Stats::Pairs => interp::stats::pairs(),
        // Refused where nothing is counted.
        #[cfg(not(feature = "stats"))]
        Stats::Families | Stats::Pairs => String::new(),
    });
}

fn end(result: R<()>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(raised) => runtime::exit::report(raised),
    }
}
/// `-i`: the prompt after the program, whatever came of it.
fn inspect(result: R<()>) -> i32 {
    if let Err(raised) = result {
        if raised.is(runtime::vm::types().system_exit) {
            runtime::exit::print_exception(raised);
        } else {
            runtime::exit::report(raised);
        }
    }
    end(crate::repl::run(main_dict()))
}

fn parse(args: Vec<OsString>) -> Result<Options, ExitCode> {
    let mut options = Options::default();
    let mut args = VecDeque::from(args);
    while let Some(arg) = args.pop_front() {
        let text = arg.to_str().unwrap_or_default();
        match text {
            "-h" | "--help" => {
                print_or_fail(USAGE)?;
                return Err(ExitCode::SUCCESS);
            }
            "-V" | "-VV" | "--version" => {
                print_or_fail(&format!("Sidewinder {} (Python 3.14)\n", env!("CARGO_PKG_VERSION")))?;
                return Err(ExitCode::SUCCESS);
            }
            "--dis" => options.disassemble = true,
            "--stats" | "--stats=json" => options.stats = Some(Stats::Jit { json: text == "--stats=json" }),
            "--stats=families" | "--stats=pairs" if !cfg!(feature = "stats") => {
                return Err(usage_error(&format!("{text}: this build counts nothing; build it with --features stats")));
            }
            "--stats=families" => options.stats = Some(Stats::Families),
            "--stats=pairs" => options.stats = Some(Stats::Pairs),
            "-i" => (options.flags.inspect, options.flags.interactive) = (true, true),
            "--gc-stress" => options.gc_stress = 1,
            _ if text.starts_with("--gc-stress=") => {
                let Ok(every) = text["--gc-stress=".len()..].parse() else { return Err(usage_error(&format!("Invalid option: {text}"))) };
                options.gc_stress = every;
            }
            "--trace-report" => match args.pop_front() {
                Some(path) => (options.report, options.jit.report) = (Some(path), true),
                None => return Err(usage_error("Argument expected for the --trace-report option")),
            },
            _ if text.starts_with("--trace-report=") => {
                options.report = Some(OsStr::from_bytes(&arg.as_bytes()["--trace-report=".len()..]).to_os_string());
                options.jit.report = true;
            }
            _ if ["--jit", "--dump", "--prove", "--perf-map"].iter().any(|name| text.starts_with(name)) => {
                if text == "--perf-map" {
                    options.jit.perf_map = true;
                } else if !jit_option(&mut options.jit, text) {
                    return Err(usage_error(&format!("Invalid option: {text}")));
                }
            }
            "-B" => options.flags.dont_write_bytecode = true,
            "-E" => options.flags.ignore_environment = true,
            "-I" => options.flags.isolated = true,
            "-O" => options.flags.optimize = (options.flags.optimize + 1).min(2),
            "-P" => options.flags.safe_path = true,
            "-S" => options.flags.no_site = true,
            "-q" => options.flags.quiet = true,
            "-s" => options.flags.no_user_site = true,
            "-u" => options.flags.unbuffered = true,
            // Accepted for the sake of scripts written for CPython: they change nothing here.
            "-b" | "-d" | "-v" => {}
            "-W" | "-X" => {
                let Some(value) = args.pop_front() else {
                    return Err(usage_error(&format!("Argument expected for the {text} option")));
                };
                let list = if text == "-W" { &mut options.warnings } else { &mut options.xoptions };
                list.push(value.to_string_lossy().into_owned());
            }
            _ if text.starts_with("-W") => options.warnings.push(text[2..].to_string()),
            _ if text.starts_with("-X") => options.xoptions.push(text[2..].to_string()),
            "-c" => {
                let Some(command) = args.pop_front() else { return Err(usage_error("Argument expected for the -c option")) };
                options.program = Program::Command(command.to_string_lossy().into_owned());
                options.args = args.into();
                return Ok(options);
            }
            "-m" => {
                let Some(module) = args.pop_front() else { return Err(usage_error("Argument expected for the -m option")) };
                options.program = Program::Module(module.to_string_lossy().into_owned());
                options.args = args.into();
                return Ok(options);
            }
            "-" => {
                options.is_dash = true;
                options.args = args.into();
                return Ok(options);
            }
            // Several letters in one: the rest is the value of -c and -m, and more options behind the others.
            _ if text.len() > 2 && text.as_bytes()[1].is_ascii_alphabetic() && text.starts_with('-') => {
                let (first, rest) = text.split_at(2);
                let rest = if matches!(first, "-c" | "-m") { rest.to_string() } else { format!("-{rest}") };
                args.push_front(rest.into());
                args.push_front(first.into());
            }
            _ if text.starts_with('-') && text.len() > 1 => {
                return Err(usage_error(&format!("Unknown option: {text}")));
            }
            _ => {
                options.program = Program::File(arg);
                options.args = args.into();
                return Ok(options);
            }
        }
    }
    Ok(options)
}

/// What concerns traces. False: there is no such option.
fn jit_option(settings: &mut interp::tracing::Settings, text: &str) -> bool {
    let number = |value: &str| value.parse::<u32>().ok().filter(|number| (1..=4096).contains(number));
    if text == "--jit-sync" {
        settings.sync = true;
        return true;
    }
    let Some((name, value)) = text.split_once('=') else { return false };
    match (name, number(value)) {
        ("--jit", _) => match interp::tracing::Mode::parse(value) {
            Some(mode) => settings.mode = mode,
            None => return false,
        },
        ("--jit-threshold", Some(rounds)) => {
            (settings.loop_threshold, settings.entry_threshold) = (rounds, rounds);
            settings.side_threshold = rounds.min(settings.side_threshold);
        }
        ("--jit-code-memory", Some(kilobytes)) => settings.code_bytes = kilobytes as usize * 1024,
        // Hidden: one time in N, by chance; checks that fail, a branch that is taken for one; traces of so many
        // instructions, exits of so many values, and of so many together; the seed of chance.
        ("--jit-stress", _) => {
            for part in value.split(',') {
                if part == "fail:once" {
                    settings.stress.fail = interp::tracing::Fail::Once;
                    continue;
                }
                match part.split_once(':').map(|(word, value)| (word, number(value))) {
                    Some(("fail", Some(rounds))) => settings.stress.fail = interp::tracing::Fail::Each(rounds),
                    Some(("plant", Some(branch))) => settings.stress.plant = branch,
                    Some(("buffer", Some(most))) => settings.max_exit_values = most.min(255) as usize,
                    Some(("stores", Some(most))) => settings.max_stores = most as usize,
                    Some(("invalidate", Some(one_in))) => settings.stress.invalidate = one_in,
                    Some(("refuse", Some(one_in))) => settings.stress.refuse = one_in,
                    Some(("short", Some(most))) => settings.max_instructions = most as usize,
                    Some(("seed", Some(seed))) => settings.seed = u64::from(seed),
                    _ => return false,
                }
            }
        }
        ("--prove", _) if cfg!(debug_assertions) => match interp::tracing::Prove::parse(value) {
            Some(prove) => (settings.mode, settings.prove) = (interp::tracing::Mode::RecordOnly, prove),
            None => return false,
        },
        ("--dump", _) => {
            for stage in value.split(',') {
                match stage {
                    "trace" => settings.dump_trace = true,
                    "exits" => settings.dump_exits = true,
                    "uops" => settings.dump_uops = true,
                    "clif" => settings.dump_clif = true,
                    "asm" => settings.dump_asm = true,
                    _ => return false,
                }
            }
        }
        _ => return false,
    }
    true
}

fn usage_error(message: &str) -> ExitCode {
    let usage = "usage: sidewinder [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `sidewinder -h' for more information.";
    print_raw(&format!("{message}\n{usage}\n"));
    ExitCode::from(2)
}

fn print_or_fail(text: &str) -> Result<(), ExitCode> {
    use std::io::Write;
    std::io::stdout().write_all(text.as_bytes()).map_err(|_| ExitCode::FAILURE)
}

fn run(options: &Options) -> R<()> {
    let (argv0, path0) = match &options.program {
        Program::Command(_) => ("-c".to_string(), Some(String::new())),
        Program::Module(_) => ("-m".to_string(), std::env::current_dir().ok().map(|folder| folder.to_string_lossy().into_owned())),
        Program::File(file) => (file.to_string_lossy().into_owned(), Some(folder_of(file))),
        Program::Stdin => {
            let was_named = std::env::args_os().skip(1).any(|arg| arg == "-");
            (if was_named { "-".to_string() } else { String::new() }, Some(String::new()))
        }
    };
    set_sys(&argv0, &options.args, path0)?;
    set_warnings(options)?;
    set_xoptions(&options.xoptions);
    match &options.program {
        Program::Command(command) => execute(options, command.as_bytes(), "<string>", 0x100),
        Program::File(file) => run_file(options, file),
        Program::Module(module) => run_module(module),
        Program::Stdin if runtime::flags::flags().inspect || (!options.is_dash && std::io::stdin().is_terminal()) => {
            let namespace = main_dict();
            if !runtime::flags::flags().quiet {
                crate::repl::banner();
            }
            crate::repl::run(namespace)
        }
        Program::Stdin => {
            let mut source = Vec::new();
            std::io::stdin().read_to_end(&mut source).map_err(|error| runtime::objects::exception_os::from_io(&error, None))?;
            execute(options, &source, "<stdin>", crate::compile::SCRIPT)
        }
    }
}

fn folder_of(file: &OsString) -> String {
    let path = std::path::Path::new(file);
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
    folder.map_or(String::new(), |folder| folder.to_string_lossy().into_owned())
}

fn run_file(options: &Options, file: &OsString) -> R<()> {
    let shown = absolute(file);
    let path = std::path::Path::new(file);
    if path.is_dir() {
        let main = path.join("__main__.py");
        if main.is_file() {
            return run_file(options, &main.into_os_string());
        }
        print_raw(&format!("sidewinder: can't find '__main__' module in '{shown}'\n"));
        return Err(exit_with(1));
    }
    let source = match std::fs::read(path) {
        Ok(source) => source,
        Err(error) => {
            let errno = error.raw_os_error().unwrap_or(0);
            let text = runtime::objects::exception_os::strerror(errno);
            print_raw(&format!("sidewinder: can't open file '{}': [Errno {errno}] {text}\n", absolute(file)));
            return Err(exit_with(2));
        }
    };
    set_main("__file__", py_str::new(&shown).value());
    execute(options, &source, &shown, crate::compile::SCRIPT)
}

fn absolute(file: &OsString) -> String {
    let path = std::path::absolute(file).unwrap_or_else(|_| file.into());
    String::from_utf8_lossy(path.as_os_str().as_bytes()).into_owned()
}

/// SystemExit with a code: how a command ends that has said why itself.
fn exit_with(code: i64) -> Raised {
    Raised::with_args(runtime::vm::types().system_exit, &[Value::int(code)])
}

fn main_dict() -> Gc<Dict> {
    let modules = *vm().modules.get().expect("started");
    match modules.get_str(names().__main__).and_then(|main| main.downcast::<Module>()) {
        Some(main) => main.dict.get(),
        None => {
            let main = Module::new(names().__main__);
            let dict = main.dict.get();
            for name in [names().__doc__, names().__package__, names().__loader__, names().__spec__] {
                dict.set_str(name, NONE);
            }
            dict.set_str(names().__builtins__, runtime::builtins::module());
            modules.set_str(names().__main__, main.value());
            dict
        }
    }
}
fn set_main(name: &str, value: Value) {
    main_dict().set_str(intern(name), value);
}

fn set_sys(argv0: &str, args: &[OsString], path0: Option<String>) -> R<()> {
    let Some(sys) = vm().sys.get().map(|sys| sys.dict.get()) else { return Ok(()) };
    let argv = List::new();
    argv.push(py_str::new(argv0).value())?;
    for arg in args {
        argv.push(py_str::new(&arg.to_string_lossy()).value())?;
    }
    sys.set_str(intern("argv"), argv.value());
    let path0 = path0.filter(|_| !runtime::flags::flags().safe_path);
    if let (Some(path0), Some(path)) = (path0, sys.get_str(names().path).and_then(|path| path.downcast::<List>())) {
        let entries: Vec<Value> = path.items().to_vec();
        path.truncate(0);
        path.push(py_str::new(&path0).value())?;
        for entry in entries {
            path.push(entry)?;
        }
    }
    Ok(())
}

/// `-W` and PYTHONWARNINGS: the module `warnings` reads them when it is imported.
fn set_warnings(options: &Options) -> R<()> {
    let wanted = runtime::flags::variable("PYTHONWARNINGS").unwrap_or_default();
    let wanted = wanted.to_string_lossy();
    let wanted = wanted.split(',').map(str::trim).filter(|one| !one.is_empty());
    let all: Vec<&str> = wanted.chain(options.warnings.iter().map(String::as_str)).collect();
    if all.is_empty() {
        return Ok(());
    }
    let list = List::new();
    for one in all {
        list.push(py_str::new(one).value())?;
    }
    runtime::modules::sys::set("warnoptions", list.value());
    runtime::import::import_module("warnings").map(drop)
}

/// `-X NAME` and `-X NAME=VALUE`.
fn set_xoptions(given: &[String]) {
    let Some(dict) = runtime::modules::sys::get("_xoptions").and_then(|dict| dict.downcast::<Dict>()) else { return };
    for option in given {
        match option.split_once('=') {
            Some((name, value)) => dict.set_str(intern(name), py_str::new(value).value()),
            None => dict.set_str(intern(option), Value::bool(true)),
        }
    }
}

fn execute(options: &Options, source: &[u8], filename: &str, flags: u32) -> R<()> {
    let dict = main_dict();
    let request = CompileRequest { source, filename, mode: "exec", flags, optimize: -1 };
    let code: Gc<Code> = runtime::import::compile(&request)?;
    // The compiler has done its work.
    runtime::resident::release_program();
    if options.disassemble {
        let text = runtime::disassembly::text(code)?;
        let Some(stdout) = runtime::modules::sys::get("stdout") else { return Ok(()) };
        return runtime::ops::call_method(stdout, intern("write"), &[py_str::new(&text).value()]).map(drop);
    }
    if filename == "<string>" {
        runtime::objects::source_lines::register_program(code, &String::from_utf8_lossy(source));
    }
    (runtime::hooks::hooks().run_code)(code, dict, dict.value()).map(|_| ())
}

/// `-m`: by CPython's `runpy`.
fn run_module(module: &str) -> R<()> {
    main_dict();
    let runpy = runtime::import::import_module("runpy")?;
    let run = runtime::ops::getattr(runpy, intern("_run_module_as_main"))?;
    runtime::ops::call_positional(run, &[py_str::new(module).value()]).map(|_| ())
}
