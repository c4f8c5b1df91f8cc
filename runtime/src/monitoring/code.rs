//! What a code object keeps while tools listen: for each instruction its plain unit, its line, and the tools that want to hear of it. The
//! opcode in the code follows from that (`Monitored::refresh`). Not here: calling the tools (`defs/instrument.rs`).

use super::event;
use crate::generated::opcode::{self as op, flag};
use crate::objects::code::Code;
use crate::objects::code_decode::{self, cpython_length};
use core::cell::Cell;

/// An instruction.
pub struct Site {
    /// Where it stands, in our units.
    pub offset: u32,
    /// In CPython's units: with its EXTENDED_ARGs, and itself.
    pub start: u32,
    pub at: u32,
    /// The unit without tools: the head of a family, with the operand.
    pub plain: u32,
    /// Negative: it has none.
    pub line: i32,
    starts_line: Cell<bool>,
    /// It may go on at the start of a line that it belongs to itself, where others come from elsewhere: it says so to the frame, and the
    /// start of the line is not reported.
    stays_on_line: Cell<bool>,
    /// Only a RESUME of the same line comes before: the line starts here for tools that hear of the RESUME, as in CPython.
    behind_resume: Cell<bool>,
    /// The tools that hear of the instruction's own event, of its line, of itself.
    pub tools: Cell<u8>,
    pub line_tools: Cell<u8>,
    pub instruction_tools: Cell<u8>,
}

pub struct Monitored {
    pub sites: Vec<Site>,
    /// By event: the tools that listen in this code, and in it or everywhere when it was last looked at.
    pub local: [Cell<u8>; event::LOCAL],
    active: [Cell<u8>; event::LOCAL],
}

impl Site {
    pub fn opcode(&self) -> u8 {
        op::HEAD[self.plain as u8 as usize]
    }
    pub fn oparg(&self) -> u32 {
        self.plain >> 8
    }
    /// The offset that programs see.
    pub fn place(&self) -> i64 {
        self.at as i64 * 2
    }
    /// The event that is the instruction's own.
    pub fn event(&self) -> Option<usize> {
        Some(match self.opcode() {
            op::RESUME if self.oparg() == 0 => event::PY_START,
            op::RESUME => event::PY_RESUME,
            op::RETURN_VALUE => event::PY_RETURN,
            op::YIELD_VALUE => event::PY_YIELD,
            op::CALL | op::CALL_KW | op::CALL_FUNCTION_EX | op::LOAD_SUPER_ATTR => event::CALL,
            op::JUMP_FORWARD | op::JUMP_BACKWARD => event::JUMP,
            op::FOR_ITER | op::NOT_TAKEN => event::BRANCH_LEFT,
            op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => event::BRANCH_RIGHT,
            op::POP_ITER | op::END_ASYNC_FOR => event::BRANCH_RIGHT,
            op::END_FOR | op::END_SEND => event::STOP_ITERATION,
            _ => return None,
        })
    }
    /// The instrumented form that does the whole instruction. None: what it reports is known before it runs.
    fn own_form(&self) -> Option<u8> {
        Some(match self.opcode() {
            op::RESUME => op::INSTRUMENTED_RESUME,
            op::JUMP_BACKWARD => op::INSTRUMENTED_JUMP_BACKWARD,
            op::FOR_ITER => op::INSTRUMENTED_FOR_ITER,
            op::CALL => op::INSTRUMENTED_CALL,
            op::CALL_KW => op::INSTRUMENTED_CALL_KW,
            op::CALL_FUNCTION_EX => op::INSTRUMENTED_CALL_FUNCTION_EX,
            op::LOAD_SUPER_ATTR => op::INSTRUMENTED_LOAD_SUPER_ATTR,
            _ => return None,
        })
    }
    /// What runs after the events that stand before the instruction's own. The jump's form does what the thread is asked for before it
    /// reports, the plain one would begin again with the line.
    pub fn next_opcode(&self) -> u8 {
        match self.own_form() {
            Some(form) if self.tools.get() != 0 || self.opcode() == op::JUMP_BACKWARD => form,
            _ => match op::WITHOUT_COUNT[self.opcode() as usize] {
                0 => self.opcode(),
                // No trace begins while somebody listens.
                plain => plain,
            },
        }
    }
    /// The opcode that stands in the code. `lines`: somebody listens to lines in this code.
    fn wanted_opcode(&self, lines: bool) -> u8 {
        let before = self.line_tools.get() | self.instruction_tools.get() != 0 || lines && self.stays_on_line.get();
        match self.own_form() {
            _ if before => op::INSTRUMENTED_INSTRUCTION,
            _ if self.tools.get() == 0 => self.plain as u8,
            Some(form) => form,
            None => op::INSTRUMENTED_INSTRUCTION,
        }
    }
    /// Where it jumps to, in our units.
    pub fn target(&self) -> Option<u32> {
        let behind = self.offset + op::length(self.opcode()) as u32;
        Some(match self.opcode() {
            op::JUMP_FORWARD | op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => {
                behind.wrapping_add(self.oparg())
            }
            // Behind END_FOR and END_SEND.
            op::FOR_ITER | op::SEND => behind.wrapping_add(self.oparg()).wrapping_add(1),
            op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => behind.wrapping_sub(self.oparg()),
            _ => return None,
        })
    }
    /// A RESUME that tools hear of does not hide the line behind it.
    pub fn stays_on_line(&self) -> bool {
        self.stays_on_line.get() && (self.opcode() != op::RESUME || self.tools.get() == 0)
    }
}

/// The data of a decoded code object, made when first asked for. None: the code is damaged.
pub fn monitored(code: &Code) -> Option<&Monitored> {
    if let Some(monitored) = code.details.monitored.get() {
        return Some(monitored);
    }
    let made = Monitored::new(code)?;
    Some(code.details.monitored.get_or_init(|| Box::new(made)))
}

/// The code follows the events that are set. `restart`: what callbacks have disabled is enabled.
pub fn update(code: &Code, restart: bool) {
    let global = &super::state().tools;
    if code.details.monitored.get().is_none() && global[..event::LOCAL].iter().all(|tools| tools.get() == 0) {
        return;
    }
    if let Some(monitored) = monitored(code) {
        monitored.update(code, global, restart);
    }
}

impl Monitored {
    fn new(code: &Code) -> Option<Monitored> {
        let record = code.record().ok()?;
        // What the compiler made, whatever stands in the code by now.
        let pristine = code_decode::decode(&record)?;
        let mut positions = code.positions().peekable();
        let mut sites: Vec<Site> = Vec::with_capacity(pristine.offsets.len());
        let mut start = 0;
        for &(offset, at) in &pristine.offsets {
            while positions.next_if(|(_, end, _)| *end <= at).is_some() {}
            let line = positions.peek().map_or(-1, |(_, _, position)| position.line);
            let unit = pristine.units.get(offset as usize)?.get();
            let plain = unit & !255 | op::FIRST[unit as u8 as usize] as u32;
            sites.push(Site {
                offset,
                start,
                at,
                plain,
                line: if line > 0 { line } else { -1 },
                starts_line: Cell::new(false),
                stays_on_line: Cell::new(false),
                behind_resume: Cell::new(false),
                tools: Cell::new(0),
                line_tools: Cell::new(0),
                instruction_tools: Cell::new(0),
            });
            start = at + cpython_length(op::HEAD[plain as u8 as usize]);
        }
        let monitored = Monitored { sites, local: Default::default(), active: Default::default() };
        monitored.find_lines(&pristine.handlers);
        Some(monitored)
    }
    /// The index of the instruction at our unit `offset`.
    pub fn index(&self, offset: u32) -> Option<usize> {
        self.sites.binary_search_by_key(&offset, |site| site.offset).ok()
    }
    /// Instructions before the first RESUME are nobody's business.
    fn first(&self) -> usize {
        self.sites.iter().position(|site| site.opcode() == op::RESUME).unwrap_or(self.sites.len())
    }

    /// Marks where lines start: where the line differs from that of the instruction before, and where jumps and exceptions arrive.
    fn find_lines(&self, handlers: &[crate::objects::code::Handler]) {
        let first = self.first();
        let mut current = -1;
        for site in &self.sites[first..] {
            // These are passed over by what ends a loop, or stand where no line may begin.
            if matches!(site.opcode(), op::END_ASYNC_FOR | op::END_FOR | op::END_SEND | op::RESUME) {
                continue;
            }
            site.starts_line.set(site.line >= 0 && site.line != current);
            current = site.line;
        }
        for pair in self.sites[first..].windows(2) {
            pair[1].behind_resume.set(pair[0].opcode() == op::RESUME && pair[0].line == pair[1].line);
        }
        let mut jumps: Vec<(usize, usize)> = Vec::new();
        for (from, site) in self.sites.iter().enumerate().skip(first) {
            jumps.extend(site.target().and_then(|target| self.index(target)).map(|to| (to, from)));
        }
        jumps.sort_unstable();
        for sources in jumps.chunk_by(|a, b| a.0 == b.0) {
            let to = sources[0].0;
            if self.sites[to].line >= 0 {
                self.arrivals(to, sources.iter().map(|pair| pair.1));
            }
        }
        for handler in handlers {
            let Some(site) = self.index(handler.target).map(|at| &self.sites[at]) else { continue };
            if site.line >= 0 && site.opcode() != op::END_ASYNC_FOR {
                site.starts_line.set(true);
            }
        }
    }
    /// A line starts where a jump arrives from another one. Those who come from the same line must be told apart, if there are others.
    fn arrivals(&self, to: usize, jumps: impl Iterator<Item = usize>) {
        let target = &self.sites[to];
        let mut sources: Vec<usize> = jumps.collect();
        if to > 0 && !op::has(self.sites[to - 1].opcode(), flag::ALWAYS_LEAVES) {
            sources.push(to - 1);
        }
        target.behind_resume.set(false);
        let same: Vec<&Site> = sources.iter().map(|from| &self.sites[*from]).filter(|from| from.line == target.line).collect();
        let resumes = same.iter().filter(|from| from.opcode() == op::RESUME).count();
        let starts_line = same.len() - resumes < sources.len();
        target.starts_line.set(starts_line);
        if starts_line {
            same.iter().for_each(|from| from.stays_on_line.set(true));
        }
    }

    fn update(&self, code: &Code, global: &[Cell<u8>], restart: bool) {
        let mut added = [0; event::LOCAL];
        let mut removed = [0; event::LOCAL];
        for e in 0..event::LOCAL {
            let (old, new) = (self.active[e].get(), global[e].get() | self.local[e].get());
            added[e] = if restart { new } else { new & !old };
            removed[e] = old & !new;
            self.active[e].set(new);
        }
        if added == [0; event::LOCAL] && removed == [0; event::LOCAL] {
            return;
        }
        let change = |tools: &Cell<u8>, e: usize| tools.set(tools.get() & !removed[e] | added[e]);
        for site in &self.sites[self.first()..] {
            if let Some(e) = site.event() {
                change(&site.tools, e);
            }
            if site.starts_line.get() {
                change(&site.line_tools, event::LINE);
            }
            if !matches!(site.opcode(), op::RESUME | op::END_FOR) {
                change(&site.instruction_tools, event::INSTRUCTION);
            }
            self.refresh(code, site);
        }
    }
    /// The tools hear no more of this event at this place.
    pub fn remove(&self, code: &Code, index: usize, e: usize, tools: u8) {
        let Some(site) = self.sites.get(index) else { return };
        let field = match e {
            event::LINE => &site.line_tools,
            event::INSTRUCTION => &site.instruction_tools,
            _ => &site.tools,
        };
        field.set(field.get() & !tools);
        self.refresh(code, site);
    }
    /// The opcode in the code follows the tools. Code that nobody listens to keeps what it has specialized to.
    fn refresh(&self, code: &Code, site: &Site) {
        let Ok(decoded) = code.decoded() else { return };
        let Some(unit) = decoded.units.get(site.offset as usize) else { return };
        let wanted = site.wanted_opcode(self.active[event::LINE].get() != 0);
        if op::is_instrumented(wanted) || op::is_instrumented(unit.get() as u8) {
            unit.set(site.plain);
            code.place(site.offset, wanted);
        }
    }
    /// Whether the RESUME before hides the start of the line.
    pub fn is_hidden(&self, index: usize) -> bool {
        self.sites[index].behind_resume.get() && index.checked_sub(1).is_some_and(|at| self.sites[at].tools.get() == 0)
    }
    /// The next instruction after one that goes on here or at its target.
    pub fn after(&self, index: usize, jumps: bool) -> Option<&Site> {
        let site = self.sites.get(index)?;
        match site.target().filter(|_| jumps) {
            Some(target) => self.sites.get(self.index(target)?),
            None => self.sites.get(index + 1),
        }
    }
}
