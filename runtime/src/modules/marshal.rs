//! The module `marshal`: CPython's format (version 5) for data; a code object is written as this VM's own image, which no other reads.

use crate::error::{R, Raised, eof_error, memory_error, not_implemented_error, type_error, value_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::bytes::{self, Bytes};
use crate::objects::code::{self, Code, ImageSource};
use crate::objects::complex::Complex;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::set::{FrozenSet, Set};
use crate::objects::slice::Slice;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{ELLIPSIS, FALSE, NONE, NULL, TRUE, Value};
use crate::vm::{intern, type_name, types};
use std::rc::Rc;

const VERSION: i64 = 5;
const MAX_DEPTH: usize = 2000;
const FLAG_REF: u8 = 0x80;

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 4] = [
    function("dump", "($module, value, file, version=5, /, *, allow_code=True)", dump, "Write the value on the open file."),
    function("load", "($module, file, /, *, allow_code=True)", load, "Read one value from the open file and return it."),
    function("dumps", "($module, value, version=5, /, *, allow_code=True)", |a| dumps(a[0], a[2]), "Return the bytes object that would be written to a file by dump(value, file)."),
    function("loads", "($module, bytes, /, *, allow_code=True)", |a| { let allow = allows_code(a[1])?; buffer::with_bytes(a[0], |input| read_all(input, allow).map(|(value, _)| value)) }, "Convert the bytes-like object to a value."),
];

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    add(module, "version", Value::int(VERSION));
    Ok(())
}

fn allows_code(value: Value) -> R<bool> {
    value.option().map_or(Ok(true), ops::truth)
}
fn dumps(value: Value, allow_code: Value) -> R {
    let mut writer = Writer { out: Vec::new(), allow_code: allows_code(allow_code)? };
    writer.value(value, 0)?;
    bytes::try_new(&writer.out).map(Gc::value)
}
fn dump(args: &[Value]) -> R {
    let content = dumps(args[0], args[3])?;
    ops::call_method(args[1], crate::vm::names().write, &[content])
}
/// Reads on where the value ends: byte by byte as far as that takes, like CPython from an unbuffered file.
fn load(args: &[Value]) -> R {
    let allow = allows_code(args[1])?;
    let tell = ops::getattr_opt(args[0], intern("tell"))?;
    let start = match tell {
        Some(tell) => Some(ops::call_positional(tell, &[])?),
        None => None,
    };
    let content = ops::call_method(args[0], intern("read"), &[])?;
    let Some(content) = content.downcast::<Bytes>() else {
        return Err(type_error(format!("file.read() returned not bytes but {}", type_name(content))));
    };
    let (value, used) = read_all(content.as_slice(), allow)?;
    if let Some(start) = start {
        let place = int::index_to_i64(start)?.saturating_add(used as i64);
        ops::call_method(args[0], intern("seek"), &[Value::int(place)])?;
    }
    Ok(value)
}

// -- writing -----------------------------------------------------------------------------

struct Writer {
    out: Vec<u8>,
    allow_code: bool,
}

impl Writer {
    fn size(&mut self, len: usize) -> R<()> {
        let len = i32::try_from(len).map_err(|_| value_error("unmarshallable object"))?;
        self.out.extend_from_slice(&len.to_le_bytes());
        Ok(())
    }
    fn counted(&mut self, kind: u8, content: &[u8]) -> R<()> {
        self.out.push(kind);
        self.size(content.len())?;
        self.out.try_reserve(content.len()).map_err(|_| memory_error())?;
        self.out.extend_from_slice(content);
        Ok(())
    }
    fn items(&mut self, kind: u8, items: &[Value], depth: usize) -> R<()> {
        self.out.push(kind);
        self.size(items.len())?;
        items.iter().try_for_each(|item| self.value(*item, depth + 1))
    }
    fn value(&mut self, value: Value, depth: usize) -> R<()> {
        if depth > MAX_DEPTH {
            return Err(value_error("object too deeply nested to marshal"));
        }
        crate::vm::check_native_stack(" while marshalling")?;
        match value {
            NONE => self.out.push(b'N'),
            TRUE => self.out.push(b'T'),
            FALSE => self.out.push(b'F'),
            ELLIPSIS => self.out.push(b'.'),
            _ if value == types().stop_iteration.value() => self.out.push(b'S'),
            _ if value.is_float() => {
                self.out.push(b'g');
                self.out.extend_from_slice(&value.unbox_float().to_le_bytes());
            }
            _ if int::is_exact(value) => self.int(value)?,
            _ => self.object(value, depth)?,
        }
        Ok(())
    }
    fn int(&mut self, value: Value) -> R<()> {
        if let Some(small) = int::to_i64(value).and_then(|i| i32::try_from(i).ok()) {
            self.out.push(b'i');
            self.out.extend_from_slice(&small.to_le_bytes());
            return Ok(());
        }
        let Some(big) = int::to_big(value) else { return Err(value_error("unmarshallable object")) };
        let is_negative = int::is_negative(&big);
        let words: Vec<u8> = big.as_sign_words().1.iter().flat_map(|word| word.to_le_bytes()).collect();
        let mut digits = Vec::new();
        let (mut bits, mut count) = (0u32, 0);
        for byte in words {
            bits |= (byte as u32) << count;
            count += 8;
            if count >= 15 {
                digits.push((bits & 0x7fff) as u16);
                bits >>= 15;
                count -= 15;
            }
        }
        digits.push(bits as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let len = i32::try_from(digits.len()).map_err(|_| value_error("unmarshallable object"))?;
        self.out.push(b'l');
        self.out.extend_from_slice(&(if is_negative { -len } else { len }).to_le_bytes());
        digits.iter().for_each(|digit| self.out.extend_from_slice(&digit.to_le_bytes()));
        Ok(())
    }
    fn str(&mut self, text: Gc<Str>) -> R<()> {
        match text.as_ascii() {
            Some(ascii) if ascii.len() < 256 => {
                self.out.push(if text.is_interned() { b'Z' } else { b'z' });
                self.out.push(ascii.len() as u8);
                self.out.extend_from_slice(ascii.as_bytes());
                Ok(())
            }
            Some(ascii) => self.counted(if text.is_interned() { b'A' } else { b'a' }, ascii.as_bytes()),
            None => self.counted(if text.is_interned() { b't' } else { b'u' }, &text.to_utf8_with_surrogates()),
        }
    }
    fn object(&mut self, value: Value, depth: usize) -> R<()> {
        let class = crate::vm::class_of(value);
        let t = types();
        if let Some(text) = value.downcast::<Str>().filter(|_| class == t.str_) {
            return self.str(text);
        }
        if let Some(tuple) = value.downcast::<Tuple>().filter(|_| class == t.tuple) {
            if tuple.len() < 256 {
                self.out.extend_from_slice(&[b')', tuple.len() as u8]);
                return tuple.items().iter().try_for_each(|item| self.value(*item, depth + 1));
            }
            return self.items(b'(', tuple.items(), depth);
        }
        if let Some(list) = value.downcast::<List>().filter(|_| class == t.list) {
            let items = Tuple::try_from_slice(list.items())?;
            return self.items(b'[', items.items(), depth);
        }
        if let Some(dict) = value.downcast::<Dict>().filter(|_| class == t.dict) {
            self.out.push(b'{');
            let mut at = 0;
            while let Some((next, key, item)) = dict.next_entry(at) {
                self.value(key, depth + 1)?;
                self.value(item, depth + 1)?;
                at = next;
            }
            self.out.push(b'0');
            return Ok(());
        }
        if (value.is::<Set>() && class == t.set) || (value.is::<FrozenSet>() && class == t.frozenset) {
            return self.set(value, if class == t.set { b'<' } else { b'>' }, depth);
        }
        if let Some(complex) = value.downcast::<Complex>().filter(|_| class == t.complex) {
            self.out.push(b'y');
            self.out.extend_from_slice(&complex.real.get().to_le_bytes());
            self.out.extend_from_slice(&complex.imag.get().to_le_bytes());
            return Ok(());
        }
        if value.is::<Slice>() {
            self.out.push(b':');
            for name in ["start", "stop", "step"] {
                let part = ops::getattr(value, intern(name))?;
                self.value(part, depth + 1)?;
            }
            return Ok(());
        }
        if let Some(code) = value.downcast::<Code>() {
            return self.code(code);
        }
        match buffer::as_bytes(value)? {
            Some(view) => self.counted(b's', view.as_slice()),
            None => Err(value_error("unmarshallable object")),
        }
    }
    /// In an order that does not depend on hashes: by what the items are written as.
    fn set(&mut self, value: Value, kind: u8, depth: usize) -> R<()> {
        let items = ops::collect(value)?;
        let mut written = Vec::new();
        for i in 0..items.len() {
            let mut one = Writer { out: Vec::new(), allow_code: self.allow_code };
            one.value(items.get(i).unwrap_or(NONE), depth + 1)?;
            written.push(one.out);
        }
        written.sort();
        self.out.push(kind);
        self.size(written.len())?;
        written.iter().for_each(|item| self.out.extend_from_slice(item));
        Ok(())
    }
    fn code(&mut self, code: Gc<Code>) -> R<()> {
        if !self.allow_code {
            return Err(value_error("unmarshallable object"));
        }
        if code.details.is_copy.get() {
            return Err(not_implemented_error("marshal of a code object that code.replace() has made is not supported"));
        }
        self.out.push(b'c');
        self.out.extend_from_slice(&code.details.offset.to_le_bytes());
        let image = code.details.source.clone();
        let image = image.bytes();
        self.size(image.len())?;
        self.out.extend_from_slice(image);
        Ok(())
    }
}

// -- reading -----------------------------------------------------------------------------

struct Reader<'a> {
    input: &'a [u8],
    at: usize,
    allow_code: bool,
    /// What FLAG_REF has marked, by number.
    seen: Gc<List>,
}

fn read_all(input: &[u8], allow_code: bool) -> R<(Value, usize)> {
    let mut reader = Reader { input, at: 0, allow_code, seen: List::new() };
    let value = reader.value(0)?;
    if value.is_null() {
        return Err(type_error("NULL object in marshal data for object"));
    }
    Ok((value, reader.at))
}
fn bad(what: &str) -> Raised {
    value_error(format!("bad marshal data ({what})"))
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> R<&'a [u8]> {
        let end = self.at.checked_add(len).filter(|end| *end <= self.input.len());
        let Some(end) = end else { return Err(eof_error("marshal data too short")) };
        let taken = &self.input[self.at..end];
        self.at = end;
        Ok(taken)
    }
    fn array<const N: usize>(&mut self) -> R<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }
    fn size(&mut self, what: &str) -> R<usize> {
        usize::try_from(i32::from_le_bytes(self.array()?)).map_err(|_| bad(&format!("{what} size out of range")))
    }
    fn float(&mut self) -> R<f64> {
        Ok(f64::from_le_bytes(self.array()?))
    }
    fn item(&mut self, depth: usize, of: &str) -> R<Value> {
        let value = self.value(depth + 1)?;
        if value.is_null() {
            return Err(type_error(format!("NULL object in marshal data for {of}")));
        }
        Ok(value)
    }
    /// NULL for the end of a dict.
    fn value(&mut self, depth: usize) -> R<Value> {
        if depth > MAX_DEPTH {
            return Err(value_error("recursion limit exceeded"));
        }
        crate::vm::check_native_stack(" while reading marshal data")?;
        let Some(&byte) = self.input.get(self.at) else { return Err(eof_error("EOF read where object expected")) };
        self.at += 1;
        let (kind, is_ref) = (byte & !FLAG_REF, byte & FLAG_REF != 0);
        // The number is taken before what is inside takes the next ones.
        let place = self.seen.len();
        let reserves = is_ref && !matches!(kind, b'0' | b'r');
        if reserves {
            self.seen.push(NULL)?;
        }
        let value = self.of_kind(kind, depth, if reserves { Some(place) } else { None })?;
        if reserves {
            self.seen.set(place, value);
        }
        Ok(value)
    }
    fn of_kind(&mut self, kind: u8, depth: usize, place: Option<usize>) -> R<Value> {
        Ok(match kind {
            b'0' => NULL,
            b'N' => NONE,
            b'T' => TRUE,
            b'F' => FALSE,
            b'.' => ELLIPSIS,
            b'S' => types().stop_iteration.value(),
            b'i' => Value::int(i32::from_le_bytes(self.array()?) as i64),
            b'I' => Value::int(i64::from_le_bytes(self.array()?)),
            b'l' => self.long()?,
            b'g' => Value::float(self.float()?),
            b'y' => {
                let (real, imag) = (self.float()?, self.float()?);
                ops::call_positional(types().complex.value(), &[Value::float(real), Value::float(imag)])?
            }
            b's' => {
                let len = self.size("bytes object")?;
                bytes::try_new(self.take(len)?)?.value()
            }
            b'z' | b'Z' | b'a' | b'A' | b'u' | b't' => self.str(kind)?,
            b')' | b'(' => {
                let len = if kind == b')' { self.array::<1>()?[0] as usize } else { self.size("tuple")? };
                let items = self.list(len, depth, "tuple")?;
                Tuple::try_from_slice(items.items())?.value()
            }
            b'[' => {
                let len = self.size("list")?;
                self.list(len, depth, "list")?.value()
            }
            b'<' | b'>' => {
                let len = self.size("set")?;
                let items = self.list(len, depth, "set")?;
                let class = if kind == b'<' { types().set } else { types().frozenset };
                ops::call_positional(class.value(), &[items.value()])?
            }
            b'{' => {
                let dict = Dict::new();
                if let Some(place) = place {
                    self.seen.set(place, dict.value());
                }
                loop {
                    let key = self.value(depth + 1)?;
                    if key.is_null() {
                        break dict.value();
                    }
                    let item = self.item(depth, "dict")?;
                    dict.set(key, item)?;
                }
            }
            b':' => {
                let parts = self.list(3, depth, "slice")?;
                ops::call_positional(types().slice.value(), parts.items())?
            }
            b'r' => {
                let number = u32::from_le_bytes(self.array()?) as usize;
                match self.seen.get(number) {
                    Some(value) if !value.is_null() => value,
                    _ => return Err(bad("invalid reference")),
                }
            }
            b'c' => self.code()?,
            _ => return Err(bad("unknown type code")),
        })
    }
    fn list(&mut self, len: usize, depth: usize, of: &str) -> R<Gc<List>> {
        let list = List::new();
        for _ in 0..len {
            let item = self.item(depth, of)?;
            list.push(item)?;
        }
        Ok(list)
    }
    fn long(&mut self) -> R<Value> {
        let count = i32::from_le_bytes(self.array()?);
        let digits = self.take(count.unsigned_abs() as usize * 2)?;
        let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0);
        for digit in digits.chunks_exact(2) {
            let digit = u16::from_le_bytes([digit[0], digit[1]]) as u32;
            if digit > 0x7fff {
                return Err(bad("digit out of range in long"));
            }
            bits |= digit << held;
            held += 15;
            while held >= 8 {
                bytes.push(bits as u8);
                bits >>= 8;
                held -= 8;
            }
        }
        bytes.push(bits as u8);
        let magnitude = crate::objects::int_methods::read_little(&bytes, false);
        if count < 0 { ops::negative(magnitude) } else { Ok(magnitude) }
    }
    fn str(&mut self, kind: u8) -> R<Value> {
        let len = if matches!(kind, b'z' | b'Z') { self.array::<1>()?[0] as usize } else { self.size("string")? };
        let content = self.take(len)?;
        let text = match kind {
            b'u' | b't' => crate::codecs::decode(content, "utf-8", intern("surrogatepass").value())?,
            _ => str::from_latin1(content),
        };
        Ok(if matches!(kind, b'Z' | b'A' | b't') { str::intern_str(text).value() } else { text.value() })
    }
    fn code(&mut self) -> R<Value> {
        if !self.allow_code {
            return Err(value_error("unmarshalling code objects is disallowed"));
        }
        let offset = u32::from_le_bytes(self.array()?);
        let len = self.size("code")?;
        let image = ImageSource::Shared(Rc::from(self.take(len)?));
        code::from_image_part(&image, offset).map(Gc::value)
    }
}
