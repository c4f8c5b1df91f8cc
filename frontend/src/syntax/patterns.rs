//! The patterns of `match`.

use ruff_python_ast::{Pattern, PatternMatchClass, Singleton};
use ruff_text_size::Ranged;

use super::{Step, Writer};

impl Writer<'_> {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        let kind = match pattern {
            Pattern::MatchValue(p) => {
                self.expression(&p.value);
                "MatchValue"
            }
            Pattern::MatchSingleton(p) => {
                self.push(match p.value {
                    Singleton::None => Step::None,
                    Singleton::True => Step::Bool(true),
                    Singleton::False => Step::Bool(false),
                });
                "MatchSingleton"
            }
            Pattern::MatchSequence(p) => {
                self.list(&p.patterns, Self::pattern);
                "MatchSequence"
            }
            Pattern::MatchMapping(p) => {
                self.expressions(&p.keys);
                self.list(&p.patterns, Self::pattern);
                self.option(p.rest.as_ref(), Self::name);
                "MatchMapping"
            }
            Pattern::MatchClass(p) => {
                self.class_pattern(p);
                "MatchClass"
            }
            Pattern::MatchStar(p) => {
                self.option(p.name.as_ref(), Self::name);
                "MatchStar"
            }
            Pattern::MatchAs(p) => {
                self.option(p.pattern.as_deref(), Self::pattern);
                self.option(p.name.as_ref(), Self::name);
                "MatchAs"
            }
            Pattern::MatchOr(p) => {
                self.list(&p.patterns, Self::pattern);
                "MatchOr"
            }
        };
        self.node(kind, pattern.range());
    }

    fn class_pattern(&mut self, pattern: &PatternMatchClass) {
        self.expression(&pattern.cls);
        let arguments = &pattern.arguments;
        self.list(&arguments.patterns, Self::pattern);
        self.list(&arguments.keywords, |writer, keyword| {
            writer.name(&keyword.attr);
        });
        self.list(&arguments.keywords, |writer, keyword| {
            writer.pattern(&keyword.pattern);
        });
    }
}
