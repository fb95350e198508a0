//! PostgREST's grammar, step by step.
//!
//! Source: `ApiRequest/QueryParams.hs` of PostgREST 13 and later.

use super::parsec::{Reply, Text, done, many, separated, zero};
use crate::settings::Compat;

/// Reads an operand.
type Operand = fn(&Text, usize) -> Reply;

impl Text {
    fn blanks(&self, at: usize) -> Reply {
        many(at, |at| self.satisfy(at, |one| matches!(one, ' ' | '\t')))
    }

    /// Between blanks.
    fn lexeme(&self, at: usize, parser: impl Fn(usize) -> Reply) -> Reply {
        let before = self.blanks(at);
        before.then(parser).then(|at| self.blanks(at))
    }

    fn in_parentheses(&self, at: usize, parser: impl Fn(usize) -> Reply) -> Reply {
        let opened = self.char(at, '(').then(parser);
        opened.then(|at| self.char(at, ')'))
    }

    fn words(&self, at: usize, words: &[&str]) -> Reply {
        let attempts = words.iter().map(|word| self.string(at, word).attempt());
        attempts.fold(zero(at), |before, reply| before.or(|| reply))
    }

    fn letter(&self, at: usize) -> Reply {
        self.satisfy(at, char::is_alphabetic).label("letter")
    }

    fn digit(&self, at: usize) -> Reply {
        self.satisfy(at, |one| one.is_ascii_digit()).label("digit")
    }

    fn some(&self, at: usize, parser: impl Fn(usize) -> Reply) -> Reply {
        parser(at).then(|at| many(at, &parser))
    }

    fn identifier(&self, at: usize) -> Reply {
        self.some(at, |at| {
            let word = self.letter(at).or(|| self.digit(at));
            word.or(|| self.satisfy(at, |one| matches!(one, '_' | ' ' | '$')))
        })
    }

    fn quoted(&self, at: usize) -> Reply {
        let inside = |at| {
            self.satisfy(at, |one| !matches!(one, '\\' | '"'))
                .or(|| self.char(at, '\\').then(|at| self.satisfy(at, |_| true)))
        };
        let opened = self.char(at, '"').then(|at| many(at, inside));
        opened.then(|at| self.char(at, '"'))
    }

    /// Parts with dashes between, which are no arrows.
    fn dashed(&self, at: usize, part: impl Fn(usize) -> Reply) -> Reply {
        separated(at, part, |at| {
            let dash = self.char(at, '-');
            dash.then(|at| self.not_followed_by(at, |at| self.char(at, '>')))
                .attempt()
        })
    }

    fn field_name(&self, at: usize) -> Reply {
        let name = self.quoted(at);
        name.or(|| self.dashed(at, |at| self.identifier(at)))
            .label("field name (* or [a..z0..9_$])")
    }

    fn delimiter(&self, at: usize) -> Reply {
        self.char(at, '.').label("delimiter (.)")
    }

    fn one_ahead(&self, at: usize, words: &[&str]) -> Reply {
        let ahead = words.iter().map(|word| {
            let word = self.string(at, word);
            word.look_ahead(at).attempt()
        });
        ahead.fold(zero(at), |before, reply| before.or(|| reply))
    }

    fn json_path(&self, at: usize) -> Reply {
        let index = |at| {
            let sign = self.char(at, '-').or(|| done(at));
            let digits = sign.then(|at| self.some(at, |at| self.digit(at)));
            digits.then(|at| {
                self.one_ahead(at, &["->", "::", ".", ","])
                    .or(|| self.end(at).attempt())
            })
        };
        let part = |at| self.some(at, |at| self.satisfy(at, |one| !"(-:.,>)".contains(one)));
        let key = |at| {
            let name = self.quoted(at).or(|| self.dashed(at, part));
            name.label("any non reserved character different from: .,>()")
        };
        many(at, |at| {
            let arrow = self.words(at, &["->>", "->"]);
            arrow.then(|at| index(at).attempt().or(|| key(at).attempt()))
        })
    }

    fn field(&self, at: usize) -> Reply {
        self.lexeme(at, |at| {
            let name = self.field_name(at);
            name.then(|at| self.json_path(at).or(|| done(at)))
        })
    }

    fn alias(&self, at: usize) -> Reply {
        let name = self.field_name(at).then(|at| self.char(at, ':'));
        name.then(|at| self.not_followed_by(at, |at| self.char(at, ':')))
            .attempt()
            .or(|| done(at))
    }

    /// The items of a `select`.
    pub fn field_forest(&self, at: usize) -> Reply {
        let items = |at| self.in_parentheses(at, |at| self.field_forest(at));
        let item = |at| {
            let spread = self.lexeme(at, |at| {
                let name = self.string(at, "...").then(|at| self.field_name(at));
                name.then(|at| self.embedding(at))
            });
            let spread = spread.attempt().then(items);
            let relation = || {
                let relation = self.lexeme(at, |at| {
                    self.alias(at).then(|at| {
                        let name = self.field_name(at);
                        name.then(|end| match self.slice(at, end).trim() {
                            "count" => zero(end),
                            _ => self.embedding(end),
                        })
                    })
                });
                relation.attempt().then(items)
            };
            spread.or(relation).or(|| self.selected(at))
        };
        let comma = |at| self.lexeme(at, |at| self.char(at, ','));
        separated(at, item, comma).or(|| done(at))
    }

    /// `!hint` and `!inner`, before a parenthesis.
    fn embedding(&self, at: usize) -> Reply {
        let parameter = |at| {
            let mark = self.char(at, '!');
            let mark = mark.then(|at| {
                self.words(at, &["left", "inner"])
                    .or(|| self.field_name(at).attempt())
            });
            mark.or(|| done(at))
        };
        let read = parameter(at).then(parameter);
        read.then(|at| self.one_ahead(at, &["("]))
    }

    fn selected(&self, at: usize) -> Reply {
        let end = |at| {
            self.one_ahead(at, &[")", ","])
                .or(|| self.end(at).attempt())
        };
        let cast = |at| {
            let cast = self.string(at, "::").then(|at| self.identifier(at));
            cast.or(|| done(at))
        };
        let aggregate = |at| {
            let word = |at| {
                let sum = self.string(at, "sum");
                sum.or(|| self.string(at, "avg"))
                    .or(|| self.string(at, "count"))
                    .or(|| self.words(at, &["max", "min"]))
            };
            let name = self.char(at, '.').then(word);
            name.then(|at| self.string(at, "()"))
                .attempt()
                .or(|| done(at))
        };
        self.lexeme(at, |at| {
            let all = self.string(at, "*").then(end).attempt();
            let count = || {
                let count = self.alias(at).then(|at| self.string(at, "count()"));
                count.then(cast).then(end).attempt()
            };
            let field = || {
                let field = self.alias(at).then(|at| self.field(at));
                field.then(cast).then(aggregate).then(cast).then(end)
            };
            all.or(count).or(field)
        })
    }

    /// The terms of an `order`.
    pub fn order(&self, at: usize) -> Reply {
        let direction = |at| {
            let ascending = self.delimiter(at).then(|at| self.string(at, "asc"));
            let descending = || self.delimiter(at).then(|at| self.string(at, "desc"));
            ascending
                .attempt()
                .or(|| descending().attempt())
                .or(|| done(at))
        };
        let end = |at| self.one_ahead(at, &[","]).or(|| self.end(at).attempt());
        let nulls = |at| {
            let first = self.delimiter(at).then(|at| self.string(at, "nullsfirst"));
            let last = || self.delimiter(at).then(|at| self.string(at, "nullslast"));
            let given = first.attempt().or(|| last().attempt());
            given.or(|| done(at)).then(end).or(|| end(at))
        };
        let term = |at| {
            let related = self.field_name(at);
            let related = related.then(|at| self.in_parentheses(at, |at| self.field(at)));
            let related = related.then(direction).then(nulls);
            let own = || self.field(at).then(direction).then(nulls);
            related.attempt().or(own)
        };
        let term = |at| self.lexeme(at, term);
        separated(at, term, |at| self.char(at, ','))
    }

    /// A tree of conditions, or one of them.
    pub fn logic_tree(&self, at: usize) -> Reply {
        let condition = self.field(at).then(|at| self.delimiter(at));
        let condition = condition.then(|at| self.condition(at, Self::operand_in_tree));
        let group = || {
            let not = self.string(at, "not").then(|at| self.delimiter(at));
            let not = not.attempt().or(|| done(at));
            let operator = not.label("negation operator (not)").then(|at| {
                let and = self.string(at, "and").attempt();
                let or = || self.string(at, "or");
                and.or(or).label("logic operator (and, or)")
            });
            let opened = operator.then(|at| self.lexeme(at, |at| self.char(at, '(')));
            let members = opened.then(|at| {
                let comma = |at| self.lexeme(at, |at| self.char(at, ','));
                separated(at, |at| self.logic_tree(at), comma)
            });
            members.then(|at| self.lexeme(at, |at| self.char(at, ')')))
        };
        condition.attempt().or(group)
    }

    /// All that is left.
    pub fn anything(&self, at: usize) -> Reply {
        many(at, |at| self.satisfy(at, |_| true))
    }

    fn unreserved(&self, at: usize) -> Reply {
        self.satisfy(at, |one| !matches!(one, ',' | ')'))
    }

    /// In quotes that end where the operand does.
    fn quoted_operand(&self, at: usize) -> Reply {
        let quoted = self.quoted(at);
        quoted
            .then(|at| self.not_followed_by(at, |at| self.unreserved(at)))
            .attempt()
    }

    fn operand_in_tree(&self, at: usize) -> Reply {
        let array = || {
            let opened = self
                .string(at, "{")
                .then(|at| many(at, |at| self.satisfy(at, |one| !matches!(one, '{' | '}'))));
            opened.then(|at| self.string(at, "}")).attempt()
        };
        self.quoted_operand(at)
            .or(array)
            .or(|| many(at, |at| self.unreserved(at)))
    }

    /// `[not.]operator.operand`
    pub fn condition(&self, at: usize, operand: Operand) -> Reply {
        let not = self.string(at, "not").then(|at| self.delimiter(at));
        let not = not.attempt().or(|| done(at));
        not.then(|at| self.operation(at, operand))
    }

    fn operation(&self, at: usize, operand: Operand) -> Reply {
        let word = |word: &str| {
            let word = self.string(at, word).then(|at| self.delimiter(at));
            word.attempt()
        };
        let delimited = |at| self.delimiter(at).then(|at| operand(self, at));
        let list = || word("in").then(|at| self.list(at));
        let is = || word("is").then(|at| self.tested(at));
        let distinct = || word("isdistinct").then(|at| operand(self, at));
        let search = || {
            let word = self.words(at, &["fts", "plfts", "phfts", "wfts"]);
            let configuration = word.then(|at| {
                let inside = self.in_parentheses(at, |at| self.identifier(at));
                inside.attempt().or(|| done(at))
            });
            configuration.then(delimited).attempt()
        };
        let simple = || {
            let words = ["neq", "cs", "cd", "ov", "sl", "sr", "nxr", "nxl", "adj"];
            let word = self
                .words(at, &words)
                .label("unknown single value operator");
            word.then(delimited).attempt()
        };
        let quantified = || {
            let words = [
                "eq", "gte", "gt", "lte", "lt", "like", "ilike", "match", "imatch",
            ];
            let word = self
                .words(at, &words)
                .label("unknown single value operator");
            let quantifier = word.then(|at| {
                let inside = self.in_parentheses(at, |at| {
                    let any = self.string(at, "any").attempt();
                    any.or(|| self.string(at, "all"))
                });
                inside.attempt().or(|| done(at))
            });
            quantifier.then(delimited).attempt()
        };
        let any = list().or(is).or(distinct).or(search).or(simple);
        any.or(quantified).label("operator (eq, gt, ...)")
    }

    fn list(&self, at: usize) -> Reply {
        let item = |at| {
            self.quoted_operand(at)
                .or(|| many(at, |at| self.unreserved(at)))
        };
        let opened = self.lexeme(at, |at| self.char(at, '('));
        let items = opened.then(|at| separated(at, item, |at| self.char(at, ',')));
        items.then(|at| self.lexeme(at, |at| self.char(at, ')')))
    }

    fn tested(&self, at: usize) -> Reply {
        let word = |word: &str| {
            let letters = word.chars().fold(done(at), |read, letter| {
                read.then(|at| {
                    let lower = self.char(at, letter);
                    lower.or(|| self.char(at, letter.to_ascii_uppercase()))
                })
            });
            letters.attempt()
        };
        let (words, name): (&[_], _) = match self.compat {
            Compat::V12 => (
                &["null", "unknown", "true", "false"],
                "null or trilean value (unknown, true, false)",
            ),
            Compat::V13 => (
                &["null", "not_null", "true", "false", "unknown"],
                "isVal: (null, not_null, true, false, unknown)",
            ),
        };
        let words = words.iter().copied();
        let found = words.fold(zero(at), |before, one| before.or(|| word(one)));
        found.label(name)
    }

    /// Names separated by commas.
    pub fn columns(&self, at: usize) -> Reply {
        let comma = |at| self.lexeme(at, |at| self.char(at, ','));
        separated(at, |at| self.field_name(at), comma)
    }

    /// The name of a parameter: keys of embedded relations, and a field.
    pub fn tree_path(&self, at: usize) -> Reply {
        let names = separated(at, |at| self.field_name(at), |at| self.delimiter(at));
        names.then(|at| self.json_path(at).or(|| done(at)))
    }
}
