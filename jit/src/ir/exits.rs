//! The exits of a trace: one per snapshot, kind and executor, numbered in the order in which the trace has them. The interpreter of the
//! IR and
//! machine code number them alike. Not here: how an exit puts frames back together (`restore`).

use super::{ExitKind, FrameKind, Func, Id, Op, Repr, Root, SnapshotId, Ty};
use hashbrown::HashMap;
use runtime::value::Value;

/// What tells exits apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ExitKey {
    pub snapshot: SnapshotId,
    pub kind: ExitKind,
    /// Of a `Link`.
    pub executor: Option<u32>,
}

#[derive(Clone, Debug)]
pub struct ExitInfo {
    pub key: ExitKey,
    /// What the exit stores, in this order, a word each.
    pub values: Vec<Id>,
}

#[derive(Clone, Debug, Default)]
pub struct Exits {
    pub list: Vec<ExitInfo>,
    index: HashMap<ExitKey, u32>,
}

impl Exits {
    /// Those of a function that the verifier has seen.
    pub fn of(func: &Func) -> Exits {
        let mut exits = Exits::default();
        func.visit(|_, id| {
            let Some(key) = key(func.op(id)) else { return };
            let next = exits.list.len() as u32;
            exits.index.entry(key).or_insert_with(|| {
                exits.list.push(ExitInfo { key, values: func.exit_values(key.snapshot) });
                next
            });
        });
        exits
    }
    /// The number of the exit that an instruction has.
    pub fn number(&self, op: &Op) -> Option<u32> {
        self.index.get(&key(op)?).copied()
    }
}

fn key(op: &Op) -> Option<ExitKey> {
    let (snapshot, kind) = op.snapshot()?;
    let executor = if let Op::Link { executor, .. } = *op { Some(executor) } else { None };
    Some(ExitKey { snapshot, kind, executor })
}

/// Where a slot's value comes from when an exit is restored.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Source {
    /// A word of the exit buffer.
    Stored(u16),
    Const(u64),
}

/// A slot of a frame: `repr` says how the raw bits are boxed, `None` that they are a value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SlotMap {
    pub slot: u16,
    pub source: Source,
    pub repr: Option<Repr>,
}

/// A frame as the exit leaves it; the objects are among the trace's roots.
#[derive(Clone, PartialEq, Debug)]
pub struct FrameMap {
    pub code: Value,
    pub function: Value,
    /// The word that holds the function, where it need not be this one.
    pub callable: Option<u16>,
    /// The word of the exit buffer that holds the address which `base` counts from; the trace's first frame where there is none.
    pub anchor: Option<u16>,
    pub base: u32,
    pub ip: u32,
    pub depth: u32,
    pub kind: FrameKind,
    pub is_virtual: bool,
    pub slots: Vec<SlotMap>,
}

/// All that is needed to go on in the interpreter from an exit, without the trace's IR.
#[derive(Clone, PartialEq, Debug)]
pub struct ExitMap {
    pub key: ExitKey,
    pub frames: Vec<FrameMap>,
    /// Of a link: what leads from the trace's first frame to the one that the other executor begins in, which `frames` count from: the
    /// anchor and words from there.
    pub moves: (Option<u16>, u32),
    /// The types of the words in the exit buffer: what a side trace's `Incoming`s have.
    pub stored: Vec<Ty>,
}

impl ExitMap {
    pub fn new(func: &Func, exit: &ExitInfo) -> ExitMap {
        let place: HashMap<Id, u16> = exit.values.iter().zip(0u16..).map(|(&id, at)| (id, at)).collect();
        let root = |root: Root| func.roots.get(root.0 as usize).copied().unwrap_or_default();
        let slot = |&(slot, id): &(u16, Id)| {
            let id = func.exit_value(id);
            // A value that is not stored is a constant: `exit_values` says so.
            let source = place.get(&id).map_or_else(|| Source::Const(func.as_const(id).unwrap_or(0)), |&at| Source::Stored(at));
            SlotMap { slot, source, repr: func.ty(id).and_then(Repr::of) }
        };
        let state = func.snapshot(exit.key.snapshot);
        let anchor = |id| place.get(&id).copied();
        let links = exit.key.executor.is_some();
        let moves = state.frames.last().filter(|_| links).map_or((None, 0), |frame| (frame.anchor.and_then(anchor), frame.base));
        let frames = state.frames.iter().map(|frame| FrameMap {
            code: root(frame.code),
            function: root(frame.function),
            callable: frame.callable.and_then(|id| place.get(&id).copied()),
            anchor: frame.anchor.filter(|_| !links).and_then(anchor),
            base: if links { 0 } else { frame.base },
            ip: frame.ip,
            depth: frame.depth,
            kind: frame.kind,
            is_virtual: frame.is_virtual,
            slots: frame.slots.iter().map(slot).collect(),
        });
        let stored = exit.values.iter().map(|&id| func.ty(id).unwrap_or(Ty::I64)).collect();
        ExitMap { key: exit.key, frames: frames.collect(), moves, stored }
    }
    /// Of each exit of a function.
    pub fn all(func: &Func) -> Vec<ExitMap> {
        Exits::of(func).list.iter().map(|exit| ExitMap::new(func, exit)).collect()
    }
}
