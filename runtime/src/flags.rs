//! What the command line and the variables `PYTHON...` of the environment say for the whole process: `sys.flags`, and what of it the VM
//! itself goes by. Not here: the command line (the facade's), options of traces.

use std::ffi::OsString;
use std::sync::OnceLock;

/// The fields that differ from their defaults when an option is given; names are those of `sys.flags`.
#[derive(Clone, Default)]
pub struct Flags {
    pub inspect: bool,
    pub interactive: bool,
    /// 0, 1 (no assertions) or 2 (no docstrings either).
    pub optimize: u8,
    pub dont_write_bytecode: bool,
    pub no_user_site: bool,
    pub no_site: bool,
    pub ignore_environment: bool,
    pub quiet: bool,
    pub isolated: bool,
    /// The folder of the program is not put in front of `sys.path`.
    pub safe_path: bool,
    /// `-u`.
    pub unbuffered: bool,
}

static FLAGS: OnceLock<Flags> = OnceLock::new();

/// Of the process; before [set], what the environment says.
pub fn flags() -> &'static Flags {
    FLAGS.get_or_init(|| with_environment(Flags::default()))
}

/// What the command line says, to which the environment adds. For the time before the first VM; later calls change nothing.
pub fn set(flags: Flags) {
    let _ = FLAGS.set(with_environment(flags));
}

fn with_environment(mut flags: Flags) -> Flags {
    if flags.isolated {
        (flags.ignore_environment, flags.no_user_site, flags.safe_path) = (true, true, true);
    }
    if flags.ignore_environment {
        return flags;
    }
    let is_set = |name| read(name).is_some();
    flags.inspect |= is_set("PYTHONINSPECT");
    flags.dont_write_bytecode |= is_set("PYTHONDONTWRITEBYTECODE");
    flags.no_user_site |= is_set("PYTHONNOUSERSITE");
    flags.safe_path |= is_set("PYTHONSAFEPATH");
    flags.unbuffered |= is_set("PYTHONUNBUFFERED");
    if let Some(level) = read("PYTHONOPTIMIZE") {
        // As CPython: what is no number counts as 1.
        let level = level.to_str().and_then(|text| text.parse::<u8>().ok()).unwrap_or(1).clamp(1, 2);
        flags.optimize = flags.optimize.max(level);
    }
    flags
}

fn read(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A variable of the environment that is meant for the interpreter. None: it is not set, empty, or none is looked at (`-E`, `-I`).
pub fn variable(name: &str) -> Option<OsString> {
    if flags().ignore_environment { None } else { read(name) }
}
