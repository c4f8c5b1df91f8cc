//! `interp/src/generated/specialize.rs`: for each family, which member fits the live operands, and
//! what its caches hold.

use crate::body::{Opened, WayOut, Writer, to_units};
use crate::expr::{Scope, convert, unsuffixed};
use crate::file::{self, Item};
use crate::handlers::mentions;
use crate::walk;
use analyzer::model::{
    Cache, CacheKind, Family, HelperResult, Instruction, InstructionId, Model, Part, Source, Ty,
    UopPart,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

const ABOUT: &str = "\
The specializers: one function a family. It tries the members in order: the `if` clause, then
the micro-ops up to their first effect, where a guard that does not hold, or a filler that finds
nothing, goes on to the next member. Who comes through has its caches filled and takes the
place; when nobody does, the generic instruction waits longer.

Called from the cold path of `specialize!`, with the state saved in the frame.";

/// One function a family.
pub fn generate(model: &Model) -> String {
    let imports = quote! {
        use crate::dispatch::words::*;
        use crate::generated::fns;
        use crate::site::Site;
        use runtime::defs;
        use runtime::generated::opcode as op;
        use runtime::value::{NULL, Value};
    };
    let families = model.families.iter().map(|family| Item::Rust(specializer(model, family)));
    file::rust(ABOUT, &std::iter::once(Item::Rust(imports)).chain(families).collect::<Vec<_>>())
}

/// `specialize_binary_op`
pub fn name(model: &Model, head: InstructionId) -> Ident {
    format_ident!("specialize_{}", model[head].name.to_lowercase())
}

/// `pub unsafe fn specialize_binary_op(site: Site) -> Option<u8> { .. }`
pub fn specializer(model: &Model, family: &Family) -> TokenStream {
    let name = name(model, family.head);
    let members: TokenStream =
        family.members.iter().map(|id| member(model, family, &model[*id])).collect();
    let head = format_ident!("{}", model[family.head].name);
    let counter = counter(family);
    let oparg = mentions(&members, "oparg").then(|| quote!(let oparg = oparg!(site);));
    let doc = format!(" The member of `{head}` that fits, or none.");
    quote! {
        #[doc = #doc]
        ///
        /// # Safety
        /// The site is an instruction of the family, about to run in the running frame.
        #[cold]
        pub unsafe fn #name(site: Site) -> Option<u8> {
            __comment!("SAFETY: the operands and caches of the instruction are there (see above).");
            unsafe {
                #oparg
                #members
                site.back_off(#counter, op::#head)
            }
        }
    }
}

/// Where the family's counter stands, in units after the instruction's own; by its place, which is
/// the same in all members.
fn counter(family: &Family) -> proc_macro2::Literal {
    let entry = family.entries.iter().find(|entry| entry.name.as_deref() == Some("counter"));
    unsuffixed(entry.expect("the analyzer wants a counter in every family").offset)
}

/// `'BINARY_OP_ADD_INT: { .. break 'BINARY_OP_ADD_INT; .. return site.adopt(0,
/// op::BINARY_OP_ADD_INT); }`
pub fn member(model: &Model, family: &Family, member: &Instruction) -> TokenStream {
    let label = syn::Lifetime::new(&format!("'{}", member.name), Span::call_site());
    let state = quote!(site);
    let way_out = WayOut::Specializer { label: label.clone() };
    let mut writer = Writer::new(model, state.clone(), 1 + member.cache_units, way_out);
    let condition = member.condition.as_ref().map(|condition| {
        let condition = Scope::new(model, state.clone()).expr(condition);
        quote!(if !(#condition) { break #label; })
    });
    let (tests, fills) = trial(&mut writer, member, &label);
    let (name, counter) = (format_ident!("{}", member.name), counter(family));
    quote! {
        #label: {
            #condition
            #tests
            #fills
            return site.adopt(#counter, op::#name);
        }
    }
}

/// The guards and fillers of the member's micro-ops, then the writes of what was found.
fn trial(
    writer: &mut Writer,
    member: &Instruction,
    label: &syn::Lifetime,
) -> (TokenStream, TokenStream) {
    let (mut tests, mut fills) = (TokenStream::new(), TokenStream::new());
    let last = last_question(writer.model, member);
    let mut acted = false;
    for (index, part) in member.parts.iter().enumerate() {
        let Part::Uop(part) = part else { continue };
        if last.is_none_or(|(last, _)| index > last) {
            break;
        }
        let mut opened = writer.open(part);
        tests.extend(opened.loads.clone());
        tests.extend(writer.deferred(&opened));
        for (at, stmt) in opened.op.body.stmts.iter().enumerate() {
            fill(
                writer,
                &opened,
                part,
                |cache| cache.fill_before == at,
                label,
                &mut tests,
                &mut fills,
            );
            acted |= !walk::only_looks(writer.model, stmt);
            if !acted && last.is_some_and(|last| (index, at) <= last) {
                tests.extend(writer.statement(&mut opened, part, stmt));
            }
        }
        let statements = opened.op.body.stmts.len();
        fill(
            writer,
            &opened,
            part,
            |cache| cache.fill_before >= statements,
            label,
            &mut tests,
            &mut fills,
        );
        writer.close(&opened, TokenStream::new());
    }
    if !acted {
        tests.extend(fits(writer, label));
    }
    (tests, fills)
}

/// `if !defs::fits_int(res) { break 'M; }`: a result that the handler could not box in place.
fn fits(writer: &Writer, label: &syn::Lifetime) -> TokenStream {
    let results = writer.stack.unwritten().into_iter().filter(|(_, slot)| slot.boxed.is_none());
    let checks = results.filter_map(|(_, slot)| {
        let when = format_ident!("{}", boxed_when(writer.model, &slot.ty)?);
        let result = slot.local?;
        Some(quote!(if !defs::#when(#result) { break #label; }))
    });
    checks.collect()
}

fn boxed_when<'m>(model: &'m Model, ty: &Ty) -> Option<&'m str> {
    let Ty::Scalar(scalar) = ty else { return None };
    model[model.repr_of(*scalar)?].boxed_when.as_deref()
}

/// The last guard before the first effect, the last filler, or the last result that may not fit, as
/// (part, statement): nothing after it needs to be run.
fn last_question(model: &Model, member: &Instruction) -> Option<(usize, usize)> {
    let (mut last, mut acted) = (None, false);
    for (index, part) in member.parts.iter().enumerate() {
        let Part::Uop(part) = part else { continue };
        let op = &model[part.op];
        let filled = op.caches.iter().filter(|cache| cache.filler.is_some());
        let mut questions: Vec<usize> = filled.map(|cache| cache.fill_before).collect();
        for (at, stmt) in op.body.stmts.iter().enumerate() {
            acted |= !walk::only_looks(model, stmt);
            if walk::may_exit(stmt) && !acted {
                questions.push(at);
            }
        }
        let asks_of_result = |output: &analyzer::model::Output| {
            output.source == Source::Assigned && boxed_when(model, &output.operand.ty).is_some()
        };
        if !acted && op.effect.outputs.iter().any(asks_of_result) {
            questions.push(op.body.stmts.len());
        }
        last = questions.into_iter().max().map(|at| (index, at)).or(last);
    }
    last
}

/// `let Some(shape) = defs::shape_of(owner) else { break 'M };` now, `site.fill(2, shape);` at the
/// end.
fn fill(
    writer: &Writer,
    opened: &Opened,
    part: &UopPart,
    here: impl Fn(&Cache) -> bool,
    label: &syn::Lifetime,
    tests: &mut TokenStream,
    fills: &mut TokenStream,
) {
    let model = writer.model;
    for (index, cache) in opened.op.caches.iter().enumerate() {
        let (Some(filler), true) = (&cache.filler, here(cache)) else { continue };
        let (name, value) = (&opened.scope.caches[index], opened.scope.expr(filler));
        let maybe = matches!(&filler.ty, Ty::Option(_)) || answers_option(model, filler);
        tests.extend(if maybe {
            quote!(let Some(#name) = #value else { break #label };)
        } else {
            quote!(let #name = #value;)
        });
        let offset = unsuffixed(part.caches[index]);
        fills.extend(match (cache.kind, cache.units) {
            (CacheKind::Root, _) => {
                let root = convert(model, quote!(#name), &cache.ty, &Ty::Value);
                quote!(site.fill_root(#offset, #root);)
            }
            (_, 2) => {
                let units = to_units(model, quote!(#name), &cache.ty, 2);
                quote!(site.fill2(#offset, #units);)
            }
            (_, units) => {
                let units = to_units(model, quote!(#name), &cache.ty, units);
                quote!(site.fill(#offset, #units);)
            }
        });
        if let Some(watched) = &cache.watches {
            let watched = convert(model, opened.scope.expr(watched), &watched.ty, &Ty::Value);
            fills.extend(quote!(site.watch(#watched);));
        }
    }
}

fn answers_option(model: &Model, filler: &analyzer::model::Expr) -> bool {
    match filler.kind {
        analyzer::model::ExprKind::Helper { helper, .. } => {
            matches!(model[helper].result, HelperResult::Option(_))
        }
        _ => false,
    }
}
