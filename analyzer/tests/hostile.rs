//! Input that no one writes by hand: deep, huge, binary, cut off. It is refused with a message, in
//! time, without overflowing the stack.

use std::time::{Duration, Instant};

use analyzer::{Diagnostics, Model, SourceMap};

const BASE: &str = include_str!("base.def");
const PRELUDE: &str = include_str!("prelude.def");

fn check(text: impl Into<Vec<u8>>) -> (Option<Model>, Diagnostics) {
    let start = Instant::now();
    let map = SourceMap::new()
        .with("main.def", text)
        .with("base.def", BASE)
        .with("prelude.def", PRELUDE);
    let result = analyzer::check(&map);
    let shown = result.1.to_string();
    assert!(
        shown.lines().count() <= 250,
        "{} lines",
        shown.lines().count()
    );
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    result
}

fn refused(text: impl Into<Vec<u8>>, code: &str) {
    let (model, diagnostics) = check(text);
    assert!(model.is_none());
    assert!(
        diagnostics.iter().any(|one| one.code.id == code),
        "no {code} in:\n{diagnostics}"
    );
}

fn with_base(text: &str) -> String {
    format!("use \"base.def\";\n{text}")
}

/// An instruction with this body, on the smaller stack of a test's thread.
fn with_body(body: &str) -> String {
    with_base(&format!(
        "/// x\ninst(X, (a: value -- b: value)) {{ {body} }}\n"
    ))
}

#[test]
fn empty_files() {
    assert!(check("").0.is_some());
    assert!(check("// nothing\n/* nothing */\n").0.is_some());
    assert!(check("\r\n\r\n").0.is_some());
    assert!(analyzer::analyze(&SourceMap::new()).is_err());
    assert!(analyzer::analyze_file("/nowhere/at/all.def").is_err());
    assert!(analyzer::analyze_file("/").is_err());
    assert!(analyzer::analyze_file("").is_err());
}

#[test]
fn bytes_that_are_no_text() {
    refused(b"inst(X\xff\xfe, (--)) {\n}\n".as_slice(), "E002");
    refused(b"// caf\xe9\n".as_slice(), "E002");
    refused(b"inst(X, (--)) {\n\0}\n".as_slice(), "E003");
    refused(b"inst(X, (--)) {\n\x07}\n".as_slice(), "E003");
    let utf16: Vec<u8> = "\u{feff}op(_X, (--)) {}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    refused(utf16, "E002");
    let rubbish: Vec<u8> = (0..5000u32)
        .map(|index| ((index * 167 + 91) % 256) as u8)
        .collect();
    refused(rubbish, "E002");
    let mut program = b"\x7fELF".to_vec();
    program.extend([0; 500]);
    refused(program, "E003");
}

#[test]
fn deep_nesting() {
    for open in ["(", "[", "{"] {
        refused(open.repeat(1 << 20), "E006");
        refused(format!("inst(X, (--)) {}", open.repeat(1 << 20)), "E006");
    }
    refused(
        with_body(&format!("{}{}", "{".repeat(20_000), "}".repeat(20_000))),
        "E006",
    );
    refused(
        with_body(&format!(
            "b = {}1{};",
            "(".repeat(50_000),
            ")".repeat(50_000)
        )),
        "E006",
    );
    refused(
        format!(
            "layout X {{ a: {}u8{} }}",
            "Ptr<[".repeat(50_000),
            "]>".repeat(50_000)
        ),
        "E006",
    );
    let nested = "/*".repeat(100_000);
    refused(nested, "E008");
}

#[test]
fn deep_without_brackets() {
    let chains = [
        format!("b = {}a;", "!".repeat(100_000)),
        format!("b = {}1;", "- ".repeat(100_000)),
        format!("b = {}a;", "&".repeat(100_000)),
        format!("b = {}a;", "* ".repeat(100_000)),
        format!("b = a{};", " + a".repeat(100_000)),
        format!("b = a{};", ".a".repeat(100_000)),
        format!("b = a{};", " as value".repeat(100_000)),
        format!("{}b = a;", "b = ".repeat(100_000)),
        format!("{} {{ b = a; }}", "if a { b = a; } else ".repeat(20_000)),
        format!("{}a;", "return ".repeat(100_000)),
        format!("b = {}a;", "||".repeat(100_000)),
        format!("b = {}a;", "move || ".repeat(100_000)),
        format!("let x: {}u8 = 1;", "&".repeat(100_000)),
        format!(
            "let x: {}u8{} = 1;",
            "A<".repeat(50_000),
            ">".repeat(50_000)
        ),
        format!("b = a{};", "?".repeat(100_000)),
        format!("b = {}a;", "..".repeat(100_000)),
        format!("let {}x = a;", "ref ".repeat(100_000)),
    ];
    for chain in chains {
        refused(with_body(&chain), "E009");
    }
}

/// As deep as the limits let through, on a test's stack.
#[test]
fn at_the_limits() {
    for unit in [
        "!", "- ", "&", "* ", "b = ", "return ", "||", "move || ", "..", "break ", "|x| ",
        "async ", "loop ", "box ",
    ] {
        check(with_body(&format!(
            "b = {}a;",
            unit.repeat(990 / unit.split_whitespace().count().max(unit.len().min(2)))
        )));
        check(with_body(&format!("b = {}a;", unit.repeat(480))));
        check(with_body(&format!(
            "let x: {}u8 = 1; b = a;",
            unit.repeat(480)
        )));
        check(with_body(&format!(
            "match {}a {{ {}x => {{}} }}",
            unit.repeat(200),
            unit.repeat(200)
        )));
    }
    for unit in [
        " + a",
        ".a",
        " as value",
        "?",
        " = b",
        " && a",
        "<a",
        "::a",
        " .. a",
        " | a",
    ] {
        check(with_body(&format!("b = a{};", unit.repeat(480))));
    }
    check(with_body(&format!(
        "{} {{ b = a; }}",
        "if a { b = a; } else ".repeat(100)
    )));
    check(with_body(&format!(
        "let x: {}u8{} = 1; b = a;",
        "A<".repeat(240),
        ">".repeat(240)
    )));
    check(with_body(&format!(
        "let x: {}u8 = 1; b = a;",
        "fn() -> ".repeat(190)
    )));
    check(with_body(&format!(
        "b = {}a{};",
        "(!".repeat(28),
        ")".repeat(28)
    )));
    check(with_body(&format!(
        "b = {}a{};",
        "if a { ".repeat(28),
        "} else { a }".repeat(28)
    )));
    check(with_body(&format!(
        "{} b = a; {}",
        "if a { match oparg { _ => ".repeat(14),
        "} }".repeat(14)
    )));
    let deep = "macro(X) = _BINARY_OP(OPARG);\n".replace("OPARG", &format!("{}1", "!".repeat(990)));
    check(with_base(&deep));
    let deep = "macro(X) if COND = _BINARY_OP;\n"
        .replace("COND", &format!("oparg{}", " == 1".repeat(300)));
    check(with_base(&deep));
    let deep = format!("inst(X, (a[oparg{}] --)) {{ }}", " + oparg".repeat(490));
    check(with_base(&deep));
}

#[test]
fn huge_files() {
    assert!(
        check(with_base(&format!("// {}\n", "x".repeat(10_000_000))))
            .0
            .is_some()
    );
    let many: String = (0..10_000)
        .map(|n| format!("op(_B{n}, (a: value -- b: value)) {{\n    b = a;\n}}\n"))
        .collect();
    refused(with_base(&many), "E078");
    let parts = vec!["_ID"; 5_000].join(" + ");
    let text = format!("/// x\nop(_ID, (a: value -- a: value)) {{ }}\nmacro(BIG) = {parts};\n");
    assert!(check(with_base(&text)).0.is_some());
    let members: Vec<String> = (0..5_000).map(|n| format!("P{n}")).collect();
    refused(
        with_base(&format!(
            "family(POP_TOP, 0) = {{ {} }};\n",
            members.join(", ")
        )),
        "E022",
    );
    let broken: String = (0..2_000)
        .map(|n| format!("inst(Q{n}, (a -- b) {{\n    b = f(a)\n}}\n"))
        .collect();
    refused(with_base(&broken), "E007");
    let fields: Vec<String> = (0..2_000).map(|n| format!("f{n}: u32")).collect();
    let text = format!(
        "/// x\ninst(X, (v: value --)) {{ let b = (v as Big).f1; }}\nlayout Big : Object {{ {} }}\n",
        fields.join(", ")
    );
    assert!(check(with_base(&text)).0.is_some());
    let fns: String = (0..500)
        .map(|n| format!("fn f{n}(v: value) -> bool {{ f{}(v) }}\n", n + 1))
        .collect();
    let text = format!("{fns}fn f500(v: value) -> bool {{ is_null(v) }}\n");
    assert!(check(with_base(&text)).0.is_some());
    let layouts: String = (0..2_000)
        .map(|n| format!("layout L{n} : L{} {{ f{n}: u32 }}\n", n + 1))
        .collect();
    assert!(
        check(with_base(&format!(
            "{layouts}layout L2000 {{ last: u32 }}\n"
        )))
        .0
        .is_some()
    );
    refused(
        with_base(&format!("inst({}, (--)) {{\n}}\n", "X".repeat(100_000))),
        "E009",
    );
    let uses = "use \"base.def\";\n".repeat(10_000);
    assert!(check(uses).0.is_some());
}

#[test]
fn text_that_ends_anywhere() {
    let text = with_base(
        "/// x\nmacro(Y) if oparg == 1 = _BINARY_OP(oparg & 1) + unused/1;\n/// z\ninst(Z, (c/1: u32 := hash_of(a), a: value, b[oparg] -- d: value | e)) { /* c */ d = \"x\"; }",
    );
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        check(&text[..end]);
    }
}

/// A definition on disk is one tree: links do not lead out of it.
#[cfg(unix)]
#[test]
fn links_out_of_the_tree() {
    let folder = std::env::temp_dir().join(format!("analyzer-links-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("in/opcodes")).expect("writable");
    std::fs::write(folder.join("outside.def"), "").expect("writable");
    std::fs::write(folder.join("in/opcodes/inside.def"), "use \"main.def\";").expect("writable");
    std::fs::write(
        folder.join("in/main.def"),
        "use \"link.def\";\nuse \"opcodes/inside.def\";\nuse \"opcodes\";\nuse \"./opcodes/../main.def\";\n",
    )
    .expect("writable");
    let _ = std::os::unix::fs::symlink(folder.join("outside.def"), folder.join("in/link.def"));
    let (model, diagnostics) = analyzer::check_file(folder.join("in/main.def"));
    std::fs::remove_dir_all(&folder).expect("writable");
    assert!(model.is_none());
    let codes: Vec<&str> = diagnostics.iter().map(|one| one.code.id).collect();
    assert_eq!(codes, ["E005", "E001", "E005", "E004"], "{diagnostics}");
}
