//! function: the struct that calls work on. Not here: its attributes (`function_attr.rs`), binding of arguments (`interp`).

use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::value::{NULL, Value};
use crate::vm::{types, vm};
use core::cell::Cell;

#[repr(C)]
pub struct Function {
    pub header: Header,
    /// For call caches: changes when code, defaults or keyword defaults do. All that MAKE_FUNCTION makes of a code have one, since the
    /// instructions that follow give them the same number of defaults. 0 = that of the code, if that has one.
    pub version: Cell<u32>,
    pub code: Field<Gc<Code>>,
    pub globals: Field<Gc<Dict>>,
    /// The builtins namespace found in the globals when the function was made.
    pub builtins: Field<Gc<Dict>>,
    /// A tuple or NULL.
    pub defaults: Field<Value>,
    /// A dict or NULL.
    pub kwdefaults: Field<Value>,
    /// A tuple of cells or NULL.
    pub closure: Field<Value>,
    pub name: Field<Value>,
    pub qualname: Field<Value>,
    pub module: Field<Value>,
    /// NULL: that of the code, not asked for yet. Few docstrings are ever read.
    pub doc: Field<Value>,
    /// The dict, or NULL until made from `annotate`.
    pub annotations: Field<Value>,
    /// `__annotate__` or NULL.
    pub annotate: Field<Value>,
    pub type_params: Field<Value>,
    /// `__dict__`; NULL until asked for.
    pub dict: Field<Value>,
}

impl HeapObject for Function {
    const KIND: Kind = Kind::Function;
    fn trace(&self, m: &mut Marker) {
        m.object(self.code.get());
        m.object(self.globals.get());
        m.object(self.builtins.get());
        for field in [
            &self.defaults, &self.kwdefaults, &self.closure, &self.name, &self.qualname, &self.module, &self.doc,
            &self.annotations, &self.annotate, &self.type_params, &self.dict,
        ] {
            m.value(field.get());
        }
    }
}

impl Function {
    /// As MAKE_FUNCTION: name, qualname and doc come from the code, the module from the globals.
    pub fn new(code: Gc<Code>, globals: Gc<Dict>) -> Gc<Function> {
        let names = crate::vm::names();
        let module = globals.get_str(names.__name__).unwrap_or(NULL);
        let builtins = builtins_of(globals);
        let object = Function {
            header: new_header(),
            version: Cell::new(code.function_version.get()),
            code: Field::new(code),
            globals: Field::new(globals),
            builtins: Field::new(builtins),
            defaults: Field::default(),
            kwdefaults: Field::default(),
            closure: Field::default(),
            name: Field::new(code.name.get()),
            qualname: Field::new(code.qualname.get()),
            module: Field::new(module),
            doc: Field::default(),
            annotations: Field::default(),
            annotate: Field::default(),
            type_params: Field::default(),
            dict: Field::default(),
        };
        heap::alloc(types().function.root_shape.get(), object)
    }
    /// `__doc__`.
    pub fn doc(this: Gc<Function>) -> Value {
        if this.doc.get().is_null() {
            this.doc.set(this, this.code.get().doc());
        }
        this.doc.get()
    }
    /// The current version for call caches.
    pub fn current_version(&self) -> u32 {
        if self.version.get() == 0 {
            let code = self.code.get();
            if code.function_version.get() == 0 {
                code.function_version.set(next_version());
            }
            self.version.set(code.function_version.get());
        }
        self.version.get()
    }
    /// It is no longer what others of its code are.
    pub fn has_changed(&self) {
        self.version.set(next_version());
    }
}

fn next_version() -> u32 {
    let next = vm().next_function_version.get() + 1;
    vm().next_function_version.set(next);
    next
}

/// `__builtins__` of a globals dict: a module or a dict; the VM's own when absent.
pub fn builtins_of(globals: Gc<Dict>) -> Gc<Dict> {
    let own = *vm().builtins.get().expect("bootstrap has made the builtins");
    match globals.get_str(crate::vm::names().__builtins__) {
        Some(value) => match (value.downcast::<Dict>(), value.downcast::<crate::objects::module::Module>()) {
            (Some(dict), _) => dict,
            (_, Some(module)) => module.dict.get(),
            _ => own,
        },
        None => own,
    }
}
