//! CPython's pure-Python standard library, compiled when this crate is built.
//!
//! `find` gives a module's image (see `frontend::image`) out of a blob in the executable's
//! read-only data. Nothing happens at start-up, and a look-up touches a handful of pages. Sources
//! are packed, and unpacked when a traceback or `inspect` asks for one.

mod layout;

pub use layout::ROOT;
use layout::{ENTRY_BYTES, HEADER_BYTES, NO_ENTRY, name_hash};

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/stdlib.blob"));

/// A module of the standard library.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    pub name: &'static str,
    pub image: &'static [u8],
    pub is_package: bool,
    packed_source: &'static [u8],
    source_bytes: usize,
}

/// The module of this dotted name.
pub fn find(name: &str) -> Option<Module> {
    let buckets = number_at(4)?;
    let mut bucket = name_hash(name) as usize % buckets.max(1);
    loop {
        let at = HEADER_BYTES + 2 * bucket;
        let number = u16::from_le_bytes(BLOB.get(at..at + 2)?.try_into().ok()?);
        if number == NO_ENTRY {
            return None;
        }
        let module = entry(usize::from(number))?;
        if module.name == name {
            return Some(module);
        }
        bucket = (bucket + 1) % buckets;
    }
}

/// The module that has this path as its `__file__`.
pub fn find_file(path: &str) -> Option<Module> {
    let relative = path
        .strip_prefix(ROOT)?
        .strip_prefix('/')?
        .strip_suffix(".py")?;
    let name = relative
        .strip_suffix("/__init__")
        .unwrap_or(relative)
        .replace('/', ".");
    find(&name).filter(|module| module.path() == path)
}

/// The dotted names of all modules, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    (0..number_at(0).unwrap_or(0)).filter_map(|number| Some(entry(number)?.name))
}

impl Module {
    /// `__file__`: a path that does not exist, but is one in form.
    pub fn path(&self) -> String {
        let stem = self.name.replace('.', "/");
        let tail = if self.is_package {
            "/__init__.py"
        } else {
            ".py"
        };
        format!("{ROOT}/{stem}{tail}")
    }

    /// The text of the module.
    pub fn source(&self) -> String {
        miniz_oxide::inflate::decompress_to_vec_with_limit(self.packed_source, self.source_bytes)
            .ok()
            .and_then(|source| String::from_utf8(source).ok())
            .expect("build.rs packed a text")
    }
}

fn entry(number: usize) -> Option<Module> {
    let buckets = number_at(4)?;
    let at = HEADER_BYTES + 2 * buckets + ENTRY_BYTES * number;
    let field = |index: usize| number_at(at + 4 * index);
    let slice = |start: usize, length: usize| BLOB.get(start..start.checked_add(length)?);
    Some(Module {
        name: str::from_utf8(slice(field(0)?, field(1)?)?).ok()?,
        is_package: field(2)? != 0,
        image: slice(field(3)?, field(4)?)?,
        packed_source: slice(field(5)?, field(6)?)?,
        source_bytes: field(7)?,
    })
}

fn number_at(at: usize) -> Option<usize> {
    let bytes = BLOB.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}
