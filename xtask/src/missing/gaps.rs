//! docs/missing.md out of two lists of names: what tests/dir/record.py printed on CPython 3.14,
//! and what it prints on Sidewinder. Included by the integration test too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

pub const STALE: &str = "docs/missing.md is stale: run `cargo xtask missing` and commit it";

const HEAD: &str = "\
# What is missing

Written by `cargo xtask missing`, checked by a test: every name that `dir()` shows on CPython 3.14
and not here, for built-in types and for modules that are C code in CPython. Modules of the standard
library that are Python code are CPython's own files.
";

type Sections<'text> = BTreeMap<&'text str, BTreeSet<&'text str>>;

/// The whole of docs/missing.md.
pub fn document(recorded: &str, ours: &str) -> String {
    let recorded = sections(recorded);
    let ours = sections(ours);
    let mut text = HEAD.to_string();
    absent(&mut text, &recorded, &ours);
    names(&mut text, "Absent from modules", "module ", &recorded, &ours);
    names(&mut text, "Absent from types", "type ", &recorded, &ours);
    names(&mut text, "Names of modules that CPython does not have", "module ", &ours, &recorded);
    names(&mut text, "Names of types that CPython does not have", "type ", &ours, &recorded);
    text
}

/// `[title]` lines, each followed by a line of names.
fn sections(text: &str) -> Sections<'_> {
    let mut sections = Sections::new();
    let mut title = "";
    for line in text.lines() {
        match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(new) => {
                title = new;
                sections.entry(title).or_default();
            }
            None if line.starts_with('#') => {}
            None => sections.entry(title).or_default().extend(line.split_whitespace()),
        }
    }
    sections
}

/// Modules, and types that no module names (those that one names are told by its list).
fn absent(text: &mut String, recorded: &Sections, ours: &Sections) {
    let builtins = recorded.get("module builtins").cloned().unwrap_or_default();
    for (heading, kind) in [("Absent modules", "module "), ("Absent types", "type ")] {
        let absent: Vec<&str> = recorded
            .keys()
            .filter(|title| !ours.contains_key(*title))
            .filter_map(|title| title.strip_prefix(kind))
            .filter(|name| !name.contains('.') && !builtins.contains(name))
            .collect();
        if !absent.is_empty() {
            let _ = write!(text, "\n## {heading}\n\n{}\n", listed(&absent));
        }
    }
}

/// One line for each section in which `has` knows names that `lacks` does not. A section that is
/// absent as a whole is told by the module's list, or among the absent modules.
fn names(text: &mut String, heading: &str, kind: &str, has: &Sections, lacks: &Sections) {
    let mut lines = String::new();
    for (title, names) in has.iter().filter(|(title, _)| title.starts_with(kind)) {
        let Some(others) = lacks.get(title) else { continue };
        let missing: Vec<&str> = names.difference(others).copied().collect();
        if !missing.is_empty() {
            let name = title.strip_prefix(kind).unwrap_or(title);
            let _ = writeln!(lines, "- **{name}**: {}", listed(&missing));
        }
    }
    if !lines.is_empty() {
        let _ = write!(text, "\n## {heading}\n\n{lines}");
    }
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(" ")
}
