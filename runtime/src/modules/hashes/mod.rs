//! `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`: the hash functions behind `hashlib`. The digests are computed by libraries, but for
//! BLAKE2, whose tree parameters those do not have.

mod blake2;
mod blake2_core;

use crate::args::Args;
use crate::error::{R, memory_error, type_error, value_error};
use crate::heap::Marker;
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeAttribute, NativeFunction, function, getset, method};
use crate::objects::bytes;
use crate::objects::class::{Class, flags};
use crate::objects::module::Module;
use crate::objects::native::{Native, NativeObject};
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::support::{Params, clipped, is_negative, of};
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern};
use core::cell::RefCell;
use digest::{Digest, ExtendableOutput, Update};
use std::collections::HashMap;

/// A hash function on its way.
pub trait Hash {
    fn update(&mut self, data: &[u8]);
    /// Of what came so far. `out` has the digest's size, or the length that the caller wants.
    fn digest(&self, out: &mut [u8]);
    fn boxed_clone(&self) -> Box<dyn Hash>;
}

#[derive(Clone)]
struct Fixed<D>(D);
impl<D: Digest + Clone + 'static> Hash for Fixed<D> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
    }
    fn digest(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.0.clone().finalize());
    }
    fn boxed_clone(&self) -> Box<dyn Hash> {
        Box::new(self.clone())
    }
}
fn fixed<D: Digest + Clone + 'static>() -> Box<dyn Hash> {
    Box::new(Fixed(D::new()))
}

#[derive(Clone)]
struct Extendable<D>(D);
impl<D: ExtendableOutput + Update + Clone + 'static> Hash for Extendable<D> {
    fn update(&mut self, data: &[u8]) {
        Update::update(&mut self.0, data);
    }
    fn digest(&self, out: &mut [u8]) {
        self.0.clone().finalize_xof_into(out);
    }
    fn boxed_clone(&self) -> Box<dyn Hash> {
        Box::new(self.clone())
    }
}
fn extendable<D: ExtendableOutput + Update + Default + Clone + 'static>() -> Box<dyn Hash> {
    Box::new(Extendable(D::default()))
}

/// One hash function.
pub struct Spec {
    module: &'static str,
    /// Of the class.
    class: &'static str,
    name: &'static str,
    /// 0: the caller says how much.
    digest_size: usize,
    block_size: usize,
    make: fn() -> Box<dyn Hash>,
}

static MD5: Spec = Spec { module: "_md5", class: "md5", name: "md5", digest_size: 16, block_size: 64, make: fixed::<md5::Md5> };
static SHA1: Spec = Spec { module: "_sha1", class: "sha1", name: "sha1", digest_size: 20, block_size: 64, make: fixed::<sha1::Sha1> };
static SHA2: [Spec; 4] = [
    Spec { module: "_sha2", class: "SHA224Type", name: "sha224", digest_size: 28, block_size: 64, make: fixed::<sha2::Sha224> },
    Spec { module: "_sha2", class: "SHA256Type", name: "sha256", digest_size: 32, block_size: 64, make: fixed::<sha2::Sha256> },
    Spec { module: "_sha2", class: "SHA384Type", name: "sha384", digest_size: 48, block_size: 128, make: fixed::<sha2::Sha384> },
    Spec { module: "_sha2", class: "SHA512Type", name: "sha512", digest_size: 64, block_size: 128, make: fixed::<sha2::Sha512> },
];
static SHA3: [Spec; 6] = [
    Spec { module: "_sha3", class: "sha3_224", name: "sha3_224", digest_size: 28, block_size: 144, make: fixed::<sha3::Sha3_224> },
    Spec { module: "_sha3", class: "sha3_256", name: "sha3_256", digest_size: 32, block_size: 136, make: fixed::<sha3::Sha3_256> },
    Spec { module: "_sha3", class: "sha3_384", name: "sha3_384", digest_size: 48, block_size: 104, make: fixed::<sha3::Sha3_384> },
    Spec { module: "_sha3", class: "sha3_512", name: "sha3_512", digest_size: 64, block_size: 72, make: fixed::<sha3::Sha3_512> },
    Spec { module: "_sha3", class: "shake_128", name: "shake_128", digest_size: 0, block_size: 168, make: extendable::<sha3::Shake128> },
    Spec { module: "_sha3", class: "shake_256", name: "shake_256", digest_size: 0, block_size: 136, make: extendable::<sha3::Shake256> },
];

pub struct Hasher {
    spec: &'static Spec,
    digest_size: usize,
    hash: RefCell<Box<dyn Hash>>,
}
impl NativeObject for Hasher {
    fn trace(&self, _: &mut Marker) {}
}
fn this(value: Value) -> R<&'static Hasher> {
    of::<Hasher>(value)
}

thread_local! { static CLASSES: RefCell<HashMap<&'static str, Gc<Class>>> = RefCell::default(); }

/// The class of a hash function, made when first asked for.
fn class_of_spec(spec: &'static Spec, bits: u32, fill: impl FnOnce(Gc<Class>)) -> Gc<Class> {
    if let Some(class) = CLASSES.with_borrow(|classes| classes.get(spec.name).copied()) {
        return class;
    }
    let class = native_class::new(spec.module, spec.class, bits, |class| {
        class.add_attributes(&ATTRIBUTES);
        fill(class);
    });
    CLASSES.with_borrow_mut(|classes| classes.insert(spec.name, class));
    class
}

// -- objects -----------------------------------------------------------------------------

static METHODS: [NativeFunction; 4] = [
    method("copy", "($self, /)", copy, "Return a copy of the hash object."),
    method("digest", "($self, /)", |a| Ok(bytes::new(&this(a[0])?.finish(None)?).value()), "Return the digest value as a bytes object."),
    method("hexdigest", "($self, /)", |a| Ok(hex(&this(a[0])?.finish(None)?)), "Return the digest value as a string of hexadecimal digits."),
    method("update", "($self, obj, /)", update, "Update this hash object's state with the provided string."),
];
static SHAKE_METHODS: [NativeFunction; 4] = [
    method("copy", "($self, /)", copy, "Return a copy of the hash object."),
    method("digest", "($self, /, length)", |a| Ok(bytes::new(&this(a[0])?.finish(Some(a[1]))?).value()), "Return the digest value as a bytes object."),
    method("hexdigest", "($self, /, length)", |a| Ok(hex(&this(a[0])?.finish(Some(a[1]))?)), "Return the digest value as a string of hexadecimal digits."),
    method("update", "($self, data, /)", update, "Update this hash object's state with the provided bytes-like object."),
];
static ATTRIBUTES: [NativeAttribute; 3] = [
    getset("block_size", |v| Ok(Value::int(this(v)?.spec.block_size as i64)), None, ""),
    getset("name", |v| Ok(intern(this(v)?.spec.name).value()), None, ""),
    getset("digest_size", |v| Ok(Value::int(this(v)?.digest_size as i64)), None, ""),
];
static SHA3_ATTRIBUTES: [NativeAttribute; 3] = [
    getset("_capacity_bits", |v| Ok(Value::int(1600 - 8 * this(v)?.spec.block_size as i64)), None, ""),
    getset("_rate_bits", |v| Ok(Value::int(8 * this(v)?.spec.block_size as i64)), None, ""),
    getset("_suffix", |v| Ok(bytes::new(if this(v)?.digest_size == 0 { b"\x1f" } else { b"\x06" }).value()), None, ""),
];

/// Longest digest that a shake gives.
const MAX_LENGTH: isize = 1 << 29;

impl Hasher {
    fn finish(&self, length: Option<Value>) -> R<Vec<u8>> {
        let size = match length {
            None => self.digest_size,
            Some(length) => {
                let number = ops::index(length)?;
                if is_negative(number) {
                    return Err(value_error("Cannot convert negative int"));
                }
                match clipped(number)? {
                    length if length < MAX_LENGTH => length as usize,
                    _ => return Err(value_error("length is too large")),
                }
            }
        };
        let mut out = Vec::new();
        out.try_reserve_exact(size).map_err(|_| memory_error())?;
        out.resize(size, 0);
        self.hash.borrow().digest(&mut out);
        Ok(out)
    }
}
fn hex(digest: &[u8]) -> Value {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let text: Vec<u8> = digest.iter().flat_map(|&b| [DIGITS[b as usize >> 4], DIGITS[b as usize & 15]]).collect();
    str::from_latin1(&text).value()
}
fn copy(args: &[Value]) -> R {
    let hasher = this(args[0])?;
    let hash = RefCell::new(hasher.hash.borrow().boxed_clone());
    Ok(Native::new(class_of(args[0]), Hasher { spec: hasher.spec, digest_size: hasher.digest_size, hash }).value())
}
fn update(args: &[Value]) -> R {
    feed(&mut **this(args[0])?.hash.borrow_mut(), args[1])?;
    Ok(NONE)
}
/// The hash is not seen by Python code while its bytes are asked for: bytes-like objects may run such.
fn feed(hash: &mut dyn Hash, data: Value) -> R<()> {
    if data.is::<Str>() {
        return Err(type_error("Strings must be encoded before hashing"));
    }
    match buffer::as_bytes(data)? {
        Some(view) => hash.update(view.as_slice()),
        None => return Err(type_error("object supporting the buffer API required")),
    }
    Ok(())
}
/// The one of `data` and `string` that is given.
fn one_of(data: Value, string: Value) -> R<Option<Value>> {
    match (data.option(), crate::objects::support::not_none(string)) {
        (Some(_), Some(_)) => Err(type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.",
        )),
        (data, string) => Ok(data.or(string)),
    }
}
fn make(class: Gc<Class>, spec: &'static Spec, data: Value, string: Value) -> R {
    let mut hash = (spec.make)();
    if let Some(data) = one_of(data, string)? {
        feed(&mut *hash, data)?;
    }
    Ok(Native::new(class, Hasher { spec, digest_size: spec.digest_size, hash: RefCell::new(hash) }).value())
}

// -- modules -----------------------------------------------------------------------------

const SIGNATURE: &str = "($module, /, data=b'', *, usedforsecurity=True, string=None)";

fn simple(spec: &'static Spec) -> Gc<Class> {
    class_of_spec(spec, flags::DISALLOW_INSTANTIATION, |class| class.add_methods(&METHODS))
}

static MD5_FUNCTIONS: [NativeFunction; 1] = [function("md5", SIGNATURE, |a| make(simple(&MD5), &MD5, a[0], a[2]), "Return a new MD5 hash object.")];
static SHA1_FUNCTIONS: [NativeFunction; 1] = [function("sha1", SIGNATURE, |a| make(simple(&SHA1), &SHA1, a[0], a[2]), "Return a new SHA1 hash object.")];
static SHA2_FUNCTIONS: [NativeFunction; 4] = [
    function("sha224", SIGNATURE, |a| make(simple(&SHA2[0]), &SHA2[0], a[0], a[2]), "Return a new SHA-224 hash object."),
    function("sha256", SIGNATURE, |a| make(simple(&SHA2[1]), &SHA2[1], a[0], a[2]), "Return a new SHA-256 hash object."),
    function("sha384", SIGNATURE, |a| make(simple(&SHA2[2]), &SHA2[2], a[0], a[2]), "Return a new SHA-384 hash object."),
    function("sha512", SIGNATURE, |a| make(simple(&SHA2[3]), &SHA2[3], a[0], a[2]), "Return a new SHA-512 hash object."),
];

/// From this size on CPython lets other threads run.
const GIL_MINSIZE: i64 = 2048;

pub fn init_md5(module: Gc<Module>) -> R<()> {
    add_functions(module, &MD5_FUNCTIONS);
    add(module, "MD5Type", simple(&MD5).value());
    add(module, "_GIL_MINSIZE", Value::int(GIL_MINSIZE));
    Ok(())
}
pub fn init_sha1(module: Gc<Module>) -> R<()> {
    add_functions(module, &SHA1_FUNCTIONS);
    add(module, "SHA1Type", simple(&SHA1).value());
    add(module, "_GIL_MINSIZE", Value::int(GIL_MINSIZE));
    Ok(())
}
pub fn init_sha2(module: Gc<Module>) -> R<()> {
    add_functions(module, &SHA2_FUNCTIONS);
    for spec in &SHA2 {
        add(module, spec.class, simple(spec).value());
    }
    add(module, "_GIL_MINSIZE", Value::int(GIL_MINSIZE));
    Ok(())
}

// All six say the first one's name in messages, as in CPython.
static SHA3_PARAMS: Params = Params::new("sha3_224", "(data=b'', *, usedforsecurity=True, string=None)");

fn new_sha3(class: Gc<Class>, args: Args<'_>) -> R {
    let [data, _, string] = SHA3_PARAMS.bind(args)?;
    let name = class.bare_name();
    match SHA3.iter().find(|spec| spec.class == name) {
        Some(spec) => make(class, spec, data, string),
        None => Err(type_error("a class of _sha3 is expected")),
    }
}
pub fn init_sha3(module: Gc<Module>) -> R<()> {
    for spec in &SHA3 {
        let class = class_of_spec(spec, 0, |class| {
            class.slots.new.set(Some(new_sha3));
            class.add_methods(if spec.digest_size == 0 { &SHAKE_METHODS } else { &METHODS });
            class.add_attributes(&SHA3_ATTRIBUTES);
        });
        add(module, spec.class, class.value());
    }
    add(module, "implementation", intern("HACL").value());
    add(module, "_GIL_MINSIZE", Value::int(GIL_MINSIZE));
    Ok(())
}
pub use blake2::init as init_blake2;
