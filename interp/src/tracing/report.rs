//! `--trace-report`: what is kept of each trace while the program runs, and the page that is made of it when it ends. The page is one
//! file, its data lies in it as JSON (`json.rs`), a block for each trace that is read when somebody looks at it. Not here: the texts of
//! the stages, which are those of `--dump` (`jit::trace::text`, `jit::show`, `jit::machine`).

mod json;

use super::ENGINE;
use super::executor::graph::State;
use jit::build::Built;
use jit::generated::uops::{PARTS, UOPS};
use jit::ir::exits::ExitMap;
use jit::lines::{Line, Of};
use jit::settings::{Mode, Settings};
use jit::show::Label;
use jit::trace::text::{file, name, percent, position};
use jit::trace::{End, Place, Start, Trace};
use json::{List, Object};
use runtime::generated::opcode;
use runtime::objects::code::Code;
use std::collections::BTreeMap;

/// Everything that a page shows.
#[derive(Default)]
pub struct Report {
    /// By number, less one.
    traces: Vec<Seen>,
    /// Loops that were left while their branches were looked at, by place.
    not_surveyed: BTreeMap<String, u64>,
    /// What executors had come to when their code was thrown away.
    states: BTreeMap<u32, State>,
    /// Micro-ops of the instructions that occur.
    parts: BTreeMap<&'static str, String>,
}

/// A trace, as text.
struct Seen {
    start: Start,
    name: String,
    file: String,
    position: String,
    end: End,
    /// The instruction before which it ended.
    stop: Option<String>,
    confidence: String,
    uops: u64,
    /// By entry: the place among `functions`, the line, the instruction.
    entries: Vec<(usize, i64, &'static str)>,
    functions: Vec<Function>,
    bytecode: Vec<Line>,
    /// Why nothing came of it.
    failed: Option<String>,
    built: Option<Texts>,
    compiled: Option<(Vec<Line>, Vec<Line>)>,
}

/// The lines of a function that a trace goes through.
struct Function {
    code: usize,
    name: String,
    file: String,
    lines: BTreeMap<u32, String>,
}

struct Texts {
    used: usize,
    cut: Option<&'static str>,
    uops: Vec<Line>,
    origins: Vec<(u32, Option<u32>)>,
    exits: Vec<(Label, ExitInfo)>,
}

struct ExitInfo {
    kind: &'static str,
    snapshot: u32,
    executor: Option<u32>,
    place: String,
    restored: Vec<String>,
}

/// Lines around those that a trace goes through.
const AROUND: u32 = 2;

impl Report {
    pub fn not_surveyed(&mut self, place: Place) {
        let place = format!("{} at {}", name(place.code), position(place.code, place.offset));
        *self.not_surveyed.entry(place).or_default() += 1;
    }

    /// A recording has ended, and this is what was recorded.
    pub fn recorded(&mut self, trace: &Trace, bytecode: Vec<Line>) {
        let mut functions: Vec<Function> = Vec::new();
        let mut entries = Vec::with_capacity(trace.entries.len());
        for entry in &trace.entries {
            let code = entry.code;
            let at = functions.iter().position(|function| function.code == code.address()).unwrap_or_else(|| {
                let (name, file) = (name(code), file(code));
                functions.push(Function { code: code.address(), name, file, lines: BTreeMap::new() });
                functions.len() - 1
            });
            let line = i64::from(code.position(entry.offset).line);
            let known = &mut functions[at].lines;
            if let Ok(line @ 1..) = u32::try_from(line) {
                for line in line.saturating_sub(AROUND).max(1)..=line.saturating_add(AROUND) {
                    known.entry(line).or_insert_with(|| super::source_line(code, line).unwrap_or_default());
                }
            }
            let instruction = opcode::NAMES[entry.opcode as usize];
            self.parts.entry(instruction).or_insert_with(|| {
                let parts: Vec<&str> = PARTS[entry.opcode as usize].iter().map(|&part| UOPS[part as usize].name).collect();
                parts.join(" + ")
            });
            entries.push((at, line, instruction));
        }
        let Place { code, offset } = trace.place;
        let stop = trace.stop.map(|(place, _)| {
            // SAFETY: the place is an instruction of its code, which the recording keeps alive.
            let opcode = unsafe { *place.code.units().add(place.offset as usize) } as u8;
            format!("{} of {} at {}", opcode::NAMES[opcode as usize], name(place.code), position(place.code, place.offset))
        });
        self.traces.push(Seen {
            start: trace.start,
            name: name(code),
            file: file(code),
            position: position(code, offset),
            end: trace.end,
            stop,
            confidence: percent(trace.confidence()),
            uops: super::executor::stats::uops(trace),
            entries,
            functions,
            bytecode,
            failed: None,
            built: None,
            compiled: None,
        });
    }

    fn trace(&mut self, number: u32) -> Option<&mut Seen> {
        self.traces.get_mut((number as usize).checked_sub(1)?)
    }

    pub fn nothing_made(&mut self, number: u32, why: &str) {
        if let Some(seen) = self.trace(number) {
            seen.failed = Some(why.to_string());
        }
    }

    pub fn built(&mut self, trace: &Trace, built: &Built) {
        let func = &built.func;
        let labels = jit::show::labels(func, &trace.entries);
        let info = |map: &ExitMap| ExitInfo {
            kind: map.key.kind.word(),
            snapshot: map.key.snapshot.0,
            executor: map.key.executor,
            place: map.frames.last().map_or(String::new(), |frame| {
                frame.code.downcast::<Code>().map_or(String::new(), |code| format!("{} at {}", name(code), position(code, frame.ip)))
            }),
            restored: jit::show::restored(map),
        };
        let exits = labels.into_iter().zip(ExitMap::all(func).iter().map(info)).collect();
        let origins = func.origins.iter().map(|(first, entry)| (first.0, *entry)).collect();
        let texts = Texts { used: built.used, cut: built.cut, uops: jit::show::uops(func), origins, exits };
        if let Some(seen) = self.trace(trace.number) {
            seen.built = Some(texts);
        }
    }

    pub fn compiled(&mut self, number: u32, clif: Vec<Line>, asm: Vec<Line>) {
        if let Some(seen) = self.trace(number) {
            seen.compiled = Some((clif, asm));
        }
    }

    /// What executors have come to. One that has lost its code since is as it was then.
    pub fn came_to(&mut self, states: Vec<State>) {
        for mut state in states {
            if let Some(old) = self.states.get(&state.number).filter(|_| state.valid.is_none()) {
                state = State { valid: None, lost: state.lost, ..old.clone() };
            }
            self.states.insert(state.number, state);
        }
    }
}

// -- the page ---------------------------------------------------------------------------------------------------------------------------

const PAGE: &str = include_str!("report/page.html");
const STYLE: &str = include_str!("report/page.css");
const SCRIPTS: [&str; 3] = [include_str!("report/panes.js"), include_str!("report/tree.js"), include_str!("report/page.js")];

/// The page, now. `program` says what was run.
pub fn page(program: &str) -> String {
    ENGINE.with(|engine| {
        let mut report = engine.report.borrow_mut();
        let executors = engine.executors.borrow();
        report.came_to(executors.states());
        let returned: Vec<(String, u32)> = executors
            .returned()
            .into_iter()
            .map(|(code, offset, count)| (format!("{} at {}", name(code), position(code, offset)), count))
            .collect();
        let block = |id: &str, json: &str| format!("<script type=\"application/json\" id=\"{id}\">{json}</script>\n");
        let mut data = block("index", &report.index(program, &engine.settings.get(), &returned));
        for (number, seen) in (1..).zip(&report.traces) {
            data += &block(&format!("t{number}"), &seen.details());
        }
        let script = SCRIPTS.concat();
        let parts = [("STYLE", STYLE), ("DATA", data.as_str()), ("SCRIPT", script.as_str())];
        let mut out = String::with_capacity(PAGE.len() + STYLE.len() + data.len() + script.len());
        let mut rest = PAGE;
        for (mark, text) in parts {
            // The marks stand in the page, in this order.
            let (before, after) = rest.split_once(&format!("<!--{mark}-->")).unwrap_or((rest, ""));
            out.push_str(before);
            out.push_str(text);
            rest = after;
        }
        out + rest
    })
}

impl Report {
    fn index(&self, program: &str, settings: &Settings, returned: &[(String, u32)]) -> String {
        let mode = Mode::WORDS.iter().find(|(_, mode)| *mode == settings.mode).map_or("", |(word, _)| word);
        let mut index = Object::default();
        index.text("program", program).text("mode", mode).text("version", env!("CARGO_PKG_VERSION"));
        index.number("loop", settings.loop_threshold.into()).number("entry", settings.entry_threshold.into());
        index.number("side", settings.side_threshold.into());
        let traces = (1..).zip(&self.traces).map(|(number, seen)| seen.summary(number, self.states.get(&number)));
        index.list("traces", traces.collect());
        let pair = |(place, count): (&String, u64)| {
            let mut pair = List::default();
            pair.text(place).number(count as i64);
            pair.end()
        };
        index.list("unsurveyed", self.not_surveyed.iter().map(|(place, count)| pair((place, *count))).collect());
        index.list("returned", returned.iter().map(|(place, count)| pair((place, u64::from(*count)))).collect());
        let mut parts = Object::default();
        self.parts.iter().for_each(|(instruction, micro_ops)| _ = parts.text(instruction, micro_ops));
        index.raw("parts", &parts.end());
        index.end()
    }
}

impl Seen {
    /// What the list of traces and the tree need.
    fn summary(&self, number: u32, state: Option<&State>) -> String {
        let mut out = Object::default();
        let (start, from) = match self.start {
            Start::Loop => ("loop", None),
            Start::Entry => ("function", None),
            Start::Return => ("return", None),
            Start::Side { trace, exit } => ("side", Some((trace, exit))),
        };
        out.number("n", number.into()).text("start", start).text("name", &self.name).text("file", &self.file).text("at", &self.position);
        if let Some((trace, exit)) = from {
            out.number("from", trace.into()).number("fromExit", exit.into());
        }
        out.text("end", self.end.name()).text("confidence", &self.confidence);
        if let End::ReachedTrace(target) = self.end {
            out.number("reached", target.into());
        }
        if let Some(stop) = &self.stop {
            out.text("stop", stop);
        }
        out.number("length", self.entries.len() as i64).number("uops", self.uops as i64);
        if let Some(why) = &self.failed {
            out.text("failed", why);
        }
        if let Some(built) = &self.built {
            out.number("used", built.used as i64);
            if let Some(cut) = built.cut {
                out.text("cut", cut);
            }
        }
        if let Some(state) = state {
            let word = match state.valid {
                Some(true) => "valid",
                Some(false) => "invalid",
                None => "freed",
            };
            out.text("state", word).number("chain", state.chain.into());
            if let Some(lost) = &state.lost {
                out.text("lost", lost);
            }
            out.number("ir", state.instructions as i64).number("bytes", state.code_bytes as i64).number("ns", state.compile_ns as i64);
            if let Some((rounds, dispatches)) = state.counted {
                out.number("rounds", rounds as i64).number("dispatches", dispatches as i64);
            }
            let exit = |(number, exit): (usize, &super::executor::graph::ExitState)| {
                let known = self.built.as_ref().and_then(|built| built.exits.get(number));
                let (label, info) = known.map(|(label, info)| (label, info)).unzip();
                let mut out = List::default();
                out.text(info.map_or("", |info| info.kind)).text(label.map_or("", |label| &label.name)).number(exit.count as i64);
                out.number(exit.tries.into()).number(exit.linked.map_or(0, i64::from)).number(exit.pending.into());
                out.number(label.and_then(|label| label.entry).map_or(-1, i64::from));
                out.end()
            };
            out.list("exits", state.exits.iter().enumerate().map(exit).collect());
        }
        out.end()
    }

    /// What the panes show.
    fn details(&self) -> String {
        let mut out = Object::default();
        let function = |function: &Function| {
            let mut out = Object::default();
            out.text("name", &function.name).text("file", &function.file);
            let line = |(number, text): (&u32, &String)| {
                let mut line = List::default();
                line.number((*number).into()).text(text);
                line.end()
            };
            out.list("lines", function.lines.iter().map(line).collect());
            out.end()
        };
        out.list("functions", self.functions.iter().map(function).collect());
        let entry = |(function, line, instruction): &(usize, i64, &str)| {
            let mut entry = List::default();
            entry.number(*function as i64).number(*line).text(instruction);
            entry.end()
        };
        out.list("entries", self.entries.iter().map(entry).collect());
        stage(&mut out, "bytecode", &self.bytecode);
        if let Some(built) = &self.built {
            stage(&mut out, "uops", &built.uops);
            let origin = |(first, entry): &(u32, Option<u32>)| format!("[{first},{}]", entry.map_or(-1, i64::from));
            out.list("origins", built.origins.iter().map(origin).collect());
            out.list("exits", built.exits.iter().map(exit).collect());
        }
        if let Some((clif, asm)) = &self.compiled {
            stage(&mut out, "clif", clif);
            stage(&mut out, "asm", asm);
        }
        out.end()
    }
}

fn exit((label, info): &(Label, ExitInfo)) -> String {
    let mut out = Object::default();
    out.text("place", &info.place).number("snapshot", info.snapshot.into());
    out.list("ids", label.ids.iter().map(|id| id.0.to_string()).collect());
    out.texts("reasons", &label.reasons).texts("restored", &info.restored);
    if let Some(executor) = info.executor {
        out.number("to", executor.into());
    }
    out.end()
}

/// The text, and for each line what it came of: above zero an instruction or a value, below an exit, a snapshot or a line of the program.
fn stage(out: &mut Object, name: &str, lines: &[Line]) {
    let of = |line: &Line| match line.of {
        Of::Nothing => 0,
        Of::Entry(at) => i64::from(at) + 1,
        Of::Value(id) => i64::from(id.0) + 1,
        Of::Source(at) | Of::Exit(at) => -i64::from(at) - 1,
        Of::Snapshot(at) => -i64::from(at.0) - 1,
    };
    let texts: Vec<String> = lines.iter().map(|line| line.text.replace('\n', "\u{2424}")).collect();
    out.text(name, &texts.join("\n")).list(&format!("{name}Of"), lines.iter().map(|line| of(line).to_string()).collect());
}
