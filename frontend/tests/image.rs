//! Images: what is written is what is read, and no damage makes the reader panic.

use frontend::{CodeTree, Constant, Mode, Options, compile, image};
use runtime::image::{Constants, Damaged, Image, ImageCode, ImageConstant, StringNumber};

const PROGRAM: &str = r#"
"""Documentation."""
import os.path as path
BIG = 123456789012345678901234567890
SMALL = (-1, 2**40, -(2**62), 1.5, -0.0, 2j, None, True, False, ...,
    b"\x00\xff", "é", "\ud800", "", ())
def outer(a, /, b=(1, (2, 3)), *args, c: int, **keywords):
    cell = a
    def inner():
        nonlocal cell
        cell += 1
        return [x for x in args if x in {1, "two", 3.0}]
    try:
        return inner
    except* ValueError as error:
        raise
class Class[T]:
    x: T
    async def method(self): return self[1:2], await __class__
f"{BIG!r:>{10}} {outer=}"
"#;

fn program() -> CodeTree {
    compile(PROGRAM.as_bytes(), "<p>", Mode::Exec, &Options::default(), &mut Vec::new())
        .expect("a right program")
        
}

#[test]
fn what_is_written_is_read() {
    let tree = program();
    let bytes = image::write(&tree);
    let image = Image::open_file(&bytes).expect("an image");
    let read = read_code(&image.root().expect("a record")).expect("all of it");
    assert_eq!(read, tree);
}

#[test]
fn damage_is_told() {
    let bytes = image::write(&program());
    for end in 0..bytes.len() {
        assert!(Image::open_file(&bytes[..end]).is_err());
    }
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        let told = Image::open_file(&damaged).is_err();
        assert!(told, "byte {at}");
    }
}

#[test]
fn damage_never_panics() {
    let bytes = image::write(&program());
    let mut state = 1u64;
    for round in 0..20_000 {
        let mut damaged = bytes.clone();
        for _ in 0..=round % 4 {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let at = (state >> 33) as usize % damaged.len();
            damaged[at] = (state >> 20) as u8;
        }
        let end = if round % 3 == 0 {
            (state >> 40) as usize % damaged.len()
        } else {
            damaged.len()
        };
        if let Ok(code) = Image::open(&damaged[..end]).and_then(Image::root) {
            let _ = read_code(&code);
        }
    }
}

fn read_code(code: &ImageCode<'_>) -> Result<CodeTree, Damaged> {
    Ok(CodeTree {
        code: code.code.to_vec(),
        constants: read_constants(code, code.constants())?,
        names: code
            .names()?
            .map(|n| text(code, n?))
            .collect::<Result<_, _>>()?,
        localsplus_names: code
            .localsplus_names()
            .map(|n| text(code, n?))
            .collect::<Result<_, _>>()?,
        localsplus_kinds: code.localsplus_kinds.to_vec(),
        argcount: code.argcount,
        posonlyargcount: code.posonlyargcount,
        kwonlyargcount: code.kwonlyargcount,
        flags: code.flags,
        stacksize: code.stacksize,
        firstlineno: code.firstlineno,
        name: text(code, code.name)?,
        qualname: text(code, code.qualname)?,
        filename: text(code, code.filename)?,
        exceptiontable: code.exceptiontable.to_vec(),
        linetable: code.linetable.to_vec(),
    })
}

fn text(code: &ImageCode<'_>, number: StringNumber) -> Result<String, Damaged> {
    let bytes = code.image.string(number)?.wtf8.to_vec();
    String::from_utf8(bytes).map_err(|_| Damaged)
}

fn read_constants(code: &ImageCode<'_>, items: Constants<'_>) -> Result<Vec<Constant>, Damaged> {
    items.map(|item| read_constant(code, item?)).collect()
}

fn read_constant(code: &ImageCode<'_>, constant: ImageConstant<'_>) -> Result<Constant, Damaged> {
    Ok(match constant {
        ImageConstant::None => Constant::None,
        ImageConstant::Ellipsis => Constant::Ellipsis,
        ImageConstant::Bool(value) => Constant::Bool(value),
        ImageConstant::Int(value) => Constant::Int(value),
        ImageConstant::BigInt(value) => Constant::BigInt(value.to_vec()),
        ImageConstant::Float(value) => Constant::Float(value),
        ImageConstant::Complex { real, imag } => Constant::Complex { real, imag },
        ImageConstant::Str(number) => Constant::Str(code.image.string(number)?.wtf8.to_vec()),
        ImageConstant::Bytes(value) => Constant::Bytes(value.to_vec()),
        ImageConstant::Tuple(items) => Constant::Tuple(read_constants(code, items)?),
        ImageConstant::Frozenset(items) => Constant::Frozenset(read_constants(code, items)?),
        ImageConstant::Slice(items) => {
            let items: [Constant; 3] = read_constants(code, items)?
                .try_into()
                .map_err(|_| Damaged)?;
            Constant::Slice(Box::new(items))
        }
        ImageConstant::Code(offset) => {
            // A damaged record may contain itself; the depth of a right one is small.
            if offset <= code.offset {
                return Err(Damaged);
            }
            Constant::Code(Box::new(read_code(&code.image.code(offset)?)?))
        }
    })
}
