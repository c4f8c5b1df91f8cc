//! Numbers that were chosen, not derived: each with its unit and its reason.

/// Backoff counters: value in bits 4..16, exponent in bits 0..4. A fresh site specializes at its second run, so that the operands of a
/// first run which is not typical (a cold cache, an import) do not decide. CPython's choice.
pub const COUNTER_WARMUP: u32 = 1 << 4 | 1;
/// After a specialization: misses that a site takes before it is specialized anew. CPython's choice.
pub const COUNTER_COOLDOWN: u32 = 52 << 4;
/// The history of a branch that the recorder has not seen: a leading one, no outcomes behind it.
pub const NO_HISTORY: u32 = 1;
/// Words of a thread's VM stack, reserved, not touched: 64 MiB hold a recursion of 10^6 small frames less than the limit of most programs.
pub const STACK_WORDS: usize = 8 << 20;
/// Python frames below which RecursionError is raised, as in CPython.
pub const RECURSION_LIMIT: i32 = 1000;
/// Bytes of native stack kept free for what does not check: printing an error, a native library.
pub const NATIVE_RESERVE: usize = 256 << 10;
