//! Makes trees of nodes, bottom up, on a stack in the heap. Not here: the grammar of sources, which the parser behind the hook knows.

use super::{asdl, made_classes};
use crate::error::{R, system_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::instance::{self, Instance};
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::value::{NONE, Value};
use crate::vm::{intern, keep};
use core::cell::OnceCell;
use std::collections::HashMap;

/// lineno, col_offset, end_lineno, end_col_offset.
pub type Position = [u32; 4];

struct NodeClass {
    class: Gc<Class>,
    fields: Vec<Gc<Str>>,
    /// The one node of an operator or context, which has neither fields nor a position.
    single: Option<Value>,
}
struct Grammar {
    classes: HashMap<&'static str, NodeClass>,
    attributes: [Gc<Str>; 4],
}
thread_local! {
    static GRAMMAR: OnceCell<Grammar> = const { OnceCell::new() };
}

/// Everything in it is kept from the collector by `keep`.
fn read_grammar() -> R<Grammar> {
    let made = made_classes()?;
    let kept = |text: &str| {
        let name = intern(text);
        keep(name.value());
        name
    };
    let mut classes = HashMap::new();
    for definition in asdl::definitions() {
        let is_plain = definition.attributes.is_empty();
        let product = definition.product.map(|fields| (definition.name, fields));
        for (name, fields) in product.into_iter().chain(definition.constructors.into_iter().map(|c| (c.name, c.fields))) {
            let found = made.get_text(name).and_then(|class| class.downcast::<Class>());
            let Some(class) = found else { return Err(system_error("a class of ast is missing")) };
            let single = (is_plain && fields.is_empty()).then(|| Instance::new(class).value());
            if let Some(single) = single {
                keep(single);
            }
            let fields = fields.iter().map(|field| kept(field.name)).collect();
            classes.insert(name, NodeClass { class, fields, single });
        }
    }
    let attributes = ["lineno", "col_offset", "end_lineno", "end_col_offset"].map(kept);
    Ok(Grammar { classes, attributes })
}

/// A machine with a stack: values are pushed, lists and nodes take theirs from it.
pub struct Builder {
    stack: Gc<List>,
}

impl Builder {
    pub fn new() -> R<Builder> {
        if GRAMMAR.with(|grammar| grammar.get().is_none()) {
            let read = read_grammar()?;
            GRAMMAR.with(|grammar| grammar.get_or_init(|| read).attributes.len());
        }
        Ok(Builder { stack: List::new() })
    }

    pub fn push(&self, value: Value) -> R<()> {
        self.stack.push(value)
    }

    /// A list of the last `count` values.
    pub fn list(&self, count: usize) -> R<()> {
        let start = self.start_of(count)?;
        let list = List::from_slice(&self.stack.items()[start..])?;
        self.stack.truncate(start);
        self.push(list.value())
    }

    /// A node whose fields are the last values.
    pub fn node(&self, kind: &str, position: Option<Position>) -> R<()> {
        GRAMMAR.with(|grammar| {
            let grammar = grammar.get().ok_or_else(|| system_error("the grammar of ast is not read"))?;
            let Some(node) = grammar.classes.get(kind) else { return Err(system_error(format!("unknown node {kind}"))) };
            if let Some(single) = node.single {
                return self.push(single);
            }
            let start = self.start_of(node.fields.len())?;
            let made = Instance::new(node.class).value();
            for (i, &field) in node.fields.iter().enumerate() {
                instance::set(made, field, self.stack.get(start + i).unwrap_or(NONE));
            }
            for (&attribute, number) in grammar.attributes.iter().zip(position.iter().flatten()) {
                instance::set(made, attribute, Value::int(i64::from(*number)));
            }
            self.stack.truncate(start);
            self.push(made)
        })
    }

    fn start_of(&self, count: usize) -> R<usize> {
        self.stack.len().checked_sub(count).ok_or_else(|| system_error("the syntax tree has too few values"))
    }

    /// The tree.
    pub fn finish(&self) -> R {
        self.stack.pop_last().ok_or_else(|| system_error("the syntax tree is empty"))
    }
}
