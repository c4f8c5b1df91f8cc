//! What `build.rs`, which writes the blob, and `lib.rs`, which reads it, must agree on.
//!
//! ```text
//! blob    u32 modules, u32 buckets
//!         u16 for each bucket: number of an entry, or NO_ENTRY; open addressing by `name_hash`
//!         entries, sorted by name: u32 each of
//!             name: start, bytes     is package: 0, 1
//!             image: start, bytes    source: start, bytes packed (raw deflate), bytes unpacked
//!         the names, the images, the packed sources
//! ```

/// The folder in which the modules seem to be.
pub const ROOT: &str = "<sidewinder>/Lib";

pub const HEADER_BYTES: usize = 8;
pub const ENTRY_BYTES: usize = 8 * 4;
pub const NO_ENTRY: u16 = u16::MAX;

/// FNV-1a.
pub fn name_hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
