//! Native modules: one file each, one line in the table.

pub(crate) mod _abc;
pub mod _ast;
pub mod _codecs;
mod _contextvars;
mod _csv;
mod _imp;
mod _json;
mod _opcode;
mod _tracemalloc;
mod _operator;
mod _posixsubprocess;
mod _random;
pub mod _signal;
mod _socket;
mod _sre;
pub mod _string;
mod _struct;
mod _thread;
mod _tokenize;
mod _types;
pub mod _typing;
pub mod _warnings;
mod _weakref;
mod array;
pub mod atexit;
pub mod binascii;
mod bisect;
mod cmath;
mod collections;
mod errno;
mod fcntl;
mod functools;
mod gc;
mod hashes;
mod heapq;
pub mod io;
mod itertools;
mod marshal;
mod math;
pub mod posix;
mod select;
pub mod sys;
mod termios;
mod time;
pub mod unicodedata;
mod zlib;

use crate::error::R;
use crate::object::Gc;
use crate::objects::builtin::{Builtin, NativeFunction};
use crate::objects::module::Module;
use crate::value::Value;
use crate::vm::{intern, names};

/// Fills a fresh module.
pub type Init = fn(Gc<Module>) -> R<()>;

/// By name. A line each, sorted.
const MODULES: &[(&str, Init)] = &[
    ("_abc", _abc::init),
    ("_ast", _ast::init),
    ("_bisect", bisect::init),
    ("_blake2", hashes::init_blake2),
    ("_codecs", _codecs::init),
    ("_collections", collections::init),
    ("_contextvars", _contextvars::init),
    ("_csv", _csv::init),
    ("_functools", functools::init),
    ("_heapq", heapq::init),
    ("_imp", _imp::init),
    ("_io", io::init),
    ("_json", _json::init),
    ("_md5", hashes::init_md5),
    ("_opcode", _opcode::init),
    ("_tracemalloc", _tracemalloc::init),
    ("_operator", _operator::init),
    ("_posixsubprocess", _posixsubprocess::init),
    ("_random", _random::init),
    ("_sha1", hashes::init_sha1),
    ("_sha2", hashes::init_sha2),
    ("_sha3", hashes::init_sha3),
    ("_signal", _signal::init),
    ("_socket", _socket::init),
    ("_sre", _sre::init),
    ("_string", _string::init),
    ("_struct", _struct::init),
    ("_thread", _thread::init),
    ("_tokenize", _tokenize::init),
    ("_types", _types::init),
    ("_typing", _typing::init),
    ("_warnings", _warnings::init),
    ("_weakref", _weakref::init),
    ("array", array::init),
    ("atexit", atexit::init),
    ("binascii", binascii::init),
    ("cmath", cmath::init),
    ("errno", errno::init),
    ("fcntl", fcntl::init),
    ("gc", gc::init),
    ("itertools", itertools::init),
    ("marshal", marshal::init),
    ("math", math::init),
    ("posix", posix::init),
    ("select", select::init),
    ("termios", termios::init),
    ("time", time::init),
    ("unicodedata", unicodedata::init),
    ("zlib", zlib::init),
];

/// The native module of this name.
pub fn find(name: &str) -> Option<Init> {
    MODULES.iter().find(|(own, _)| *own == name).map(|(_, init)| *init)
}
/// `sys.builtin_module_names`.
pub fn module_names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|(name, _)| *name)
}

/// Adds a table of functions to a module.
pub fn add_functions(module: Gc<Module>, table: &'static [NativeFunction]) {
    let dict = module.dict.get();
    let module_name = dict.get_str(names().__name__).unwrap_or_default();
    for function in table {
        dict.set_str(intern(function.name), Builtin::new(function, module.value(), false, module_name).value());
    }
}
/// Adds one value to a module.
pub fn add(module: Gc<Module>, name: &str, value: Value) {
    module.dict.get().set_str(intern(name), value);
}
