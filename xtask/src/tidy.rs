//! `cargo xtask tidy`: what of the style guide a program can check, over all hand-written Rust and
//! definition files. It says where and what; it changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

const COLUMNS_MAX: usize = 140;
const FILE_LINES_MAX: usize = 1_000;
/// How far above an unsafe block its `SAFETY:` may stand.
const SAFETY_LINES: usize = 8;
/// Split, so that this file does not find itself.
const FORBIDDEN: [&str; 5] =
    [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("dbg", "!("),
     concat!("#[ig", "nore]"), concat!("allow(dead", "_code)")];

pub fn run(_arguments: &[String]) -> Result<(), String> {
    let (files, complaints) = look(&crate::root())?;
    for complaint in &complaints {
        println!("{complaint}");
    }
    match complaints.len() {
        0 => {
            println!("{files} files are tidy");
            Ok(())
        }
        count => Err(format!("{count} complaints in {files} files")),
    }
}

/// How many files there are, and what is to be said of them.
fn look(root: &Path) -> Result<(usize, Vec<String>), String> {
    let mut complaints = Vec::new();
    let mut files = 0;
    for path in sources(root) {
        let text = fs::read_to_string(&path).map_err(|error| format!("{path:?}: {error}"))?;
        files += 1;
        // Tables of data are not read by people.
        if path.ends_with("tables.rs") {
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        check(&name, &text, &mut complaints);
    }
    Ok((files, complaints))
}

/// All `.rs` and `.def` files but generated ones and what lies in target folders.
fn sources(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                // Generated, or another project's.
                let is_foreign = matches!(name.as_str(), "target" | "generated" | "rustpython-codegen" | "rustpython-sre_engine");
                if !is_foreign && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if (name.ends_with(".rs") || name.ends_with(".def"))
                && !path.components().any(|part| part.as_os_str() == "fail")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn check(name: &str, text: &str, complaints: &mut Vec<String>) {
    let lines: Vec<&str> = text.lines().collect();
    if name.ends_with(".rs") && !text.starts_with("//!") && !text.starts_with("// @generated") {
        complaints.push(format!("{name}:1: does not open with //! (what the file is)"));
    }
    if lines.len() > FILE_LINES_MAX {
        complaints.push(format!("{name}: {} lines, at most {FILE_LINES_MAX}", lines.len()));
    }
    for (index, line) in lines.iter().enumerate() {
        let place = format!("{name}:{}", index + 1);
        let width = line.chars().count();
        // A string cannot always be broken, and in a table a row is a line.
        if width > COLUMNS_MAX && !line.contains('"') && !name.ends_with(".def") {
            complaints.push(format!("{place}: {width} columns, at most {COLUMNS_MAX}"));
        }
        if let Some(word) = FORBIDDEN.iter().find(|word| line.contains(**word)) {
            complaints.push(format!("{place}: `{word}`"));
        }
        let code = line.split("//").next().unwrap_or_default();
        let opens = code.contains(concat!("unsafe", " {")) || code.contains(concat!("unsafe", " impl"));
        let above = &lines[index.saturating_sub(SAFETY_LINES)..=index];
        if name.ends_with(".rs") && opens && !above.iter().any(|line| line.contains("SAFETY")) {
            complaints.push(format!("{place}: no SAFETY comment above"));
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_sources_are_tidy() {
        let (files, complaints) = super::look(&crate::root()).expect("the sources can be read");
        assert!(files > 100, "{files} files");
        assert!(complaints.is_empty(), "cargo xtask tidy:\n{}", complaints.join("\n"));
    }
}
