//! The test of the language: generators know representations, layouts and intrinsics, never an
//! instruction or a type of Python.

#[path = "common/repository.rs"]
mod repository;

use std::collections::BTreeSet;

/// Words of the definition that are also words of the generators' own trade, each with the reason.
const SHARED: &[(&str, &str)] = &[
    ("Frame", "a built-in name of the language: `frame`, `push_frame`"),
    ("Thread", "a built-in name of the language: `thread`"),
    ("Object", "the root of all layouts"),
    ("Function", "the model's word for an inline `fn`"),
    ("Tuple", "the model's word for what `let (a, b)` takes apart"),
];

#[test]
fn generators_name_no_instruction_and_no_layout() {
    let model = repository::definition();
    let opcodes = model.opcodes.iter().map(|opcode| opcode.name.as_str());
    let ops = model.ops.iter().map(|op| op.name.as_str());
    let layouts = model.layouts.iter().map(|layout| layout.name.as_str());
    let helpers =
        model.helpers.iter().map(|helper| helper.name.as_str()).filter(|name| name.contains('_'));
    let names: BTreeSet<&str> = opcodes.chain(ops).chain(layouts).chain(helpers).collect();
    let mut found = Vec::new();
    let folder = repository::root().join("codegen/src");
    for entry in std::fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("sources are text");
        for (index, line) in text.lines().enumerate() {
            // Doc comments show what is emitted, by example.
            if line.trim_start().starts_with("//") {
                continue;
            }
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            for word in words.filter(|word| {
                names.contains(word) && !SHARED.iter().any(|(shared, _)| shared == word)
            }) {
                found.push(format!("{}:{}: {word}", path.display(), index + 1));
            }
        }
    }
    assert!(found.is_empty(), "a property is missing from the language:\n{}", found.join("\n"));
}
