//! A bytecode trace: the instructions that one thread ran, one after another through calls and returns, with what was seen on the way.
//! The recorder (`interp::tracing`) makes it, `build` makes values of it. Not here: when recording begins, and what a trace becomes.

pub mod text;

use runtime::generated::opcode;
use runtime::heap::Marker;
use runtime::object::Gc;
use runtime::objects::code::Code;
use runtime::objects::function::Function;
use runtime::value::Value;

/// The most units of cache that an instruction has.
pub const CACHE_UNITS: usize = {
    let (mut most, mut opcode) = (0, 0);
    while opcode < 256 {
        if opcode::CACHE_UNITS[opcode] as usize > most {
            most = opcode::CACHE_UNITS[opcode] as usize;
        }
        opcode += 1;
    }
    most
};

/// Where a trace begins: an instruction of a code object, in units of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub code: Gc<Code>,
    pub offset: u32,
}

/// Why a trace begins where it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// The header of a loop, behind a hot backward jump.
    Loop,
    /// The first instruction of a function that is called often.
    Entry,
    /// Where a call goes on, or a resumption, that a trace has returned to.
    Return,
    /// Where an exit of another trace leads that is often taken.
    Side { trace: u32, exit: u32 },
}

/// Why a recording ended. Every end is one of these; `docs/tracing.md` explains them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Back at the place where the trace begins, in the same frame.
    LoopClosed,
    /// A function that calls itself, or a generator that resumes one of its own kind, does so.
    Recursion,
    /// At a place where another trace begins, which goes on from here. Its number.
    ReachedTrace(u32),
    /// The frame that the trace began in has returned.
    Returned,
    /// The generator that the trace began in has yielded.
    Yielded,
    /// An inner loop goes round: it becomes a trace of its own first.
    InnerLoop,
    /// As many instructions as a trace may have.
    TooLong,
    /// As many frames above the first as a trace may have.
    TooDeep,
    /// It is no longer likely that execution comes this far.
    LowConfidence,
    /// The last instruction raised an exception.
    Exception,
    /// No trace goes through the next instruction (`tier1` in the definition, or instrumented).
    Untraceable,
    /// The next instruction runs in a frame that the last one neither pushed nor left.
    FrameChanged,
    /// The frame that Rust called has returned to it.
    LeftInterpreter,
}

impl End {
    /// One word for statistics and dumps.
    pub fn name(self) -> &'static str {
        match self {
            End::LoopClosed => "loop closed",
            End::Recursion => "recursion",
            End::ReachedTrace(_) => "reached another trace",
            End::Returned => "returned",
            End::Yielded => "yielded",
            End::InnerLoop => "inner loop first",
            End::TooLong => "too long",
            End::TooDeep => "too deep",
            End::LowConfidence => "low confidence",
            End::Exception => "exception",
            End::Untraceable => "untraceable instruction",
            End::FrameChanged => "frame changed",
            End::LeftInterpreter => "left the interpreter",
        }
    }
}

/// Why a trace is entered no more. Every trace that is not has one of these; `docs/tracing.md` explains them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Lost {
    /// A class has changed (or one of its bases) that an instruction of the trace leans on.
    ClassChanged,
    /// Tools listen to other events than before.
    ToolsChanged,
    /// A variable of code that it goes through was set from without, by `f_locals`.
    VariableSet,
    /// A `deopt` exit was hot: what hardly happens does so all the time.
    FitsNoMore,
    /// After a few instructions it returns to Rust, or leads to a trace that is no good, which is slower than the interpreter alone.
    DoesNotPay,
    /// Code memory was full.
    NoRoom,
    /// The code that it begins in is no more.
    CodeDied,
    /// By chance (`--jit-stress`).
    Stress,
}

impl Lost {
    pub const ALL: [Lost; 8] = [
        Lost::ClassChanged,
        Lost::ToolsChanged,
        Lost::VariableSet,
        Lost::FitsNoMore,
        Lost::DoesNotPay,
        Lost::NoRoom,
        Lost::CodeDied,
        Lost::Stress,
    ];
    /// For statistics and dumps.
    pub fn name(self) -> &'static str {
        match self {
            Lost::ClassChanged => "class changed",
            Lost::ToolsChanged => "tools changed",
            Lost::VariableSet => "variable set",
            Lost::FitsNoMore => "fits no more",
            Lost::DoesNotPay => "does not pay",
            Lost::NoRoom => "no room",
            Lost::CodeDied => "code died",
            Lost::Stress => "stress",
        }
    }
}

/// What an instruction did to the flow of control.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// The instruction behind it is next.
    Next,
    /// It jumped within its code.
    Jump,
    /// A frame was pushed; execution goes on in it.
    Push,
    /// The frame has ended, the one below goes on.
    Pop,
    /// A generator's frame was entered.
    Resume,
    /// The generator's frame was left by a yield.
    Suspend,
}

/// One instruction that ran.
#[derive(Clone, Debug)]
pub struct Entry {
    pub code: Gc<Code>,
    pub function: Gc<Function>,
    /// Frames between this one and the one that the trace began in.
    pub depth: u32,
    /// How its frame ends: bits of `runtime::frame::kind`.
    pub kind: u32,
    /// Units from the start of the code.
    pub offset: u32,
    /// As it ran: specialized, unless its guards failed while it was recorded.
    pub opcode: u8,
    pub oparg: u32,
    /// The units of the cache, as they stood when it had run.
    pub cache: [u32; CACHE_UNITS],
    /// Operands on the stack of the frame before it ran.
    pub stack: u32,
    pub flow: Flow,
    /// Where it went on, in the code that it went on in.
    pub next: u32,
    /// What its family's recording micro-ops kept: a range of [`Trace::values`].
    pub values: (u32, u32),
    /// How likely it is, in 1/65536, that execution comes behind this instruction on this path.
    pub confidence: u32,
    /// It had a specialized form whose guards failed while it was recorded.
    pub missed: bool,
}

impl Entry {
    /// Units of the instruction, its caches included.
    pub fn length(&self) -> u32 {
        opcode::length(self.opcode) as u32
    }
    pub fn place(&self) -> Place {
        Place { code: self.code, offset: self.offset }
    }
}

/// Certainty, as confidence counts it.
pub const CERTAIN: u32 = 1 << 16;

#[derive(Clone, Debug)]
pub struct Trace {
    /// Counted from 1 in one interpreter.
    pub number: u32,
    pub place: Place,
    pub start: Start,
    /// Of the frame that the trace begins in.
    pub function: Gc<Function>,
    pub entries: Vec<Entry>,
    /// Recorded values, in order.
    pub values: Vec<Value>,
    pub end: End,
    /// The instruction before which it ended, and the function of its frame.
    pub stop: Option<(Place, Gc<Function>)>,
}

impl Trace {
    /// What was recorded of an instruction.
    pub fn values_of(&self, entry: &Entry) -> &[Value] {
        self.values.get(entry.values.0 as usize..entry.values.1 as usize).unwrap_or(&[])
    }
    /// How likely it is that execution runs the trace to its end, in 1/65536.
    pub fn confidence(&self) -> u32 {
        self.entries.last().map_or(CERTAIN, |entry| entry.confidence)
    }
    /// Everything that the collector must keep.
    pub fn trace(&self, marker: &mut Marker) {
        marker.object(self.place.code);
        marker.object(self.function);
        for entry in &self.entries {
            marker.object(entry.code);
            marker.object(entry.function);
        }
        for value in &self.values {
            marker.value(*value);
        }
    }
}
