//! cell: a variable shared by a function and its closures.

use crate::error::{R, type_error, value_error};
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::{NativeAttribute, getset};
use crate::value::{NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{type_name, types};

#[repr(C)]
pub struct CellObject {
    pub header: Header,
    /// NULL when unbound.
    pub value: Field<Value>,
}

impl HeapObject for CellObject {
    const KIND: Kind = Kind::Cell;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.value(self.value.get());
    }
}

impl CellObject {
    pub fn new(value: Value) -> Gc<CellObject> {
        let object = CellObject { header: crate::objects::builtin::new_header(), value: Field::new(value) };
        crate::heap::alloc(crate::vm::types().cell.root_shape.get(), object)
    }
}

// -- Python's side -----------------------------------------------------------------------

static ATTRIBUTES: [NativeAttribute; 1] = [getset("cell_contents", contents, Some(set_contents), "")];

pub fn init() {
    let class = types().cell;
    class.doc.set("Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \nfurther attempts to access its cell_contents attribute will\n    raise a ValueError.");
    class.slots.new.set(Some(|_, args| {
        let args = args.no_keywords("cell")?;
        if args.len() > 1 {
            return Err(type_error(format!("cell expected at most 1 argument, got {}", args.len())));
        }
        Ok(CellObject::new(args.first().copied().unwrap_or(NULL)).value())
    }));
    class.slots.repr.set(Some(|value| {
        let text = match value.cast::<CellObject>().value.get().option() {
            None => format!("<cell at {:#x}: empty>", value.0),
            Some(held) => format!("<cell at {:#x}: {} object at {:#x}>", value.0, type_name(held), held.0),
        };
        Ok(crate::objects::str::new(&text).value())
    }));
    class.slots.compare.set(Some(|a, b, op| {
        let (Some(a), Some(b)) = (a.downcast::<CellObject>(), b.downcast::<CellObject>()) else { return Ok(NOT_IMPLEMENTED) };
        match (a.value.get().option(), b.value.get().option()) {
            (Some(a), Some(b)) => crate::ops::compare(a, b, op),
            // An empty cell is less than any other.
            (a, b) => Ok(Value::bool(op.of(a.is_some().cmp(&b.is_some())))),
        }
    }));
    class.add_attributes(&ATTRIBUTES);
}
fn contents(value: Value) -> R {
    value.cast::<CellObject>().value.get().option().ok_or_else(|| value_error("Cell is empty"))
}
fn set_contents(value: Value, to: Option<Value>) -> R<()> {
    let cell = value.cast::<CellObject>();
    cell.value.set(cell, Value::or_null(to));
    Ok(())
}
