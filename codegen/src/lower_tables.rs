//! The tables that go with `lower`: fields with their offsets and alias classes, helpers with their
//! addresses and effects, micro-ops with what they may do.

use crate::file::{self, Item};
use crate::lower::used;
use crate::lower_body::ir_type;
use crate::walk;
use analyzer::model::{
    CacheKind, ClassId, ClassKind, Effects, FieldId, Helper, HelperId, HelperResult, InstructionId, LastActKind, Model,
    OpId, OpcodeKind, Part, Ty,
};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

const LAYOUTS: &str = "Fields of the definition's layouts, as traces reach them.";
const HELPERS: &str = "The helpers that bodies call: their addresses, signatures and effects.";
const UOPS: &str = "What is known of each micro-op.";

/// `LIST_LEN`
pub fn field_name(model: &Model, field: FieldId) -> Ident {
    class_name(model, model[field].class)
}

/// `LIST_LEN` for `List.len`, `LIST_ITEMS_ELEMENTS` for `List.items[]`.
pub fn class_name(model: &Model, class: ClassId) -> Ident {
    let mut text = String::new();
    for c in model[class].name.replace("[]", "_elements").chars() {
        match c {
            '.' => text.push('_'),
            c if c.is_uppercase() && !text.is_empty() && !text.ends_with('_') => {
                text.push('_');
                text.push(c);
            }
            c => text.extend(c.to_uppercase()),
        }
    }
    format_ident!("{text}")
}

/// `LIST_APPEND`, with a shape of its own so that no helper is called like a Rust constant.
pub fn helper_name(model: &Model, helper: HelperId) -> Ident {
    format_ident!("{}", model[helper].name.to_uppercase())
}

/// `jit/src/generated/layouts.rs`
pub fn layouts(model: &Model) -> String {
    let imports = quote! {
        use crate::emit::Field;
        use crate::ir::{Class, Ty};
        use runtime::defs;
    };
    let names = model.classes.iter().map(|class| &class.name);
    let classes = quote! {
        /// The alias classes' names, by number.
        pub const CLASSES: &[&str] = &[#(#names),*];
    };
    let mut fields = TokenStream::new();
    for (index, class) in model.classes.iter().enumerate() {
        let (id, elements) = match class.kind {
            ClassKind::Field(id) => (id, false),
            ClassKind::Elements(id) => (id, true),
            ClassKind::Locals | ClassKind::All => continue,
        };
        let (name, shown) = (class_name(model, ClassId(index)), &class.name);
        let number = crate::expr::unsuffixed(index as u32);
        let field = &model[id];
        let readonly = class.readonly;
        let ty = match (&field.ty, elements) {
            (Ty::Ptr(element), true) => ir_type(model, element),
            (ty, _) => ir_type(model, ty),
        };
        let layout = format_ident!("{}", model[id.layout].name);
        let member: Ident =
            syn::parse_str(&field.name).unwrap_or_else(|_| format_ident!("r#{}", field.name));
        let offset = match elements {
            true => quote!(0),
            false => quote!(core::mem::offset_of!(defs::#layout, #member) as u32),
        };
        fields.extend(quote! {
            pub static #name: Field = Field {
                name: #shown,
                ty: #ty,
                offset: #offset,
                class: Class(#number),
                readonly: #readonly,
            };
        });
    }
    file::rust(LAYOUTS, &[Item::Rust(imports), Item::Rust(classes), Item::Rust(fields)])
}

/// The helpers that bodies of instructions call, and those of traces alone, in order of definition.
pub fn called(model: &Model) -> Vec<HelperId> {
    let mut found: Vec<bool> = model.helpers.iter().map(|helper| helper.effects.in_traces).collect();
    for op in used(model) {
        for stmt in &model[op].body.stmts {
            mark(stmt, &mut found);
        }
    }
    (0..found.len()).filter(|index| found[*index]).map(HelperId).collect()
}

fn mark(stmt: &analyzer::model::Stmt, found: &mut [bool]) {
    for helper in walk::helpers(stmt) {
        found[helper.0] = true;
    }
    for block in crate::plan::blocks(stmt) {
        block.stmts.iter().for_each(|stmt| mark(stmt, found));
    }
}

/// `jit/src/generated/helpers.rs`
pub fn helpers(model: &Model) -> String {
    let imports = quote! {
        use crate::ir::{Address, Class, Classes, Effects, FrameEnd, Helper, Ty};
        use runtime::defs;
        use runtime::defs::pointer::Pointer;
        use runtime::value::Value;
    };
    let called = called(model);
    let numbers = called.iter().enumerate().map(|(index, id)| {
        let (name, number) = (helper_name(model, *id), crate::expr::unsuffixed(index as u32));
        quote!(pub const #name: u16 = #number;)
    });
    let numbers = quote!(#(#numbers)*);
    let wrappers: TokenStream = called
        .iter()
        .filter(|id| model[**id].effects.inline)
        .map(|id| wrapper(model, &model[*id]))
        .collect();
    let rows = called.iter().map(|id| row(model, &model[*id]));
    let table = quote! {
        pub static HELPERS: &[Helper] = &[#(#rows),*];
    };
    let items = [imports, numbers, wrappers, table].map(Item::Rust);
    file::rust(HELPERS, &items)
}

/// The form of an inlined helper that machine code calls.
fn wrapper(model: &Model, helper: &Helper) -> TokenStream {
    let name = format_ident!("{}", helper.name);
    let doc = format!(" `{name}` by the C convention.");
    let mut params = Vec::new();
    let mut args = Vec::new();
    if helper.effects.needs_frame {
        params.push(quote!(thread: &defs::Thread));
        args.push(quote!(thread));
    }
    for param in &helper.params {
        let (name, ty) = (format_ident!("{}", param.name), crate::types::rust(model, &param.ty));
        params.push(quote!(#name: #ty));
        args.push(match param.ty {
            Ty::Layout(_) => quote!(Pointer::from_raw(#name)),
            _ => quote!(#name),
        });
    }
    let result = helper.result.ty();
    let (answer, value) = match &result {
        Ty::Unit => (TokenStream::new(), quote!(defs::#name(#(#args),*))),
        Ty::Layout(_) => {
            let ty = crate::types::rust(model, &result);
            (quote!(-> #ty), quote!(defs::#name(#(#args),*).into_raw()))
        }
        _ => {
            let ty = crate::types::rust(model, &result);
            (quote!(-> #ty), quote!(defs::#name(#(#args),*)))
        }
    };
    quote! {
        #[doc = #doc]
        unsafe extern "C" fn #name(#(#params),*) #answer {
            __comment!("SAFETY: machine code passes what the definition declares.");
            unsafe { #value }
        }
    }
}

fn row(model: &Model, helper: &Helper) -> TokenStream {
    let name = &helper.name;
    let function = format_ident!("{name}");
    let thread = helper.effects.needs_frame.then(|| quote!(Ty::Ptr));
    let params: Vec<TokenStream> =
        thread.into_iter().chain(helper.params.iter().map(|param| ir_type(model, &param.ty))).collect();
    let result = match &helper.result {
        HelperResult::Unit => quote!(None),
        other => {
            let ty = ir_type(model, &other.ty());
            quote!(Some(#ty))
        }
    };
    let holes = params.iter().map(|_| quote!(_));
    let address = if helper.effects.inline {
        quote!(#function as *const ())
    } else {
        quote!(defs::#function as extern "C" fn(#(#holes),*) -> _ as *const ())
    };
    let effects = effects(&helper.effects);
    quote! {
        Helper {
            name: #name,
            address: Address::new(#address),
            params: &[#(#params),*],
            result: #result,
            effects: #effects,
        }
    }
}

fn effects(effects: &Effects) -> TokenStream {
    let Effects { pure, allocates, fresh_instance, may_raise, may_call_python, needs_frame, cold, ends, .. } = effects;
    let ends = format_ident!("{ends:?}");
    let (reads, writes) = (classes(&effects.reads), classes(&effects.writes));
    quote! {
        Effects {
            reads: #reads,
            writes: #writes,
            pure_: #pure,
            allocates: #allocates,
            fresh_instance: #fresh_instance,
            may_raise: #may_raise,
            may_call_python: #may_call_python,
            needs_frame: #needs_frame,
            cold: #cold,
            ends: FrameEnd::#ends,
        }
    }
}

fn classes(ids: &[ClassId]) -> TokenStream {
    if ids.contains(&ClassId::ALL) {
        return quote!(Classes::All);
    }
    if ids.is_empty() {
        return quote!(Classes::None);
    }
    let numbers = ids.iter().map(|id| crate::expr::unsuffixed(id.0 as u32));
    quote!(Classes::Some(&[#(Class(#numbers)),*]))
}

/// Instructions that consist of it are never in code: others hand over to them.
fn stands_in(model: &Model, id: OpId) -> bool {
    let is_part = |part: &Part| matches!(part, Part::Uop(part) if part.op == id);
    let mut users = (0..model.instructions.len()).map(InstructionId).filter(|one| model[*one].parts.iter().any(is_part));
    users.all(|one| model.ops.iter().any(|op| op.properties.takes_over.contains(&one)))
}

/// `jit/src/generated/uops.rs`
pub fn uops(model: &Model) -> String {
    let imports = quote! {
        use crate::emit::Uop;
        use crate::ir::{Class, Classes};
        use runtime::generated::opcode as op;
    };
    let ops = used(model);
    let rows = ops.iter().map(|id| {
        let op = &model[*id];
        let name = &op.name;
        let properties = &op.properties;
        let (pure, exit) = (properties.pure, properties.may_exit || properties.may_deopt);
        let (raise, escapes) = (properties.may_raise, properties.escapes);
        let (reads, writes) = (classes(&properties.reads), classes(&properties.writes));
        let caches = op.caches.iter().filter(|cache| cache.kind != CacheKind::Unused).count();
        let caches = crate::expr::unsuffixed(caches as u32);
        let hands_over = !properties.takes_over.is_empty();
        let stands_in = stands_in(model, *id);
        let tier1 = op.annotations.tier1;
        let bookkeeping = properties.records_value || properties.specializes;
        let has = |act: LastActKind| properties.last_acts.contains(&act);
        let generator = has(LastActKind::SuspendFrame) || has(LastActKind::ResumeFrame);
        let helpers = op.body.stmts.iter().flat_map(crate::walk::helpers);
        let tries = helpers.into_iter().any(|helper| model[helper].effects.tries);
        let always_raises = properties.last_acts == [LastActKind::Raise] && properties.always_leaves;
        quote! {
            Uop {
                name: #name,
                pure: #pure,
                may_exit: #exit,
                may_raise: #raise,
                escapes: #escapes,
                caches: #caches,
                hands_over: #hands_over,
                stands_in: #stands_in,
                tier1: #tier1,
                bookkeeping: #bookkeeping,
                generator: #generator,
                tries: #tries,
                always_raises: #always_raises,
                reads: #reads,
                writes: #writes,
            }
        }
    });
    let parts = model.opcodes.iter().filter_map(|opcode| {
        let OpcodeKind::Instruction(id) = opcode.kind else { return None };
        let parts = model[id].parts.iter().filter_map(|part| match part {
            Part::Uop(part) => ops.iter().position(|op| *op == part.op),
            Part::Unused { .. } => None,
        });
        let parts = parts.map(|index| crate::expr::unsuffixed(index as u32));
        let name = format_ident!("{}", opcode.name);
        Some(quote!(parts[op::#name as usize] = &[#(#parts),*];))
    });
    let parts: TokenStream = parts.collect();
    let table = quote! {
        pub static UOPS: &[Uop] = &[#(#rows),*];

        /// The micro-ops of an instruction, as places in `UOPS`, by opcode.
        pub static PARTS: [&[u16]; 256] = {
            let mut parts: [&[u16]; 256] = [&[]; 256];
            #parts
            parts
        };
    };
    file::rust(UOPS, &[Item::Rust(imports), Item::Rust(table)])
}
