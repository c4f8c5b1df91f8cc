//! `docs/adding-an-opcode.md` is true: its edits, applied to a copy of the definition, make the
//! instruction it promises.

mod common;
#[path = "common/repository.rs"]
mod repository;

use analyzer::SourceMap;
use std::collections::BTreeMap;
use std::process::Command;

#[test]
fn the_steps_of_the_tutorial_add_an_instruction() {
    assert_eq!(repository::definition().instruction("BINARY_OP_SQUARE_INT"), None);
    let root = repository::root();
    let mut files = definition_files(&root);
    let page =
        std::fs::read_to_string(root.join("docs/adding-an-opcode.md")).expect("the page is there");
    for edit in
        page.split("```diff\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default())
    {
        apply(edit, &mut files);
    }
    let main = files.remove("opcodes.def").expect("the main file");
    let sources =
        files.iter().fold(SourceMap::new().with("opcodes.def", main), |map, (path, text)| {
            map.with(path, text.as_str())
        });
    let model = common::model(&sources);
    for output in codegen::OUTPUTS {
        // Inline functions, layouts and helpers are what an instruction of old ones leaves as it is.
        let text = (output.generate)(&model);
        let wanted = !["fns.rs", "layouts.rs", "helpers.rs"].iter().any(|name| output.path.ends_with(name));
        assert_eq!(text.contains("BINARY_OP_SQUARE_INT"), wanted, "{}", output.path);
    }
    compile(&codegen::opcode::generate(&model));
}

fn definition_files(root: &std::path::Path) -> BTreeMap<String, String> {
    let read = |path: &str| {
        (path.to_string(), std::fs::read_to_string(root.join(path)).expect("definitions are text"))
    };
    let parts = std::fs::read_dir(root.join("opcodes")).expect("the folder is there");
    let parts = parts
        .map(|entry| format!("opcodes/{}", entry.expect("readable").file_name().to_string_lossy()));
    parts.chain(["opcodes.def".to_string()]).map(|path| read(&path)).collect()
}

/// `--- file`, then lines of context (ending in `...`: only their beginning is compared), then `+`
/// lines that go below it. A context that begins a section (`// --`) takes them above it.
fn apply(edit: &str, files: &mut BTreeMap<String, String>) {
    let mut lines = edit.lines();
    let path =
        lines.next().and_then(|line| line.strip_prefix("--- ")).expect("an edit names its file");
    let text = files.get_mut(path).expect("the file is part of the definition");
    let context = lines
        .next()
        .and_then(|line| line.strip_prefix(' '))
        .expect("an edit has a line of context");
    let matches = |line: &str| match context.strip_suffix(" ...") {
        Some(beginning) => line.starts_with(beginning),
        None => line == context,
    };
    let at =
        text.lines().position(matches).unwrap_or_else(|| panic!("{path} has no line `{context}`"));
    let added: Vec<&str> =
        lines.map(|line| line.strip_prefix('+').expect("the rest is added")).collect();
    let mut all: Vec<&str> = text.lines().collect();
    let at = if context.starts_with("// --") { at } else { at + 1 };
    all.splice(at..at, added);
    *text = all.join("\n") + "\n";
}

/// The tables stand on their own, so they can be compiled here.
fn compile(tables: &str) {
    let folder = std::env::temp_dir().join(format!("codegen-tutorial-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let source = folder.join("opcode.rs");
    std::fs::write(&source, tables).expect("a temporary file");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_string());
    let output = Command::new(rustc)
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--out-dir"])
        .arg(&folder)
        .arg(&source)
        .output()
        .expect("rustc runs");
    std::fs::remove_dir_all(&folder).expect("ours to remove");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
