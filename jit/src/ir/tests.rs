//! Text against text, random functions there and back, what the verifier refuses, and traces by hand through the interpreter.

use super::exits::Exits;
use super::interpret::Interpreter;
use super::parse::parse;
use super::random::{self, HELPERS, Memory, Random, Size};
use super::verify::verify;
use super::*;
use core::sync::atomic::AtomicU32;

const SUM: &str = r#"trace "sum \"of\" ints" {
  root r0 = 0x7f0000001040
  root r1 = 0x7f0000001080
  snapshot s0 {
    frame code r0 function r1 base 0 ip 12 depth 1 [1: v6, 2: v1]
    frame code r0 function r1 base 24 ip 0 depth 0 init virtual []
  }
  snapshot s1 {
    frame code r0 function r1 base 0 ip 3 depth 0 []
  }
  entry {
    v0: ptr = frame
    v1: value = load v0 + 16 @slots
    v2: i1 = test int v1
    v3: i1 = not v2
    guard v3, s1, deopt
    v4: i64 = unbox int v1
    v5: i64 = const -1
    v20: f64 = const -0.0
    v21: f64 = const bits 0x7ff8000000000000
    jump loop0(v4, v5)
  }
  loop0 (v6: i64, v7: i64) {
    v8: i64 = add v6, v7
    v9: i1 = overflows add_s v6, v7
    guard v9, s0, exit
    v10: i1 = le_s v8, v5
    v11: i64, v12: value = if v10 {
      store v0 - 8 @3, v8
      leave s0, end
    } else {
      v13: value = box int v8
      yield v8, v13
    }
    store_element v0[v8] + 24 @slots, v12
    jump loop0(v11, v7)
  }
}
"#;

#[test]
fn golden_text_stays() {
    let func = parse(SUM).unwrap();
    assert_eq!(func.to_string(), SUM);
    verify(&func, &[]).unwrap();
    assert_eq!(func.count(), 21);
}

#[test]
fn random_functions_survive_the_text_form() {
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let memory = Memory::random(&mut random);
        let loops = random.below(3);
        let func = random::function(&mut random, &memory, Size { instructions: 60, loops });
        let text = func.to_string();
        if let Err(error) = verify(&func, &HELPERS) {
            panic!("seed {seed}: {error}\n{text}");
        }
        let again = parse(&text).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
        assert_eq!(again.to_string(), text, "seed {seed}");
        verify(&again, &HELPERS).unwrap();
        assert_eq!(again.count(), func.count());
    }
}

#[test]
fn random_functions_have_every_instruction() {
    let mut seen = std::collections::HashSet::new();
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let memory = Memory::random(&mut random);
        let func = random::function(&mut random, &memory, Size { instructions: 60, loops: 2 });
        func.visit(|_, id| {
            let line = format!("{:?}", func.op(id));
            seen.insert(line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("").to_string());
        });
    }
    for name in [
        "Const", "Root", "Thread", "Frame", "SlotAddress", "Incoming", "Binary", "Unary", "Compare", "Overflow", "Select", "Convert", "Box",
        "Unbox", "Test", "IsObject", "Load", "Store", "LoadElement", "StoreElement", "ElementAddress", "Barrier", "Call", "Guard",
        "CheckValid", "If", "Jump", "Leave", "Link", "Yield",
    ] {
        assert!(seen.contains(name), "{name} was never generated");
    }
}

#[test]
fn errors_of_the_parser_have_a_place() {
    for (text, line, column, message) in [
        ("trace \"x\" {\n  entry {\n    v0: i64 = cons 1\n  }\n}", 3, 15, "`cons` is no instruction with a result"),
        ("trace \"x\" {\n  entry {\n    v0: i63 = const 1\n", 3, 9, "expected a type, found `i63`"),
        ("trace \"x\" {\n  entry {\n    v0: i8 = const 256\n", 3, 23, "the constant does not fit i8"),
        ("trace \"x\" {\n  entry {\n    v99999999: i8 = const 1\n", 3, 5, "the number of the value is too large"),
        ("trace \"x\" {\n  entry {\n    v0: i8 = const 1\n    v0: i8 = const 1\n", 4, 21, "v0 is defined twice"),
        ("trace \"x\" {\n  entry {\n    leave s0, gone\n", 3, 15, "expected a kind of exit, found `gone`"),
        ("trace \"x", 1, 8, "the name does not end"),
        ("trace \"x\" {\n  snapshot s1 {", 2, 14, "snapshots are numbered in order"),
        ("", 1, 1, "expected `trace`"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!((error.line, error.column, error.message.as_str()), (line, column, message), "{text}");
    }
}

/// No text makes the parser, the printer or the verifier panic.
#[test]
fn damaged_text_is_refused_or_read() {
    let mut random = Random::new(7);
    for _ in 0..3000 {
        let mut bytes = SUM.as_bytes().to_vec();
        for _ in 0..1 + random.below(3) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => {
                    bytes.remove(at);
                }
                1 => bytes[at] = b" 019vsr{}[](),:=+-@abefix_\"\\"[random.below(28)],
                _ => {
                    let end = (at + random.below(40)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    let to = random.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
            }
        }
        let text = String::from_utf8(bytes).unwrap();
        if let Ok(func) = parse(&text) {
            let _ = func.to_string();
            let _ = verify(&func, &HELPERS);
        }
    }
}

#[test]
fn the_verifier_refuses() {
    for (body, message) in [
        ("v0: i64 = const 1\n v1: f64 = const 1.0\n v2: i64 = add v0, v1\n leave s0, end", "v2: the operands differ in type"),
        ("v0: i64 = add v1, v1\n v1: i64 = const 1\n leave s0, end", "v0: v1 is not defined here"),
        ("v0: i64 = const 1", "v0: a block ends with its first jump, leave, link or yield"),
        ("v0: i64 = const 1\n guard v0, s0, exit\n leave s0, end", "v1: the condition is an i1"),
        ("leave s4, end", "v0: the snapshot does not exist"),
        ("leave s1, end", "v9 of its snapshot is not defined here"),
        ("jump loop0()", "v0: the loop does not exist"),
        ("v0: i64 = call 99()\n leave s0, end", "v0: the helper does not exist"),
        ("v0: i64 = const 0\n call 5(v0, v0)\n leave s0, end", "v1: the arguments do not fit the helper"),
        ("v0: i1 = const 0\n if v0 {\n v1: i8 = const 1\n yield v1\n } else {\n yield\n }\n leave s0, end", "the arguments do not fit the parameters"),
        ("v0: i1 = const 0\n if v0 {\n v1: i8 = const 1\n yield\n } else {\n yield\n }\n v2: i8 = neg v1\n leave s0, end", "v2: v1 is not defined here"),
        ("v0: value = const 0\n barrier v0\n v1: i64 = incoming 0\n leave s0, end", "v1: incoming values stand before everything else in the entry"),
        ("v0: f64 = const 0.0\n v1: i8 = float_to_signed v0\n leave s0, end", "v1: no such conversion"),
        ("yield", "v0: yield stands in a region of an if"),
    ] {
        let mention = if message.contains("v9") { "[0: v9]" } else { "[]" };
        let frame = |slots: &str| format!("{{ frame code r0 function r0 base 0 ip 0 depth 0 {slots} }}");
        let define = if message.contains("v9") { "\n loop0 (v9: i64) { leave s0, end }" } else { "" };
        let text = format!("trace \"x\" {{ root r0 = 0x10 snapshot s0 {} snapshot s1 {} entry {{ {body} }} {define} }}", frame("[]"), frame(mention));
        let func = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let error = verify(&func, &HELPERS).unwrap_err().to_string();
        assert!(error.contains(message), "{error} instead of {message}");
    }
}

#[test]
fn the_interpreter_runs_a_loop() {
    let text = r#"trace "sum" {
      root r0 = 0x10
      snapshot s0 { frame code r0 function r0 base 0 ip 0 depth 0 [0: v4, 1: v9, 2: v3] }
      entry {
        v0: ptr = frame
        v1: value = load v0 @slots
        v2: i64 = unbox int v1
        v3: i64 = const 0
        jump loop0(v2, v3)
      }
      loop0 (v4: i64, v5: i64) {
        v6: i64 = const 1
        v7: i64 = sub v4, v6
        v8: i64 = add v5, v4
        v9: value = box int v8
        v10: i1 = eq v4, v3
        guard v10, s0, exit
        jump loop0(v7, v8)
      }
    }"#;
    let func = parse(text).unwrap();
    verify(&func, &[]).unwrap();
    let exits = Exits::of(&func);
    let mut memory = Box::new(Memory::random(&mut Random::new(1)));
    memory.frame[0] = runtime::value::Value::small_int(1000).0;
    let valid = AtomicU32::new(1);
    let mut interpreter = Interpreter::new(&func, &exits, &HELPERS, random::support(), &valid);
    // SAFETY: the trace touches its frame alone.
    let exit = unsafe { interpreter.run((&raw mut *memory).cast(), (&raw mut memory.frame).cast()) };
    assert_eq!(exit, Ok(0));
    // The box of v8 counts as v8; the constant is not stored.
    assert_eq!(exits.list[0].values, [Id(4), Id(8)]);
    assert_eq!(memory.exit_buffer[..2], [0, 500500]);
    let map = exits::ExitMap::new(&func, &exits.list[0]);
    let slots = &map.frames[0].slots;
    assert_eq!(slots.iter().map(|slot| slot.repr).collect::<Vec<_>>(), [Some(Repr::Int); 3]);
    assert_eq!(slots[2].source, exits::Source::Const(0));
    // What is undefined is a trap, and running on for ever is one where it is asked for.
    let mut interpreter = Interpreter::new(&func, &exits, &HELPERS, random::support(), &valid).with_fuel(100);
    memory.frame[0] = runtime::value::Value::small_int(1000).0;
    // SAFETY: as above.
    let trap = unsafe { interpreter.run((&raw mut *memory).cast(), (&raw mut memory.frame).cast()) }.unwrap_err();
    assert_eq!(trap.what, "out of fuel");
}
