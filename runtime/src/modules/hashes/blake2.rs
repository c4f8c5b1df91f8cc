//! `_blake2`: the classes of BLAKE2 and their parameters.

use super::blake2_core::{Blake2b, Blake2s, Tree};
use super::{GIL_MINSIZE, Hash, Hasher, METHODS, Spec, class_of_spec, feed, one_of};
use crate::args::Args;
use crate::error::{R, overflow_error, value_error};
use crate::modules::add;
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::support::{Params, clipped, is_negative};
use crate::ops;
use crate::value::Value;
use core::cell::RefCell;

macro_rules! impl_hash {
    ($($name:ident),*) => {
        $(impl Hash for $name {
            fn update(&mut self, data: &[u8]) {
                self.update(data);
            }
            fn digest(&self, out: &mut [u8]) {
                self.digest(out);
            }
            fn boxed_clone(&self) -> Box<dyn Hash> {
                Box::new(self.clone())
            }
        })*
    };
}
impl_hash!(Blake2b, Blake2s);

const PLAIN: Tree = Tree { fanout: 1, depth: 1, leaf_size: 0, node_offset: 0, node_depth: 0, inner_size: 0, last_node: false };

static BLAKE2B: Spec = Spec {
    module: "_blake2",
    class: "blake2b",
    name: "blake2b",
    digest_size: Blake2b::MAX_DIGEST,
    block_size: Blake2b::BLOCK,
    make: || Box::new(Blake2b::new(Blake2b::MAX_DIGEST as u8, b"", b"", b"", &PLAIN)),
};
static BLAKE2S: Spec = Spec {
    module: "_blake2",
    class: "blake2s",
    name: "blake2s",
    digest_size: Blake2s::MAX_DIGEST,
    block_size: Blake2s::BLOCK,
    make: || Box::new(Blake2s::new(Blake2s::MAX_DIGEST as u8, b"", b"", b"", &PLAIN)),
};

const SIGNATURE: &str = "(data=b'', *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, \
    node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)";
static PARAMS_B: Params = Params::new("blake2b", SIGNATURE);
static PARAMS_S: Params = Params::new("blake2s", SIGNATURE);

pub fn init(module: Gc<Module>) -> R<()> {
    for (spec, salt, prefix) in [(&BLAKE2B, Blake2b::SALT, "BLAKE2B"), (&BLAKE2S, Blake2s::SALT, "BLAKE2S")] {
        let sizes = [("SALT_SIZE", salt), ("PERSON_SIZE", salt), ("MAX_KEY_SIZE", spec.digest_size), ("MAX_DIGEST_SIZE", spec.digest_size)];
        let class = class_of_spec(spec, 0, |class| {
            class.slots.new.set(Some(if spec.name == "blake2b" { new_b } else { new_s }));
            class.add_methods(&METHODS);
            for (name, size) in sizes {
                class.define(name, Value::int(size as i64));
            }
        });
        add(module, spec.class, class.value());
        for (name, size) in sizes {
            add(module, &format!("{prefix}_{name}"), Value::int(size as i64));
        }
    }
    add(module, "_GIL_MINSIZE", Value::int(GIL_MINSIZE));
    Ok(())
}

fn new_b(class: Gc<Class>, args: Args<'_>) -> R {
    new(class, &BLAKE2B, PARAMS_B.bind(args)?)
}
fn new_s(class: Gc<Class>, args: Args<'_>) -> R {
    new(class, &BLAKE2S, PARAMS_S.bind(args)?)
}

fn new(class: Gc<Class>, spec: &'static Spec, given: [Value; 14]) -> R {
    let [data, digest_size, key, salt, person, fanout, depth, leaf_size, node_offset, node_depth, inner_size, last_node, _, string] = given;
    let is_b = spec.name == "blake2b";
    let data = one_of(data, string)?;
    let small = |value: Value, default: isize| value.option().map_or(Ok(default), |value| clipped(ops::index(value)?));
    let digest_size = small(digest_size, spec.digest_size as isize)?;
    if !(1..=spec.digest_size as isize).contains(&digest_size) {
        let (name, max) = (if is_b { "Blake2b" } else { "Blake2s" }, spec.digest_size);
        return Err(value_error(format!("digest_size for {name} must be between 1 and {max} bytes, here it is {digest_size}")));
    }
    let salt_size = if is_b { Blake2b::SALT } else { Blake2s::SALT };
    let salt = text(salt, "salt", salt_size)?;
    let person = text(person, "person", salt_size)?;
    let within = |value: Value, name: &str, default: u8, min: isize, max: isize| match small(value, default as isize)? {
        n if (min..=max).contains(&n) => Ok(n as u8),
        _ if name == "inner_size" => Err(value_error(format!("inner_size must be between 0 and is {max}"))),
        _ => Err(value_error(format!("{name} must be between {min} and {max}"))),
    };
    let tree = Tree {
        fanout: within(fanout, "fanout", 1, 0, 255)?,
        depth: within(depth, "depth", 1, 1, 255)?,
        leaf_size: u32::try_from(unsigned(leaf_size)?).map_err(|_| overflow_error("leaf_size is too large"))?,
        node_offset: match unsigned(node_offset)? {
            offset if !is_b && offset >= 1 << 48 => return Err(overflow_error("node_offset is too large")),
            offset => offset,
        },
        node_depth: within(node_depth, "node_depth", 0, 0, 255)?,
        inner_size: within(inner_size, "inner_size", 0, 0, spec.digest_size as isize)?,
        last_node: last_node.option().map_or(Ok(false), ops::truth)?,
    };
    let key = text(key, "key", spec.digest_size)?;
    let size = digest_size as u8;
    let mut hash: Box<dyn Hash> =
        if is_b {
            Box::new(Blake2b::new(size, &key, &salt, &person, &tree))
        } else {
            Box::new(Blake2s::new(size, &key, &salt, &person, &tree))
        };
    if let Some(data) = data {
        feed(&mut *hash, data)?;
    }
    Ok(Native::new(class, Hasher { spec, digest_size: size as usize, hash: RefCell::new(hash) }).value())
}
fn text(value: Value, name: &str, max: usize) -> R<Vec<u8>> {
    let Some(value) = value.option() else { return Ok(Vec::new()) };
    let view = buffer::view(value)?;
    if view.as_slice().len() > max {
        return Err(value_error(format!("maximum {name} length is {max} bytes")));
    }
    Ok(view.as_slice().to_vec())
}
fn unsigned(value: Value) -> R<u64> {
    let Some(value) = value.option() else { return Ok(0) };
    let number = ops::index(value)?;
    if is_negative(number) {
        return Err(value_error("Cannot convert negative int"));
    }
    int::to_u64(number).ok_or_else(|| overflow_error("Python int too large for C unsigned long long"))
}
