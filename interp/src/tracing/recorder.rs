//! The recording of one trace: the buffer, and the step between two instructions. Not here: beginning and end (`tracing.rs`), how likely a
//! path is (`confidence.rs`).

use super::confidence::{self, LEAST_KEPT, LEAST_RECORDED};
use super::executor;
use crate::dispatch::{Fp, Ip, Sp, Ts};
use crate::generated::record;
use crate::site::{COOLDOWN, Site};
use core::ptr::null_mut;
use jit::settings::Settings;
use jit::trace::{CACHE_UNITS, CERTAIN, End, Entry, Flow, Place, Start, Trace};
use runtime::frame::{Frame, kind};
use runtime::generated::opcode::{self, flag};
use runtime::heap::Marker;
use runtime::object::Gc;
use runtime::objects::code::Code;
use runtime::objects::function::Function;
use runtime::objects::generator::{Generator, GeneratorState};
use runtime::value::Value;

/// How often an inner loop may go round before the trace around it gives way.
const INNER_ROUNDS: u32 = 2;
/// Instructions after which a survey of branches ends with the round.
const SURVEY_STEPS: u32 = 2000;

/// The instruction that runs: what was true before it did.
#[derive(Clone, Copy)]
struct Running {
    fp: *mut Frame,
    code: Gc<Code>,
    function: Gc<Function>,
    /// The generator that runs in the frame, or NULL.
    generator: Value,
    /// The frame below.
    caller: *mut Frame,
    kind: u32,
    ip: *const u32,
    opcode: u8,
    /// The counter before it was set to its end.
    count: Option<u32>,
    values: u32,
    stack: u32,
}

/// Instructions at which a function begins, counting or not.
const ENTRIES: [bool; 256] = {
    let mut entries = [false; 256];
    let mut opcode = 0;
    while opcode < 256 {
        if opcode::has(opcode as u8, flag::TIERS_UP) && !opcode::has(opcode as u8, flag::JUMPS) {
            entries[opcode] = true;
            entries[opcode::WITHOUT_COUNT[opcode] as usize] = true;
        }
        opcode += 1;
    }
    entries
};

/// Everything about the trace that is being recorded.
pub struct Recorder {
    settings: Settings,
    start: Start,
    place: Option<Place>,
    function: Option<Gc<Function>>,
    /// The instruction that counted.
    pub site: *mut u32,
    /// Its plain form.
    pub plain: u8,
    /// The frame that the trace begins in.
    root: *mut Frame,
    entries: Vec<Entry>,
    values: Vec<Value>,
    depth: u32,
    /// Of the frames, the trace's first one at the bottom.
    codes: Vec<Gc<Code>>,
    confidence: u32,
    /// None at first: as if a NOP had run.
    running: Option<Running>,
    /// Backward jumps of loops inside, each with its rounds.
    inner: Vec<(*const u32, u32)>,
    /// Rounds left in which the outcomes of branches are looked at, and the steps that it took.
    survey: u32,
    steps: u32,
    /// The recording goes on from an exit.
    side: bool,
    /// The trace that it goes on from began here, too: there has to be an instruction before the next trace.
    must_move: bool,
    /// Before what the recording has ended.
    stop: Option<(Place, Gc<Function>)>,
}

impl Default for Recorder {
    fn default() -> Recorder {
        Recorder {
            settings: Settings::default(),
            start: Start::Loop,
            place: None,
            function: None,
            site: null_mut(),
            plain: 0,
            root: null_mut(),
            entries: Vec::new(),
            values: Vec::new(),
            depth: 0,
            codes: Vec::new(),
            confidence: CERTAIN,
            running: None,
            inner: Vec::new(),
            survey: 0,
            steps: 0,
            side: false,
            must_move: false,
            stop: None,
        }
    }
}

/// Finds the executor that begins at a place.
type Find<'a> = &'a dyn Fn(Place) -> Option<u32>;

impl Recorder {
    pub fn begin(&mut self, settings: Settings, place: Place, start: Start, function: Gc<Function>, site: *mut u32, root: *mut Frame) {
        let survey = match start {
            Start::Loop => settings.survey_rounds.min(settings.loop_threshold / 8),
            Start::Entry | Start::Return | Start::Side { .. } => 0,
        };
        *self = Recorder {
            settings,
            start,
            place: Some(place),
            function: Some(function),
            site,
            root,
            survey,
            entries: std::mem::take(&mut self.entries),
            values: std::mem::take(&mut self.values),
            inner: std::mem::take(&mut self.inner),
            ..Recorder::default()
        };
        self.clear();
        self.codes.push(place.code);
    }

    /// Goes on from an exit of a trace, with frames of these codes above the one that it began in. `must_move`: that trace may have done
    /// nothing at all.
    pub fn begin_side(
        &mut self,
        settings: Settings,
        place: Place,
        function: Gc<Function>,
        from: (u32, u32),
        codes: Vec<Gc<Code>>,
        must_move: bool,
    ) {
        self.begin(settings, place, Start::Side { trace: from.0, exit: from.1 }, function, null_mut(), null_mut());
        (self.depth, self.side, self.must_move) = (codes.len() as u32 - 1, true, must_move);
        self.codes = codes;
    }

    /// Forgets what was recorded; the room is kept.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.values.clear();
        self.inner.clear();
        self.codes.clear();
        self.running = None;
    }

    /// Keeps a value for the instruction that is about to run.
    pub fn keep(&mut self, value: Value) {
        self.values.push(value);
    }

    pub fn trace(&self, marker: &mut Marker) {
        if let (Some(place), Some(function)) = (self.place, self.function) {
            marker.object(place.code);
            marker.object(function);
        }
        for entry in &self.entries {
            marker.object(entry.code);
            marker.object(entry.function);
        }
        for value in &self.values {
            marker.value(*value);
        }
    }

    /// Between two instructions: the one that ran is appended, the one at `ip` is looked at.
    ///
    /// # Safety
    /// As for `record_previous_inst`.
    pub unsafe fn step(&mut self, ip: Ip, sp: Sp, fp: Fp, ts: Ts, find: Find) -> Result<(), End> {
        // SAFETY: promised by the caller.
        unsafe {
            if let Some(ran) = self.running.take() {
                self.close(ran, ip, fp)?;
            }
            if self.survey > 0 {
                self.survey(ip, fp)?;
            }
            if self.survey == 0 {
                let stop = (Recorder::place_of(ip, fp), (*fp).function);
                self.look(ip, fp, find).inspect_err(|_| self.stop = Some(stop))?;
            }
            self.open(ip, sp, fp, ts);
        }
        Ok(())
    }

    /// The place of an instruction.
    unsafe fn place_of(ip: Ip, fp: Fp) -> Place {
        // SAFETY: `ip` lies in the code of the frame.
        unsafe { Place { code: (*fp).code, offset: ip.offset_from((*fp).code.units()) as u32 } }
    }

    /// At the header again the survey has one round less; where the loop is left it ends.
    unsafe fn survey(&mut self, ip: Ip, fp: Fp) -> Result<(), End> {
        self.steps += 1;
        // SAFETY: as for `step`.
        let place = unsafe { Recorder::place_of(ip, fp) };
        if fp == self.root && Some(place) == self.place {
            let rounds = (self.steps > 1) as u32;
            self.survey = if self.steps > SURVEY_STEPS { 0 } else { self.survey - rounds };
            self.depth = 0;
        } else if self.steps > 50 * SURVEY_STEPS {
            return Err(End::LeftInterpreter);
        }
        Ok(())
    }

    /// Whether the recording ends before this instruction.
    unsafe fn look(&mut self, ip: Ip, fp: Fp, find: Find) -> Result<(), End> {
        // SAFETY: as for `step`.
        let (place, mut opcode) = unsafe { (Recorder::place_of(ip, fp), opcode::FIRST[*ip as u8 as usize]) };
        if Some(place) == self.place && !self.side && !self.entries.is_empty() {
            return Err(if fp == self.root { End::LoopClosed } else { End::Recursion });
        }
        let callers = self.codes.split_last().map_or(&[][..], |(_, callers)| callers);
        if ENTRIES[opcode as usize] && !self.entries.is_empty() && callers.contains(&place.code) {
            return Err(End::Recursion);
        }
        if opcode == opcode::ENTER_EXECUTOR {
            // A trace goes through the functions that it calls, and to where a backward jump leads.
            // SAFETY: it stands there.
            opcode = unsafe { executor::plain(ip) };
        }
        if let Some(number) = find(place)
            && executor::start_of(number) == Some(Start::Loop)
            && !(self.entries.is_empty() && self.must_move)
        {
            return Err(End::ReachedTrace(number));
        }
        if opcode::has(opcode, flag::TIER1) || opcode::is_instrumented(opcode) {
            return Err(End::Untraceable);
        }
        if self.entries.len() >= self.settings.max_instructions {
            return Err(End::TooLong);
        }
        if self.depth > self.settings.max_depth {
            return Err(End::TooDeep);
        }
        if self.confidence < LEAST_RECORDED {
            return Err(End::LowConfidence);
        }
        Ok(())
    }

    /// What must be known of an instruction before it runs.
    unsafe fn open(&mut self, ip: Ip, sp: Sp, fp: Fp, ts: Ts) {
        // SAFETY: as for `step`; the counter is a unit of the instruction's own.
        unsafe {
            let mut opcode = opcode::FIRST[*ip as u8 as usize];
            if opcode == opcode::ENTER_EXECUTOR {
                opcode = executor::plain(ip);
            }
            let counter = counter_of(ip, opcode);
            let count = counter.map(|counter| *counter);
            if let (Some(counter), Some(count)) = (counter, count)
                && self.survey == 0
            {
                // A form that does not fit is seen now, not after as many runs as the counter says.
                *counter = count & 15;
            }
            let values = self.values.len() as u32;
            if self.survey == 0
                && let Some(keep) = record::VALUES[opcode as usize]
            {
                keep(Site { ip, sp, fp, ts });
            }
            let stack = sp.offset_from((*fp).stack_base()) as u32;
            let count = count.filter(|_| self.survey == 0);
            let (code, function, generator, caller) = ((*fp).code, (*fp).function, (*fp).generator.get(), (*fp).previous.get());
            let kind = (*fp).kind.get();
            self.running = Some(Running { fp, code, function, generator, caller, kind, ip, opcode, count, values, stack });
        }
    }

    /// Appends the instruction that ran, now that it is known where it went.
    unsafe fn close(&mut self, ran: Running, ip: Ip, fp: Fp) -> Result<(), End> {
        // SAFETY: the code of the instruction is alive: its frame was running, and entries keep it from then on.
        unsafe {
            let (opcode, missed) = self.settle(&ran);
            let flow = flow(&ran, opcode, ip, fp)?;
            let history = outcome(&ran, opcode, flow);
            if self.survey > 0 {
                return self.cross(flow, fp);
            }
            let (code, function) = (ran.code, ran.function);
            let units = opcode::CACHE_UNITS[opcode as usize] as usize;
            let mut cache = [0; CACHE_UNITS];
            core::ptr::copy_nonoverlapping(ran.ip.add(1), cache.as_mut_ptr(), units);
            let mut entry = Entry {
                code,
                function,
                depth: self.depth,
                kind: ran.kind,
                offset: ran.ip.offset_from(code.units()) as u32,
                opcode,
                oparg: *ran.ip >> 8,
                cache,
                stack: ran.stack,
                flow,
                next: ip.offset_from((*fp).code.units()) as u32,
                values: (ran.values, self.values.len() as u32),
                confidence: 0,
                missed,
            };
            self.confidence = confidence::behind(self.confidence, &entry, history);
            entry.confidence = self.confidence;
            self.entries.push(entry);
            self.follow(&ran, opcode, flow, ip, fp)
        }
    }

    /// The form in which the instruction ran, and whether a special form of it had failed. A guard that fails runs the generic instruction,
    /// whose counter then shows it; one that holds leaves the counter alone, which gets back what it had.
    unsafe fn settle(&self, ran: &Running) -> (u8, bool) {
        // SAFETY: as for `close`.
        unsafe {
            let Some(count) = ran.count else { return (ran.opcode, false) };
            let now = opcode::FIRST[*ran.ip as u8 as usize];
            let Some(counter) = counter_of(ran.ip, now) else { return (ran.opcode, false) };
            let head = opcode::HEAD[now as usize];
            if now == head {
                return (now, ran.opcode != head);
            }
            if now == ran.opcode && *counter == count & 15 {
                *counter = count;
                return (now, false);
            }
            if *counter == COOLDOWN { (now, ran.opcode != head && now == ran.opcode) } else { (head, true) }
        }
    }

    /// The frame and the loops that execution is in now.
    unsafe fn follow(&mut self, ran: &Running, opcode: u8, flow: Flow, ip: Ip, fp: Fp) -> Result<(), End> {
        if flow == Flow::Jump && ip < ran.ip && opcode::has(opcode::HEAD[opcode as usize], flag::TIERS_UP) {
            // SAFETY: as for `close`.
            let closes = fp == self.root && unsafe { Some(Recorder::place_of(ip, fp)) } == self.place;
            if !closes {
                return self.inner_round(ran.ip);
            }
        }
        self.cross(flow, fp)
    }

    /// From one frame to another.
    fn cross(&mut self, flow: Flow, fp: Fp) -> Result<(), End> {
        match flow {
            Flow::Push | Flow::Resume => self.depth += 1,
            Flow::Pop if self.depth == 0 => return Err(End::Returned),
            Flow::Suspend if self.depth == 0 => return Err(End::Yielded),
            Flow::Pop | Flow::Suspend => self.depth -= 1,
            Flow::Jump | Flow::Next => return Ok(()),
        }
        match flow {
            Flow::Push | Flow::Resume => {
                // SAFETY: the frame has just been entered.
                let code = unsafe { (*fp).code };
                let again = self.codes.contains(&code);
                self.codes.push(code);
                // Once more into the generator would be a trace for each depth that there is.
                if again && flow == Flow::Resume && self.survey == 0 {
                    return Err(End::Recursion);
                }
            }
            _ => _ = self.codes.pop(),
        }
        Ok(())
    }

    fn inner_round(&mut self, jump: *const u32) -> Result<(), End> {
        let rounds = match self.inner.iter_mut().find(|(known, _)| *known == jump) {
            Some((_, rounds)) => rounds,
            None => {
                self.inner.push((jump, 0));
                &mut self.inner.last_mut().expect("it was just pushed").1
            }
        };
        *rounds += 1;
        if *rounds > INNER_ROUNDS { Err(End::InnerLoop) } else { Ok(()) }
    }

    /// The place of a loop whose branches are still looked at.
    pub fn surveyed(&self) -> Option<Place> {
        self.place.filter(|_| self.survey > 0)
    }

    /// The exit that this recording goes on from.
    pub fn from(&self) -> Option<(u32, u32)> {
        match self.start {
            Start::Side { trace, exit } => Some((trace, exit)),
            _ => None,
        }
    }

    /// What was recorded, if it is a trace at all.
    pub fn finish(&mut self, end: End) -> Option<Trace> {
        let (place, function) = (self.place?, self.function?);
        let mut end = end;
        if let Some(ran) = self.running.take()
            && end == End::LeftInterpreter
            && self.survey == 0
            && self.depth == 0
        {
            // The frame that Rust called returned: the instruction that did it is the last.
            let suspends = !ran.generator.is_null();
            let flow = if suspends { Flow::Suspend } else { Flow::Pop };
            self.entries.push(Entry {
                code: ran.code,
                function: ran.function,
                depth: 0,
                kind: ran.kind,
                // SAFETY: the instruction lies in the code; both are as when it began.
                offset: unsafe { ran.ip.offset_from(ran.code.units()) } as u32,
                opcode: ran.opcode,
                // SAFETY: as above.
                oparg: unsafe { *ran.ip } >> 8,
                cache: [0; CACHE_UNITS],
                stack: ran.stack,
                flow,
                next: 0,
                values: (ran.values, self.values.len() as u32),
                confidence: self.confidence,
                missed: false,
            });
            end = if suspends { End::Yielded } else { End::Returned };
        }
        if self.survey > 0 {
            return None;
        }
        let mut entries = std::mem::take(&mut self.entries);
        if end == End::LowConfidence {
            let kept = entries.iter().position(|entry| entry.confidence < LEAST_KEPT).unwrap_or(entries.len());
            entries.truncate(kept);
        }
        let values = std::mem::take(&mut self.values);
        Some(Trace { number: 0, place, start: self.start, function, entries, values, end, stop: self.stop })
    }
}

/// The counter of a specializing site; what counts towards a trace is none.
unsafe fn counter_of(ip: *const u32, opcode: u8) -> Option<*mut u32> {
    let unit = opcode::COUNTER[opcode as usize] as usize;
    // SAFETY: the unit belongs to the instruction at `ip`.
    (unit != 0 && !opcode::has(opcode, flag::TIERS_UP)).then(|| unsafe { ip.add(unit).cast_mut() })
}

/// Where the instruction went.
unsafe fn flow(ran: &Running, opcode: u8, ip: Ip, fp: Fp) -> Result<Flow, End> {
    // SAFETY: `fp` is running.
    unsafe {
        if fp == ran.fp {
            let behind = ran.ip.add(opcode::length(opcode));
            return Ok(if ip == behind { Flow::Next } else { Flow::Jump });
        }
        if (*fp).previous.get() == ran.fp {
            return Ok(if (*fp).kind.get() & kind::GENERATOR != 0 { Flow::Resume } else { Flow::Push });
        }
        if fp == ran.caller {
            let suspended =
                ran.generator.downcast::<Generator>().is_some_and(|it| it.state.get() == GeneratorState::Suspended);
            return Ok(if suspended { Flow::Suspend } else { Flow::Pop });
        }
        Err(End::FrameChanged)
    }
}

/// Writes the outcome of a branch into its history. The history before it.
unsafe fn outcome(ran: &Running, opcode: u8, flow: Flow) -> Option<u32> {
    let unit = opcode::HISTORY[opcode as usize] as usize;
    if unit == 0 {
        return None;
    }
    // SAFETY: the unit belongs to the instruction.
    unsafe {
        let history = ran.ip.add(unit).cast_mut();
        let before = *history;
        *history = confidence::with_outcome(before, flow == Flow::Jump);
        Some(before)
    }
}

impl Site {
    /// Keeps a value that the definition's recording micro-op names.
    ///
    /// # Safety
    /// The thread records.
    pub unsafe fn keep(self, value: Value) {
        // SAFETY: promised by the caller; the recorder lends itself to no one else meanwhile.
        unsafe { (*(*self.ts).recorder.get().cast::<Recorder>()).keep(value) }
    }
}
