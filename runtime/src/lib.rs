//! Everything that exists while a program runs and is not an engine: values, heap, objects, built-in functions and modules.
//! Knows no engine: what it needs of one (calling a Python function, compiling source) goes through `hooks`.

pub mod args;
mod args_bind;
pub mod bind;
pub mod bootstrap;
pub mod builtins;
pub mod codecs;
pub mod defs;
pub mod error;
pub mod format;
pub mod frame;
pub mod generated;
pub mod heap;
pub mod hooks;
pub mod image;
pub mod import;
pub mod init;
pub mod intrinsics;
pub mod modules;
pub mod object;
pub mod objects;
pub mod ops;
pub mod pattern;
pub mod pending;
pub mod pycache;
pub mod shape;
pub mod slot_generic;
pub mod slot_wrappers;
pub mod slotdefs;
pub mod slots;
pub mod suggest;
pub mod template;
pub mod tuning;
pub mod unicode;
pub mod value;
pub mod vm;
