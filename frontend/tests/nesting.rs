//! Programs that nest deep are compiled or refused as CPython does; none overflows the stack.

use frontend::{ErrorKind, Mode, Options, Origin, compile};

/// How a program of each depth ends: nothing for success.
fn outcome(source: &str) -> Option<(ErrorKind, String)> {
    let options = Options {
        origin: Origin::Text,
        ..Options::default()
    };
    compile(source.as_bytes(), "<s>", Mode::Exec, &options, &mut Vec::new())
        .err()
        .map(|error| (error.kind, error.message))
}

fn check(
    build: impl Fn(usize) -> String,
    compiles: usize,
    refused: usize,
    kind: ErrorKind,
    message: &str,
) {
    if compiles > 0 {
        assert_eq!(outcome(&build(compiles)), None, "{:.40}", build(compiles));
    }
    for depth in [refused, 100_000] {
        let found = outcome(&build(depth));
        assert_eq!(
            found,
            Some((kind, message.to_owned())),
            "{depth} {:.40}",
            build(depth)
        );
    }
}

const PARENTHESES: &str = "too many nested parentheses";
const PARSER: &str = "Parser stack overflowed - Python source too complex to parse";
const COMPILER: &str = "maximum recursion depth exceeded during compilation";

#[test]
fn brackets() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{1:", "}"),
        ("f(", ")"),
        ("-(", ")"),
        ("x[", "]"),
        ("not (", ")"),
    ] {
        let build = |n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
        check(build, 200, 201, ErrorKind::Syntax, PARENTHESES);
        check(|n| open.repeat(n), 0, 201, ErrorKind::Syntax, PARENTHESES);
    }
}

#[test]
fn operators_to_the_right() {
    for operator in ["-", "not ", "~", "a**", "a if b else ", "-a**"] {
        let build = |n: usize| format!("{}1", operator.repeat(n));
        check(build, 1000, 6000, ErrorKind::Memory, PARSER);
    }
    for operator in ["lambda:", "lambda x=1: ", "lambda x, *y: "] {
        let build = |n: usize| format!("{}1", operator.repeat(n));
        check(build, 200, 6000, ErrorKind::Memory, PARSER);
    }
    check(
        |n| format!("async def f(): {}1", "await ".repeat(n)),
        0,
        6000,
        ErrorKind::Memory,
        PARSER,
    );
}

#[test]
fn operators_to_the_left() {
    for operator in [
        "+1", "-a", "*a", ".a", "()", "[0]", "@a", "|a", ".a()", "<<a", "%a",
    ] {
        let build = |n: usize| format!("a{}", operator.repeat(n));
        check(build, 10_000, 50_000, ErrorKind::Recursion, COMPILER);
    }
}

#[test]
fn flat_programs_of_any_length() {
    let flat = |unit: &str| {
        assert_eq!(
            outcome(&format!("a{}", unit.repeat(20_000))),
            None,
            "{unit}"
        )
    };
    for unit in [
        "\na",
        ",a",
        " and a",
        " or a",
        "<a",
        "=a",
        ";a",
        "\nif a: pass",
        "\na+b.c(d)[-1]",
    ] {
        flat(unit);
    }
    assert_eq!(outcome(&format!("x = ({}'')", "'a' ".repeat(50_000))), None);
    assert_eq!(
        outcome(&format!("[{}]", "lambda x, y=1: 2,".repeat(2_000))),
        None
    );
    assert_eq!(outcome(&format!("[{}]", "-1,".repeat(50_000))), None);
    assert_eq!(
        outcome(&format!("if a: pass\n{}", "elif a: pass\n".repeat(2_000))),
        None
    );
    assert_eq!(
        outcome(&format!("try: pass\n{}", "except a: pass\n".repeat(2_000))),
        None
    );
}

#[test]
fn indentation() {
    for (head, body) in [
        ("if 1:", "pass"),
        ("def f():", "pass"),
        ("class C:", "x = 1"),
        ("with a:", "pass"),
    ] {
        let build = |n: usize| {
            let lines: String = (0..n)
                .map(|i| format!("{}{head}\n", " ".repeat(i)))
                .collect();
            lines + &" ".repeat(n) + body
        };
        assert_eq!(outcome(&build(19)), None, "{head}");
        for depth in [100, 1_000] {
            let expected = (
                ErrorKind::Indentation,
                "too many levels of indentation".to_owned(),
            );
            assert_eq!(outcome(&build(depth)), Some(expected), "{head}");
        }
    }
}

#[test]
fn interpolated_strings() {
    for depth in [150, 1_000, 20_000] {
        let source = format!("{}1{}", "f'{".repeat(depth), "}'".repeat(depth));
        let expected = (ErrorKind::Syntax, "too many nested f-strings".to_owned());
        assert_eq!(outcome(&source), Some(expected), "{depth}");
    }
    let spec = |n: usize| format!("f'{{a{}{}'", ":{a".repeat(n), "}".repeat(n + 1));
    for depth in [3, 100, 190, 300, 10_000] {
        assert!(outcome(&spec(depth)).is_some(), "{depth}");
    }
}

#[test]
fn deep_and_wrong() {
    for source in [
        format!("{}", "-".repeat(4_000)),
        format!("a{} b", ".a".repeat(20_000)),
        format!("x = {}1 = 3", "a.".repeat(10_000)),
        format!("f({}", "a+".repeat(20_000)),
        format!("{}x", "lambda:".repeat(4_000)) + " y",
        format!("match x:\n case {}1: pass", "1|".repeat(20_000)) + " z",
        format!(
            "match x:\n case {}1{}: pass",
            "[".repeat(190),
            "]".repeat(190)
        ),
        format!("del {}", "(".repeat(150)),
    ] {
        let _ = outcome(&source);
    }
}

#[test]
fn on_a_small_stack() {
    let small = std::thread::Builder::new().stack_size(256 << 10);
    let thread = small.spawn(|| {
        assert_eq!(outcome("def f(x): return [y for y in x if not y]"), None);
        assert_eq!(outcome(&format!("a{}", "+a".repeat(5_000))), None);
    });
    thread.expect("a thread").join().expect("no overflow");
}
