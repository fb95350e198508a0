//! What PostgREST says of a parameter that is not of its grammar, and where.
//!
//! Its messages are those of Parsec, a Haskell library, whose users see what was found and what was
//! expected at the furthest place. They come of the grammar's every turn, so that the grammar is
//! spelled once more as PostgREST has it (`grammar`, after its `QueryParams.hs`) and as Parsec reads
//! it (`parsec`). A parameter is read this way only after it has been refused.

mod grammar;
mod parsec;

use self::parsec::{Reply, Text};
use crate::settings::Compat;

/// Most opening brackets, each of which may lead one level down.
const DEEPEST: usize = 64;

/// What a parameter is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    Select,
    Order,
    /// With the operator before its parenthesis.
    Tree,
    Filter,
    /// Names of columns.
    Columns,
    /// The name of a parameter.
    Path,
}

/// Where reading ends, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Complaint {
    pub line: usize,
    pub column: usize,
    /// `unexpected … expecting …`
    pub details: String,
}

/// What is wrong with a text; `None` where PostgREST would read it.
pub fn complaint(grammar: Grammar, text: &str, compat: Compat) -> Option<Complaint> {
    if text.matches('(').count() > DEEPEST {
        return None;
    }
    let text = Text::new(text, compat);
    let reply: Reply = match grammar {
        Grammar::Select => text.field_forest(0),
        Grammar::Order => text.order(0),
        Grammar::Tree => text.logic_tree(0),
        Grammar::Filter => text.condition(0, Text::anything),
        Grammar::Columns => text.columns(0),
        Grammar::Path => text.tree_path(0),
    };
    let error = reply.failed()?;
    let (line, column) = text.place(error.at);
    Some(Complaint {
        line,
        column,
        details: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(grammar: Grammar, text: &str, column: usize, details: &str) {
        let found = complaint(grammar, text).expect("is refused");
        assert_eq!((found.column, found.details.as_str()), (column, details));
    }

    /// Texts and messages of Parsec's own reading of PostgREST's grammar.
    #[test]
    fn complaints_are_those_of_parsec() {
        says(
            Grammar::Select,
            "id,clients(name[])",
            16,
            "unexpected '[' expecting letter, digit, \"-\", \"->>\", \"->\", \"::\", \".\", \")\", \",\" or end of input",
        );
        says(
            Grammar::Select,
            "data->>-78xy",
            11,
            "unexpected 'x' expecting digit, \"->\", \"::\", \".\", \",\" or end of input",
        );
        says(
            Grammar::Order,
            "name.cde",
            6,
            "unexpected \"c\" expecting \"asc\", \"desc\", \"nullsfirst\" or \"nullslast\"",
        );
        says(
            Grammar::Order,
            "name.asc.nullslasttt",
            19,
            "unexpected 't' expecting \",\" or end of input",
        );
        says(
            Grammar::Filter,
            "noop.0",
            1,
            "unexpected \"o\" expecting \"not\" or operator (eq, gt, ...)",
        );
        says(
            Grammar::Tree,
            "or()",
            4,
            "unexpected \")\" expecting field name (* or [a..z0..9_$]), negation operator (not) or \
             logic operator (and, or)",
        );
        let old = super::complaint(Grammar::Filter, "is.not_null", Compat::V12);
        assert_eq!(
            old.expect("is refused").details,
            "unexpected \"o\" expecting null or trilean value (unknown, true, false)"
        );
        says(
            Grammar::Columns,
            "",
            1,
            "unexpected end of input expecting field name (* or [a..z0..9_$])",
        );
    }

    fn complaint(grammar: Grammar, text: &str) -> Option<Complaint> {
        super::complaint(grammar, text, Compat::V13)
    }

    #[test]
    fn what_is_readable_is_not_complained_of() {
        for text in [
            "id,clients!inner(*,a:b->c->>0::text.sum()::int)",
            "count()",
            "",
        ] {
            assert_eq!(complaint(Grammar::Select, text), None, "{text}");
        }
        assert_eq!(complaint(Grammar::Order, "a.desc,b(c->d).nullsfirst"), None);
        let tree = "or(a.eq.1,not.and(b.in.(1,\"2,\"),c.not.like(any).{x,y}),d.fts(e).f)";
        assert_eq!(complaint(Grammar::Tree, tree), None);
    }

    #[test]
    fn deep_texts_are_not_followed() {
        let text = "a(".repeat(100_000);
        assert_eq!(complaint(Grammar::Select, &text), None);
    }
}
