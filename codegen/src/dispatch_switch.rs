//! `interp/src/generated/dispatch_switch.rs`: the handlers as arms of one `match`. No semantics
//! here: an arm names its handler, the words of `dispatch/switch.rs` say what an end is.

use crate::file::{self, Item};
use analyzer::model::{Model, Opcode, OpcodeKind};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

const ABOUT: &str = "\
dispatch-switch: one `match`, and the fetch of the next opcode at the end of each handler. It is
there twice: plain, and for the recording of a trace.

Each arm assigns `opcode` and continues at the `match`, never at a fetch that all would share
(that costs 2.2x).";

/// One function with an arm for each opcode.
pub fn generate(model: &Model) -> String {
    let imports = quote! {
        use super::fns;
        use super::specialize::*;
        use crate::dispatch::switch::{Exit, Place, leave, number, trace_record, tracing};
        use crate::dispatch::words::*;
        use crate::dispatch::{Fp, Ts};
        use crate::frame_ops;
        use core::hint::cold_path;
        use runtime::defs;
        use runtime::generated::opcode as op;
        use runtime::value::{NULL, Value};
    };
    let arms: TokenStream = model.opcodes.iter().map(|opcode| arm(opcode)).collect();
    let start = quote! {
        /// Runs from the place that is saved in the frame until an entry frame returns. NULL: an
        /// exception left it.
        ///
        /// # Safety
        /// `fp` is the running frame of the thread, on top of its stack, with checked code.
        #[inline(never)]
        pub unsafe fn start(ts: Ts, fp: Fp) -> Value {
            __comment!("SAFETY: promised by the caller; a loop gives the place where the other goes on.");
            unsafe {
                let mut at = Place { fp, opcode: *(*fp).ip.get() as u8, records: false };
                loop {
                    let left = if at.records { record(ts, at) } else { run(ts, at) };
                    match left {
                        Ok(value) => return value,
                        Err(next) => at = next,
                    }
                }
            }
        }
    };
    let loops = quote! {
        #[inline(never)]
        unsafe fn run(ts: Ts, at: Place) -> Result<Value, Place> {
            __comment!("SAFETY: promised by `start`.");
            unsafe { instructions::<false>(ts, at) }
        }

        /// As `run`, while a trace is recorded: every fetch goes to the recorder.
        #[inline(never)]
        unsafe fn record(ts: Ts, at: Place) -> Result<Value, Place> {
            __comment!("SAFETY: promised by `start`.");
            unsafe { instructions::<true>(ts, at) }
        }

        /// No instruction is 0: with an arm for it the table of the switch begins there, and nothing is
        /// subtracted.
        #[inline(always)]
        unsafe fn instructions<const RECORDS: bool>(ts: Ts, at: Place) -> Result<Value, Place> {
            __comment!("SAFETY: checked code keeps `ip` on instructions, `sp` within the operand");
            __comment!("stack (upheld by the front end, whose code the stack effects describe).");
            unsafe {
                let (mut fp, mut opcode) = (at.fp, number(at.opcode));
                let mut ip = (*fp).ip.get();
                let mut sp = (*fp).sp.get();
                let tracing = tracing(RECORDS);
                'dispatch: loop {
                    let exit = 'exit: {
                        match opcode {
                            #[cfg(dispatch = "switch")]
                            0 => std::process::abort(),
                            #arms
                            _ => core::hint::unreachable_unchecked(),
                        }
                    };
                    match leave(exit, ts, fp, RECORDS) {
                        Ok(next) => (ip, sp, fp) = next,
                        Err(left) => return left,
                    }
                    opcode = *ip as u8 as usize;
                }
            }
        }
    };
    let numbers: TokenStream = model.opcodes.iter().map(|opcode| number(opcode)).collect();
    let numbers = quote! {
        /// The numbers of opcodes as the `match` has them: as wide as a register, so that none is widened on the way to its arm.
        mod arm {
            use runtime::generated::opcode as op;
            #numbers
        }
    };
    file::rust(ABOUT, &[Item::Rust(imports), Item::Rust(start), Item::Rust(loops), Item::Rust(numbers)])
}

/// `pub const LOAD_FAST: usize = op::LOAD_FAST as usize;`
fn number(opcode: &Opcode) -> TokenStream {
    let name = format_ident!("{}", opcode.name);
    quote!(pub const #name: usize = op::#name as usize;)
}

/// `arm::LOAD_FAST => LOAD_FAST!((ip sp fp ts opcode tracing 'dispatch 'exit)),`
pub fn arm(opcode: &Opcode) -> TokenStream {
    let name = format_ident!("{}", opcode.name);
    let state = quote!((ip sp fp ts opcode tracing 'dispatch 'exit));
    match opcode.kind {
        OpcodeKind::Instruction(_) | OpcodeKind::Super(_) | OpcodeKind::Instrumented(_) => quote!(arm::#name => {
            counted!(#name);
            #name!(#state)
        }),
        // What they do is the dispatch's own business.
        OpcodeKind::Reserved(_) => quote!(arm::#name => #name!(#state),),
    }
}
