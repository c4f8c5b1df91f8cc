//! `runtime/src/generated/opcode.rs`: the instruction set as tables, for whoever reads or makes
//! code.

use crate::docs::size;
use crate::expr::{Scope, unsuffixed};
use crate::file::{self, Item};
use crate::types::{self, Suffix};
use analyzer::model::{
    CacheKind, ConstId, Instruction, Model, NetEffect, OpcodeKind, Part, Properties, Size, Stmt,
};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

const ABOUT: &str =
    "The instruction set as tables: numbers, names, lengths, stack effects, properties, families.";

/// The tables, one item each.
pub fn generate(model: &Model) -> String {
    let items = [
        numbers(model),
        constants(model),
        names(model),
        by_name(model),
        lengths(model),
        flags(model),
        flag_table(model),
        heads(model),
        families(model),
        stack_effects(model),
        counters(model),
        pseudos(model),
        supers(model),
        instrumented(model),
    ];
    let items = items.into_iter().filter(|tokens| !tokens.is_empty());
    file::rust(ABOUT, &items.map(Item::Rust).collect::<Vec<_>>())
}

/// `pub const LOAD_FAST: u8 = 1;`
fn numbers(model: &Model) -> TokenStream {
    let consts = model.opcodes.iter().map(|opcode| {
        let (name, number) =
            (format_ident!("{}", opcode.name), Literal::u8_unsuffixed(opcode.number));
        quote!(pub const #name: u8 = #number;)
    });
    quote!(#(#consts)*)
}

/// `pub const NB_ADD: u32 = 0;`
fn constants(model: &Model) -> TokenStream {
    let consts = model.consts.iter().enumerate().filter_map(|(index, constant)| {
        let constant_id = ConstId(index);
        let (name, ty) =
            (format_ident!("{}", model[constant_id].name), types::rust(model, &constant.ty));
        let value = types::literal(model, constant.value?, &constant.ty, Suffix::Inferred);
        let doc = constant.doc.lines().map(|line| format!(" {line}"));
        Some(quote!(#(#[doc = #doc])* pub const #name: #ty = #value;))
    });
    quote!(#(#consts)*)
}

/// `pub const NAMES: [&str; 256] = [..];`, empty where no instruction has the number.
fn names(model: &Model) -> TokenStream {
    let rows = model.opcodes.iter().map(|opcode| {
        let (name, text) = (format_ident!("{}", opcode.name), &opcode.name);
        quote!(names[#name as usize] = #text;)
    });
    quote! {
        /// By number; empty where no instruction has it.
        pub const NAMES: [&str; 256] = {
            let mut names = [""; 256];
            #(#rows)*
            names
        };
    }
}

/// `pub fn opcode_by_name(name: &str) -> Option<u8>`
fn by_name(model: &Model) -> TokenStream {
    let arms = model.opcodes.iter().map(|opcode| {
        let (name, text) = (format_ident!("{}", opcode.name), &opcode.name);
        quote!(#text => #name,)
    });
    quote! {
        pub fn opcode_by_name(name: &str) -> Option<u8> {
            Some(match name {
                #(#arms)*
                _ => return None,
            })
        }
    }
}

/// The instruction behind a number; a superinstruction behaves as its first.
fn instruction(model: &Model, kind: OpcodeKind) -> Option<&Instruction> {
    match kind {
        OpcodeKind::Instruction(id) | OpcodeKind::Instrumented(id) => Some(&model[id]),
        OpcodeKind::Super(id) => Some(&model[model[id].parts[0]]),
        OpcodeKind::Reserved(_) => None,
    }
}

/// `pub const CACHE_UNITS: [u8; 256]`, and the length of an instruction.
fn lengths(model: &Model) -> TokenStream {
    let rows = model.opcodes.iter().filter_map(|opcode| {
        let units = instruction(model, opcode.kind)?.cache_units;
        let (name, units_token) = (format_ident!("{}", opcode.name), unsuffixed(units));
        (units > 0).then(|| quote!(units[#name as usize] = #units_token;))
    });
    quote! {
        /// Units of cache behind the instruction's own unit.
        pub const CACHE_UNITS: [u8; 256] = {
            let mut units = [0; 256];
            #(#rows)*
            units
        };

        /// Units of the instruction, its caches included. A superinstruction: of its first.
        pub const fn length(opcode: u8) -> usize {
            1 + CACHE_UNITS[opcode as usize] as usize
        }
    }
}

/// Name of the flag, what it says, and whether an instruction has it.
type Flag = (&'static str, &'static str, fn(&Properties) -> bool);

pub const FLAGS: &[Flag] = &[
    ("USES_OPARG", "The operand means something.", |it| it.uses_oparg),
    ("USES_CONSTANT", "The operand is an index of a constant.", |it| it.uses_constants),
    ("USES_NAME", "The operand holds an index of a name.", |it| it.uses_names),
    ("USES_LOCAL", "The operand holds an index of a local.", |it| it.uses_locals),
    ("USES_CELL", "The operand is an index of a cell.", |it| it.uses_cells),
    ("JUMPS", "May go on elsewhere than behind itself, in the same code.", |it| it.jumps),
    ("UNPREDICTABLE_JUMP", "Jumps on some paths and not on others.", |it| it.unpredictable_jump),
    ("PUSHES_FRAME", "May go on in a frame of its own making.", |it| it.pushes_frame),
    ("POPS_FRAME", "May go on in the frame below.", |it| it.pops_frame),
    ("NEEDS_FRAME_GUARD", "Where it goes on cannot be told from the code alone.", |it| {
        it.needs_frame_guard
    }),
    ("ALWAYS_LEAVES", "Never goes on with the instruction behind it.", |it| it.always_leaves),
    ("MAY_RAISE", "May leave with an exception.", |it| it.may_raise),
    ("MAY_EXIT", "Has a guard that may fail often.", |it| it.may_exit),
    ("MAY_DEOPT", "Has a guard that should not fail.", |it| it.may_deopt),
    ("ESCAPES", "May run any code, or change any memory.", |it| it.escapes),
    ("ALLOCATES", "May allocate.", |it| it.allocates),
    ("PURE", "Nothing but its result.", |it| it.pure),
    ("SPECIALIZES", "The generic form of a family.", |it| it.specializes),
    ("TIERS_UP", "Counts, and a trace may begin here.", |it| it.tiers_up),
    ("TIER1", "No trace goes through it.", |it| it.tier1),
    ("CHECKS_PERIODIC", "Looks whether the thread has other things to do.", |it| {
        it.checks_periodic
    }),
    ("RECORDS_VALUE", "Shows the trace recorder a value.", |it| it.records_value),
    (
        "SAVES_FRAME",
        "Stores `ip` and `sp` into the frame before something may look at them.",
        |it| it.saves_frame,
    ),
];

/// `pub mod flag { pub const JUMPS: u32 = 1 << 5; .. }`
fn flags(_: &Model) -> TokenStream {
    let consts = FLAGS.iter().enumerate().map(|(bit, (name, doc, _))| {
        let (name, doc, bit) =
            (format_ident!("{name}"), format!(" {doc}"), Literal::usize_unsuffixed(bit));
        quote!(#[doc = #doc] pub const #name: u32 = 1 << #bit;)
    });
    quote! {
        /// What [`FLAGS`] says of an instruction.
        pub mod flag {
            #(#consts)*
        }
    }
}

/// `pub const FLAGS: [u32; 256]`
fn flag_table(model: &Model) -> TokenStream {
    let rows = model.opcodes.iter().filter_map(|opcode| {
        let properties = &instruction(model, opcode.kind)?.properties;
        let held = FLAGS.iter().filter(|(_, _, has)| has(properties)).map(|(name, ..)| {
            let name = format_ident!("{name}");
            quote!(flag::#name)
        });
        let (name, held) = (format_ident!("{}", opcode.name), held.collect::<Vec<_>>());
        (!held.is_empty()).then(|| quote!(flags[#name as usize] = #(#held)|*;))
    });
    quote! {
        pub const FLAGS: [u32; 256] = {
            let mut flags = [0; 256];
            #(#rows)*
            flags
        };

        pub const fn has(opcode: u8, flag: u32) -> bool {
            FLAGS[opcode as usize] & flag != 0
        }
    }
}

/// `pub const HEAD: [u8; 256]`: what a specialized or fused instruction is for who reads the code.
fn heads(model: &Model) -> TokenStream {
    let rows = model.opcodes.iter().filter_map(|opcode| {
        let plain = instruction(model, opcode.kind)?;
        let head = plain.family.map_or(plain, |family| &model[model[family].head]);
        let head = counting(model, head).unwrap_or(head);
        let (name, head_name) = (format_ident!("{}", opcode.name), format_ident!("{}", head.name));
        (head.name != opcode.name).then(|| quote!(head[#name as usize] = #head_name;))
    });
    quote! {
        /// What the compiler emitted: the head of a family, the first half, the one that counts.
        pub const HEAD: [u8; 256] = {
            let mut head = [0; 256];
            let mut opcode = 0;
            while opcode < 256 {
                head[opcode] = opcode as u8;
                opcode += 1;
            }
            #(#rows)*
            head
        };
    }
}

/// The instruction that is `one` with a count of its runs, if there is one.
fn counting<'m>(model: &'m Model, one: &Instruction) -> Option<&'m Instruction> {
    model.instructions.iter().find(|other| {
        other.properties.tiers_up && without_count(model, other).is_some_and(|it| it.name == one.name)
    })
}

/// The instruction that `tier_up(counter, NAME)` names.
fn without_count<'m>(model: &'m Model, one: &Instruction) -> Option<&'m Instruction> {
    one.parts.iter().find_map(|part| {
        let Part::Uop(part) = part else { return None };
        model[part.op].body.stmts.iter().find_map(|stmt| match stmt {
            Stmt::TierUp { without, .. } => Some(&model[*without]),
            _ => None,
        })
    })
}

/// The unit of the cache entry of this kind, from the instruction's own unit on.
fn unit_of(model: &Model, one: &Instruction, kind: CacheKind, name: &str) -> Option<u32> {
    let own = one.parts.iter().find_map(|part| {
        let Part::Uop(part) = part else { return None };
        let caches = model[part.op].caches.iter().zip(&part.caches);
        caches.clone().find(|(cache, _)| cache.kind == kind).map(|(_, offset)| 1 + offset)
    });
    let shared = || {
        let entries = &model[one.family?].entries;
        Some(1 + entries.iter().find(|entry| entry.name.as_deref() == Some(name))?.offset)
    };
    own.or_else(shared)
}

/// `pub const COUNTER: [u8; 256]`, and so on: where an instruction counts, what it keeps of its
/// branches.
fn counters(model: &Model) -> TokenStream {
    let table = |name: &str, doc: &str, value: &dyn Fn(&Instruction) -> Option<TokenStream>| {
        let rows = model.opcodes.iter().filter_map(|opcode| {
            let value = value(instruction(model, opcode.kind)?)?;
            let name = format_ident!("{}", opcode.name);
            Some(quote!(table[#name as usize] = #value;))
        });
        let (name, doc) = (format_ident!("{name}"), format!(" {doc}"));
        quote! {
            #[doc = #doc]
            pub const #name: [u8; 256] = {
                let mut table = [0; 256];
                #(#rows)*
                table
            };
        }
    };
    let unit = |kind, name: &'static str| {
        move |one: &Instruction| unit_of(model, one, kind, name).map(|unit| { let unit = unsuffixed(unit); quote!(#unit) })
    };
    let counter = table(
        "COUNTER",
        "The unit of the counter, from the instruction's own unit on; 0: it has none.",
        &unit(CacheKind::Counter, "counter"),
    );
    let history = table(
        "HISTORY",
        "The unit of the history of a branch, as in [`COUNTER`].",
        &unit(CacheKind::History, "history"),
    );
    let without = table(
        "WITHOUT_COUNT",
        "The same instruction, which does not count towards a trace; 0: it is not one that does.",
        &|one| {
            let name = format_ident!("{}", without_count(model, one)?.name);
            Some(quote!(#name))
        },
    );
    quote!(#counter #history #without)
}

/// `pub const FAMILIES: &[Family] = &[Family { head: BINARY_OP, members: &[..], caches: &[..] },
/// ..];`
fn families(model: &Model) -> TokenStream {
    let rows = model.families.iter().map(|family| {
        let head = format_ident!("{}", model[family.head].name);
        let members = family.members.iter().map(|id| format_ident!("{}", model[*id].name));
        let caches = family.entries.iter().map(|entry| {
            let (name, offset, units) = (
                entry.name.as_deref().unwrap_or(""),
                unsuffixed(entry.offset),
                unsuffixed(entry.units),
            );
            quote!(CacheEntry { name: #name, offset: #offset, units: #units })
        });
        quote!(Family { head: #head, members: &[#(#members),*], caches: &[#(#caches),*] })
    });
    quote! {
        /// A generic instruction and what it specializes to.
        pub struct Family {
            pub head: u8,
            pub members: &'static [u8],
            pub caches: &'static [CacheEntry],
        }

        /// `offset` counts from behind the instruction's own unit; no name: nothing is kept.
        pub struct CacheEntry {
            pub name: &'static str,
            pub offset: u32,
            pub units: u32,
        }

        pub const FAMILIES: &[Family] = &[#(#rows),*];
    }
}

/// `pub fn popped(opcode: u8, oparg: u32) -> i64`, and so on: the depth of the stack by
/// instruction.
fn stack_effects(model: &Model) -> TokenStream {
    let popped = by_effect(model, |effect| Some(&effect.popped));
    let pushed = by_effect(model, |effect| Some(&effect.pushed));
    let jump_pushed = by_effect(model, |effect| effect.jump_pushed.as_ref());
    let peak = by_effect(model, |effect| Some(&effect.peak));
    quote! {
        /// Operands that the instruction takes from the stack.
        pub const fn popped(opcode: u8, oparg: u32) -> i64 {
            match opcode { #popped _ => 0 }
        }

        /// Operands that it leaves there.
        pub const fn pushed(opcode: u8, oparg: u32) -> i64 {
            match opcode { #pushed _ => 0 }
        }

        /// As `pushed`, on the path that jumps.
        pub const fn pushed_by_jump(opcode: u8, oparg: u32) -> i64 {
            match opcode { #jump_pushed _ => pushed(opcode, oparg) }
        }

        /// The most slots in use above the depth at entry, in between or at the end.
        pub const fn peak(opcode: u8, oparg: u32) -> i64 {
            match opcode { #peak _ => 0 }
        }
    }
}

/// `LOAD_FAST | LOAD_CONST => 1,`: instructions of one effect share an arm.
fn by_effect(model: &Model, part: fn(&NetEffect) -> Option<&Size>) -> TokenStream {
    let mut arms: Vec<(String, TokenStream, Vec<proc_macro2::Ident>)> = Vec::new();
    for opcode in &model.opcodes {
        let Some(slots) = instruction(model, opcode.kind).and_then(|one| part(&one.stack)) else {
            continue;
        };
        if slots.is_zero() {
            continue;
        }
        let (key, name) = (size(slots), format_ident!("{}", opcode.name));
        match arms.iter_mut().find(|(known, ..)| *known == key) {
            Some((.., names)) => names.push(name),
            None => arms.push((key, slots_expression(model, slots), vec![name])),
        }
    }
    let arms = arms.into_iter().map(|(_, value, names)| quote!(#(#names)|* => #value,));
    quote!(#(#arms)*)
}

/// `2 + (oparg & 1) as i64`
fn slots_expression(model: &Model, size: &Size) -> TokenStream {
    let scope = Scope::new(model, TokenStream::new());
    let constant = Literal::i64_unsuffixed(size.constant);
    let terms = size.terms.iter().map(|(factor, term)| {
        let (factor, term) = (Literal::i64_unsuffixed(*factor), scope.expr(term));
        quote!(+ #factor * (#term) as i64)
    });
    quote!(#constant #(#terms)*)
}

/// `pub const JUMP: u16 = 256;` and `pseudo_targets(JUMP)`.
fn pseudos(model: &Model) -> TokenStream {
    if model.pseudos.is_empty() {
        return TokenStream::new();
    }
    let consts = model.pseudos.iter().map(|pseudo| {
        let (name, number) =
            (format_ident!("{}", pseudo.name), Literal::u16_unsuffixed(pseudo.number));
        quote!(pub const #name: u16 = #number;)
    });
    let arms = model.pseudos.iter().map(|pseudo| {
        let name = format_ident!("{}", pseudo.name);
        let targets = pseudo.targets.iter().map(|id| format_ident!("{}", model[*id].name));
        quote!(#name => &[#(#targets),*],)
    });
    quote! {
        #(#consts)*

        /// What a compiler makes of an instruction that only compilers know.
        pub const fn pseudo_targets(pseudo: u16) -> &'static [u8] {
            match pseudo { #(#arms)* _ => &[] }
        }
    }
}

/// `pub const SUPERS: &[(u8, &[u8])] = &[(LOAD_FAST_LOAD_CONST, &[LOAD_FAST, LOAD_CONST])];`
fn supers(model: &Model) -> TokenStream {
    let rows = model.supers.iter().map(|one| {
        let name = format_ident!("{}", one.name);
        let parts = one.parts.iter().map(|id| format_ident!("{}", model[*id].name));
        quote!((#name, &[#(#parts),*]))
    });
    let firsts = model.supers.iter().map(|one| {
        let (name, first) = (format_ident!("{}", one.name), format_ident!("{}", model[one.parts[0]].name));
        quote!(first[#name as usize] = #first;)
    });
    let firsts: TokenStream = firsts.collect();
    let numbers = model.supers.iter().enumerate().map(|(number, one)| {
        let (name, number) = (format_ident!("{}", one.name), Literal::usize_unsuffixed(number));
        quote!(number[#name as usize] = #number;)
    });
    let mut begun: Vec<(&str, Vec<Literal>)> = Vec::new();
    for (number, one) in model.supers.iter().enumerate() {
        let (first, number) = (model[one.parts[0]].name.as_str(), Literal::usize_unsuffixed(number));
        match begun.iter_mut().find(|(name, _)| *name == first) {
            Some((_, all)) => all.push(number),
            None => begun.push((first, vec![number])),
        }
    }
    let begun = begun.iter().map(|(first, numbers)| {
        let first = format_ident!("{first}");
        quote!(supers[#first as usize] = &[#(#numbers),*];)
    });
    quote! {
        /// The first instruction of a superinstruction; any other is its own.
        pub const FIRST: [u8; 256] = {
            let mut first = [0; 256];
            let mut opcode = 0;
            while opcode < 256 {
                first[opcode] = opcode as u8;
                opcode += 1;
            }
            #firsts
            first
        };

        /// Superinstructions, each with the instructions that it stands for at the place of the
        /// first. Where two could stand, the earlier one does.
        pub const SUPERS: &[(u8, &[u8])] = &[#(#rows),*];

        /// The superinstructions that begin with an instruction, as numbers in [`SUPERS`].
        pub static SUPERS_OF: [&[u8]; 256] = {
            let mut supers: [&[u8]; 256] = [&[]; 256];
            #(#begun)*
            supers
        };

        /// The number in [`SUPERS`]; 255: it is none.
        pub static SUPER_NUMBER: [u8; 256] = {
            let mut number = [255; 256];
            #(#numbers)*
            number
        };
    }
}

/// `pub const FIRST_INSTRUMENTED: u8 = 246;`
fn instrumented(model: &Model) -> TokenStream {
    let mut all =
        model.opcodes.iter().filter(|opcode| matches!(opcode.kind, OpcodeKind::Instrumented(_)));
    let Some(first) = all.next().map(|opcode| format_ident!("{}", opcode.name)) else {
        return TokenStream::new();
    };
    let last = all.last().map_or(first.clone(), |opcode| format_ident!("{}", opcode.name));
    quote! {
        /// Whether it stands in for another instruction, while a tool listens.
        pub const fn is_instrumented(opcode: u8) -> bool {
            opcode >= #first && opcode <= #last
        }
    }
}
