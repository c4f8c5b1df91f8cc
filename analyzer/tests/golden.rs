//! Definitions that pass, with what comes of them, and definitions that fail, with what is said.
//!
//! `tests/pass/*.def` and `tests/fail/*.def`, the expected text beside each (`.out`, `.stderr`).
//! `BLESS=1 cargo test -p sidewinder-analyzer` writes it anew. All may `use "prelude.def"` (types,
//! layouts, helpers) and `use "base.def"` (a small instruction set).

mod summary;

use std::fs;
use std::path::{Path, PathBuf};

use analyzer::{Diagnostics, Model, SourceMap, codes};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

fn definitions(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(name)).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "def"));
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .expect("a file")
        .to_string_lossy()
        .into_owned()
}

fn check(path: &Path) -> (Option<Model>, Diagnostics) {
    let main = path
        .file_name()
        .expect("a file")
        .to_string_lossy()
        .into_owned();
    let read = |path: &Path| fs::read(path).expect("readable");
    let map = SourceMap::new()
        .with(&main, read(path))
        .with("prelude.def", read(&folder("prelude.def")))
        .with("base.def", read(&folder("base.def")));
    analyzer::check(&map)
}

/// Compares with the text beside the definition, or writes it.
fn compare(path: &Path, found: &str, differences: &mut Vec<String>) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, found).expect("writable");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected != found {
        let line = expected
            .lines()
            .zip(found.lines())
            .position(|(a, b)| a != b);
        let line = line.unwrap_or_else(|| expected.lines().count().min(found.lines().count()));
        let at = |text: &str| text.lines().nth(line).unwrap_or("(end)").to_string();
        differences.push(format!(
            "{}:{}\n  - {}\n  + {}",
            path.display(),
            line + 1,
            at(&expected),
            at(found)
        ));
    }
}

fn assert_same(differences: &[String]) {
    assert!(
        differences.is_empty(),
        "BLESS=1 accepts:\n{}",
        differences.join("\n")
    );
}

#[test]
fn definitions_that_pass() {
    let mut differences = Vec::new();
    for path in definitions("pass") {
        let (model, diagnostics) = check(&path);
        match model {
            Some(model) => compare(
                &path.with_extension("out"),
                &summary::of(&model),
                &mut differences,
            ),
            None => differences.push(format!("{} is refused:\n{diagnostics}", path.display())),
        }
    }
    assert_same(&differences);
}

#[test]
fn definitions_that_fail() {
    let mut differences = Vec::new();
    for path in definitions("fail") {
        let (model, mut diagnostics) = check(&path);
        let name = stem(&path);
        let wanted = name.split('_').next().unwrap_or("");
        let warning = wanted.starts_with('W');
        if model.is_some() != warning {
            differences.push(format!("{name} passes:\n{diagnostics}"));
        }
        diagnostics.retain(|one| one.is_error() || one.code.id == wanted);
        let coded = warning || wanted.starts_with('E');
        if coded && !diagnostics.iter().any(|one| one.code.id == wanted) {
            differences.push(format!("{name} lacks its code:\n{diagnostics}"));
        }
        compare(
            &path.with_extension("stderr"),
            &diagnostics.to_string(),
            &mut differences,
        );
    }
    assert_same(&differences);
}

/// Codes that need files which cannot stand in a folder of texts are in hostile.rs.
#[test]
fn every_code_has_a_definition() {
    let elsewhere = ["E002", "E003"];
    let names: Vec<String> = definitions("fail").iter().map(|path| stem(path)).collect();
    for code in codes::ALL {
        let found = names
            .iter()
            .any(|name| name.split('_').next() == Some(code.id));
        assert!(
            found || elsewhere.contains(&code.id),
            "no tests/fail/{}_*.def",
            code.id
        );
    }
}

#[test]
fn codes_are_unique_and_explained() {
    for (index, code) in codes::ALL.iter().enumerate() {
        assert!(
            codes::ALL[..index].iter().all(|other| other.id != code.id),
            "{} twice",
            code.id
        );
        assert!(code.explanation.len() > 20 || code.severity == codes::Severity::Warning);
        let text = analyzer::explain(code.id).expect("known");
        assert!(text.contains(code.title));
    }
    assert_eq!(analyzer::explain("E999"), None);
}

#[test]
fn the_reference_lists_all_codes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/dsl.md");
    let text = fs::read_to_string(&path).expect("docs/dsl.md");
    let (start, end) = ("<!-- codes: begin -->\n", "<!-- codes: end -->");
    let from = text.find(start).expect("a begin mark") + start.len();
    let to = text.find(end).expect("an end mark");
    if std::env::var_os("BLESS").is_some() {
        let whole = format!("{}{}{}", &text[..from], codes::markdown(), &text[to..]);
        fs::write(&path, whole).expect("writable");
        return;
    }
    assert_eq!(&text[from..to], codes::markdown(), "BLESS=1 writes it anew");
}

#[test]
fn the_instruction_set_passes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../opcodes.def");
    let start = std::time::Instant::now();
    if let Err(diagnostics) = analyzer::analyze_file(&path) {
        panic!("{diagnostics}");
    }
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
}
