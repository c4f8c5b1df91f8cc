//! The bytecode is CPython's: each program of `corpus/` against what `record.py` recorded.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use frontend::{CodeTree, Constant, Mode, Options, compile};

#[test]
fn code_is_that_of_cpython() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let opcodes = opcodes(&fs::read_to_string(folder.join("opcodes")).expect("recorded"));
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("the corpus") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        count += 1;
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("ASCII");
        let source = fs::read(&path).expect("readable");
        let compiled = compile(&source, name, Mode::Exec, &Options::default(), &mut Vec::new()).expect(name);
        let mut found = String::new();
        print_code(&compiled, &opcodes, &mut found);
        let expected = fs::read_to_string(path.with_extension("txt")).expect("recorded");
        if let Some((line, (a, b))) = expected
            .lines()
            .zip(found.lines())
            .enumerate()
            .find(|(_, (a, b))| a != b)
        {
            wrong.push(format!(
                "{name}:{}\n  expected {a}\n  found    {b}",
                line + 1
            ));
        } else if expected != found {
            wrong.push(format!("{name}: one is shorter"));
        }
    }
    assert!(count > 25);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

struct Opcode {
    name: String,
    caches: usize,
}

fn opcodes(recorded: &str) -> Vec<Opcode> {
    let mut table: Vec<Opcode> = (0..256)
        .map(|number| Opcode {
            name: format!("<{number}>"),
            caches: 0,
        })
        .collect();
    for line in recorded.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let number: usize = fields[0].parse().expect("a number");
        table[number] = Opcode {
            name: fields[1].to_owned(),
            caches: fields[2].parse().expect("a number"),
        };
    }
    table
}

fn print_code(code: &CodeTree, opcodes: &[Opcode], out: &mut String) {
    let list = |names: Vec<&str>| names.join(" ");
    writeln!(out, "code {} ({})", code.qualname, code.name).expect("to a string");
    writeln!(
        out,
        "  arguments {} {} {}",
        code.argcount, code.posonlyargcount, code.kwonlyargcount
    )
    .expect("to a string");
    writeln!(
        out,
        "  flags {:#x} stack {} line {}",
        code.flags, code.stacksize, code.firstlineno
    )
    .expect("to a string");
    for (what, names) in [
        ("names", code.names.iter().map(String::as_str).collect()),
        ("varnames", code.varnames().collect()),
        ("cellvars", code.cellvars().collect()),
        ("freevars", code.freevars().collect()),
    ] {
        writeln!(out, "  {what} {}", list(names)).expect("to a string");
    }
    writeln!(out, "  exceptions {}", hex(&code.exceptiontable)).expect("to a string");
    writeln!(out, "  lines {}", hex(&code.linetable)).expect("to a string");
    for value in &code.constants {
        writeln!(out, "  constant {}", constant(value)).expect("to a string");
    }
    let mut units = code.code.chunks(2);
    while let Some(unit) = units.next() {
        let opcode = &opcodes[usize::from(unit[0])];
        writeln!(out, "  {} {}", opcode.name, unit[1]).expect("to a string");
        for _ in 0..opcode.caches {
            assert_eq!(units.next(), Some([0, 0].as_slice()), "a cache entry");
        }
    }
    for value in &code.constants {
        if let Constant::Code(nested) = value {
            print_code(nested, opcodes, out);
        }
    }
}

fn constant(value: &Constant) -> String {
    let all = |items: &[Constant]| items.iter().map(constant).collect::<Vec<_>>();
    match value {
        Constant::None => "None".to_owned(),
        Constant::Bool(true) => "True".to_owned(),
        Constant::Bool(false) => "False".to_owned(),
        Constant::Ellipsis => "...".to_owned(),
        Constant::Int(value) => value.to_string(),
        Constant::BigInt(bytes) => big(bytes),
        Constant::Float(value) => format!("float {:016x}", value.to_bits()),
        Constant::Complex { real, imag } => {
            format!("complex {:016x} {:016x}", real.to_bits(), imag.to_bits())
        }
        Constant::Str(text) => format!("'{}'", wtf8(text)),
        Constant::Bytes(bytes) => format!("bytes {}", hex(bytes)),
        Constant::Tuple(items) => format!("({})", all(items).join(", ")),
        Constant::Frozenset(items) => {
            let mut items = all(items);
            items.sort();
            format!("{{{}}}", items.join(", "))
        }
        Constant::Slice(items) => format!("slice({})", all(items.as_slice()).join(", ")),
        Constant::Code(code) => format!("code {}", code.qualname),
    }
}

/// Two's complement to Python's `hex()`.
fn big(bytes: &[u8]) -> String {
    let negative = bytes.last().is_some_and(|byte| *byte >= 0x80);
    let mut digits: Vec<u8> = bytes.to_vec();
    if negative {
        let mut carry = true;
        for byte in &mut digits {
            let (negated, overflow) = (!*byte).overflowing_add(u8::from(carry));
            *byte = negated;
            carry = overflow;
        }
    }
    let text: String = digits
        .iter()
        .rev()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(
        "{}0x{}",
        if negative { "-" } else { "" },
        text.trim_start_matches('0')
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wtf8(mut bytes: &[u8]) -> String {
    let mut out = String::new();
    loop {
        let valid = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).expect("valid so far"),
        };
        for c in valid.chars() {
            if (' '..='~').contains(&c) && c != '\'' && c != '\\' {
                out.push(c);
            } else {
                write!(out, "\\u{{{:x}}}", u32::from(c)).expect("to a string");
            }
        }
        let [0xed, second, third, rest @ ..] = &bytes[valid.len()..] else {
            return out;
        };
        let surrogate = 0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f);
        write!(out, "\\u{{{surrogate:x}}}").expect("to a string");
        bytes = rest;
    }
}
