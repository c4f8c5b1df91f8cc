//! The ways in which a trace runs, each in a copy of the process. Not here: what they must come to (`prove.rs`).

use super::child::{self, Ending, Report};
use super::{Site, state, vary};
use core::sync::atomic::AtomicU32;
use jit::build::{Built, build_knowing};
use jit::generated::helpers::HELPERS;
use jit::ir::exits::{ExitMap, Exits};
use jit::ir::interpret::Interpreter;
use jit::ir::{Binary, Func, Op};
#[cfg(feature = "jit")]
use jit::machine::{Code, Compiler, Machine, Opt, Options};
use jit::support::support;
use jit::trace::Trace;
use runtime::generated::opcode as op;
use runtime::value::Value;

/// What makes machine code, once it is needed; none where there is none to be had.
#[derive(Default)]
pub struct Engines {
    #[cfg(feature = "jit")]
    compiler: Option<Option<Compiler>>,
}

/// A trace in all its forms.
pub struct Made {
    #[cfg(feature = "jit")]
    codes: Vec<(&'static str, Code, std::sync::Arc<Machine>)>,
}

const INTERPRETED: &str = "interpreter of the IR";
const KNOWN: &str = "operands known";

impl Made {
    pub fn list(&self) -> Vec<&'static str> {
        #[cfg_attr(not(feature = "jit"), allow(unused_mut))]
        let mut list = vec![INTERPRETED, KNOWN];
        #[cfg(feature = "jit")]
        list.extend(self.codes.iter().map(|(name, ..)| *name));
        list
    }
}

impl Engines {
    pub fn make(&mut self, func: &Func) -> Made {
        #[cfg(feature = "jit")]
        {
            let options = || Options { verify: true, ..Options::default() };
            let made = || Some(Compiler::new(Machine::new(support(), options()).ok()?, HELPERS));
            let mut codes = Vec::new();
            if let Some(compiler) = self.compiler.get_or_insert_with(made) {
                for (name, opt) in [("machine code", Opt::None), ("optimized machine code", Opt::Speed)] {
                    match compiler.compile(func, opt) {
                        Ok(code) => codes.push((name, code, compiler.machine().clone())),
                        Err(refused) => eprintln!("proof: FAILED: {refused}\n{func}"),
                    }
                }
            }
            Made { codes }
        }
        #[cfg(not(feature = "jit"))]
        {
            let _ = func;
            Made {}
        }
    }
}

/// A wrong intrinsic: what shifts with the sign does so without.
pub fn plant(func: &mut Func) {
    for def in &mut func.defs {
        if let Op::Binary(which @ Binary::ShrS, ..) = &mut def.op {
            *which = Binary::ShrU;
        }
    }
}

/// Runs the trace in a copy, on the operands of this seed; with what it has come to goes how many instructions the trace had.
///
/// # Safety
/// The trace begins at the site.
pub unsafe fn run(
    site: Site,
    made: &Made,
    engine: &str,
    trace: &Trace,
    built: &Built,
    pool: &[Value],
    seed: Option<u64>,
) -> (Option<Report>, usize) {
    let report = child::fork(|| {
        // SAFETY: promised by the caller; this is the copy.
        unsafe {
            if let Some(seed) = seed {
                vary::vary(seed, site, pool);
            }
            (*site.fp).ip.set(site.ip);
            (*site.fp).sp.set(site.sp);
            child::tell_now(&enter(site, made, engine, trace, built))
        }
    });
    let used = report.as_ref().map_or(0, |report| report.used);
    (report.filter(|report| report.ending != Ending::Refused), used)
}

unsafe fn enter(site: Site, made: &Made, engine: &str, trace: &Trace, built: &Built) -> Report {
    // SAFETY: promised by the caller.
    unsafe {
        match engine {
            INTERPRETED => interpret(site, &built.func, built.used),
            KNOWN => {
                let first = &trace.entries[0];
                let count = op::popped(first.opcode, first.oparg).clamp(0, first.stack as i64) as u32;
                let base = (&*site.fp).code.nlocalsplus.get();
                let operand = |at: u32| (base + at, *(*site.fp).stack_base().add(at as usize));
                let known: Vec<(u32, Value)> = (first.stack - count..first.stack).map(operand).collect();
                match build_knowing(trace, &known) {
                    Ok(built) => interpret(site, &built.func, built.used),
                    Err(_) => Report { ending: Ending::Refused, ..Report::default() },
                }
            }
            _ => compiled(site, made, engine, built.used),
        }
    }
}

unsafe fn interpret(site: Site, func: &Func, used: usize) -> Report {
    let (exits, maps) = (Exits::of(func), ExitMap::all(func));
    let valid = AtomicU32::new(1);
    let mut interpreter = Interpreter::new(func, &exits, HELPERS, support(), &valid).with_fuel(1_000_000);
    // SAFETY: promised by the caller.
    match unsafe { interpreter.run(site.ts.cast_mut().cast(), site.fp.cast()) } {
        // SAFETY: as above.
        Ok(number) => unsafe { left(site, &maps[number as usize], used) },
        Err(trap) => Report { ending: Ending::Failed(format!("{trap}")), ..Report::default() },
    }
}

#[cfg(feature = "jit")]
unsafe fn compiled(site: Site, made: &Made, engine: &str, used: usize) -> Report {
    // SAFETY: promised by the caller.
    unsafe {
        let Some((_, code, machine)) = made.codes.iter().find(|(name, ..)| *name == engine) else { return Report::default() };
        match machine.enter(site.ts.cast_mut().cast(), site.fp.cast(), code.entry()).as_ref() {
            Some(record) => left(site, &code.exits[record.number as usize], used),
            None => Report { ending: Ending::Failed("no code".into()), ..Report::default() },
        }
    }
}
#[cfg(not(feature = "jit"))]
unsafe fn compiled(_: Site, _: &Made, _: &str, _: usize) -> Report {
    Report::default()
}

/// The state behind an exit.
unsafe fn left(site: Site, exit: &ExitMap, used: usize) -> Report {
    // SAFETY: the trace has just been left by this exit.
    unsafe {
        let restored = jit::restore::restore(exit, &*site.ts, site.fp);
        if restored.raised {
            return Report { ending: Ending::Raised(child::raised(site.ts)), used, ..Report::default() };
        }
        Report { states: vec![state::text(&*site.ts, restored.frame, true)], used, ..Report::default() }
    }
}
