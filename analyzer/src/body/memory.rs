//! Fields, elements and tables.

use super::*;
use crate::declare::unknown_field;
use crate::names::Used;

impl Checker<'_> {
    pub(super) fn field(&mut self, field: &syn::ExprField) -> Checked<Expr> {
        let (base, id) = self.field_of(field)?;
        let declared = &self.env.model[id];
        let kind = ExprKind::Field {
            base: Box::new(base),
            field: id,
        };
        Ok(Expr {
            ty: declared.ty.clone(),
            immediate: false,
            kind,
        })
    }

    pub(super) fn field_of(&mut self, field: &syn::ExprField) -> Checked<(Expr, FieldId)> {
        let base = self.infer(&field.base, None)?;
        let span = self.span(&*field.base);
        let syn::Member::Named(ident) = &field.member else {
            return self.not_allowed(
                self.span(&field.member),
                "tuple fields are",
                "take it apart: `let (a, b) = ..`",
            );
        };
        let name = self.name_of(ident);
        let Ty::Layout(layout) = base.ty else {
            if base.ty == Ty::Any {
                return self.no_operator(".", &base, span);
            }
            let message = format!("`{}` has no fields", self.show(&base.ty));
            let help = (base.ty == Ty::Value)
                .then(|| "after a guard, cast it: `(v as List).len`".to_string());
            return self.refuse(Diagnostic::new(&codes::MISMATCH, span, message).maybe_help(help));
        };
        match self.env.model.field(layout, &name.text) {
            Some(id) => {
                self.env.names.mark(Used::Layout(id.layout));
                Ok((base, id))
            }
            None => {
                unknown_field(layout, &name, self.env.model, self.env.names, self.env.sink);
                Err(Reported)
            }
        }
    }

    pub(super) fn index(&mut self, index: &syn::ExprIndex, want: Option<&Ty>) -> Checked<Expr> {
        if let Some((table, at)) = self.table(index)? {
            let object =
                |ty: &&Ty| matches!(ty, Ty::Layout(layout) if self.env.model[*layout].object);
            let ty = match (table, want) {
                (Table::Local | Table::Constant, Some(Ty::Any)) => Ty::Any,
                (Table::Name | Table::Cell, Some(want)) => {
                    Some(want).filter(object).cloned().unwrap_or(Ty::Value)
                }
                _ => Ty::Value,
            };
            let immediate =
                at.immediate && matches!(table, Table::Constant | Table::Name | Table::Root);
            return Ok(Expr {
                ty,
                immediate,
                kind: ExprKind::Slot {
                    table,
                    index: Box::new(at),
                },
            });
        }
        let (base, at, class) = self.element_of(index)?;
        let ty = match &base.ty {
            Ty::Ptr(element) => (**element).clone(),
            _ => Ty::Value,
        };
        let kind = ExprKind::Element {
            base: Box::new(base),
            index: Box::new(at),
            class,
        };
        Ok(Expr {
            ty,
            immediate: false,
            kind,
        })
    }

    /// `local[i]` and the like.
    pub(super) fn table(&mut self, index: &syn::ExprIndex) -> Checked<Option<(Table, Expr)>> {
        let syn::Expr::Path(path) = &*index.expr else {
            return Ok(None);
        };
        let Some(ident) = path.path.get_ident() else {
            return Ok(None);
        };
        let table = match ident.to_string().as_str() {
            "local" => Table::Local,
            "cell" => Table::Cell,
            "constant" => Table::Constant,
            "name" => Table::Name,
            "root" => Table::Root,
            _ => return Ok(None),
        };
        let span = self.place(ident.span());
        if matches!(self.kind, Kind::Fn | Kind::Immediate) {
            let message = format!("`{ident}` is not known here");
            return self.error(&codes::UNKNOWN_NAME, span, message);
        }
        let at = self.infer(&index.index, Some(&Ty::U32))?;
        let place = self.span(&*index.index);
        self.integer_index(&at, place)?;
        if !at.immediate {
            let message = format!("the index of `{ident}` is known when code is compiled");
            return self.refuse(
                Diagnostic::new(&codes::IMMEDIATE_NEEDED, place, message)
                    .help("`oparg`, or part of it"),
            );
        }
        Ok(Some((table, at)))
    }

    /// An element behind a pointer, or of an array operand.
    pub(super) fn element_of(
        &mut self,
        index: &syn::ExprIndex,
    ) -> Checked<(Expr, Expr, Option<ClassId>)> {
        let base = self.infer(&index.expr, None)?;
        let at = self.infer(&index.index, None)?;
        self.integer_index(&at, self.span(&*index.index))?;
        let class = match &base.ty {
            Ty::Slots => None,
            Ty::Ptr(_) => Some(self.element_class(&base).unwrap_or(ClassId::ALL)),
            _ => return self.no_operator("[..]", &base, self.span(&*index.expr)),
        };
        Ok((base, at, class))
    }

    pub(super) fn integer_index(&self, at: &Expr, span: Span) -> Checked<()> {
        match self.env.model.scalar_of(&at.ty) {
            Some(scalar) if scalar.is_integer() => Ok(()),
            _ => {
                let message = format!("an index is an integer, this is `{}`", self.show(&at.ty));
                self.error(&codes::MISMATCH, span, message)
            }
        }
    }

    /// Which memory a pointer means, when the text tells.
    pub(super) fn element_class(&self, base: &Expr) -> Option<ClassId> {
        match &base.kind {
            ExprKind::Field { field, .. } => self.env.model[*field].element_class,
            ExprKind::Var(Var::Let(id)) => self.let_classes[id.0],
            ExprKind::Cast { arg, .. } => self.element_class(arg),
            _ => None,
        }
    }
}
