//! The small words of the generated code: operands, caches, locals, fields. They are the same in
//! every dispatch mode.
//!
//! `$s` is the state: `(ip sp fp ts ..)` in handlers, where these are variables and the rest is the
//! mode's own, or a `Site`. All words are unsafe to use: the caller vouches for code that the
//! definition's stack effects describe.

pub use runtime::defs::pointer::Pointer;
use runtime::heap;
use runtime::value::Value;

/// With the feature `stats`: the instruction begins; it leaves for another at its place. Else nothing.
#[cfg(feature = "stats")]
macro_rules! counted {
    ($name:ident) => {
        $crate::stats::count(op::$name)
    };
}
#[cfg(feature = "stats")]
macro_rules! missed {
    () => {
        $crate::stats::miss()
    };
}
#[cfg(not(feature = "stats"))]
macro_rules! counted {
    ($name:ident) => {};
}
#[cfg(not(feature = "stats"))]
macro_rules! missed {
    () => {};
}

macro_rules! ip {
    (($ip:ident $($rest:tt)*)) => {
        $ip
    };
    ($s:ident) => {
        $s.ip
    };
}

macro_rules! sp {
    (($ip:ident $sp:ident $($rest:tt)*)) => {
        $sp
    };
    ($s:ident) => {
        $s.sp
    };
}

/// The running frame, as a raw pointer.
macro_rules! frame {
    (($ip:ident $sp:ident $fp:ident $($rest:tt)*)) => {
        $fp
    };
    ($s:ident) => {
        $s.fp
    };
}

/// The thread, as a raw pointer.
macro_rules! thread {
    (($ip:ident $sp:ident $fp:ident $ts:ident $($rest:tt)*)) => {
        $ts.cast_mut()
    };
    ($s:ident) => {
        $s.ts.cast_mut()
    };
}

/// The thread, as helpers take it.
macro_rules! thread_ref {
    ($s:tt) => {
        &*thread!($s)
    };
}

// -- the instruction ---------------------------------------------------------

/// The operand: the upper 24 bits.
macro_rules! oparg {
    ($s:tt) => {
        *ip!($s) >> 8
    };
}

/// A unit of the cache; `$offset` counts from the unit behind the instruction's own.
macro_rules! cache {
    ($s:tt, $offset:expr) => {
        *ip!($s).add(1 + $offset)
    };
}

/// Two units of the cache.
macro_rules! cache2 {
    ($s:tt, $offset:expr) => {
        ip!($s).add(1 + $offset).cast::<u64>().read_unaligned()
    };
}

/// Units from the start of the code to the instruction behind this one.
macro_rules! next_instruction_offset {
    ($s:tt, $length:expr) => {
        (ip!($s).add($length).offset_from((&*frame!($s)).code.units())) as u32
    };
}

// -- the stack ---------------------------------------------------------------

/// The address of a slot; the top operand stands at -1.
macro_rules! slot {
    ($s:tt, $at:expr) => {
        sp!($s).offset($at)
    };
}

macro_rules! peek {
    ($s:tt, $at:expr) => {
        *slot!($s, $at)
    };
}

macro_rules! poke {
    ($s:tt, $at:expr, $value:expr) => {
        *slot!($s, $at) = $value
    };
}

/// Lets others see where the frame stands: before anything that may raise, collect, or call Python.
macro_rules! save {
    ($s:tt) => {{
        (*frame!($s)).ip.set(ip!($s));
        (*frame!($s)).sp.set(sp!($s));
    }};
}

// -- tables of the code ------------------------------------------------------

macro_rules! local {
    ($s:tt, $index:expr) => {
        *(*frame!($s)).locals().add($index as usize)
    };
}

macro_rules! put_local {
    ($s:tt, $index:expr, $value:expr) => {
        local!($s, $index) = $value
    };
}

/// Cells share the index space of locals.
macro_rules! cell {
    ($s:tt, $index:expr) => {
        local!($s, $index)
    };
}

macro_rules! put_cell {
    ($s:tt, $index:expr, $value:expr) => {
        local!($s, $index) = $value
    };
}

macro_rules! constant {
    ($s:tt, $index:expr) => {
        *(*frame!($s)).consts.add($index as usize)
    };
}

macro_rules! name {
    ($s:tt, $index:expr) => {
        *(&*frame!($s)).code.names.get().add($index as usize)
    };
}

/// A heap value that a cache refers to.
macro_rules! root {
    ($s:tt, $index:expr) => {
        *(&*frame!($s)).code.roots.get().add($index as usize)
    };
}

// -- memory ------------------------------------------------------------------

/// A field of a layout, by the offset that the runtime's struct gives it.
macro_rules! get {
    ($base:expr, $layout:ident . $field:ident as $ty:ty) => {
        $base.cast::<u8>().add(core::mem::offset_of!(defs::$layout, $field)).cast::<$ty>().read()
    };
}

/// The address of elements that stand in the struct itself.
macro_rules! inline {
    ($base:expr, $layout:ident . $field:ident as $ty:ty) => {
        $base.cast::<u8>().add(core::mem::offset_of!(defs::$layout, $field)) as $ty
    };
}

macro_rules! put {
    ($base:expr, $layout:ident . $field:ident as $ty:ty, $value:expr) => {
        $base
            .cast::<u8>()
            .add(core::mem::offset_of!(defs::$layout, $field))
            .cast::<$ty>()
            .write($value)
    };
}

/// A store that the collector must know of.
macro_rules! put_reference {
    ($base:expr, $layout:ident . $field:ident as $ty:ty, $value:expr) => {{
        let owner = $base;
        put!(owner, $layout.$field as $ty, $value);
        $crate::dispatch::words::barrier(owner);
    }};
}

macro_rules! element {
    ($base:expr, $index:expr) => {
        *$base.add($index as usize)
    };
}

macro_rules! put_element {
    ($base:expr, $index:expr, $value:expr) => {
        *$base.add($index as usize) = $value
    };
}

/// An element of a buffer that belongs to `$owner`.
macro_rules! put_element_reference {
    ($owner:expr, $base:expr, $index:expr, $value:expr) => {{
        put_element!($base, $index, $value);
        $crate::dispatch::words::barrier($owner);
    }};
}

// -- representations ---------------------------------------------------------

/// Boxes; where that allocates, the frame shows the instruction's inputs meanwhile.
macro_rules! boxed {
    ($s:tt, $box:ident, $fits:ident, $value:expr) => {{
        let value = $value;
        if !defs::$fits(value) {
            core::hint::cold_path();
            save!($s);
        }
        defs::$box(value)
    }};
}

/// Boxes without allocating; what does not fit is done by the generic instruction.
macro_rules! boxed_or_miss {
    ($s:tt, $box:ident, $fits:ident, $value:expr, $to:ident) => {{
        let value = $value;
        if !defs::$fits(value) {
            miss!($s, $to)
        }
        defs::$box(value)
    }};
}

/// A value as the layout that a guard has found it to be: the same bits.
macro_rules! layout {
    ($value:expr, $layout:ident) => {
        $value.0 as usize as *mut defs::$layout
    };
}

/// A layout as a value: the same bits.
macro_rules! value {
    ($pointer:expr) => {
        Value($pointer as usize as u64)
    };
}

/// A layout as the argument that a helper takes.
macro_rules! pointer {
    ($pointer:expr) => {
        runtime::defs::pointer::Pointer::from_raw($pointer)
    };
}

/// After a store of a reference into `owner`, or into a buffer of it.
#[inline(always)]
pub fn barrier<T>(owner: *mut T) {
    heap::write_barrier(Value(owner as usize as u64));
}

/// A field of the definition is one of the runtime's struct, of the same size.
macro_rules! declared {
    ($layout:ident . $field:ident as $ty:ty) => {
        const _: () =
            assert!(field_size(|layout: &defs::$layout| &layout.$field) == size_of::<$ty>());
    };
}

/// The size of a field.
pub const fn field_size<L, F>(_: fn(&L) -> &F) -> usize {
    size_of::<F>()
}
