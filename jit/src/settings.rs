//! What a person or a test may choose of the engine. Not here: how the command line says it (`sidewinder::cli`).

pub use crate::ir::failing::Fail;
use runtime::vm::EXIT_WORDS;

/// A store of an exit takes about as long to compile as an instruction. The exits of no trace of the bench programs store 900 slots.
pub const MOST_STORES: usize = 1024;

/// How far hot code is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Nothing counts, nothing is recorded.
    Off,
    /// Traces are recorded and shown, and nothing is made of them.
    RecordOnly,
    /// Traces become IR, which is interpreted: slow, to find errors.
    UopInterp,
    /// Machine code, which Cranelift has not optimized.
    NoOpt,
    /// Machine code.
    On,
}

impl Mode {
    /// The words of `--jit=`.
    pub const WORDS: &[(&str, Mode)] = &[
        ("off", Mode::Off),
        ("record-only", Mode::RecordOnly),
        ("uop-interp", Mode::UopInterp),
        ("no-opt", Mode::NoOpt),
        ("on", Mode::On),
    ];

    pub fn parse(word: &str) -> Option<Mode> {
        Mode::WORDS.iter().find(|(known, _)| *known == word).map(|(_, mode)| *mode)
    }
}

/// How much is proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prove {
    No,
    /// What a test has time for.
    All,
    /// More, by hand.
    Long,
    /// With a wrong intrinsic planted, which must be found.
    Plant,
}

impl Prove {
    /// The words of `--prove=`.
    pub fn parse(word: &str) -> Option<Prove> {
        match word {
            "all" => Some(Prove::All),
            "long" => Some(Prove::Long),
            "plant" => Some(Prove::Plant),
            _ => None,
        }
    }
}

/// To find errors: what hardly happens happens often.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stress {
    /// By chance (`Settings::seed`), one time in so many, 0 never: a trace is no longer true, looked at when an exit is taken.
    pub invalidate: u32,
    /// As before: nothing is made of a trace.
    pub refuse: u32,
    /// Guards that hold fail.
    pub fail: Fail,
    /// The branch of this number, counted through all traces from 1, is taken for a check, so that `fail` takes the wrong way; 0: none.
    pub plant: u32,
}

#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub mode: Mode,
    /// Rounds of a loop before it is recorded, 1 to 4096.
    pub loop_threshold: u32,
    /// Calls of a function before it is recorded, 1 to 4096.
    pub entry_threshold: u32,
    /// Times that an exit is taken before a trace is recorded from there.
    pub side_threshold: u32,
    /// Rounds in which the outcomes of a loop's branches are looked at before it is recorded.
    pub survey_rounds: u32,
    /// Instructions that a trace may have.
    pub max_instructions: usize,
    /// Values that an exit may store.
    pub max_exit_values: usize,
    /// Slots that exits store together before a trace writes its frames back; a quarter of that from then on.
    pub max_stores: usize,
    /// Frames that a trace may have above its first.
    pub max_depth: u32,
    /// Each trace is printed to stderr when its recording ends, given up or not.
    pub dump_trace: bool,
    /// The IR of each trace is printed to stderr, or why there is none.
    pub dump_uops: bool,
    /// The exits of all traces are printed to stderr when the program ends.
    pub dump_exits: bool,
    /// Traces are compiled where they are recorded, not by a thread of their own.
    pub sync: bool,
    /// Bound on code memory, in bytes.
    pub code_bytes: usize,
    /// Cranelift's IR of each trace as it was made, and its machine code.
    pub dump_clif: bool,
    pub dump_asm: bool,
    /// Symbols of machine code for `perf`, in /tmp/perf-PID.map.
    pub perf_map: bool,
    /// Everything about traces is kept for `--trace-report`, and machine code counts.
    pub report: bool,
    /// Of the small randomness in back-off.
    pub seed: u64,
    pub stress: Stress,
    /// Debug builds: handlers and traces are run against each other (`tracing::prove`).
    pub prove: Prove,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            mode: Mode::Off,
            loop_threshold: 2039,
            entry_threshold: 4093,
            side_threshold: 2039,
            survey_rounds: 16,
            max_instructions: 400,
            // The last word is the machine code's own.
            max_exit_values: EXIT_WORDS - 1,
            max_stores: MOST_STORES,
            max_depth: 12,
            dump_trace: false,
            dump_uops: false,
            dump_exits: false,
            sync: false,
            code_bytes: 64 << 20,
            dump_clif: false,
            dump_asm: false,
            perf_map: false,
            report: false,
            seed: 0x5DEECE66D,
            stress: Stress::default(),
            prove: Prove::No,
        }
    }
}
