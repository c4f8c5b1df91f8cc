//! Machine code against the interpreter of the IR: random functions, traces by hand, linking, bounds. A planted error must be found.

use super::*;
use crate::ir::interpret::{Interpreter, Trap};
use crate::ir::random::{self, EXIT_WORDS, HELPERS, LOG, Memory, Random, Size};
use crate::ir::{Repr, parse::parse};
use crate::lines::{self, Line, Of};
use core::cell::Cell;
use core::sync::atomic::AtomicU32;

thread_local! {
    /// Makes the lowering of `shr_s` wrong, to see that it is noticed.
    pub static PLANTED: Cell<bool> = const { Cell::new(false) };
}

fn machine() -> Arc<Machine> {
    failing_machine(Fail::Never)
}

fn failing_machine(fail: Fail) -> Arc<Machine> {
    Machine::new(random::support(), Options { verify: true, fail, ..Options::default() }).unwrap()
}

/// What can be seen of a run.
#[derive(PartialEq, Clone)]
struct Seen {
    exit: u32,
    values: Vec<u64>,
    memory: Box<Memory>,
    log: Vec<u64>,
}

impl Seen {
    fn new(exit: u32, types: &[Ty], memory: &Memory) -> Seen {
        let raw = types.iter().zip(&memory.exit_buffer);
        // Which NaN a raw float is, is not determined.
        let word = |(&ty, &bits): (&Ty, &u64)| if ty == Ty::F64 && f64::from_bits(bits).is_nan() { 1 } else { bits & ty.mask() };
        let values = raw.map(word).collect();
        let mut memory = Box::new(memory.clone());
        memory.exit_buffer = [0; EXIT_WORDS];
        Seen { exit, values, memory, log: LOG.take() }
    }
}

/// Runs the function in `memory` and puts the memory back.
fn run(memory: &mut Memory, types: &[ExitMap], engine: impl FnOnce(*mut u8, *mut u8) -> Result<u32, Trap>) -> Result<Seen, Trap> {
    let before = memory.clone();
    LOG.take();
    let exit = engine((&raw mut *memory).cast(), (&raw mut memory.frame).cast());
    let seen = exit.map(|exit| Seen::new(exit, &types[exit as usize].stored, memory));
    *memory = before;
    seen
}

struct Case {
    interpreted: Seen,
    differs: Option<&'static str>,
    stats: [Stats; 2],
    func: Func,
}

fn case(compiler: &mut Compiler, seed: u64, size: Size) -> Option<Case> {
    let mut random = Random::new(seed);
    let mut memory = Box::new(Memory::random(&mut random));
    let func = random::function(&mut random, &memory, size);
    let exits = Exits::of(&func);
    let maps = ExitMap::all(&func);
    let invalid = random.chance(10);
    let valid = AtomicU32::new(!invalid as u32);
    let failing = Failing::of(&func, compiler.machine.options.fail);
    let interpreter = Interpreter::new(&func, &exits, &HELPERS, random::support(), &valid).with_fuel(100_000);
    let mut interpreter = interpreter.with_failing(failing.as_ref());
    // SAFETY: the generator keeps accesses within `memory`.
    let interpreted = run(&mut memory, &maps, |thread, frame| unsafe { interpreter.run(thread, frame) });
    let interpreted = match interpreted {
        Ok(seen) => seen,
        Err(trap) => panic!("seed {seed}: {trap}\n{func}"),
    };
    let mut differs = None;
    let mut stats = [Stats::default(); 2];
    for (opt, name) in [(Opt::None, "none"), (Opt::Speed, "speed")] {
        let code = match compiler.compile(&func, opt) {
            Ok(code) => code,
            Err(refused) => panic!("seed {seed}: {refused}\n{func}"),
        };
        stats[opt as usize] = code.stats;
        code.shared.valid.store(!invalid as u32, core::sync::atomic::Ordering::Relaxed);
        let machine = compiler.machine().clone();
        // SAFETY: as above; the code lives until the end of the block.
        let seen = run(&mut memory, &maps, |thread, frame| Ok(unsafe { (*machine.enter(thread, frame, code.entry())).number }));
        if seen.as_ref().ok() != Some(&interpreted) {
            differs.get_or_insert(name);
        }
    }
    Some(Case { interpreted, differs, stats, func })
}

/// Of this many random functions each runs three times. More: `SIDEWINDER_IR_CASES`.
fn cases() -> u64 {
    std::env::var("SIDEWINDER_IR_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(2000)
}

#[test]
fn machine_code_does_as_the_interpreter() {
    let mut compiler = Compiler::new(machine(), &HELPERS);
    let (mut exits, mut instructions) = (std::collections::HashSet::new(), 0);
    let mut totals = [(0, 0, 0); 2];
    for seed in 0..cases() {
        let size = Size { instructions: 6 + seed as usize % 30, loops: seed as usize % 3 };
        let Some(case) = case(&mut compiler, seed, size) else { continue };
        if let Some(engine) = case.differs {
            panic!("seed {seed}: opt {engine} differs from the interpreter, which takes exit {}\n{}", case.interpreted.exit, case.func);
        }
        exits.insert(case.interpreted.exit);
        instructions += case.stats[1].instructions;
        for (total, stats) in totals.iter_mut().zip(case.stats) {
            *total = (total.0 + stats.lower_ns, total.1 + stats.compile_ns, total.2 + stats.code_bytes);
        }
    }
    for (total, name) in totals.iter().zip(["none", "speed"]) {
        let each = |sum: u64| sum / instructions as u64;
        println!("{name}: {} ns lowering, {} ns compiling, {} bytes an instruction", each(total.0), each(total.1), total.2 / instructions);
    }
    assert!(exits.len() > 5, "the functions are too much alike");
    assert!(instructions as u64 > cases() * 10);
}

#[test]
fn a_wrong_lowering_is_found() {
    let mut compiler = Compiler::new(machine(), &HELPERS);
    PLANTED.set(true);
    let mut differs = |seed| case(&mut compiler, seed, Size { instructions: 30, loops: 1 }).is_some_and(|case| case.differs.is_some());
    let found = (0..500).find(|&seed| differs(seed));
    PLANTED.set(false);
    assert!(found.is_some(), "500 functions with a logical for an arithmetic shift, and none differs");
}

const COUNT: &str = r#"trace "count" {
  root r0 = 0x10
  snapshot s0 { frame code r0 function r0 base 0 ip 1 depth 0 [0: v1, 1: v2] }
  snapshot s1 { frame code r0 function r0 base 0 ip 2 depth 0 [0: v1] }
  entry {
    v0: ptr = frame
    v5: i64 = load v0 @slots
    v6: f64 = const 0.5
    jump loop0(v5, v6)
  }
  loop0 (v1: i64, v2: f64) {
    v3: i64 = const 1
    v4: i64 = sub v1, v3
    v8: i1 = overflows sub_s v1, v3
    guard v8, s1, deopt
    v7: i64 = const 0
    v9: i1 = le_s v1, v7
    guard v9, s0, exit
    v10: f64 = fadd v2, v6
    check_valid s0
    jump loop0(v4, v10)
  }
}"#;

#[test]
fn exits_are_linked_and_unlinked() {
    let machine = machine();
    let mut compiler = Compiler::new(machine.clone(), &HELPERS);
    let trace = compiler.compile(&parse(COUNT).unwrap(), Opt::Speed).unwrap();
    assert_eq!(trace.exits[1].stored, [Ty::I64, Ty::F64]);
    assert_eq!(trace.exits[1].frames[0].slots[1].repr, Some(Repr::Float));
    // A side trace for exit 1: writes what it got into the frame.
    let side = r#"trace "side" {
      root r0 = 0x10
      snapshot s0 { frame code r0 function r0 base 0 ip 9 depth 0 [] }
      entry {
        v0: i64 = incoming 0
        v1: f64 = incoming 1
        v2: ptr = frame
        v3: value = box float v1
        store v2 + 16 @slots, v0
        store v2 + 24 @slots, v3
        leave s0, end
      }
    }"#;
    let side = compiler.compile(&parse(side).unwrap(), Opt::Speed).unwrap();
    let mut memory = Box::new(Memory::random(&mut Random::new(3)));
    let mut enter = |code: &Code| {
        memory.frame[0] = 10;
        let (thread, frame) = ((&raw mut *memory).cast(), (&raw mut memory.frame).cast());
        // SAFETY: the traces touch the frame alone, and all code lives.
        let record = unsafe { &*machine.enter(thread, frame, code.entry()) };
        (record.number, code.shared.records.as_ptr_range().contains(&(record as *const _)), memory.clone())
    };
    let (number, ours, memory) = enter(&trace);
    assert_eq!((number, ours, memory.exit_buffer[0], f64::from_bits(memory.exit_buffer[1])), (1, true, 0, 5.5));
    // SAFETY: the side trace was made for this exit.
    unsafe { trace.shared.link(1, side.entry()) };
    assert!(trace.shared.is_linked(1));
    let (number, ours, memory) = enter(&trace);
    assert_eq!((number, ours, memory.frame[2]), (0, false, 0));
    assert_eq!(memory.frame[3], runtime::value::Value::float(5.5).0);
    trace.shared.unlink(1);
    assert!(!trace.shared.is_linked(1) && enter(&trace).1);
    // An invalidated trace leaves at its next check.
    trace.shared.valid.store(0, core::sync::atomic::Ordering::Relaxed);
    let (number, _, memory) = enter(&trace);
    assert_eq!((number, memory.exit_buffer[0]), (2, 10));
    drop(side);
    drop(trace);
}

#[test]
fn checks_fail_alike() {
    for fail in [Fail::Once, Fail::Each(3)] {
        let mut compiler = Compiler::new(failing_machine(fail), &HELPERS);
        for seed in 0..cases() / 10 {
            let size = Size { instructions: 6 + seed as usize % 30, loops: seed as usize % 3 };
            let Some(case) = case(&mut compiler, seed, size) else { continue };
            assert_eq!(case.differs, None, "seed {seed}, {fail:?}: exit {} when interpreted\n{}", case.interpreted.exit, case.func);
        }
    }
}

#[test]
fn a_check_fails_when_it_is_its_turn() {
    let func = parse(COUNT).unwrap();
    let count = |fail| Failing::of(&func, fail).map(|failing| {
        let mut checks = Vec::new();
        func.visit(|_, id| checks.extend(failing.count(id).map(|_| id)));
        (0..7).map(|_| checks.iter().map(|&id| failing.fails(id)).collect::<Vec<bool>>()).collect::<Vec<_>>()
    });
    assert!(count(Fail::Never).is_none());
    let once = count(Fail::Once).unwrap();
    assert!(once[0].iter().all(|fails| *fails) && once[1..].iter().flatten().all(|fails| !fails));
    let each = count(Fail::Each(3)).unwrap();
    let each: Vec<bool> = each.into_iter().flatten().collect();
    assert!(!each.is_empty() && each.iter().enumerate().all(|(at, fails)| *fails == (at % 3 == 2)));
}

#[test]
fn code_memory_is_bounded_and_comes_back() {
    let machine = Machine::new(random::support(), Options { code_bytes: 1 << 16, ..Options::default() }).unwrap();
    let mut compiler = Compiler::new(machine.clone(), &HELPERS);
    let before = machine.memory().0;
    let func = parse(COUNT).unwrap();
    let mut traces = Vec::new();
    let refused = loop {
        match compiler.compile(&func, Opt::None) {
            Ok(code) => traces.push(code),
            Err(refused) => break refused,
        }
    };
    assert_eq!(refused, Refused::Full);
    assert!(traces.len() > 20 && machine.memory().0 <= machine.memory().1);
    traces.swap_remove(3);
    traces.push(compiler.compile(&func, Opt::None).unwrap());
    drop(traces);
    assert_eq!(machine.memory().0, before);
}

#[test]
fn what_cannot_be_compiled_is_refused() {
    let machine = Machine::new(random::support(), Options { max_instructions: 5, verify: true, ..Options::default() }).unwrap();
    let mut compiler = Compiler::new(machine, &HELPERS);
    assert_eq!(compiler.compile(&parse(COUNT).unwrap(), Opt::Speed).err(), Some(Refused::TooLarge));
    let wrong = parse("trace \"x\" { entry { v0: i64 = neg v1 v1: i64 = const 1 yield } }").unwrap();
    assert!(matches!(compiler.compile(&wrong, Opt::Speed), Err(Refused::Invalid(_))));
    // Not even without the verifier does it come to a panic.
    let machine = Machine::new(random::support(), Options { verify: false, ..Options::default() }).unwrap();
    let mut compiler = Compiler::new(machine, &HELPERS);
    assert!(compiler.compile(&wrong, Opt::Speed).is_err());
    assert!(compiler.compile(&parse(COUNT).unwrap(), Opt::Speed).is_ok());
}

#[test]
fn compiling_is_for_other_threads_too() {
    fn is_send<T: Send>() {}
    is_send::<Compiler>();
    is_send::<Func>();
    is_send::<Code>();
    let machine = machine();
    let mut compiler = Compiler::new(machine.clone(), &HELPERS);
    let code = std::thread::spawn(move || compiler.compile(&parse(COUNT).unwrap(), Opt::Speed).unwrap()).join().unwrap();
    let mut memory = Box::new(Memory::random(&mut Random::new(3)));
    memory.frame[0] = 4;
    // SAFETY: as above.
    let number = unsafe { (*machine.enter((&raw mut *memory).cast(), (&raw mut memory.frame).cast(), code.entry())).number };
    assert_eq!((number, f64::from_bits(memory.exit_buffer[1])), (1, 2.5));
}

#[test]
fn text_is_kept_when_asked_for() {
    let machine = Machine::new(random::support(), Options { keep_text: true, ..Options::default() }).unwrap();
    let mut compiler = Compiler::new(machine, &HELPERS);
    let func = parse(COUNT).unwrap();
    let (clif, assembly) = compiler.compile(&func, Opt::Speed).unwrap().text.unwrap();
    // Of each guard something is left in both.
    func.visit(|_, id| {
        if matches!(func.op(id), crate::ir::Op::Guard { .. }) {
            assert!([&clif, &assembly].iter().all(|lines| lines.iter().any(|line| line.of == Of::Value(id))), "{id:?}");
        }
    });
    let exits = |lines: &[Line]| lines.iter().filter(|line| matches!(line.of, Of::Exit(_))).count();
    assert!(exits(&clif) > 0 && exits(&assembly) > 0);
    let (clif, assembly) = (lines::join(&clif), lines::join(&assembly));
    assert!(clif.contains("ssub_overflow") && clif.contains("return_call_indirect"), "{clif}");
    assert!(assembly.contains("addsd") && assembly.contains("record_1"), "{assembly}");
}

/// The one addend of all boxes, and the shifts that tests make of the tags.
#[test]
fn the_encoding_is_that_of_the_runtime() {
    use runtime::value::{INT_MAX, INT_MIN, Value};
    assert_eq!(Value::small_int(0).0, lower::OFFSET.wrapping_neg());
    assert_eq!(Value::float(0.0).0, lower::OFFSET);
    assert_eq!((INT_MIN, INT_MAX), (-(1 << 49), (1 << 49) - 1));
}

/// What a recorded loop of `total += items[i] * k` looks like: tests of tags, an index check, an overflow check, a box that escapes.
const TYPICAL: &str = r#"trace "typical" {
  root r0 = 0x10
  snapshot s0 { frame code r0 function r0 base 0 ip 1 depth 0 [0: v10, 1: v11] }
  snapshot s1 { frame code r0 function r0 base 0 ip 2 depth 0 [0: v10, 1: v11] }
  snapshot s2 { frame code r0 function r0 base 0 ip 3 depth 0 [] }
  entry {
    v0: ptr = frame
    v1: value = load v0 @slots
    v2: i1 = test int v1
    v3: i1 = not v2
    guard v3, s2, deopt
    v4: i64 = unbox int v1
    v5: i64 = const 0
    jump loop0(v4, v5)
  }
  loop0 (v10: i64, v11: i64) {
    v12: i1 = le_s v10, v5
    guard v12, s0, exit
    v13: i64 = const 7
    v14: i64 = and v10, v13
    v15: value = load_element v0[v14] + 64 @slots
    v16: i1 = test int v15
    v17: i1 = not v16
    guard v17, s1, deopt
    v18: i64 = unbox int v15
    v19: i64 = mul v18, v13
    v20: i1 = overflows mul_s v18, v13
    guard v20, s1, exit
    v21: i64 = add v11, v19
    v22: i1 = overflows add_s v11, v19
    guard v22, s1, exit
    v23: value = box int v21
    store v0 + 8 @slots, v23
    v24: i64 = const 1
    v25: i64 = sub v10, v24
    check_valid s0
    jump loop0(v25, v21)
  }
}"#;

#[test]
fn a_typical_loop_is_quick() {
    let func = parse(TYPICAL).unwrap();
    let machine = Machine::new(random::support(), Options { verify: false, ..Options::default() }).unwrap();
    let mut compiler = Compiler::new(machine.clone(), &HELPERS);
    let mut memory = Box::new(Memory::random(&mut Random::new(3)));
    for opt in [Opt::None, Opt::Speed] {
        let codes: Vec<Code> = (0..20).map(|_| compiler.compile(&func, opt).unwrap()).collect();
        let stats = codes.iter().map(|code| code.stats).min_by_key(|stats| stats.compile_ns).unwrap();
        let trips = 1_000_000;
        for (at, word) in memory.frame.iter_mut().enumerate() {
            *word = runtime::value::Value::small_int(at as i64 - 10).0;
        }
        memory.frame[0] = runtime::value::Value::small_int(trips).0;
        let start = cpu_time();
        // SAFETY: the trace touches its frame alone.
        let number = unsafe { (*machine.enter((&raw mut *memory).cast(), (&raw mut memory.frame).cast(), codes[0].entry())).number };
        let ns = (cpu_time() - start) as f64 / trips as f64;
        assert_eq!((number, memory.exit_buffer[0]), (1, 0));
        let each = |sum: u64| sum / stats.instructions as u64;
        let (lower, compile) = (each(stats.lower_ns), each(stats.compile_ns));
        println!("typical, {opt:?}: {lower} + {compile} ns, {} bytes of {}; {ns:.2} ns a round", stats.code_bytes, stats.instructions);
    }
}
