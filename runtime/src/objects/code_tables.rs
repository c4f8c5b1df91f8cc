//! Positions and handlers of a code object: CPython's line table, read on demand.

use crate::objects::code::{Code, Handler};

/// Source position of an instruction; 0 or -1 where CPython has None. Lines count from 1, columns are byte offsets from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    pub line: i32,
    pub end_line: i32,
    pub column: i32,
    pub end_column: i32,
}

pub const NO_POSITION: Position = Position { line: -1, end_line: -1, column: -1, end_column: -1 };

impl Code {
    /// CPython's unit of the instruction at or before our unit `offset`.
    pub fn cpython_offset(&self, offset: u32) -> u32 {
        let Ok(decoded) = self.decoded() else { return 0 };
        match decoded.offsets.binary_search_by_key(&offset, |pair| pair.0) {
            Ok(i) => decoded.offsets[i].1,
            Err(0) => 0,
            Err(i) => decoded.offsets[i - 1].1,
        }
    }
    /// Our unit of CPython's unit `offset`, where an instruction starts.
    pub fn own_offset(&self, offset: u32) -> Option<u32> {
        let decoded = self.decoded().ok()?;
        decoded.offsets.binary_search_by_key(&offset, |pair| pair.1).ok().map(|i| decoded.offsets[i].0)
    }
    /// The position of the instruction at our unit `offset`.
    pub fn position(&self, offset: u32) -> Position {
        let wanted = self.cpython_offset(offset);
        self.positions().find(|(start, end, _)| (*start..*end).contains(&wanted)).map_or(NO_POSITION, |(_, _, position)| position)
    }
    /// (start, end, position) in CPython's units, for the whole code.
    pub fn positions(&self) -> Positions<'_> {
        Positions { table: self.line_table(), at: 0, unit: 0, line: self.firstlineno.get() as i32 }
    }
    /// The handler that is responsible for our unit `offset`.
    pub fn handler(&self, offset: u32) -> Option<Handler> {
        let decoded = self.decoded().ok()?;
        // Entries are sorted by start and do not overlap, as CPython's assembler makes them.
        let after = decoded.handlers.partition_point(|handler| handler.start <= offset);
        decoded.handlers[..after].iter().rev().find(|handler| offset < handler.end).copied()
    }
}

/// Reader of CPython's location table (`InternalDocs/code_objects.md`).
pub struct Positions<'a> {
    table: &'a [u8],
    at: usize,
    unit: u32,
    line: i32,
}

impl Positions<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.table.get(self.at).copied();
        self.at += 1;
        byte
    }
    fn varint(&mut self) -> Option<u32> {
        let (mut value, mut shift) = (0u32, 0);
        loop {
            let byte = self.byte()?;
            value |= ((byte & 63) as u32).checked_shl(shift)?;
            if byte & 64 == 0 {
                return Some(value);
            }
            shift += 6;
        }
    }
    fn signed(&mut self) -> Option<i32> {
        let value = self.varint()?;
        Some(if value & 1 != 0 { -((value >> 1) as i32) } else { (value >> 1) as i32 })
    }
}

impl Iterator for Positions<'_> {
    type Item = (u32, u32, Position);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.byte()?;
        let units = (first & 7) as u32 + 1;
        let start = self.unit;
        self.unit = self.unit.wrapping_add(units);
        let position = match first >> 3 & 15 {
            15 => NO_POSITION,
            14 => {
                self.line = self.line.wrapping_add(self.signed()?);
                let line = self.line;
                let end_line = line.wrapping_add(self.varint()? as i32);
                let column = (self.varint()? as i32).wrapping_sub(1);
                let end_column = (self.varint()? as i32).wrapping_sub(1);
                Position { line, end_line, column, end_column }
            }
            13 => {
                self.line = self.line.wrapping_add(self.signed()?);
                Position { line: self.line, end_line: self.line, column: -1, end_column: -1 }
            }
            code @ 10..=12 => {
                self.line = self.line.wrapping_add(code as i32 - 10);
                let (column, end_column) = (self.byte()? as i32, self.byte()? as i32);
                Position { line: self.line, end_line: self.line, column, end_column }
            }
            code => {
                let second = self.byte()?;
                let column = (code as i32) << 3 | (second >> 4) as i32;
                let end_column = column + (second & 15) as i32;
                Position { line: self.line, end_line: self.line, column, end_column }
            }
        };
        Some((start, self.unit, position))
    }
}
