//! `cargo xtask fuzz-programs [OPTION]...`: programs made from seeds, each under many settings of the engine, which must all come to the
//! same: stdout, exit status and the last line of stderr. What differs is cut down and kept.
//!
//!   --seed N        the first seed (default: of the clock)
//!   --count N       so many programs
//!   --seconds S     or for so long (default: 60)
//!   --oracle VM     another Python must agree, too (CPython 3.14)
//!   --vm FILE       the binary (default: a debug build)
//!   --jobs N        programs at a time (default: 2)
//!   --keep FOLDER   where findings go (default: `fuzz` in the target folder)
//!   --file FILE     instead of programs made from seeds, this one is run, and cut down; also more than one
//!   --show          print the program of the seed
//!
//! `generate.rs` makes programs, `run.rs` runs them, `minimize.rs` cuts them down.

mod expressions;
pub mod generate;
mod minimize;
pub mod program;
mod random;
mod run;
mod statements;

use program::Program;
use run::{Finding, Runner};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// A finding is cut down for so long.
const LONGEST_CUT: Duration = Duration::from_secs(300);

struct Options {
    seed: u64,
    count: usize,
    limit: Duration,
    oracle: Option<PathBuf>,
    vm: Option<PathBuf>,
    jobs: usize,
    keep: PathBuf,
    files: Vec<PathBuf>,
    show: bool,
}

pub fn run(arguments: &[String]) -> Result<(), String> {
    let options = options(arguments)?;
    if options.show {
        print!("{}", program::text(&generate::program(options.seed)));
        return Ok(());
    }
    let vm = match &options.vm {
        Some(vm) => vm.clone(),
        None => crate::debug_binary()?,
    };
    std::fs::create_dir_all(&options.keep).map_err(|error| format!("{}: {error}", options.keep.display()))?;
    let runner = Runner { vm, oracle: options.oracle.clone() };
    let (started, next, findings) = (Instant::now(), AtomicUsize::new(0), Mutex::new(0));
    let count = if options.files.is_empty() { options.count } else { options.files.len() };
    println!("from seed {} on", options.seed);
    std::thread::scope(|scope| {
        for job in 0..options.jobs {
            let (next, findings, runner, options) = (&next, &findings, &runner, &options);
            scope.spawn(move || {
                let file = options.keep.join(format!("job{}-{job}.py", std::process::id()));
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count || started.elapsed() >= options.limit {
                        break;
                    }
                    let (name, program) = options.program(number);
                    let Some(finding) = runner.look(number, &program, &file) else { continue };
                    let (setting, after) = (finding.setting.join(" "), started.elapsed().as_secs_f64());
                    println!("-- {name}, {setting}: found after {after:.0} s: {}", finding.seen);
                    let kept = options.keep.join(format!("{name}.py"));
                    let text = minimized(runner, &finding, program, &file, &kept);
                    // One at a time.
                    let mut findings = findings.lock().expect("no job panics");
                    *findings += 1;
                    println!("== {name}, {}: {}\n{text}", finding.setting.join(" "), kept.display());
                }
                let _ = std::fs::remove_file(file);
            });
        }
    });
    let (ran, findings) = (next.into_inner().saturating_sub(options.jobs).min(count), findings.into_inner().expect("no job panics"));
    println!("{ran} programs, {findings} findings, {:.0} s", started.elapsed().as_secs_f64());
    if findings == 0 { Ok(()) } else { Err("settings come to different ends".into()) }
}

/// Cuts the program down, keeps it, and says how it differs.
fn minimized(runner: &Runner, finding: &Finding, program: Program, file: &std::path::Path, kept: &std::path::Path) -> String {
    // Each try at what hangs takes its time.
    let until = Instant::now() + LONGEST_CUT;
    let small = minimize::minimize(program, &mut |program| Instant::now() < until && runner.still(program, file, finding));
    let text = program::text(&small);
    let differs = runner.difference(&small, file, finding).unwrap_or_else(|| "it does not happen each time".into());
    if let Err(error) = std::fs::write(kept, &text) {
        eprintln!("{}: {error}", kept.display());
    }
    format!("{text}{differs}")
}

impl Options {
    fn program(&self, number: usize) -> (String, Program) {
        match self.files.get(number) {
            Some(file) => {
                let name = file.file_stem().unwrap_or_default().to_string_lossy();
                (format!("{name}.small"), program::parse(&std::fs::read_to_string(file).unwrap_or_default()))
            }
            None => {
                let seed = self.seed.wrapping_add(number as u64);
                (format!("seed{seed}"), generate::program(seed))
            }
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |time| time.as_millis() as u64);
    let mut options = Options {
        seed: clock % 1_000_000_000,
        count: usize::MAX,
        limit: Duration::from_secs(60),
        oracle: None,
        vm: None,
        jobs: 2,
        keep: crate::target().join("fuzz"),
        files: Vec::new(),
        show: false,
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--show" {
            options.show = true;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("{argument}: an option without a value, or none that there is"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{argument} {value}: no number"));
        match argument.as_str() {
            "--seed" => options.seed = number()?,
            "--count" => (options.count, options.limit) = (number()? as usize, Duration::MAX),
            "--seconds" => options.limit = Duration::from_secs(number()?),
            "--oracle" => options.oracle = Some(value.into()),
            "--vm" => options.vm = Some(value.into()),
            "--jobs" => options.jobs = number()? as usize,
            "--keep" => options.keep = value.into(),
            "--file" => options.files.push(value.into()),
            _ => return Err(format!("no option {argument}; the head of xtask/src/fuzz.rs lists them")),
        }
    }
    Ok(options)
}
