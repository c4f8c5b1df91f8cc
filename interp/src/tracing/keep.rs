//! From a recorded trace to an executor: it is made into a form here or by the worker thread, then put where it belongs. Not here: forms
//! (`form.rs`), what an executor does (`executor.rs`).

use core::sync::atomic::Ordering;
use super::executor::{self, Loss, key};
use super::form::{Form, Made};
use super::recorder::Recorder;
use super::{Engine, is_worth_it};
use jit::settings::{Mode, Settings};
use jit::trace::{End, Lost, Place, Trace};
use runtime::heap::Marker;
use runtime::value::Value;

/// So many times is code memory flushed at one threshold.
const FLUSHES: u64 = 4;
/// So many traces may wait for the worker: more are not recorded, since each keeps its code, and code that is made and forgotten all the
/// time can be hot faster than it is compiled.
const MOST_PENDING: usize = 64;
/// No threshold becomes larger: counters have twelve bits.
const LONGEST: u32 = 4095;

/// Where a trace goes when it has its form.
#[derive(Clone, Copy)]
struct Destination {
    /// The exit that it goes on from; else it begins at a place.
    from: Option<(u32, u32)>,
    /// The instruction that counted, and its plain form; null where none does.
    site: *mut u32,
    plain: u8,
}

/// A trace that the worker compiles.
pub struct Pending {
    trace: Trace,
    destination: Destination,
    roots: Vec<Value>,
    sites: Vec<Place>,
    /// Why it will not be entered: something has changed meanwhile.
    stale: Option<Loss>,
}

impl Pending {
    pub fn trace(&self, marker: &mut Marker) {
        self.trace.trace(marker);
        for root in &self.roots {
            marker.value(*root);
        }
    }
    /// As `Executors::invalidate_if`.
    pub fn invalidate_if(&mut self, which: impl Fn(&[Place]) -> bool, loss: impl Fn() -> Loss) {
        if self.stale.is_none() && which(&self.sites) {
            self.stale = Some(loss());
        }
    }
}

impl Engine {
    /// Makes an executor of a trace that is worth it.
    pub(super) fn keep(&self, trace: Trace, recorder: &Recorder, settings: &Settings) {
        let destination = Destination { from: recorder.from(), site: recorder.site, plain: recorder.plain };
        let note = |why: &str| {
            if settings.report {
                self.report.borrow_mut().nothing_made(trace.number, why);
            }
        };
        if !is_worth_it(&trace) {
            note("it makes too little progress");
            return self.give_up(destination);
        }
        let refuse = settings.stress.refuse;
        if refuse != 0 && self.random_below(refuse) == 0 {
            note("refused by --jit-stress");
            return self.give_up(destination);
        }
        let executors = self.executors.borrow();
        let parent = destination.from.and_then(|from| executors.map(from));
        let reached = match trace.end {
            End::ReachedTrace(number) => executors.place(number).map(|place| (number, place)),
            _ => None,
        };
        drop(executors);
        let made = self.forms.borrow_mut().make(&trace, parent.as_ref(), reached, settings, &self.report);
        match made {
            Made::Form(form) => self.put(trace, destination, Some(form)),
            // What is only recorded stands there all the same, for who looks at the recordings.
            Made::None if settings.mode == Mode::RecordOnly => self.put(trace, destination, None),
            Made::None => self.give_up(destination),
            Made::Later { roots, sites } => {
                if let Some(from) = destination.from {
                    self.executors.borrow().set_pending(from, true);
                }
                self.pending.borrow_mut().push(Pending { trace, destination, roots, sites, stale: None });
            }
        }
    }

    /// Nothing comes of the trace.
    fn give_up(&self, destination: Destination) {
        if let Some(from) = destination.from {
            self.executors.borrow().failed(from);
        }
    }

    fn put(&self, trace: Trace, destination: Destination, mut form: Option<Form>) {
        if self.settings.get().report
            && let Some((clif, asm)) = form.as_mut().and_then(Form::take_text)
        {
            self.report.borrow_mut().compiled(trace.number, clif, asm);
        }
        let mut executors = self.executors.borrow_mut();
        match (destination.from, form) {
            (Some(from), Some(form)) => executors.add_side(trace, from, form),
            (Some(from), None) => executors.failed(from),
            (None, form) => {
                let number = trace.number;
                executors.add(trace, destination.plain, form);
                if !destination.site.is_null() {
                    // SAFETY: the site lies in the code that the trace begins in, which the executor keeps alive.
                    unsafe { executor::install(destination.site, number) };
                }
            }
        }
    }

    /// A trace from this place is with the worker.
    pub(super) fn is_pending(&self, place: Place) -> bool {
        let pending = self.pending.borrow();
        pending.iter().any(|one| one.destination.from.is_none() && key(one.trace.place) == key(place))
    }

    /// As many traces as may wait for the worker do.
    pub(super) fn is_busy(&self) -> bool {
        self.pending.borrow().len() >= MOST_PENDING
    }

    /// Forks by the function.
    #[cfg(feature = "jit")]
    pub(super) fn around_fork(&self, fork: &mut dyn FnMut() -> i32) -> i32 {
        let machine = self.forms.borrow().machine();
        let Some(machine) = machine else { return fork() };
        let pid = machine.around_fork(fork);
        if pid == 0 {
            self.forms.borrow_mut().forget_worker();
            for pending in self.pending.take() {
                if let Some(from) = pending.destination.from {
                    self.executors.borrow().set_pending(from, false);
                }
            }
        }
        pid
    }

    /// Takes what the worker has finished; makes room where code memory is full.
    #[inline(always)]
    pub(super) fn poll(&self) {
        if self.attention.load(Ordering::Relaxed) {
            self.attend();
        }
    }

    /// From now on it takes twice as much to be hot: code memory that is full again and again has no room for all that was.
    fn wait_longer(&self) {
        let mut settings = self.settings.get();
        let twice = |threshold: &mut u32| *threshold = (*threshold * 2).min(LONGEST).max(*threshold);
        [&mut settings.loop_threshold, &mut settings.entry_threshold, &mut settings.side_threshold].into_iter().for_each(twice);
        self.begin_counting(&settings);
    }

    #[cold]
    #[inline(never)]
    fn attend(&self) {
        self.attention.store(false, Ordering::Release);
        if self.forms.borrow().is_full() && self.inside.get() != 0 {
            // Not now.
            self.attention.store(true, Ordering::Release);
        } else if self.forms.borrow().is_full() {
            self.pending.borrow_mut().iter_mut().for_each(|pending| pending.invalidate_if(|_| true, || Loss::of(Lost::NoRoom)));
            if self.settings.get().report {
                self.report.borrow_mut().came_to(self.executors.borrow().states());
            }
            let flushes = self.executors.borrow_mut().flush();
            if flushes % FLUSHES == 0 {
                self.wait_longer();
            }
            self.forms.borrow().has_room();
        }
        if !self.forms.borrow().has_finished() {
            return;
        }
        while let Some((number, kind)) = { self.forms.borrow_mut().finished() } {
            let found = self.pending.borrow().iter().position(|one| one.trace.number == number);
            let Some(index) = found else { continue };
            let Pending { trace, destination, roots, sites, stale } = self.pending.borrow_mut().remove(index);
            if let Some(from) = destination.from {
                self.executors.borrow().set_pending(from, false);
            }
            match kind {
                Ok(kind) if stale.is_none() => self.put(trace, destination, Some(Form::new(roots, sites, kind))),
                refused => {
                    if self.settings.get().report {
                        let stale = stale.map(|loss| format!("lost while it was compiled ({loss})"));
                        let why = refused.err().map(|it| it.to_string()).or(stale);
                        self.report.borrow_mut().nothing_made(trace.number, &why.unwrap_or_default());
                    }
                    self.give_up(destination);
                }
            }
        }
    }
}
