//! Syntax errors have CPython 3.14's type, message and place. `errors.json` is recorded by
//! `record.py`; SIDEWINDER_ERRORS names another recording to measure against.

use frontend::{Mode, Options, Origin, compile};
use serde_json::{Value, json};

/// Cases in which the compiler crates are known to differ, by source.
const KNOWN: &[&str] = &[
    // The range reaches to the end of the f-string.
    "f\"{a b}\"",
    // A star among parenthesized names is taken for an argument.
    "from a import (b, *)",
    // Reported by the code generator, which marks the whole comprehension.
    "{**x for x in y}",
    // The comma is marked instead of what follows it.
    "with open(\"x\") as f, \n    pass",
    // CPython sees the second statement before it counts them.
    "if a: b\nc\n",
];

#[test]
fn errors_are_those_of_cpython() {
    let path = std::env::var("SIDEWINDER_ERRORS");
    let recorded = match &path {
        Ok(path) => std::fs::read_to_string(path).expect("a recording"),
        Err(_) => include_str!("errors.json").to_owned(),
    };
    let cases: Vec<Vec<Value>> = serde_json::from_str(&recorded).expect("a list of lists");
    let mut wrong = Vec::new();
    for case in &cases {
        let (mode, source) = (text(&case[0]), text(&case[1]));
        let expected = Value::from(case[2..9].to_vec());
        let found = outcome(source, mode);
        if (found != expected) != KNOWN.contains(&source) {
            wrong.push(format!(
                "{mode} {source:?}\n  expected {expected}\n  found    {found}"
            ));
        }
    }
    let (all, bad) = (cases.len(), wrong.len());
    assert!(
        wrong.is_empty(),
        "{}\n{bad} of {all} differ",
        wrong.join("\n")
    );
}

fn outcome(source: &str, mode: &str) -> Value {
    let mode = match mode {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    };
    let options = Options {
        origin: Origin::Text,
        ..Options::default()
    };
    match compile(source.as_bytes(), "<s>", mode, &options, &mut Vec::new()) {
        Ok(_) => Value::Null,
        Err(error) => json!([
            error.kind.exception_name(),
            error.message,
            error.lineno,
            error.offset,
            error.end_lineno,
            error.end_offset,
            error.text,
        ]),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}
