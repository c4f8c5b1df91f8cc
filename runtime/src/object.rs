//! What every heap object has: a header, a kind (its native layout), a typed pointer to it. Not here: classes, shapes.

use crate::heap::{self, Marker};
use crate::value::{NULL, Value};
use core::cell::Cell;
use core::marker::PhantomData;
use core::ops::Deref;

/// Eight bytes before every object's fields. `shape` gives the class (and, for instances, the place of each attribute).
#[repr(C)]
pub struct Header {
    pub shape: Cell<u32>,
    pub kind: Cell<u8>,
    /// Owned by `heap`: old, remembered, large, has a finalizer.
    pub gc: Cell<u8>,
    /// Owned by the object's type.
    pub flags: Cell<u16>,
}

impl Header {
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        // SAFETY: only `heap` writes the byte, from a `Kind`.
        unsafe { core::mem::transmute::<u8, Kind>(self.kind.get()) }
    }
}

/// A pointer to a live heap object. Copy; the collector finds it on the native stack (scanned conservatively), in frames, and in
/// fields that their owner's `trace` visits. Keep it nowhere else (a Rust `Vec` that lives across an allocation is not scanned:
/// use `heap::Rooted` or a heap object).
#[repr(transparent)]
pub struct Gc<T>(core::ptr::NonNull<T>, PhantomData<T>);

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<T> {}
impl<T> PartialEq for Gc<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Gc<T> {}
impl<T> core::fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:#x}", self.address())
    }
}

impl<T> Gc<T> {
    /// # Safety
    /// `address` is that of a live cell which holds a T.
    #[inline(always)]
    pub unsafe fn from_address(address: usize) -> Gc<T> {
        // SAFETY: promised by the caller; a live cell is not at address 0.
        Gc(unsafe { core::ptr::NonNull::new_unchecked(address as *mut T) }, PhantomData)
    }
    #[inline(always)]
    pub fn address(self) -> usize {
        self.0.as_ptr() as usize
    }
    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }
    #[inline(always)]
    pub fn value(self) -> Value {
        Value(self.address() as u64)
    }
    /// A reference that outlives this handle: cells do not move and live while something reachable refers to them.
    #[inline(always)]
    pub fn get_ref(self) -> &'static T {
        // SAFETY: the collector keeps the cell while the handle is reachable (conservative scan of the native stack).
        unsafe { &*self.0.as_ptr() }
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: as in `get_ref`.
        unsafe { self.0.as_ref() }
    }
}

/// A type that lives in the heap: `#[repr(C)]`, its first field is a `Header`.
pub trait HeapObject: Sized + 'static {
    const KIND: Kind;
    /// Something is done when it dies: it owns Rust memory, or Python code may have to run.
    const LOOKED_AT: bool = core::mem::needs_drop::<Self>();
    /// Visits every value and buffer that the object owns.
    fn trace(&self, marker: &mut Marker);
    /// True for the kinds whose cells can be read as `Self`. Only layouts with sub-layouts override it.
    #[inline(always)]
    fn has_kind(kind: Kind) -> bool {
        kind as u8 == Self::KIND as u8
    }
}

/// A reference inside a heap object. `set` carries the write barrier; a fresh object's fields are initialised by `Field::new`.
#[repr(transparent)]
pub struct Field<T: Copy>(Cell<T>);

impl<T: Copy> Field<T> {
    #[inline(always)]
    pub const fn new(value: T) -> Field<T> {
        Field(Cell::new(value))
    }
    #[inline(always)]
    pub fn get(&self) -> T {
        self.0.get()
    }
    /// `owner` is the object that the field is part of.
    #[inline(always)]
    pub fn set<O: HeapObject>(&self, owner: Gc<O>, value: T) {
        self.0.set(value);
        heap::write_barrier(owner.value());
    }
    #[inline(always)]
    pub fn set_in<O: HeapObject>(&self, owner: &O, value: T) {
        self.0.set(value);
        heap::write_barrier(Value(owner as *const O as u64));
    }
    /// Without a barrier: for a fresh object, or a value that is no heap reference.
    #[inline(always)]
    pub fn init(&self, value: T) {
        self.0.set(value);
    }
}

impl Default for Field<Value> {
    fn default() -> Self {
        Field::new(NULL)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $($path:ident)::+),* $(,)?) => {
        /// The native layout of a heap object. Subclasses written in Python keep the kind of their native base.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Kind {
            /// Words or bytes that belong to another object; never seen as a value.
            Buffer = 0,
            $($(#[$doc])* $name),*
        }
        pub const KINDS: &[KindInfo] = &[
            KindInfo { size: 0, trace: trace_nothing, drop: None },
            $(KindInfo::of::<crate::$($path)::+>()),*
        ];
        $(const _: () = assert!(<crate::$($path)::+ as HeapObject>::KIND as u8 == Kind::$name as u8);)*
    };
}

// One line a layout, in any order.
kinds! {
    Int => objects::int::IntObject,
    Float => objects::float::FloatObject,
    Complex => objects::complex::Complex,
    Str => objects::str::Str,
    Bytes => objects::bytes::Bytes,
    ByteArray => objects::bytearray::ByteArray,
    MemoryView => objects::memoryview::MemoryView,
    Tuple => objects::tuple::Tuple,
    List => objects::list::List,
    Dict => objects::dict::Dict,
    /// keys(), values(), items() of a dict.
    DictView => objects::dict::DictView,
    Set => objects::set::Set,
    FrozenSet => objects::set::FrozenSet,
    Range => objects::range::Range,
    Slice => objects::slice::Slice,
    RangeIter => objects::range::RangeIter,
    ListIter => objects::list::ListIter,
    TupleIter => objects::tuple::TupleIter,
    DictIter => objects::dict::DictIter,
    SetIter => objects::set::SetIter,
    StrIter => objects::str::StrIter,
    BytesIter => objects::bytes::BytesIter,
    Function => objects::function::Function,
    /// A function written in Rust, bound to its `self` or not.
    Builtin => objects::builtin::Builtin,
    /// A method of a native type before it is bound: method_descriptor, wrapper_descriptor, classmethod_descriptor.
    MethodDescriptor => objects::builtin::MethodDescriptor,
    /// getset_descriptor and member_descriptor.
    GetSet => objects::builtin::GetSet,
    Method => objects::method::Method,
    Property => objects::property::Property,
    StaticMethod => objects::method::StaticMethod,
    ClassMethod => objects::method::ClassMethod,
    Super => objects::super_::Super,
    Class => objects::class::Class,
    /// An object of a class without a native base.
    Instance => objects::instance::Instance,
    Module => objects::module::Module,
    Cell => objects::cell::CellObject,
    Code => objects::code::Code,
    Generator => objects::generator::Generator,
    Exception => objects::exception::Exception,
    Traceback => objects::traceback::Traceback,
    FrameObject => objects::frame::FrameObject,
    MappingProxy => objects::mappingproxy::MappingProxy,
    WeakRef => objects::weakref::WeakRef,
    /// Everything rarer: a Rust struct behind a vtable (`objects::native`).
    Native => objects::native::Native,
}

pub struct KindInfo {
    pub size: usize,
    /// Called with the address of a cell of this kind.
    pub trace: unsafe fn(*const Header, &mut Marker),
    /// Runs when the cell is freed, for layouts that own memory outside the heap.
    pub drop: Option<unsafe fn(*mut Header)>,
}

unsafe fn trace_nothing(_: *const Header, _: &mut Marker) {}

impl KindInfo {
    const fn of<T: HeapObject>() -> KindInfo {
        unsafe fn trace<T: HeapObject>(cell: *const Header, marker: &mut Marker) {
            // SAFETY: the marker calls this for a live cell whose kind says T.
            unsafe { (*cell.cast::<T>()).trace(marker) }
        }
        unsafe fn drop<T>(cell: *mut Header) {
            // SAFETY: the sweeper calls this once for a dead cell whose kind says T.
            unsafe { core::ptr::drop_in_place(cell.cast::<T>()) }
        }
        KindInfo {
            size: size_of::<T>(),
            trace: trace::<T>,
            drop: if core::mem::needs_drop::<T>() { Some(drop::<T>) } else { None },
        }
    }
}
