//! Compression: the containers of deflate streams (zlib, gzip, none) around `miniz_oxide`'s deflate. Its output is not byte for byte
//! that of zlib.

use super::inflate::Container;
use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, TDEFLStatus, compress, create_comp_flags_from_zip_params};

pub struct Deflater {
    state: Box<CompressorOxide>,
    container: Container,
    /// Until it is written.
    header: Vec<u8>,
    // Of the input.
    crc: crc32fast::Hasher,
    adler: u32,
    read: u32,
}

impl Deflater {
    /// `level` is -1 to 9. The container is one that `wbits` of a compressor may ask for.
    pub fn new(level: i32, strategy: i32, container: Container, window: u32) -> Deflater {
        let flags = create_comp_flags_from_zip_params(if level < 0 { 6 } else { level }, -15, strategy);
        let header = match container {
            Container::Zlib => {
                let method = (window - 8 << 4 | 8) as u16;
                let class = match level {
                    0 | 1 => 0,
                    2..=5 => 1,
                    -1 | 6 => 2,
                    _ => 3,
                };
                let word = method << 8 | class << 6;
                (word + (31 - word % 31)).to_be_bytes().to_vec()
            }
            Container::Gzip => {
                let extra = match level {
                    9 => 2,
                    0 | 1 => 4,
                    _ => 0,
                };
                vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, extra, 3]
            }
            _ => Vec::new(),
        };
        Deflater { state: Box::new(CompressorOxide::new(flags)), container, header, crc: crc32fast::Hasher::new(), adler: 1, read: 0 }
    }

    /// Compresses all of the input and appends what comes out.
    pub fn feed(&mut self, mut input: &[u8], flush: TDEFLFlush, out: &mut Vec<u8>) -> Result<(), &'static str> {
        out.append(&mut self.header);
        match self.container {
            Container::Gzip => self.crc.update(input),
            Container::Zlib => self.adler = super::adler32(self.adler, input),
            _ => {}
        }
        self.read = self.read.wrapping_add(input.len() as u32);
        let mut scratch = [0; 1 << 15];
        loop {
            let (status, used, written) = compress(&mut self.state, input, &mut scratch, flush);
            input = &input[used..];
            out.extend_from_slice(&scratch[..written]);
            match status {
                TDEFLStatus::Done => break,
                TDEFLStatus::Okay if input.is_empty() && written < scratch.len() && flush != TDEFLFlush::Finish => return Ok(()),
                TDEFLStatus::Okay => {}
                _ => return Err("inconsistent stream state"),
            }
        }
        match self.container {
            Container::Gzip => {
                out.extend_from_slice(&self.crc.clone().finalize().to_le_bytes());
                out.extend_from_slice(&self.read.to_le_bytes());
            }
            Container::Zlib => out.extend_from_slice(&self.adler.to_be_bytes()),
            _ => {}
        }
        Ok(())
    }
}
