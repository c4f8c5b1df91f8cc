//! The source line for a traceback: of a file, of the embedded library, or of a text that was registered (`-c`, standard input).

use crate::object::Gc;
use crate::objects::code::{Code, ImageSource};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

thread_local! {
    static PROGRAM: RefCell<Option<(ImageSource, String)>> = const { RefCell::new(None) };
    static REGISTERED: RefCell<HashMap<String, String>> = RefCell::default();
    /// Files that have been read for the report at hand.
    static READ: RefCell<HashMap<String, Option<String>>> = RefCell::default();
}

/// Keeps the text of a program that has no file.
pub fn register(filename: &str, source: &str) {
    REGISTERED.with_borrow_mut(|all| all.insert(filename.to_string(), source.to_string()));
}

/// Keeps the text of `-c`: its lines are shown for the code objects of its image alone, whatever else is called `<string>`.
pub fn register_program(code: Gc<Code>, source: &str) {
    PROGRAM.with_borrow_mut(|program| *program = Some((code.details.source.clone(), source.to_string())));
}
/// Line `number` of the text that `code` comes from.
pub fn line_of(code: Gc<Code>, filename: &str, number: usize) -> Option<String> {
    let own = PROGRAM.with_borrow(|program| {
        let (source, text) = program.as_ref()?;
        match (source, &code.details.source) {
            (ImageSource::Shared(a), ImageSource::Shared(b)) if Rc::ptr_eq(a, b) => {
                text.split('\n').nth(number.checked_sub(1)?).map(str::to_string)
            }
            _ => None,
        }
    });
    own.or_else(|| line(filename, number))
}

/// Forgets what was read: files may have changed.
pub fn forget() {
    READ.with_borrow_mut(HashMap::clear);
}

/// Line `number`, which counts from 1.
pub fn line(filename: &str, number: usize) -> Option<String> {
    let pick = |text: &str| text.split('\n').nth(number.checked_sub(1)?).map(|line| line.trim_end_matches('\r').to_string());
    if let Some(found) = REGISTERED.with_borrow(|all| all.get(filename).map(|text| pick(text))) {
        return found;
    }
    let text = READ.with_borrow_mut(|read| read.entry(filename.to_string()).or_insert_with(|| load(filename)).clone());
    pick(&text?)
}
fn load(filename: &str) -> Option<String> {
    if let Some(text) = (crate::hooks::hooks().library_source)(filename) {
        return Some(text);
    }
    if filename.starts_with('<') && filename.ends_with('>') {
        return None;
    }
    let bytes = std::fs::read(filename).ok()?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    Some(match core::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        // A declared encoding: latin-1 shows most of them right.
        Err(_) => bytes.iter().map(|&byte| byte as char).collect(),
    })
}

/// East Asian wide and fullwidth characters, which take two columns.
pub fn is_wide(c: char) -> bool {
    matches!(c as u32,
        0x1100..=0x115F | 0x231A..=0x231B | 0x2329..=0x232A | 0x23E9..=0x23EC | 0x23F0 | 0x23F3 | 0x25FD..=0x25FE | 0x2614..=0x2615
        | 0x2630..=0x2637 | 0x2648..=0x2653 | 0x267F | 0x268A..=0x268F | 0x2693 | 0x26A1 | 0x26AA..=0x26AB | 0x26BD..=0x26BE
        | 0x26C4..=0x26C5 | 0x26CE | 0x26D4 | 0x26EA | 0x26F2..=0x26F3 | 0x26F5 | 0x26FA | 0x26FD | 0x2705 | 0x270A..=0x270B | 0x2728
        | 0x274C | 0x274E | 0x2753..=0x2755 | 0x2757 | 0x2795..=0x2797 | 0x27B0 | 0x27BF | 0x2B1B..=0x2B1C | 0x2B50 | 0x2B55
        | 0x2E80..=0x303E | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0xA4CF | 0xA960..=0xA97C | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
        | 0xFE10..=0xFE19 | 0xFE30..=0xFE6B | 0xFF01..=0xFF60 | 0xFFE0..=0xFFE6 | 0x16FE0..=0x18DFF | 0x1AFF0..=0x1B2FB
        | 0x1D300..=0x1D376 | 0x1F004 | 0x1F0CF | 0x1F18E | 0x1F191..=0x1F19A | 0x1F200..=0x1F320 | 0x1F32D..=0x1F335
        | 0x1F337..=0x1F37C | 0x1F37E..=0x1F393 | 0x1F3A0..=0x1F3CA | 0x1F3CF..=0x1F3D3 | 0x1F3E0..=0x1F3F0 | 0x1F3F4
        | 0x1F3F8..=0x1F43E | 0x1F440 | 0x1F442..=0x1F4FC | 0x1F4FF..=0x1F53D | 0x1F54B..=0x1F54E | 0x1F550..=0x1F567 | 0x1F57A
        | 0x1F595..=0x1F596 | 0x1F5A4 | 0x1F5FB..=0x1F64F | 0x1F680..=0x1F6C5 | 0x1F6CC | 0x1F6D0..=0x1F6D2 | 0x1F6D5..=0x1F6D7
        | 0x1F6DC..=0x1F6DF | 0x1F6EB..=0x1F6EC | 0x1F6F4..=0x1F6FC | 0x1F7E0..=0x1F7EB | 0x1F7F0 | 0x1F90C..=0x1F93A
        | 0x1F93C..=0x1F945 | 0x1F947..=0x1F9FF | 0x1FA70..=0x1FAF8 | 0x20000..=0x3FFFD)
}
