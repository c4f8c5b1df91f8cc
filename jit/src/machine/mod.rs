//! Machine code for traces, by Cranelift. All of its calls are below here. A [`Machine`] owns the code memory and what all traces share; a
//! [`Compiler`] belongs to one thread and turns a verified [`Func`] into [`Code`]. Nothing here touches the heap or the interpreter, so a
//! worker can do it. Not here: what is compiled when, and what an exit leads to (the executors in `interp`).

pub mod arena;
pub mod exits;
mod lower;
mod places;
#[cfg(test)]
mod tests;
mod text;
mod thunks;

use crate::ir::exits::{ExitMap, Exits};
use crate::ir::failing::{Fail, Failing};
use crate::ir::{Func, Helper, Support, Ty, verify};
use crate::lines::Line;
use crate::show::Symbols;
use arena::{Arena, Slot};
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Linkage, Module, ModuleError};
use exits::{ExitRecord, Shared};
use std::collections::HashMap;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// Why there is no code. The program goes on without it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// No machine code on this platform.
    Platform,
    /// The system gives no executable memory.
    Memory(String),
    /// The bound on code memory is reached; freeing traces helps.
    Full,
    /// More instructions than `Options::max_instructions`, or an exit with more values than the buffer has words.
    TooLarge,
    /// The function is wrong: the verifier's message.
    Invalid(String),
    /// Cranelift could not, or would need something that traces do not have.
    Compiler(String),
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Refused::Platform => f.write_str("no machine code on this platform"),
            Refused::Memory(why) => write!(f, "no executable memory: {why}"),
            Refused::Full => f.write_str("code memory is full"),
            Refused::TooLarge => f.write_str("the trace is too large"),
            Refused::Invalid(why) => write!(f, "invalid trace: {why}"),
            Refused::Compiler(why) => write!(f, "not compiled: {why}"),
        }
    }
}
impl core::error::Error for Refused {}

/// How hard Cranelift tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Opt {
    None,
    #[default]
    Speed,
}

#[derive(Clone, Debug)]
pub struct Options {
    /// Bound on code memory.
    pub code_bytes: usize,
    pub max_instructions: usize,
    /// Both verifiers look at everything: ours before, Cranelift's after lowering.
    pub verify: bool,
    /// Off only to find out whether a class of memory is wrong.
    pub alias_analysis: bool,
    /// Checks that fail although they hold.
    pub fail: Fail,
    /// Writes `/tmp/perf-PID.map`.
    pub perf_map: bool,
    /// Keeps Cranelift's IR, and the instructions, in `Code::text`.
    pub keep_text: bool,
    /// The code counts in `Shared::counts`.
    pub count: bool,
}

impl Options {
    /// Instructions know what they came of.
    fn marks(&self) -> bool {
        self.keep_text || self.perf_map
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            code_bytes: 64 << 20,
            max_instructions: 20_000,
            verify: cfg!(debug_assertions),
            alias_analysis: true,
            fail: Fail::Never,
            perf_map: false,
            keep_text: false,
            count: false,
        }
    }
}

/// What all traces of a program share.
pub struct Machine {
    support: Support,
    options: Options,
    /// By `Opt`.
    isas: [OwnedTargetIsa; 2],
    arena: Arena,
    perf_map: Option<Mutex<std::fs::File>>,
    /// `None` only while they are made.
    fixed: Option<Fixed>,
    /// Of cold helpers: by address and signature.
    thunks: Mutex<HashMap<ThunkKey, Installed>>,
}

type ThunkKey = (usize, Vec<Ty>, Option<Ty>);

struct Fixed {
    trampoline: Installed,
    stub: Installed,
    remember: Installed,
    box_int: Installed,
}

/// Code in memory; given back when it is dropped.
pub struct Installed {
    /// Freed by hand: the module would leak its memory.
    module: Option<Box<JITModule>>,
    address: *const u8,
    size: usize,
}

// SAFETY: the address is that of code in the arena, which the module keeps; the module is Send.
unsafe impl Send for Installed {}
// SAFETY: nothing is done with the module but to drop it.
unsafe impl Sync for Installed {}

impl Drop for Installed {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: whoever drops the code promises that nobody runs it (`Code`, `Machine`).
            unsafe { module.free_memory() };
        }
    }
}

impl Machine {
    /// `support` says what the code shares with the runtime; thunks are compiled for it.
    pub fn new(support: Support, options: Options) -> Result<Arc<Machine>, Refused> {
        let arena = Arena::new(options.code_bytes)?;
        let isas = [isa(&options, "none")?, isa(&options, "speed")?];
        let perf_map = if options.perf_map { perf_map_file().map(Mutex::new) } else { None };
        let mut machine = Machine { support, options, isas, arena, perf_map, fixed: None, thunks: Mutex::default() };
        let address = |function: extern "C" fn(u64)| function as usize;
        let box_int: extern "C" fn(i64) -> u64 = support.box_int;
        machine.fixed = Some(Fixed {
            trampoline: thunks::trampoline(&machine)?,
            stub: thunks::stub(&machine)?,
            remember: thunks::thunk(&machine, "sidewinder::remember", address(support.remember), &[Ty::I64], None)?,
            box_int: thunks::thunk(&machine, "sidewinder::box_int", box_int as usize, &[Ty::I64], Some(Ty::I64))?,
        });
        Ok(Arc::new(machine))
    }
    /// Forks: the child has code memory of its own, and no lock is left locked in it. Ends a child that cannot have it.
    pub fn around_fork(&self, fork: &mut dyn FnMut() -> i32) -> i32 {
        let _thunks = self.thunks.lock().unwrap_or_else(PoisonError::into_inner);
        let _names = self.perf_map.as_ref().map(|map| map.lock().unwrap_or_else(PoisonError::into_inner));
        let forking = self.arena.forking();
        let pid = fork();
        if pid == 0 && !forking.in_child() {
            eprintln!("sidewinder: no memory for machine code in a forked child");
            std::process::abort();
        }
        pid
    }
    /// Bytes of code memory in use, and the bound.
    pub fn memory(&self) -> (usize, usize) {
        (self.arena.used(), self.arena.size())
    }
    pub(crate) fn isa(&self, opt: Opt) -> &dyn TargetIsa {
        &*self.isas[opt as usize]
    }
    /// The last word of the exit buffer, as an offset from the thread.
    fn scratch(&self) -> i32 {
        self.support.exit_buffer + (self.support.exit_words as i32 - 1) * 8
    }
    fn fixed(&self) -> Result<&Fixed, Refused> {
        self.fixed.as_ref().ok_or(Refused::Platform)
    }

    /// Runs a trace up to an exit that is not linked; its record names the trace and the exit, whose values are in the thread's exit
    /// buffer, and in its last word the frame that the trace with this exit began in.
    ///
    /// # Safety
    /// `entry` is `Code::entry` of code that lives until this returns, as does everything it is linked to; the state is what the trace was
    /// made for, and `thread` and `frame` are those that it expects.
    #[inline(always)]
    pub unsafe fn enter(&self, thread: *mut u8, frame: *mut u8, entry: *const u8) -> *const ExitRecord {
        type Enter = unsafe extern "C" fn(*mut u8, *mut u8, *const u8) -> *const ExitRecord;
        let Some(fixed) = &self.fixed else { return core::ptr::null() };
        // SAFETY: the trampoline has this signature.
        let enter = unsafe { core::mem::transmute::<*const u8, Enter>(fixed.trampoline.address) };
        // SAFETY: promised by the caller.
        unsafe { enter(thread, frame, entry) }
    }

    /// The thunk for a cold helper, made when it is first asked for.
    fn thunk_for(&self, helper: &Helper) -> Result<*const u8, Refused> {
        let key = (helper.address.get(), helper.params.to_vec(), helper.result);
        let mut thunks = self.thunks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thunk) = thunks.get(&key) {
            return Ok(thunk.address);
        }
        let name = format!("sidewinder::cold::{}", helper.name);
        let thunk = thunks::thunk(self, &name, helper.address.get(), helper.params, helper.result)?;
        Ok(thunks.entry(key).or_insert(thunk).address)
    }

    /// What addresses in the code of a trace are.
    fn constants(&self, symbols: &Symbols, helpers: &[Helper], shared: &Shared) -> HashMap<u64, String> {
        let mut constants: HashMap<u64, String> = symbols.constants.iter().cloned().collect();
        constants.extend(helpers.iter().map(|helper| (helper.address.get() as u64, helper.name.to_string())));
        if let Some(fixed) = &self.fixed {
            let thunks = [(&fixed.remember, "remember"), (&fixed.box_int, "box_int")];
            constants.extend(thunks.map(|(thunk, name)| (thunk.address as u64, name.to_string())));
        }
        let thunks = self.thunks.lock().unwrap_or_else(PoisonError::into_inner);
        let name = |key: &ThunkKey| helpers.iter().find(|helper| helper.address.get() == key.0).map_or("thunk", |helper| helper.name);
        constants.extend(thunks.iter().map(|(key, thunk)| (thunk.address as u64, format!("cold_{}", name(key)))));
        constants.insert(&raw const shared.valid as u64, "valid".to_string());
        constants.insert(&raw const shared.offset as u64, "offset".to_string());
        constants.extend(shared.records.iter().map(|record| (record as *const ExitRecord as u64, format!("record_{}", record.number))));
        let counts = shared.counts.iter().enumerate().map(|(at, count)| {
            let name = match at {
                exits::ROUNDS => "rounds".to_string(),
                exits::DISPATCHES => "dispatches".to_string(),
                at => format!("taken_{}", at - exits::FIRST_EXIT),
            };
            (count.as_ptr() as u64, name)
        });
        constants.extend(counts);
        constants
    }

    /// Compiles what `context` holds and puts it into the arena.
    fn install(&self, context: &mut Context, isa: &dyn TargetIsa, symbols: &Symbols) -> Result<Installed, Refused> {
        context.compile(isa, &mut ControlPlane::default()).map_err(|error| Refused::Compiler(format!("{:?}", error.inner)))?;
        let Some(compiled) = context.compiled_code() else { return Err(Refused::Compiler("no code".into())) };
        if !compiled.buffer.relocs().is_empty() {
            return Err(Refused::Compiler("the code has relocations".into()));
        }
        let failed = |error: ModuleError| match error {
            ModuleError::Allocation { .. } => Refused::Full,
            error => Refused::Compiler(error.to_string()),
        };
        let mut builder = JITBuilder::with_isa(self.isas[Opt::Speed as usize].clone(), cranelift_module::default_libcall_names());
        builder.memory_provider(Box::new(Slot::new(&self.arena)));
        let mut module = JITModule::new(builder);
        let bytes = compiled.buffer.data();
        let id = module.declare_function("trace", Linkage::Local, &context.func.signature).map_err(failed)?;
        let align = compiled.buffer.alignment.max(16) as u64;
        // The module is made into an `Installed` at once, so that its memory is given back on each way out.
        let defined = module.define_function_bytes(id, align, bytes, &[]).and_then(|()| module.finalize_definitions());
        let mut installed = Installed { module: Some(Box::new(module)), address: core::ptr::null(), size: bytes.len() };
        defined.map_err(failed)?;
        let address = installed.module.as_ref().map_or(core::ptr::null(), |module| module.get_finalized_function(id));
        installed.address = self.arena.executable(address);
        if let Some(map) = &self.perf_map {
            let mut text = String::new();
            for (range, name) in places::symbols(&compiled.buffer, symbols) {
                let name = name.replace(char::is_control, "?");
                let _ = writeln!(text, "{:x} {:x} {name}", installed.address as usize + range.start, range.len());
            }
            let mut file = map.lock().unwrap_or_else(PoisonError::into_inner);
            // A profile without names is no reason to fail.
            let _ = std::io::Write::write_all(&mut *file, text.as_bytes());
        }
        Ok(installed)
    }
}

fn perf_map_file() -> Option<std::fs::File> {
    std::fs::OpenOptions::new().create(true).append(true).open(format!("/tmp/perf-{}.map", std::process::id())).ok()
}

fn isa(options: &Options, opt_level: &str) -> Result<OwnedTargetIsa, Refused> {
    let failed = |error: &dyn core::fmt::Display| Refused::Compiler(error.to_string());
    let mut flags = settings::builder();
    let verifier = if options.verify { "true" } else { "false" };
    let alias = if options.alias_analysis { "true" } else { "false" };
    for (name, value) in [
        ("opt_level", opt_level),
        ("regalloc_algorithm", "backtracking"),
        ("enable_verifier", verifier),
        ("enable_alias_analysis", alias),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        // Tail calls need it, and profilers like it.
        ("preserve_frame_pointers", "true"),
        ("unwind_info", "false"),
        ("enable_probestack", "false"),
        ("enable_heap_access_spectre_mitigation", "false"),
        ("enable_table_access_spectre_mitigation", "false"),
    ] {
        flags.set(name, value).map_err(|error| failed(&error))?;
    }
    let builder = cranelift_native::builder().map_err(|_| Refused::Platform)?;
    builder.finish(settings::Flags::new(flags)).map_err(|error| failed(&error))
}

/// What compiling a trace took.
#[derive(Clone, Copy, Default, Debug)]
pub struct Stats {
    /// Of our IR, and of Cranelift's before it optimizes.
    pub instructions: usize,
    pub clif_instructions: usize,
    pub exits: usize,
    /// Without what only counts (`Options::count`).
    pub code_bytes: usize,
    /// CPU time of the thread: lowering to Cranelift's IR, and what Cranelift did with it.
    pub lower_ns: u64,
    pub compile_ns: u64,
}

/// A compiled trace.
///
/// Whoever drops it has seen to it that no thread is inside of it and no exit is linked to it.
///
/// First what is looked at when it is entered and left.
#[repr(C)]
pub struct Code {
    installed: Installed,
    pub shared: Box<Shared>,
    /// By exit number.
    pub exits: Vec<ExitMap>,
    /// The code counts here.
    _failing: Option<Failing>,
    pub stats: Stats,
    /// With `Options::keep_text`: Cranelift's IR as it was made, then the instructions.
    pub text: Option<(Vec<Line>, Vec<Line>)>,
    /// The machine's stub and thunks are needed as long as the code.
    _machine: Arc<Machine>,
}

impl Code {
    pub fn entry(&self) -> *const u8 {
        self.installed.address
    }
}

/// Compiles traces, one after the other. Each thread that compiles has its own.
pub struct Compiler {
    machine: Arc<Machine>,
    helpers: &'static [Helper],
    context: Context,
    builder_context: FunctionBuilderContext,
}

impl Compiler {
    pub fn new(machine: Arc<Machine>, helpers: &'static [Helper]) -> Compiler {
        Compiler { machine, helpers, context: Context::new(), builder_context: FunctionBuilderContext::new() }
    }
    pub fn machine(&self) -> &Arc<Machine> {
        &self.machine
    }

    pub fn compile(&mut self, func: &Func, opt: Opt) -> Result<Code, Refused> {
        self.compile_named(func, opt, Symbols::default())
    }
    /// As `compile`, for who looks at what comes of it.
    pub fn compile_named(&mut self, func: &Func, opt: Opt, mut symbols: Symbols) -> Result<Code, Refused> {
        if symbols.trace.is_empty() {
            symbols.trace.clone_from(&func.name);
        }
        if self.machine.options.verify {
            verify::verify(func, self.helpers).map_err(|error| Refused::Invalid(error.to_string()))?;
        }
        // Cranelift has limits of its own, which it states by panicking.
        let compiled = catch_unwind(AssertUnwindSafe(|| self.compile_verified(func, opt, &symbols)));
        let compiled = compiled.unwrap_or_else(|_| Err(Refused::Compiler("Cranelift panicked".into())));
        if compiled.is_err() {
            // What was begun must not be found by the next one.
            self.context = Context::new();
            self.builder_context = FunctionBuilderContext::new();
        }
        compiled
    }
    fn compile_verified(&mut self, func: &Func, opt: Opt, symbols: &Symbols) -> Result<Code, Refused> {
        let machine = self.machine.clone();
        let instructions = func.count();
        let exits = Exits::of(func);
        let most = exits.list.iter().map(|exit| exit.values.len()).max().unwrap_or(0);
        if instructions > machine.options.max_instructions || most >= machine.support.exit_words as usize {
            return Err(Refused::TooLarge);
        }
        let start = cpu_time();
        let failing = Failing::of(func, machine.options.fail);
        let shared = Shared::new(exits.list.len(), machine.fixed()?.stub.address, lower::OFFSET, machine.options.count);
        self.context.clear();
        lower::lower(&machine, opt, func, &exits, self.helpers, &shared, failing.as_ref(), &mut self.context, &mut self.builder_context)?;
        let lowered = cpu_time();
        let clif_instructions = self.context.func.dfg.num_insts();
        let constants = machine.options.keep_text.then(|| machine.constants(symbols, self.helpers, &shared));
        let clif = constants.as_ref().map(|constants| text::clif(&self.context.func, constants));
        let begun = cpu_time();
        let installed = machine.install(&mut self.context, machine.isa(opt), symbols)?;
        let counting = self.context.compiled_code().map_or(0, |code| places::counting(&code.buffer));
        let stats = Stats {
            instructions,
            clif_instructions,
            exits: exits.list.len(),
            code_bytes: installed.size - counting,
            lower_ns: lowered - start,
            compile_ns: cpu_time() - begun,
        };
        let compiled = self.context.compiled_code().zip(constants);
        let assembly = compiled.map(|(code, constants)| text::assembly(&code.buffer, symbols, constants));
        let maps = exits.list.iter().map(|exit| ExitMap::new(func, exit)).collect();
        let text = clif.zip(assembly);
        Ok(Code { installed, shared, _failing: failing, exits: maps, stats, text, _machine: machine })
    }
}

/// A thread for a compiler. The program's signals are not its business: those sent to the process find the program's own threads. False:
/// the system gives none.
pub fn spawn(work: impl FnOnce() + Send + 'static) -> bool {
    // SAFETY: both sets are written before they are read; the mask is put back, whatever comes of the thread.
    unsafe {
        let (mut all, mut old): (libc::sigset_t, libc::sigset_t) = (core::mem::zeroed(), core::mem::zeroed());
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old);
        let spawned = std::thread::Builder::new().name("sidewinder-jit".into()).stack_size(16 << 20).spawn(work);
        libc::pthread_sigmask(libc::SIG_SETMASK, &old, core::ptr::null_mut());
        spawned.is_ok()
    }
}

/// CPU time of this thread in ns.
fn cpu_time() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` can be written; where the clock does not exist it stays as it is.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
