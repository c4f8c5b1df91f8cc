//! The forms in which a trace runs: its IR, interpreted, or machine code. Not here: when it is entered (`executor.rs`).

use core::sync::atomic::{AtomicU32, Ordering};
use jit::build::build;
use jit::generated::helpers::HELPERS;
use jit::ir::Func;
use jit::ir::exits::{ExitMap, Exits};
use jit::ir::interpret::Interpreter;
use jit::settings::{Mode, Settings};
use jit::support::support;
use jit::trace::{Place, Trace};
use runtime::frame::Frame;
use runtime::heap::Marker;
use runtime::value::Value;
use runtime::vm::Thread;
use std::rc::Rc;
#[cfg(feature = "jit")]
use jit::machine::{Code, Compiler, Machine, Opt, Options};

/// A trace that can run.
pub struct Form {
    /// The objects that it has addresses of.
    roots: Vec<Value>,
    /// The specialized instructions that it leans on.
    pub sites: Vec<Place>,
    kind: Kind,
}

enum Kind {
    Interpreted { func: Func, exits: Exits, maps: Vec<ExitMap>, valid: AtomicU32 },
    #[cfg(feature = "jit")]
    Compiled { code: Code, machine: std::sync::Arc<Machine> },
}

impl Form {
    pub fn is_valid(&self) -> bool {
        self.flag().load(Ordering::Relaxed) != 0
    }
    /// It is left at the next look, and entered no more.
    pub fn invalidate(&self) {
        self.flag().store(0, Ordering::Relaxed);
    }
    fn flag(&self) -> &AtomicU32 {
        match &self.kind {
            Kind::Interpreted { valid, .. } => valid,
            #[cfg(feature = "jit")]
            Kind::Compiled { code, .. } => &code.shared.valid,
        }
    }
    pub fn trace(&self, marker: &mut Marker) {
        for root in &self.roots {
            marker.value(*root);
        }
    }
    /// Runs to an exit. Its values are in the thread's exit buffer.
    ///
    /// # Safety
    /// The trace begins where the running frame `fp` of the thread stands.
    pub unsafe fn run(&self, thread: &Thread, fp: *mut Frame) -> Option<&ExitMap> {
        let ts = (thread as *const Thread).cast_mut().cast::<u8>();
        match &self.kind {
            Kind::Interpreted { func, exits, maps, valid } => {
                let mut interpreter = Interpreter::new(func, exits, HELPERS, support(), valid);
                // SAFETY: promised by the caller; the helpers are those of the table.
                match unsafe { interpreter.run(ts, fp.cast()) } {
                    Ok(number) => maps.get(number as usize),
                    Err(trap) => {
                        // The verifier has seen the function, so this is an error of ours; nothing can be taken back any more.
                        eprintln!("sidewinder: internal error in a trace: {trap}\n{func}");
                        std::process::abort()
                    }
                }
            }
            #[cfg(feature = "jit")]
            Kind::Compiled { code, machine } => {
                // SAFETY: promised by the caller; the code lives as long as the form, which whoever runs it holds.
                let record = unsafe { machine.enter(ts, fp.cast(), code.entry()).as_ref()? };
                code.exits.get(record.number as usize)
            }
        }
    }
}

/// Makes forms.
#[derive(Default)]
pub struct Maker {
    #[cfg(feature = "jit")]
    compilers: Option<Option<Compiler>>,
}

impl Maker {
    /// None: the trace is not for this, and the instructions stay.
    pub fn make(&mut self, trace: &Trace, settings: &Settings) -> Option<Rc<Form>> {
        if matches!(settings.mode, Mode::Off | Mode::RecordOnly) {
            return None;
        }
        let built = match build(trace) {
            Ok(built) => built,
            Err(refused) => {
                if settings.dump_uops {
                    eprintln!("trace {}: no IR: {}", trace.number, refused.0);
                }
                return None;
            }
        };
        if settings.dump_uops {
            let cut = built.cut.map_or(String::new(), |cut| format!(", cut: {cut}"));
            eprintln!("trace {}: {} of {} instructions{cut}\n{}", trace.number, built.used, trace.entries.len(), built.func);
        }
        let (roots, sites) = (built.func.roots.clone(), built.sites);
        let kind = match settings.mode {
            #[cfg(feature = "jit")]
            Mode::NoOpt => self.compile(&built.func, Opt::None, settings)?,
            #[cfg(feature = "jit")]
            Mode::On => self.compile(&built.func, Opt::Speed, settings)?,
            _ => {
                let (exits, maps) = (Exits::of(&built.func), ExitMap::all(&built.func));
                Kind::Interpreted { func: built.func, exits, maps, valid: AtomicU32::new(1) }
            }
        };
        Some(Rc::new(Form { roots, sites, kind }))
    }

    #[cfg(feature = "jit")]
    fn compile(&mut self, func: &Func, opt: Opt, settings: &Settings) -> Option<Kind> {
        let made = || Some(Compiler::new(Machine::new(support(), Options::default()).ok()?, HELPERS));
        // Where executable memory is refused the program goes on without machine code.
        let compiler = self.compilers.get_or_insert_with(made).as_mut()?;
        match compiler.compile(func, opt) {
            Ok(code) => Some(Kind::Compiled { code, machine: compiler.machine().clone() }),
            Err(refused) => {
                if settings.dump_uops {
                    eprintln!("no machine code: {refused}");
                }
                None
            }
        }
    }
}
