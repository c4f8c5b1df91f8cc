//! The programs that are measured, and how they get here: from PyPI by pip, unmodified, each in a
//! folder of its own with our stand-in for pyperf beside it. Nothing of them is committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::python;

const PACKAGES: [&str; 2] = ["pyperformance==1.14.0", "pyaes==1.6.1"];

pub struct Benchmark {
    pub name: &'static str,
    /// `bm_FOLDER` of pyperformance.
    pub folder: &'static str,
    pub arguments: &'static [&'static str],
    /// Loops in a sample, so that a sample takes CPython some 50 to 300 ms, and samples in a run.
    pub loops: u32,
    pub samples: u32,
}

const fn plain(name: &'static str, loops: u32, samples: u32) -> Benchmark {
    Benchmark { name, folder: name, arguments: &[], loops, samples }
}

const fn scimark(name: &'static str, arguments: &'static [&'static str], loops: u32) -> Benchmark {
    Benchmark { name, folder: "scimark", arguments, loops, samples: 6 }
}

pub const BENCHMARKS: &[Benchmark] = &[
    plain("nbody", 1, 10),
    plain("fannkuch", 1, 3),
    plain("float", 1, 10),
    plain("spectral_norm", 1, 8),
    scimark("scimark_fft", &["fft"], 1),
    scimark("scimark_lu", &["lu"], 1),
    scimark("scimark_monte_carlo", &["monte_carlo"], 2),
    scimark("scimark_sor", &["sor"], 1),
    scimark("scimark_sparse_mat_mult", &["sparse_mat_mult"], 20),
    plain("nqueens", 1, 8),
    plain("generators", 2, 8),
    plain("comprehensions", 5000, 8),
    plain("unpack_sequence", 5000, 8),
    plain("richards", 2, 8),
    plain("deltablue", 20, 8),
    plain("chaos", 1, 8),
    plain("raytrace", 1, 4),
    plain("go", 1, 6),
    plain("hexiom", 10, 8),
    // Its arguments are lists in the order of sets; the program itself checks its solutions.
    Benchmark {
        name: "meteor_contest",
        folder: "meteor_contest",
        arguments: &["--bench-result"],
        loops: 1,
        samples: 6,
    },
    plain("pidigits", 1, 4),
    plain("crypto_pyaes", 1, 8),
    plain("pyflate", 1, 3),
    plain("deepcopy", 100, 6),
];

/// The folder with one folder for each program. Asks the network the first time only.
pub fn install() -> Result<PathBuf, String> {
    let base = crate::target().join("bench");
    let programs = base.join("programs");
    let marker = base.join("installed");
    let wanted = PACKAGES.join(" ");
    if fs::read_to_string(&marker).ok().as_deref() != Some(wanted.as_str()) {
        fetch(&base, &programs)?;
        fs::write(&marker, wanted).map_err(|error| format!("{}: {error}", marker.display()))?;
    }
    let stand_in = crate::root().join("bench/pyperf.py");
    for benchmark in BENCHMARKS {
        let copy = programs.join(benchmark.folder).join("pyperf.py");
        fs::copy(&stand_in, &copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    }
    Ok(programs)
}

fn fetch(base: &Path, programs: &Path) -> Result<(), String> {
    let python = python::any()?;
    let sources = base.join("sources");
    let _ = fs::remove_dir_all(&sources);
    let _ = fs::remove_dir_all(programs);
    fs::create_dir_all(&sources).map_err(|error| format!("{}: {error}", sources.display()))?;
    eprintln!("fetching {} from PyPI", PACKAGES.join(" "));
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"]).arg(&sources);
    finish(pip.args(PACKAGES))?;
    for archive in fs::read_dir(&sources).map_err(|error| error.to_string())?.flatten() {
        let path = archive.path();
        let tool = if path.extension().is_some_and(|it| it == "whl") { "zipfile" } else { "tarfile" };
        let mut unpack = Command::new(&python);
        finish(unpack.args(["-m", tool, "-e"]).arg(&path).arg(&sources))?;
    }
    let suite = sources.join("pyperformance/data-files/benchmarks");
    for benchmark in BENCHMARKS {
        copy_folder(
            &suite.join(format!("bm_{}", benchmark.folder)),
            &programs.join(benchmark.folder),
        )?;
    }
    copy_folder(&sources.join("pyaes-1.6.1/pyaes"), &programs.join("crypto_pyaes/pyaes"))
}

fn finish(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", from.display());
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).map_err(failed)?;
        }
    }
    Ok(())
}
