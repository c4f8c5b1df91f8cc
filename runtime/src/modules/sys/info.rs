//! The constants of `sys`: versions, limits, paths, flags.

use super::names;
use crate::error::R;
use crate::modules::add;
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str;
use crate::objects::structseq::{self, Spec};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{FALSE, NONE, Value};
use crate::vm::{intern, types};
use std::os::unix::ffi::OsStrExt;

/// The Python that this is: (major, minor, micro).
const VERSION: (i64, i64, i64) = (3, 14, 0);
const HEXVERSION: i64 = VERSION.0 << 24 | VERSION.1 << 16 | VERSION.2 << 8 | 0xF0;
const COPYRIGHT: &str = "Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved.\n\n\
Copyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\n\
Copyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\n\
Copyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.";

const fn spec(name: &'static str, doc: &'static str, fields: &'static [&'static str]) -> Spec {
    Spec { module: "sys", name, doc, fields, visible: fields.len(), can_make: false }
}
static VERSION_INFO: Spec = spec(
    "version_info",
    "sys.version_info\n\nVersion information as a named tuple.",
    &["major", "minor", "micro", "releaselevel", "serial"],
);
static FLOAT_INFO: Spec = spec(
    "float_info",
    "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\n\
     information about the precision and internal representation.",
    &["max", "max_exp", "max_10_exp", "min", "min_exp", "min_10_exp", "dig", "mant_dig", "epsilon", "radix", "rounds"],
);
static INT_INFO: Spec = spec(
    "int_info",
    "sys.int_info\n\nA named tuple that holds information about Python's internal representation of integers.",
    &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
);
static HASH_INFO: Spec = spec(
    "hash_info",
    "hash_info\n\nA named tuple providing parameters used for computing hashes.",
    &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
);
static THREAD_INFO: Spec =
    spec("thread_info", "sys.thread_info\n\nA named tuple holding information about the thread implementation.", &["name", "lock", "version"]);
static FLAGS: Spec = Spec {
    module: "sys",
    name: "flags",
    doc: "sys.flags\n\nFlags provided through command line arguments or environment vars.",
    fields: &[
        "debug", "inspect", "interactive", "optimize", "dont_write_bytecode", "no_user_site", "no_site",
        "ignore_environment", "verbose", "bytes_warning", "quiet", "hash_randomization", "isolated", "dev_mode",
        "utf8_mode", "warn_default_encoding", "safe_path", "int_max_str_digits", "gil", "thread_inherit_context",
        "context_aware_warnings",
    ],
    visible: 18,
    can_make: false,
};
static ASYNCGEN_HOOKS: Spec = spec("asyncgen_hooks", "", &["firstiter", "finalizer"]);

thread_local! { static ASYNCGEN_CLASS: core::cell::OnceCell<Gc<Class>> = const { core::cell::OnceCell::new() }; }

pub fn asyncgen_hooks() -> R {
    let class = ASYNCGEN_CLASS.with(|class| *class.get_or_init(|| structseq::class(&ASYNCGEN_HOOKS)));
    let (firstiter, finalizer) = crate::objects::generator_async::hooks();
    structseq::make(class, &[firstiter, finalizer])
}

pub fn init(module: Gc<Module>) -> R<()> {
    versions(module)?;
    limits(module)?;
    paths(module)?;
    module.dict.get().set_str(intern("__doc__"), str::new(
        "This module provides access to some objects used or maintained by the\n\
         interpreter and to functions that interact strongly with the interpreter.",
    ).value());
    let mut builtin: Vec<&str> = crate::modules::module_names().chain(["builtins", "sys"]).collect();
    builtin.sort_unstable();
    builtin.dedup();
    let builtin: Vec<Value> = builtin.into_iter().map(|name| intern(name).value()).collect();
    add(module, "builtin_module_names", Tuple::from_slice(&builtin).value());
    let stdlib = List::new();
    for name in names::NAMES.split(' ') {
        stdlib.push(intern(name).value())?;
    }
    add(module, "stdlib_module_names", ops::call_positional(types().frozenset.value(), &[stdlib.value()])?);
    for name in ["warnoptions", "meta_path", "path_hooks", "argv"] {
        add(module, name, List::new().value());
    }
    add(module, "path_importer_cache", Dict::new().value());
    add(module, "_xoptions", Dict::new().value());
    Ok(())
}

fn versions(module: Gc<Module>) -> R<()> {
    let (major, minor, micro) = VERSION;
    let number = Value::int;
    let text = |text: &str| str::new(text).value();
    let version_info = structseq::make(
        structseq::class(&VERSION_INFO),
        &[number(major), number(minor), number(micro), text("final"), number(0)],
    )?;
    add(module, "version_info", version_info);
    add(module, "hexversion", number(HEXVERSION));
    let own = env!("CARGO_PKG_VERSION");
    let compiler = "[Rust]";
    add(module, "version", text(&format!("{major}.{minor}.{micro} (sidewinder {own}, Nov 23 2026, 00:00:00) {compiler}")));
    add(module, "api_version", number(1013));
    add(module, "copyright", text(COPYRIGHT));
    add(module, "platform", text("linux"));
    add(module, "byteorder", text(if cfg!(target_endian = "little") { "little" } else { "big" }));
    add(module, "float_repr_style", text("short"));
    add(module, "abiflags", text(""));
    let implementation = crate::objects::simple_namespace::of(&[
        ("name", text("sidewinder")),
        ("cache_tag", text(&format!("sidewinder-{major}{minor}"))),
        ("version", version_info),
        ("hexversion", number(HEXVERSION)),
        ("_multiarch", text(&format!("{}-linux-gnu", std::env::consts::ARCH))),
        ("supports_isolated_interpreters", FALSE),
    ]);
    add(module, "implementation", implementation);
    add(module, "_git", Tuple::from_slice(&[text("Sidewinder"), text(""), text("")]).value());
    add(module, "_framework", text(""));
    Ok(())
}

fn limits(module: Gc<Module>) -> R<()> {
    let (number, float) = (Value::int, Value::float);
    let text = |text: &str| str::new(text).value();
    add(module, "maxsize", number(i64::MAX));
    add(module, "maxunicode", number(0x10FFFF));
    let float_info = [
        float(f64::MAX), number(1024), number(308), float(f64::MIN_POSITIVE), number(-1021), number(-307), number(15),
        number(53), float(f64::EPSILON), number(2), number(1),
    ];
    add(module, "float_info", structseq::make(structseq::class(&FLOAT_INFO), &float_info)?);
    let int_info = [number(30), number(4), number(4300), number(640)];
    add(module, "int_info", structseq::make(structseq::class(&INT_INFO), &int_info)?);
    let hash_info = [
        number(64), int::from_u64((1 << 61) - 1), number(314_159), number(0), number(1_000_003), text("rapidhash"), number(64),
        number(64), number(0),
    ];
    add(module, "hash_info", structseq::make(structseq::class(&HASH_INFO), &hash_info)?);
    let thread_info = [text("pthread"), text("semaphore"), NONE];
    add(module, "thread_info", structseq::make(structseq::class(&THREAD_INFO), &thread_info)?);
    let given = crate::flags::flags();
    let bit = |flag: bool| number(flag as i64);
    let (none, one) = (number(0), number(1));
    // In the order of FLAGS.
    let flags = [
        none, bit(given.inspect), bit(given.interactive), number(given.optimize as i64), bit(given.dont_write_bytecode),
        bit(given.no_user_site), bit(given.no_site), bit(given.ignore_environment), none, none, bit(given.quiet), one,
        bit(given.isolated), FALSE, one, none, Value::bool(given.safe_path), number(4300), one, none, none,
    ];
    add(module, "flags", structseq::make(structseq::class(&FLAGS), &flags)?);
    add(module, "dont_write_bytecode", Value::bool(given.dont_write_bytecode));
    add(module, "pycache_prefix", NONE);
    Ok(())
}

/// The paths of the process itself; `sys.path` gets the folder of the program in front when there is one.
fn paths(module: Gc<Module>) -> R<()> {
    let text = |text: &str| str::new(text).value();
    let file_system = |name: &std::ffi::OsStr| crate::codecs::decode_file_system(name.as_bytes()).map(Gc::value);
    let executable = std::env::current_exe().unwrap_or_default();
    let prefix = executable.parent().and_then(|folder| folder.parent()).unwrap_or(&executable);
    add(module, "executable", file_system(executable.as_os_str())?);
    add(module, "_base_executable", file_system(executable.as_os_str())?);
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
        add(module, name, file_system(prefix.as_os_str())?);
    }
    add(module, "platlibdir", text("lib"));
    let root = crate::import::library_root();
    add(module, "_stdlib_dir", text(root));
    add(module, "_home", NONE);
    let path = List::new();
    if let Some(more) = crate::flags::variable("PYTHONPATH") {
        for entry in more.as_bytes().split(|byte| *byte == b':').filter(|entry| !entry.is_empty()) {
            path.push(crate::codecs::decode_file_system(entry)?.value())?;
        }
    }
    path.push(text(root))?;
    add(module, "path", path.value());
    let argv = List::new();
    for arg in std::env::args_os() {
        argv.push(file_system(&arg)?)?;
    }
    add(module, "orig_argv", argv.value());
    Ok(())
}
