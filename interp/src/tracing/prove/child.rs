//! Copies of the process, and what they tell: an instruction may change anything, so it runs in a copy. Not here: what is run in them.

use super::{Site, opcode_at, record, state};
use crate::dispatch::Ts;
use core::cell::RefCell;
use jit::trace::{End, Entry};
use runtime::frame::Frame;
use runtime::generated::opcode as op;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{FromRawFd, RawFd};

use crate::tracing::recorder::Recorder;

/// What a copy has come to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub entries: Vec<Entry>,
    /// Before each instruction, and behind the last.
    pub states: Vec<String>,
    pub ending: Ending,
    /// Instructions that the trace of this copy has.
    pub used: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Ending {
    #[default]
    Plain,
    Raised(String),
    /// No trace was made.
    Refused,
    Failed(String),
}

impl Report {
    pub fn failed(&self) -> bool {
        matches!(self.ending, Ending::Failed(_))
    }

    fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut number = |number: usize| out.extend_from_slice(&(number as u64).to_le_bytes());
        number(self.used);
        number(self.entries.len());
        number(self.states.len());
        let (kind, text) = match &self.ending {
            Ending::Plain => (0, ""),
            Ending::Raised(text) => (1, text.as_str()),
            Ending::Refused => (2, ""),
            Ending::Failed(text) => (3, text.as_str()),
        };
        number(kind);
        for entry in &self.entries {
            // SAFETY: an entry is plain data; the copy that reads it is the same program.
            let bytes = unsafe { core::slice::from_raw_parts((entry as *const Entry).cast::<u8>(), size_of::<Entry>()) };
            out.extend_from_slice(bytes);
        }
        for text in self.states.iter().map(String::as_str).chain([text]) {
            out.extend_from_slice(&(text.len() as u64).to_le_bytes());
            out.extend_from_slice(text.as_bytes());
        }
        out
    }

    fn read(bytes: &[u8]) -> Option<Report> {
        let mut bytes = Bytes(bytes);
        let (used, entries, states, kind) = (bytes.number()?, bytes.number()?, bytes.number()?, bytes.number()?);
        // SAFETY: a copy of this process wrote them.
        let entries = (0..entries).map(|_| Some(unsafe { bytes.take(size_of::<Entry>())?.as_ptr().cast::<Entry>().read_unaligned() }));
        let entries = entries.collect::<Option<Vec<Entry>>>()?;
        let states = (0..states).map(|_| bytes.text()).collect::<Option<Vec<String>>>()?;
        let text = bytes.text()?;
        let ending = match kind {
            0 => Ending::Plain,
            1 => Ending::Raised(text),
            2 => Ending::Refused,
            _ => Ending::Failed(text),
        };
        Some(Report { entries, states, ending, used })
    }
}

/// What is left to be read of a report.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
    fn number(&mut self) -> Option<usize> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?) as usize)
    }
    fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        Some(String::from_utf8_lossy(self.take(length)?).into_owned())
    }
}

/// In a copy.
struct Child {
    out: RawFd,
    window: usize,
    states: Vec<String>,
}

thread_local! {
    static CHILD: RefCell<Option<Child>> = const { RefCell::new(None) };
}

pub fn is_one() -> bool {
    CHILD.with_borrow(Option::is_some)
}

/// The copy is to run so many instructions.
pub fn set(window: usize) {
    CHILD.with_borrow_mut(|child| {
        if let Some(child) = child {
            child.window = window;
        }
    });
}

/// Makes a copy, which runs `prepare` and is given None; who made it gets what the copy reports.
pub fn fork(prepare: impl FnOnce()) -> Option<Report> {
    let mut pipe = [0; 2];
    // SAFETY: `pipe` has room for both; a copy does nothing that needs another thread.
    unsafe {
        if libc::pipe(pipe.as_mut_ptr()) != 0 {
            return None;
        }
        match libc::fork() {
            -1 => None,
            0 => {
                libc::close(pipe[0]);
                let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
                for stream in 0..3 {
                    libc::dup2(null, stream);
                }
                libc::signal(libc::SIGALRM, libc::SIG_DFL);
                libc::alarm(20);
                let out = pipe[1];
                CHILD.set(Some(Child { out, window: 1, states: Vec::new() }));
                std::panic::set_hook(Box::new(move |panic| {
                    tell(out, &Report { ending: Ending::Failed(panic.to_string()), ..Report::default() });
                }));
                prepare();
                None
            }
            pid => {
                libc::close(pipe[1]);
                let mut bytes = Vec::new();
                let read = File::from_raw_fd(pipe[0]).read_to_end(&mut bytes);
                let mut status = 0;
                libc::waitpid(pid, &mut status, 0);
                let report = read.ok().and_then(|_| Report::read(&bytes));
                let failed = || Report { ending: Ending::Failed(format!("wait status {status}")), ..Report::default() };
                Some(report.unwrap_or_else(failed))
            }
        }
    }
}

/// The copy's last words.
pub fn tell(out: RawFd, report: &Report) -> ! {
    // SAFETY: the descriptor is the copy's own; nothing of the process is to run any more.
    unsafe {
        let mut file = File::from_raw_fd(out);
        let _ = file.write_all(&report.write());
        let _ = file.flush();
        libc::_exit(0)
    }
}

/// As `tell`, from where the descriptor is not at hand.
pub fn tell_now(report: &Report) -> ! {
    let out = CHILD.with_borrow(|child| child.as_ref().map_or(-1, |child| child.out));
    tell(out, report)
}

/// The first instruction of the copy is about to run.
///
/// # Safety
/// As for `step`.
pub unsafe fn begin(site: Site) {
    let window = CHILD.with_borrow(|child| child.as_ref().map_or(1, |child| child.window));
    // SAFETY: promised by the caller.
    unsafe {
        record(site, window);
        step(site);
    }
}

/// Before an instruction of the copy.
///
/// # Safety
/// As for `record_previous_inst`.
pub unsafe fn step(site: Site) {
    // SAFETY: promised by the caller.
    unsafe {
        (*site.fp).ip.set(site.ip);
        (*site.fp).sp.set(site.sp);
        let state = state::text(&*site.ts, site.fp, true);
        let enough = CHILD.with_borrow_mut(|child| {
            child.as_mut().is_some_and(|child| {
                child.states.push(state);
                child.states.len() > child.window
            })
        });
        let recorder = &mut *(*site.ts).recorder.get().cast::<Recorder>();
        let goes_on = recorder.step(site.ip, site.sp, site.fp, site.ts, &|_| None).is_ok();
        if enough || !goes_on {
            finish(site.ts, End::TooLong);
        }
        // The recorder has a site choose its form anew; here a general instruction is to run as it stands.
        let opcode = opcode_at(site.ip);
        let counter = op::COUNTER[opcode as usize];
        if counter != 0 && op::HEAD[opcode as usize] == opcode && !op::has(opcode, op::flag::TIERS_UP) {
            *site.ip.add(counter as usize).cast_mut() = 0xFFF0;
        }
    }
}

/// The run of the copy has ended.
///
/// # Safety
/// As for `tracing::end`.
pub unsafe fn finish(ts: Ts, reason: End) -> ! {
    // SAFETY: promised by the caller.
    unsafe {
        let recorder = &mut *(*ts).recorder.get().cast::<Recorder>();
        let trace = recorder.finish(if reason == End::LeftInterpreter { End::LeftInterpreter } else { End::TooLong });
        let states = CHILD.with_borrow_mut(|child| child.as_mut().map(|child| std::mem::take(&mut child.states)).unwrap_or_default());
        let ending = if reason == End::Exception { Ending::Raised(raised(ts)) } else { Ending::Plain };
        let entries = trace.map(|trace| trace.entries).unwrap_or_default();
        tell_now(&Report { entries, states, ending, used: 0 })
    }
}

/// The exception that is set, and the frames that it finds.
///
/// # Safety
/// The thread's frames are in order.
pub unsafe fn raised(ts: Ts) -> String {
    // SAFETY: promised by the caller.
    unsafe {
        let frame: *mut Frame = (*ts).frame.get();
        format!("{} in {}", state::exception((*ts).raised.get()), state::text(&*ts, frame, false))
    }
}
