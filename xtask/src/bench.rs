//! `cargo xtask bench [NAME]... [OPTION]...`: runs programs of pyperformance on Sidewinder and on
//! other Pythons, interleaved, and prints times, ratios, their geometric mean, peak memory and
//! start-up. What is measured and how stands in bench/README.md.

use std::path::PathBuf;

use crate::python;

mod process;
pub mod programs;
mod report;

use process::Clock;
use programs::{Benchmark, BENCHMARKS};
use report::Of;

const USAGE: &str = "\
usage: cargo xtask bench [NAME]... [OPTION]...
  NAME               programs to run, by the beginning of their names (default: all)
  --against VM,VM    other Pythons: a name to look up in PATH (cpython3.14, pypy), a path, or
                     NAME=COMMAND LINE; may be repeated (default: what is found)
  --dispatch MODES   run Sidewinder built for these dispatch modes: tail,switch,goto or all; no other
                     Pythons but those of --against
  --only             do not run Sidewinder, compare the others
  --runs N           processes for each program and VM (default: 3)
  --budget SECONDS   go on after the fixed work, to see a warm compiler (default: 0)
  --clock cpu        measure processor time: for a machine that does other work too
  --best             show the best of the runs instead of their median: what other work disturbed least
  --json FILE        write all figures
  --list             print the names of the programs";

/// A Python to measure.
pub struct Vm {
    pub name: String,
    pub command: Vec<String>,
    pub version: String,
}

struct Options {
    names: Vec<String>,
    against: Vec<String>,
    only: bool,
    dispatch: Vec<&'static str>,
    runs: usize,
    budget: f64,
    clock: Clock,
    of: Of,
    json: Option<PathBuf>,
}

/// What one program did on one VM, over all runs.
#[derive(Default)]
pub struct Measured {
    /// From the start of the process to the end of the fixed work, one a run, in seconds.
    pub whole: Vec<f64>,
    /// Time of one loop, the later half of each run's samples, in seconds.
    pub steady: Vec<f64>,
    pub memory_bytes: Vec<f64>,
    pub checksum: String,
    pub error: Option<String>,
}

pub struct Row {
    pub name: String,
    /// One for each VM, in their order.
    pub measured: Vec<Measured>,
}

pub fn run(arguments: &[String]) -> Result<(), String> {
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{USAGE}");
        return Ok(());
    }
    if arguments.iter().any(|argument| argument == "--list") {
        BENCHMARKS.iter().for_each(|benchmark| println!("{}", benchmark.name));
        return Ok(());
    }
    let options = parse(arguments)?;
    let benchmarks = select(&options.names)?;
    let vms = vms(&options)?;
    let folder = programs::install()?;
    for vm in &vms {
        println!("{}: {}", vm.name, vm.version);
    }
    let mut rows = Vec::new();
    if options.names.is_empty() {
        rows.extend(startup(&vms, &options));
    }
    for benchmark in benchmarks {
        eprintln!("{} ...", benchmark.name);
        rows.push(measure(benchmark, &vms, &options, &folder));
    }
    print!("{}", report::table(&vms, &rows, options.of));
    if let Some(path) = &options.json {
        std::fs::write(path, report::json(&vms, &rows, options.of))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let complaints = report::complaints(&vms, &rows);
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        names: Vec::new(),
        against: Vec::new(),
        only: false,
        dispatch: Vec::new(),
        runs: 3,
        budget: 0.0,
        clock: Clock::Wall,
        of: Of::Median,
        json: None,
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value\n{USAGE}"));
        let number = |text: &String| {
            text.parse::<f64>().map_err(|_| format!("`{text}` is no number\n{USAGE}"))
        };
        match argument.as_str() {
            "--against" => options.against.extend(split_vms(value()?)),
            "--dispatch" => options.dispatch = dispatch_modes(value()?)?,
            "--best" => options.of = Of::Best,
            "--only" => options.only = true,
            "--runs" => options.runs = number(value()?)?.max(1.0) as usize,
            "--budget" => options.budget = number(value()?)?,
            "--clock" if value()? == "cpu" => options.clock = Clock::Cpu,
            "--clock" => {}
            "--json" => options.json = Some(PathBuf::from(value()?)),
            name if !name.starts_with('-') => options.names.push(name.to_string()),
            _ => return Err(format!("unknown option `{argument}`\n{USAGE}")),
        }
    }
    Ok(options)
}

/// `a,b` are two VMs, but a command line after `NAME=` may hold commas.
fn split_vms(text: &str) -> Vec<String> {
    if text.contains('=') {
        return vec![text.to_string()];
    }
    text.split(',').map(str::to_string).collect()
}

fn dispatch_modes(text: &str) -> Result<Vec<&'static str>, String> {
    if text == "all" {
        return Ok(crate::MODES.to_vec());
    }
    text.split(',')
        .map(|name| crate::MODES.into_iter().find(|mode| *mode == name).ok_or_else(|| format!("no dispatch mode `{name}`\n{USAGE}")))
        .collect()
}

fn select(names: &[String]) -> Result<Vec<&'static Benchmark>, String> {
    for name in names {
        if !BENCHMARKS.iter().any(|benchmark| benchmark.name.starts_with(name.as_str())) {
            return Err(format!("no program `{name}`; --list prints them"));
        }
    }
    let wanted = |benchmark: &&Benchmark| {
        names.is_empty() || names.iter().any(|name| benchmark.name.starts_with(name.as_str()))
    };
    Ok(BENCHMARKS.iter().filter(wanted).collect())
}

fn vms(options: &Options) -> Result<Vec<Vm>, String> {
    let mut vms = Vec::new();
    for mode in &options.dispatch {
        let binary = crate::mode_binary(mode)?.display().to_string();
        let version = python::version(&binary)?;
        vms.push(Vm { name: mode.to_string(), command: vec![binary], version });
    }
    if !options.only && options.dispatch.is_empty() {
        let binary = crate::release_binary()?.display().to_string();
        let version = python::version(&binary)?;
        vms.push(Vm { name: "sidewinder".to_string(), command: vec![binary], version });
    }
    for text in &options.against {
        vms.push(named(text)?);
    }
    if options.against.is_empty() && options.dispatch.is_empty() {
        vms.extend(["cpython3.14", "pypy"].into_iter().filter_map(|name| named(name).ok()));
    }
    if vms.is_empty() { Err("no Python to run".to_string()) } else { Ok(vms) }
}

fn named(text: &str) -> Result<Vm, String> {
    let (name, line) = text.split_once('=').unwrap_or((text, text));
    let command: Vec<String> = line.split_whitespace().map(str::to_string).collect();
    let other_name = command.first().and_then(|word| match word.strip_prefix("cpython") {
        Some(version) => Some(format!("python{version}")),
        None if word == "pypy" => Some("pypy3".to_string()),
        None => None,
    });
    let ask = |command: &[String]| {
        let (program, arguments) = command.split_first().ok_or("an empty command line")?;
        python::version_of(std::process::Command::new(program).args(arguments))
    };
    let first = ask(&command);
    let (command, version) = match (first, other_name) {
        (Ok(version), _) => (command, version),
        (Err(_), Some(other)) => (vec![other.clone()], ask(&[other])?),
        (Err(message), None) => return Err(message),
    };
    Ok(Vm { name: name.rsplit('/').next().unwrap_or(name).to_string(), command, version })
}

/// Start-up, alone and with imports that every larger program has.
fn startup(vms: &[Vm], options: &Options) -> Vec<Row> {
    const CASES: [(&str, &str); 2] = [
        ("startup", "pass"),
        ("startup_imports", "import dataclasses, typing, enum, re, random"),
    ];
    let mut rows = Vec::new();
    for (name, code) in CASES {
        let mut measured: Vec<Measured> = vms.iter().map(|_| Measured::default()).collect();
        for _ in 0..options.runs * 7 {
            for (vm, measured) in vms.iter().zip(&mut measured) {
                let ended = process::run(&vm.command, &["-c".to_string(), code.to_string()]);
                match ended {
                    Ok(ended) => {
                        measured.whole.push(options.clock.of(&ended));
                        measured.memory_bytes.push(ended.memory_bytes);
                    }
                    Err(message) => measured.error = Some(message),
                }
            }
        }
        rows.push(Row { name: name.to_string(), measured });
    }
    rows
}

fn measure(benchmark: &Benchmark, vms: &[Vm], options: &Options, folder: &std::path::Path) -> Row {
    let mut measured: Vec<Measured> = vms.iter().map(|_| Measured::default()).collect();
    for _ in 0..options.runs {
        for (vm, measured) in vms.iter().zip(&mut measured) {
            if measured.error.is_some() {
                continue;
            }
            if let Err(message) = one_process(benchmark, vm, options, folder, measured) {
                measured.error = Some(message);
            }
        }
    }
    Row { name: benchmark.name.to_string(), measured }
}

fn one_process(
    benchmark: &Benchmark,
    vm: &Vm,
    options: &Options,
    folder: &std::path::Path,
    measured: &mut Measured,
) -> Result<(), String> {
    let mut arguments = vec![
        folder.join(benchmark.folder).join("run_benchmark.py").display().to_string(),
        format!("--bench-loops={}", benchmark.loops),
        format!("--bench-samples={}", benchmark.samples),
        format!("--bench-budget={}", options.budget),
        format!("--bench-started={:.6}", process::now()),
    ];
    if options.clock == Clock::Cpu {
        arguments.push("--bench-clock=cpu".to_string());
    }
    arguments.extend(benchmark.arguments.iter().map(|text| text.to_string()));
    let ended = process::run(&vm.command, &arguments)?;
    let mut whole = 0.0;
    let mut checksum = String::new();
    for line in ended.stdout.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let ["pyperf", _, sum, seconds, samples] = fields.as_slice() else { continue };
        checksum += sum;
        whole = seconds.parse().unwrap_or(0.0);
        let samples: Vec<f64> = samples.split(' ').filter_map(|text| text.parse().ok()).collect();
        measured.steady.extend(&samples[samples.len() / 2..]);
    }
    if checksum.is_empty() {
        return Err("the program printed no figures".to_string());
    }
    if !measured.checksum.is_empty() && measured.checksum != checksum {
        return Err("the checksum differs from run to run".to_string());
    }
    measured.checksum = checksum;
    // Processor time is known for the whole process alone; with a budget it tells nothing.
    let cpu = options.clock == Clock::Cpu && options.budget == 0.0;
    measured.whole.push(if cpu { ended.cpu_seconds } else { whole });
    measured.memory_bytes.push(ended.memory_bytes);
    Ok(())
}
