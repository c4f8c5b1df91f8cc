//! The module itertools. Its iterators by what they do: endless ones, selection, combination,
//! joining, grouping, `tee`.

mod combine;
mod endless;
mod group;
mod join;
mod select;
mod tee;

use crate::error::R;
use crate::object::Gc;
use crate::objects::class::{Class, flags};
use crate::objects::module::Module;
use crate::objects::native_class;
use crate::objects::support::make_iterator;
use crate::slots::{NewFn, NextFn};
use crate::vm::intern;

pub fn init(module: Gc<Module>) -> R<()> {
    endless::init(module);
    select::init(module);
    combine::init(module);
    join::init(module);
    group::init(module);
    tee::init(module);
    Ok(())
}

/// An iterator class of the module; `fill` adds what it has besides.
fn add_class(
    module: Gc<Module>,
    name: &'static str,
    new: NewFn,
    next: NextFn,
    doc: &'static str,
    fill: impl FnOnce(Gc<Class>),
) -> Gc<Class> {
    let class = native_class::new("itertools", name, flags::BASETYPE, |class| {
        make_iterator(class, new, next, doc);
        fill(class);
    });
    module.dict.get().set_str(intern(name), class.value());
    class
}

fn plain(_: Gc<Class>) {}
