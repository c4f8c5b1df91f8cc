//! Who leans on a class: the sites of specialized instructions, which are reset when the class changes. They do not keep their code alive:
//! code that dies is forgotten at the end of the collection that finds out. Not here: what a change is (`Class::modified`).

use crate::heap;
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::code::Code;
use core::cell::{Cell, RefCell};

/// The sites that lean on a class.
#[derive(Default)]
pub struct Watchers {
    /// (code, offset of the instruction).
    sites: RefCell<Vec<(Gc<Code>, u32)>>,
    /// So many of them have come through a collection: only one of all kinds of objects can find their code dead.
    old: Cell<usize>,
    /// The class is on the list of those with sites.
    is_listed: Cell<bool>,
}

thread_local! {
    /// Classes with sites. Who is on it is not kept alive by that.
    static WATCHED: RefCell<Vec<Gc<Class>>> = const { RefCell::new(Vec::new()) };
}

impl Watchers {
    /// One more site of this class, whose watchers these are.
    pub fn add(&self, class: Gc<Class>, code: Gc<Code>, offset: u32) {
        let mut sites = self.sites.borrow_mut();
        if sites.contains(&(code, offset)) {
            return;
        }
        sites.push((code, offset));
        if !self.is_listed.replace(true) {
            WATCHED.with_borrow_mut(|watched| watched.push(class));
        }
    }
    /// All of them: they lean on the class no more.
    pub fn take(&self) -> Vec<(Gc<Code>, u32)> {
        self.old.set(0);
        self.sites.take()
    }
    fn forget_dead(&self, all: bool) {
        let mut sites = self.sites.borrow_mut();
        let first = if all { 0 } else { self.old.get().min(sites.len()) };
        let mut at = 0;
        sites.retain(|(code, _)| {
            at += 1;
            at <= first || heap::is_marked(code.value())
        });
        self.old.set(sites.len());
    }
}

/// For the collector, after marking and before freeing. Unless `all`, what is old lives.
pub fn forget_dead(all: bool) {
    // At the end of the thread the list may be gone before the heap.
    let _ = WATCHED.try_with(|watched| {
        watched.borrow_mut().retain(|class| {
            if !heap::is_marked(class.value()) {
                return false;
            }
            class.watchers.forget_dead(all);
            let stays = class.watchers.old.get() > 0;
            class.watchers.is_listed.set(stays);
            stays
        });
    });
}
