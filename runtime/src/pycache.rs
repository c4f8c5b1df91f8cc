//! `__pycache__`: compiled modules of users, under our own tag, by CPython's rules (PEP 3147, PEP 552, PYTHONDONTWRITEBYTECODE,
//! PYTHONPYCACHEPREFIX). A file: four bytes of magic, flags, the source's mtime and size (or its hash), then an image.

use crate::error::R;
use crate::hooks::CompileRequest;
use crate::object::Gc;
use crate::objects::code::{self, Code, ImageSource};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// `sys.implementation.cache_tag`.
pub const TAG: &str = "sidewinder-314";
/// Changes with the image format and with the compiler.
const MAGIC: [u8; 4] = [b'S', b'W', 1, b'\n'];
const HEADER: usize = 16;

/// The code of a source file, from the cache when that is fresh.
pub fn compile_file(file: &Path, shown: &str) -> R<Gc<Code>> {
    let stamp = stamp(file);
    let cached = cache_path(file);
    if let (Some(stamp), Some(cached)) = (stamp, &cached)
        && let Some(image) = read(cached, stamp)
    {
        return code::from_image(ImageSource::Shared(Rc::from(image)));
    }
    let source = std::fs::read(file).map_err(|error| crate::objects::exception_os::from_io(&error, Some(shown)))?;
    let request = CompileRequest { source: &source, filename: shown, mode: "exec", flags: 0, optimize: -1 };
    let image = (crate::hooks::hooks().compile)(&request)?;
    if let (Some(stamp), Some(cached)) = (stamp, &cached)
        && !dont_write()
    {
        // A cache that cannot be written is no error.
        let _ = write(cached, stamp, &image);
    }
    code::from_image(ImageSource::Shared(Rc::from(image)))
}

/// (mtime in seconds, size), as PEP 552's default pycs hold them: the low 32 bits of each.
fn stamp(file: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(file).ok()?;
    Some((meta.mtime() as u32, meta.size() as u32))
}

fn cache_path(file: &Path) -> Option<PathBuf> {
    let level = match crate::flags::flags().optimize {
        0 => String::new(),
        level => format!(".opt-{level}"),
    };
    let name = format!("{}.{TAG}{level}.pyc", file.file_stem()?.to_str()?);
    let folder = file.parent()?;
    match crate::flags::variable("PYTHONPYCACHEPREFIX") {
        Some(prefix) => {
            let folder = std::path::absolute(folder).ok()?;
            Some(PathBuf::from(prefix).join(folder.strip_prefix("/").ok()?).join(name))
        }
        None => Some(folder.join("__pycache__").join(name)),
    }
}

fn dont_write() -> bool {
    crate::flags::flags().dont_write_bytecode
}

fn read(path: &Path, (mtime, size): (u32, u32)) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path).ok()?;
    let header = bytes.get(..HEADER)?;
    let fresh = header[..4] == MAGIC
        && header[4..8] == [0; 4]
        && header[8..12] == mtime.to_le_bytes()
        && header[12..16] == size.to_le_bytes();
    let image = bytes.get(HEADER..)?;
    (fresh && crate::image::Image::open_file(image).is_ok()).then(|| image.to_vec())
}

/// Atomic: a reader sees the old file or the whole new one.
fn write(path: &Path, (mtime, size): (u32, u32), image: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let temporary = path.with_extension(format!("pyc.{}", std::process::id()));
    let mut bytes = Vec::with_capacity(HEADER + image.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&mtime.to_le_bytes());
    bytes.extend_from_slice(&size.to_le_bytes());
    bytes.extend_from_slice(image);
    std::fs::write(&temporary, bytes)?;
    std::fs::rename(&temporary, path).inspect_err(|_| {
        let _ = std::fs::remove_file(&temporary);
    })
}
