//! What the general attribute instructions remember: (shape, name) to where the attribute is found. It serves the sites that see
//! objects of many shapes, which no inline cache fits. Not here: the lookup itself (`objects/object.rs`), inline caches
//! (`opcodes/attr.def`).

use super::attr;
use crate::object::Gc;
use crate::objects::str::Str;
use crate::value::Value;
use crate::vm::vm;
use core::cell::Cell;

/// Where an attribute is found.
#[derive(Clone, Copy)]
pub enum Place {
    /// Elsewhere, or nowhere: to be looked up.
    Elsewhere,
    /// A word of the instance (`Instance.words`); NULL there: it has been deleted.
    Word(u32),
    /// A function of the class, which binds.
    Method(Value),
    /// A value of the class that is no descriptor.
    Class(Value),
}

/// True while the class of the shape has the version. The class keeps the value alive that long. Addresses of names are not used
/// anew for a name that the shape or the class has: those are kept alive.
#[derive(Clone, Copy)]
struct Entry {
    shape: u32,
    version: u32,
    name: usize,
    place: Place,
}
const SIZE: usize = 2048;
const EMPTY: Entry = Entry { shape: 0, version: 0, name: 0, place: Place::Elsewhere };

thread_local! {
    // All zeros, without a destructor: an access is an address from the thread pointer, and a thread pays for what it uses.
    static CACHE: [Cell<Entry>; SIZE] = const { [const { Cell::new(EMPTY) }; SIZE] };
}

/// Where the object's attribute is found; `name` is interned.
#[inline]
pub fn place(owner: Value, name: Gc<Str>) -> Place {
    if !owner.is_object() {
        return Place::Elsewhere;
    }
    let shape = owner.header().shape.get();
    let at = (name.address() >> 4 ^ (shape as usize).wrapping_mul(0x9E37)) % SIZE;
    let entry = CACHE.with(|cache| cache[at].get());
    let version = vm().shapes.class(shape).version.get();
    if entry.shape == shape && entry.name == name.address() && entry.version == version && version != 0 {
        return entry.place;
    }
    fill(owner, name, shape, at)
}

#[cold]
#[inline(never)]
fn fill(owner: Value, name: Gc<Str>, shape: u32, at: usize) -> Place {
    let version = vm().shapes.class(shape).current_version();
    let place = look(owner, name);
    CACHE.with(|cache| cache[at].set(Entry { shape, version, name: name.address(), place }));
    place
}

fn look(owner: Value, name: Gc<Str>) -> Place {
    let word = attr::instance_word(owner, name.value()).or_else(|| attr::member_word(owner, name.value()));
    if let Some(word) = word {
        return Place::Word(word);
    }
    if let Some(method) = attr::class_method(owner, name.value()) {
        return Place::Method(method);
    }
    attr::class_value(owner, name.value()).map_or(Place::Elsewhere, Place::Class)
}
