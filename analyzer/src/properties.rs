//! What follows from a body: effects, exits, memory read and written, size.

use crate::model::*;
use crate::walk;

/// Everything but `result_arrives`, which only the checker knows.
pub(crate) fn of_op(op: &Op, model: &Model) -> Properties {
    let mut of_stmts = Properties::default();
    let mut of_exprs = Properties::default();
    let mut size = 0;
    walk::block(
        &op.body,
        &mut |stmt| statement(stmt, model, &mut of_stmts),
        &mut |expr| {
            size += 1;
            expression(expr, model, &mut of_exprs);
        },
    );
    let mut all = of_stmts;
    all.size = op.body.stmts.len() + size;
    merge(&mut all, &of_exprs);
    for operand in op
        .effect
        .inputs
        .iter()
        .chain(op.effect.outputs.iter().map(|output| &output.operand))
    {
        if let Some(size) = &operand.array {
            all.uses_oparg |= size.terms.iter().any(|(_, term)| uses_oparg(term));
        }
    }
    all.pure = op.annotations.pure;
    all.always_leaves = op.body.leaves;
    all.unpredictable_jump = all.jumps && !always_jumps(&op.body);
    all.needs_frame_guard = all.unpredictable_jump || all.pushes_frame || all.pops_frame;
    all.saves_frame &= !op.annotations.no_save_ip;
    all
}

pub(crate) fn uses_oparg(expr: &Expr) -> bool {
    let mut found = false;
    walk::expr(expr, &mut |one| {
        found |= matches!(one.kind, ExprKind::Oparg)
    });
    found
}

fn statement(stmt: &Stmt, model: &Model, all: &mut Properties) {
    match stmt {
        Stmt::Let { .. } | Stmt::LetTuple { .. } | Stmt::If { .. } | Stmt::Match { .. } => {}
        Stmt::Assign { place, .. } => match place {
            Place::Output { .. } | Place::Let(_) => {}
            Place::Field { field, .. } => write(all, model[*field].class),
            Place::Element {
                class: Some(class), ..
            } => write(all, *class),
            Place::Element { class: None, .. } => {}
            Place::Slot { table, .. } => {
                table_use(*table, all);
                write(all, ClassId::LOCALS);
            }
        },
        Stmt::ExitIf {
            kind, takes_over, ..
        } => {
            match kind {
                ExitKind::Exit => all.may_exit = true,
                ExitKind::Deopt => all.may_deopt = true,
            }
            add(&mut all.takes_over, *takes_over);
        }
        Stmt::ErrorIf { .. } => all.may_raise = true,
        Stmt::Call { helper, .. } => effects(&model[*helper].effects, all),
        Stmt::Specialize { .. } => all.specializes = true,
        Stmt::TierUp { without, .. } => {
            all.tiers_up = true;
            add(&mut all.takes_over, Some(*without));
        }
        Stmt::CheckPeriodic => {
            all.checks_periodic = true;
            all.may_raise = true;
            all.may_call_python = true;
            all.escapes = true;
            all.saves_frame = true;
            add(&mut all.reads, Some(ClassId::ALL));
            add(&mut all.writes, Some(ClassId::ALL));
        }
        Stmt::RecordValue { .. } => all.records_value = true,
        Stmt::Last(act) => {
            add(&mut all.last_acts, Some(act.kind()));
            match act.kind() {
                LastActKind::JumpBy => all.jumps = true,
                LastActKind::PushFrame | LastActKind::ResumeFrame => all.pushes_frame = true,
                LastActKind::PopFrame | LastActKind::SuspendFrame => all.pops_frame = true,
                LastActKind::Raise => all.may_raise = true,
                LastActKind::DispatchSame | LastActKind::DispatchAs => {}
            }
        }
    }
}

fn expression(expr: &Expr, model: &Model, all: &mut Properties) {
    match &expr.kind {
        ExprKind::Oparg => all.uses_oparg = true,
        ExprKind::Thread => all.uses_thread = true,
        ExprKind::Frame => all.uses_frame = true,
        ExprKind::Slot { table, .. } => {
            table_use(*table, all);
            if matches!(table, Table::Local | Table::Cell) {
                add(&mut all.reads, Some(ClassId::LOCALS));
            }
        }
        ExprKind::Field { field, .. } => {
            let field = &model[*field];
            if !field.inline {
                add(&mut all.reads, Some(field.class));
            }
        }
        ExprKind::Element { class, .. } => add(&mut all.reads, *class),
        ExprKind::Intrinsic {
            intrinsic: Intrinsic::Box(repr),
            ..
        } => {
            all.allocates |= model[*repr].boxed_when.is_some();
        }
        ExprKind::Helper { helper, .. } => effects(&model[*helper].effects, all),
        ExprKind::Fn { function, .. } => {
            for class in &model[*function].reads {
                add(&mut all.reads, Some(*class));
            }
        }
        _ => {}
    }
}

fn effects(effects: &Effects, all: &mut Properties) {
    all.drops_result |= effects.ends == FrameEnd::Store;
    all.escapes |= effects.may_call_python || effects.writes.contains(&ClassId::ALL);
    all.may_call_python |= effects.may_call_python;
    all.effects |= effects.visible();
    all.allocates |= effects.allocates;
    all.saves_frame |= effects.saves_frame();
    for class in &effects.reads {
        add(&mut all.reads, Some(*class));
    }
    for class in &effects.writes {
        add(&mut all.writes, Some(*class));
    }
    if effects.may_call_python {
        add(&mut all.reads, Some(ClassId::ALL));
        add(&mut all.writes, Some(ClassId::ALL));
    }
}

fn table_use(table: Table, all: &mut Properties) {
    match table {
        Table::Local => all.uses_locals = true,
        Table::Cell => all.uses_cells = true,
        Table::Constant => all.uses_constants = true,
        Table::Name => all.uses_names = true,
        Table::Root => all.uses_roots = true,
    }
}

fn write(all: &mut Properties, class: ClassId) {
    all.effects = true;
    add(&mut all.writes, Some(class));
}

/// Keeps the list ascending and without repetition.
fn add<T: Ord>(list: &mut Vec<T>, one: Option<T>) {
    let Some(one) = one else { return };
    if let Err(at) = list.binary_search(&one) {
        list.insert(at, one);
    }
}

/// Every path that does not end in an error or exit jumps.
fn always_jumps(block: &Block) -> bool {
    block.stmts.iter().any(|stmt| match stmt {
        Stmt::Last(LastAct::JumpBy(_)) => true,
        Stmt::If {
            then,
            otherwise: Some(otherwise),
            ..
        } => always_jumps(then) && always_jumps(otherwise),
        Stmt::Match { arms, .. } => arms.iter().all(|arm| always_jumps(&arm.body)),
        _ => false,
    })
}

/// Joins what holds for one part of an instruction into the whole.
pub(crate) fn merge(all: &mut Properties, part: &Properties) {
    all.escapes |= part.escapes;
    all.may_call_python |= part.may_call_python;
    all.may_raise |= part.may_raise;
    all.may_exit |= part.may_exit;
    all.may_deopt |= part.may_deopt;
    all.jumps |= part.jumps;
    all.unpredictable_jump |= part.unpredictable_jump;
    all.needs_frame_guard |= part.needs_frame_guard;
    all.pushes_frame |= part.pushes_frame;
    all.pops_frame |= part.pops_frame;
    all.specializes |= part.specializes;
    all.tiers_up |= part.tiers_up;
    all.tier1 |= part.tier1;
    all.checks_periodic |= part.checks_periodic;
    all.records_value |= part.records_value;
    all.uses_oparg |= part.uses_oparg;
    all.uses_locals |= part.uses_locals;
    all.uses_cells |= part.uses_cells;
    all.uses_constants |= part.uses_constants;
    all.uses_names |= part.uses_names;
    all.uses_roots |= part.uses_roots;
    all.uses_thread |= part.uses_thread;
    all.uses_frame |= part.uses_frame;
    all.effects |= part.effects;
    all.allocates |= part.allocates;
    all.saves_frame |= part.saves_frame;
    all.result_arrives |= part.result_arrives;
    all.drops_result |= part.drops_result;
    for class in &part.reads {
        add(&mut all.reads, Some(*class));
    }
    for class in &part.writes {
        add(&mut all.writes, Some(*class));
    }
    for id in &part.takes_over {
        add(&mut all.takes_over, Some(*id));
    }
    for act in &part.last_acts {
        add(&mut all.last_acts, Some(*act));
    }
}

/// The first statement of the outermost block with a visible effect in it.
pub(crate) fn first_effect(op: &Op, model: &Model) -> Option<usize> {
    op.body.stmts.iter().position(|stmt| {
        let (mut of_stmts, mut of_exprs) = (Properties::default(), Properties::default());
        let block = Block {
            stmts: vec![stmt.clone()],
            leaves: false,
        };
        walk::block(
            &block,
            &mut |stmt| statement(stmt, model, &mut of_stmts),
            &mut |expr| expression(expr, model, &mut of_exprs),
        );
        of_stmts.effects || of_exprs.effects
    })
}

/// Why an op annotated `pure` is not, if so.
pub(crate) fn impure(op: &Op, model: &Model) -> Option<String> {
    let properties = &op.properties;
    if properties.effects {
        return Some("it has visible effects".to_string());
    }
    if properties.may_raise {
        return Some("it may raise".to_string());
    }
    if !properties.last_acts.is_empty() {
        return Some("it ends the instruction".to_string());
    }
    if properties.specializes
        || properties.tiers_up
        || properties.checks_periodic
        || properties.records_value
    {
        return Some("it is more than a computation".to_string());
    }
    if properties.uses_thread
        || properties.uses_frame
        || properties.uses_locals
        || properties.uses_cells
    {
        return Some("it looks at the frame or the thread".to_string());
    }
    if let Some(class) = properties
        .reads
        .iter()
        .find(|class| !model[**class].readonly)
    {
        return Some(format!(
            "it reads `{}`, which may change",
            model[*class].name
        ));
    }
    let mut called = None;
    walk::block(&op.body, &mut |_| {}, &mut |expr| {
        if let ExprKind::Helper { helper, .. } = expr.kind
            && !model[helper].effects.pure
        {
            called.get_or_insert(helper);
        }
    });
    called.map(|helper| format!("it calls `{}`, which is not", model[helper].name))
}

/// What the fns read, through the fns that they call; they are not recursive.
pub(crate) fn of_fns(model: &mut Model) {
    let mut reads: Vec<Vec<ClassId>> = Vec::new();
    for function in &model.fns {
        let mut own = Properties::default();
        walk::value_block(&function.body, &mut |expr| {
            if !matches!(expr.kind, ExprKind::Fn { .. }) {
                expression(expr, model, &mut own);
            }
        });
        reads.push(own.reads);
    }
    // Callees may stand behind their callers: repeat until nothing changes.
    loop {
        let mut changed = false;
        for (index, function) in model.fns.iter().enumerate() {
            let mut more = Vec::new();
            walk::value_block(&function.body, &mut |expr| {
                if let ExprKind::Fn { function, .. } = expr.kind {
                    more.extend(reads[function.0].iter().copied());
                }
            });
            for class in more {
                let before = reads[index].len();
                add(&mut reads[index], Some(class));
                changed |= reads[index].len() != before;
            }
        }
        if !changed {
            break;
        }
    }
    for (function, reads) in model.fns.iter_mut().zip(reads) {
        function.pure = reads.is_empty();
        function.reads = reads;
    }
}
