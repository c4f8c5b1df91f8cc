//! Decompression: the containers of deflate streams (zlib, gzip, none) around `miniz_oxide`'s inflate.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

/// What stands around the compressed data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Container {
    Zlib,
    Gzip,
    Raw,
    /// Zlib or gzip, as the header says.
    Either,
}

impl Container {
    /// As zlib reads `wbits`, with the size of the window (0: the header's); None when it is not valid.
    pub fn of_bits(bits: i64) -> Option<(Container, u32)> {
        match bits {
            0 | 8..=15 => Some((Container::Zlib, bits as u32)),
            -15..=-8 => Some((Container::Raw, -bits as u32)),
            16 | 24..=31 => Some((Container::Gzip, bits as u32 - 16)),
            32 | 40..=47 => Some((Container::Either, bits as u32 - 32)),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Header,
    Body,
    Trailer,
    Done,
}

#[derive(Clone)]
pub struct Inflater {
    container: Container,
    window: u32,
    phase: Phase,
    /// Bytes of a header or trailer that is not complete.
    held: Vec<u8>,
    state: Box<InflateState>,
    /// Of the output.
    crc: crc32fast::Hasher,
    adler: u32,
    written: u32,
    /// The first byte of the compressed data, for messages.
    first: Option<u8>,
    /// Output that nobody has taken yet.
    pub ready: Vec<u8>,
}

const SCRATCH: usize = 1 << 15;

impl Inflater {
    pub fn new(container: Container, window: u32) -> Inflater {
        let phase = if container == Container::Raw { Phase::Body } else { Phase::Header };
        Inflater {
            container,
            window,
            phase,
            held: Vec::new(),
            state: InflateState::new_boxed(DataFormat::Raw),
            crc: crc32fast::Hasher::new(),
            adler: 1,
            written: 0,
            first: None,
            ready: Vec::new(),
        }
    }
    /// The end of the stream was reached, and all of its output taken.
    pub fn is_done(&self) -> bool {
        self.phase == Phase::Done && self.ready.is_empty()
    }
    /// Takes the output, up to a limit.
    pub fn take(&mut self, limit: Option<usize>) -> Vec<u8> {
        match limit {
            Some(limit) if limit < self.ready.len() => {
                let rest = self.ready.split_off(limit);
                core::mem::replace(&mut self.ready, rest)
            }
            _ => core::mem::take(&mut self.ready),
        }
    }

    /// Decompresses until the input or the stream ends, or the output reaches the limit (and a bit more). Answers how much of the
    /// input was used; an error is zlib's message.
    pub fn feed(&mut self, input: &[u8], limit: Option<usize>) -> Result<usize, &'static str> {
        let mut used = 0;
        let is_full = |ready: &Vec<u8>| limit.is_some_and(|limit| ready.len() >= limit);
        while used < input.len() && !is_full(&self.ready) {
            match self.phase {
                Phase::Header => {
                    self.held.push(input[used]);
                    used += 1;
                    if self.header()? {
                        self.held.clear();
                        self.phase = Phase::Body;
                    }
                }
                Phase::Body => {
                    // In small steps when there is a limit: what is used is never far ahead of it.
                    let end = if limit.is_some() { used + 1 } else { input.len() };
                    used += self.body(&input[used..end])?;
                }
                Phase::Trailer => {
                    self.held.push(input[used]);
                    used += 1;
                    self.trailer()?;
                }
                Phase::Done => break,
            }
        }
        Ok(used)
    }

    /// True when the header is complete.
    fn header(&mut self) -> Result<bool, &'static str> {
        let held = &self.held;
        let (first, second) = match held[..] {
            [first, second, ..] => (first, second),
            _ => return Ok(false),
        };
        let is_gzip = (first, second) == (0x1F, 0x8B) && self.container != Container::Zlib;
        if is_gzip {
            self.container = Container::Gzip;
            return gzip_header(held);
        }
        if self.container == Container::Gzip || (first as u32 * 256 + second as u32) % 31 != 0 {
            return Err("incorrect header check");
        }
        self.container = Container::Zlib;
        let bits = (first >> 4) as u32 + 8;
        if first & 15 != 8 {
            return Err("unknown compression method");
        }
        if bits > 15 || (self.window != 0 && bits > self.window) {
            return Err("invalid window size");
        }
        if second & 0x20 != 0 {
            return Err("preset dictionaries are not supported");
        }
        Ok(true)
    }

    fn body(&mut self, input: &[u8]) -> Result<usize, &'static str> {
        let mut used = 0;
        if self.first.is_none() {
            self.first = input.first().copied();
        }
        loop {
            let mut scratch = [0; SCRATCH];
            let result = inflate(&mut self.state, &input[used..], &mut scratch, MZFlush::None);
            used += result.bytes_consumed;
            let output = &scratch[..result.bytes_written];
            match self.container {
                Container::Gzip => self.crc.update(output),
                Container::Zlib => self.adler = super::adler32(self.adler, output),
                _ => {}
            }
            self.written = self.written.wrapping_add(output.len() as u32);
            self.ready.extend_from_slice(output);
            match result.status {
                Ok(MZStatus::StreamEnd) => {
                    self.phase = if self.container == Container::Raw { Phase::Done } else { Phase::Trailer };
                    return Ok(used);
                }
                Ok(_) | Err(MZError::Buf) if output.len() < SCRATCH && (used == input.len() || output.is_empty()) => return Ok(used),
                Ok(_) | Err(MZError::Buf) => {}
                Err(_) => return Err(self.data_error()),
            }
        }
    }
    /// What is wrong, as far as the first block tells.
    fn data_error(&self) -> &'static str {
        match self.first.map(|first| first >> 1 & 3) {
            Some(3) if self.written == 0 => "invalid block type",
            Some(0) if self.written == 0 => "invalid stored block lengths",
            _ => "invalid distance too far back",
        }
    }

    fn trailer(&mut self) -> Result<(), &'static str> {
        let word = |bytes: &[u8]| [bytes[0], bytes[1], bytes[2], bytes[3]];
        match (self.container, self.held.len()) {
            (Container::Zlib, 4) => {
                if u32::from_be_bytes(word(&self.held)) != self.adler {
                    return Err("incorrect data check");
                }
                self.phase = Phase::Done;
            }
            (Container::Gzip, 4) if u32::from_le_bytes(word(&self.held)) != self.crc.clone().finalize() => {
                return Err("incorrect data check");
            }
            (Container::Gzip, 8) => {
                if u32::from_le_bytes(word(&self.held[4..])) != self.written {
                    return Err("incorrect length check");
                }
                self.phase = Phase::Done;
            }
            _ => {}
        }
        Ok(())
    }
}

/// True when the bytes are a whole gzip header (RFC 1952).
fn gzip_header(bytes: &[u8]) -> Result<bool, &'static str> {
    const HEADER_CRC: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    if bytes.len() < 10 {
        return Ok(false);
    }
    if bytes[2] != 8 {
        return Err("unknown compression method");
    }
    let flags = bytes[3];
    if flags & 0xE0 != 0 {
        return Err("unknown header flags set");
    }
    let mut at = 10;
    if flags & EXTRA != 0 {
        let Some(&[low, high]) = bytes.get(at..at + 2) else { return Ok(false) };
        at += 2 + u16::from_le_bytes([low, high]) as usize;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            match bytes.get(at..).and_then(|rest| memchr::memchr(0, rest)) {
                Some(end) => at += end + 1,
                None => return Ok(false),
            }
        }
    }
    if flags & HEADER_CRC != 0 {
        at += 2;
    }
    Ok(bytes.len() >= at)
}
