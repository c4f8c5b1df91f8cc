//! Machine code that every trace uses: the way in, the stub at the end of exits, and thunks through which a trace calls slow paths without
//! losing a register. Not here: the traces (`lower`).

use super::{Installed, Machine, Refused};
use crate::ir::Ty;
use crate::show::Symbols;
use cranelift_codegen::Context;
use cranelift_codegen::ir::{AbiParam, Function, InstBuilder, MemFlagsData, Signature, Type, UserFuncName, Value, types};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

/// A type as a register holds it.
pub fn clif(ty: Ty) -> Type {
    match ty {
        Ty::I1 | Ty::I8 => types::I8,
        Ty::I16 => types::I16,
        Ty::I32 => types::I32,
        Ty::I64 | Ty::Value | Ty::Ptr => types::I64,
        Ty::F64 => types::F64,
    }
}

/// A C function's parameter: narrow integers are zero-extended.
fn parameter(ty: Ty) -> AbiParam {
    let param = AbiParam::new(clif(ty));
    if matches!(ty, Ty::I1 | Ty::I8 | Ty::I16) { param.uext() } else { param }
}

/// The signature of a C function.
pub fn c_signature(isa: &dyn TargetIsa, params: &[Ty], result: Option<Ty>) -> Signature {
    let mut signature = Signature::new(isa.default_call_conv());
    signature.params.extend(params.iter().map(|&ty| parameter(ty)));
    signature.returns.extend(result.map(|ty| AbiParam::new(clif(ty))));
    signature
}

/// Of traces and of what exits jump to: (thread, frame, record) to the record of the exit that was taken at last.
pub fn trace_signature() -> Signature {
    let mut signature = Signature::new(CallConv::Tail);
    signature.params.extend([AbiParam::new(types::I64); 3]);
    signature.returns.push(AbiParam::new(types::I64));
    signature
}

/// Of thunks: (thread, arguments); the result is in the thread's scratch word.
pub fn thunk_signature(params: &[Ty]) -> Signature {
    let mut signature = Signature::new(CallConv::PreserveAll);
    signature.params.push(AbiParam::new(types::I64));
    signature.params.extend(params.iter().map(|&ty| AbiParam::new(clif(ty))));
    signature
}

/// Builds one function of straight-line code.
fn straight(
    machine: &Machine,
    name: &str,
    signature: Signature,
    build: impl FnOnce(&mut FunctionBuilder, &[Value]),
) -> Result<Installed, Refused> {
    let isa = machine.isa(super::Opt::Speed);
    let mut context = Context::for_function(Function::with_name_signature(UserFuncName::user(0, 0), signature));
    let mut builder_context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut context.func, &mut builder_context);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    let params = builder.block_params(block).to_vec();
    build(&mut builder, &params);
    builder.seal_all_blocks();
    builder.finalize(isa.frontend_config());
    machine.install(&mut context, isa, &Symbols { trace: name.to_string(), ..Symbols::default() })
}

/// `extern "C" fn(thread, frame, entry) -> *const ExitRecord`
pub fn trampoline(machine: &Machine) -> Result<Installed, Refused> {
    let signature = c_signature(machine.isa(super::Opt::Speed), &[Ty::Ptr; 3], Some(Ty::Ptr));
    straight(machine, "sidewinder::enter_trace", signature, |b, params| {
        let signature = b.import_signature(trace_signature());
        let none = b.ins().iconst(types::I64, 0);
        let call = b.ins().call_indirect(signature, params[2], &[params[0], params[1], none]);
        let record = b.inst_results(call)[0];
        b.ins().return_(&[record]);
    })
}

/// What an unlinked exit jumps to.
pub fn stub(machine: &Machine) -> Result<Installed, Refused> {
    let scratch = machine.scratch();
    straight(machine, "sidewinder::leave_trace", trace_signature(), |b, params| {
        // A link may have moved it.
        b.ins().store(MemFlagsData::trusted(), params[1], params[0], scratch);
        b.ins().return_(&params[2..]);
    })
}

/// Calls the C function at `address` and keeps every register of its caller.
pub fn thunk(machine: &Machine, name: &str, address: usize, params: &[Ty], result: Option<Ty>) -> Result<Installed, Refused> {
    let scratch = machine.scratch();
    let callee = c_signature(machine.isa(super::Opt::Speed), params, result);
    straight(machine, name, thunk_signature(params), |b, args| {
        let signature = b.import_signature(callee);
        let address = b.ins().iconst(types::I64, address as i64);
        let call = b.ins().call_indirect(signature, address, &args[1..]);
        if let Some(&value) = b.inst_results(call).first() {
            b.ins().store(MemFlagsData::trusted(), value, args[0], scratch);
        }
        b.ins().return_(&[]);
    })
}
