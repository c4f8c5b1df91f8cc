//! Source files and positions in them.
//!
//! A `SourceMap` is what there is to read: files given as text, or a folder on disk. Paths in `use`
//! are relative to the folder of the main file and never lead out of it.

use std::fmt;
use std::path::{Component, Path, PathBuf};

/// A range of bytes in one file of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    pub file: u32,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: u32, start: usize, end: usize) -> Span {
        Span {
            file,
            start: start as u32,
            end: end.max(start) as u32,
        }
    }

    /// The empty span behind it.
    pub fn after(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }

    pub fn to(self, end: Span) -> Span {
        Span {
            end: end.end.max(self.end),
            ..self
        }
    }
}

/// Files larger than this are refused: spans count in `u32`.
pub(crate) const MAX_FILE_BYTES: usize = 64 << 20;

/// The files of a definition: the first is the main one.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    root: Option<PathBuf>,
    files: Vec<(String, Vec<u8>)>,
}

impl SourceMap {
    /// Nothing yet: add files with [`SourceMap::with`].
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// A file in memory. The first one added is the main file.
    pub fn with(mut self, path: &str, text: impl Into<Vec<u8>>) -> SourceMap {
        self.files.push((path.to_string(), text.into()));
        self
    }

    /// The main file is read from disk, and what it uses from its folder.
    pub fn on_disk(main: &Path) -> SourceMap {
        let root = match main.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let name = main
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        SourceMap {
            root: Some(root),
            files: vec![(name.unwrap_or_default(), Vec::new())],
        }
    }

    pub(crate) fn main(&self) -> Option<&str> {
        self.files.first().map(|(path, _)| path.as_str())
    }

    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        let wanted = normalize(path).ok_or(Unreadable::OutsideTree)?;
        let Some(root) = &self.root else {
            let found = self.files.iter().find(|(known, _)| *known == wanted);
            return found
                .map(|(_, bytes)| bytes.clone())
                .ok_or(Unreadable::Missing(String::new()));
        };
        let full = root.join(&wanted);
        let missing = |error: std::io::Error| Unreadable::Missing(error.to_string());
        let real = full.canonicalize().map_err(missing)?;
        if !real.starts_with(root.canonicalize().map_err(missing)?) {
            return Err(Unreadable::OutsideTree);
        }
        let length = std::fs::metadata(&real).map_err(missing)?.len();
        if length > MAX_FILE_BYTES as u64 {
            return Err(Unreadable::TooLarge);
        }
        std::fs::read(&real).map_err(missing)
    }
}

/// `a/./b` is `a/b`; `None` for what would lead out of the tree.
pub(crate) fn normalize(path: &str) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

pub(crate) enum Unreadable {
    Missing(String),
    OutsideTree,
    TooLarge,
}

/// A file as it was read, for positions and for printing lines.
#[derive(Clone)]
pub(crate) struct SourceFile {
    pub path: String,
    pub text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    pub fn new(path: String, text: String) -> SourceFile {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(newlines.map(|(at, _)| at + 1))
            .collect();
        SourceFile {
            path,
            text,
            line_starts,
        }
    }

    /// Line and column, both from 1; the column counts characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let line = self
            .line_starts
            .partition_point(|start| *start <= offset)
            .max(1);
        let start = self.line_starts[line - 1];
        let before = self.text.get(start..offset).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    /// The bytes of the given lines (from 1, both included), without the last line end.
    pub fn lines(&self, first: usize, last: usize) -> std::ops::Range<usize> {
        let start = self.line_starts[first - 1];
        let end = self
            .line_starts
            .get(last)
            .map_or(self.text.len(), |next| next - 1);
        start..end.max(start)
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SourceFile({})", self.path)
    }
}
