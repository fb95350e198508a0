//! `and=(…)` and `or=(…)`: trees of conditions.

use super::{
    Counter,
    field::{Field, path},
    invalid,
    predicate::{self, Predicate},
    scanner::{Name, Scanner},
};
use crate::{error::Error, query::operators::Operator, settings::Limits};

/// Conditions of which all must hold, or any.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub negated: bool,
    pub any: bool,
    /// At least one member.
    pub members: Vec<Member>,
}

/// A member of a [`Group`].
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    Condition(Field, Predicate),
    Group(Group),
    /// `author.orgId.eq.1`: a relation, and what one of its rows must satisfy. Only policies have it.
    Related(String, Box<Member>),
}

/// The characters that end a name in a tree.
const STOPS: &[char] = &['.', ',', '(', ')'];

/// Reads the value of `parameter`: `(…)`.
pub(super) fn group(
    parameter: &str,
    scanner: &mut Scanner<'_>,
    negated: bool,
    any: bool,
    counter: &mut Counter,
) -> Result<Group, Error> {
    let members = members(parameter, scanner, counter)?;
    scanner.blanks();
    if scanner.is_at_end() {
        Ok(Group {
            negated,
            any,
            members,
        })
    } else {
        Err(invalid(parameter, "goes on after its closing parenthesis"))
    }
}

/// Reads `(…)`; text may follow it.
pub(super) fn members(
    parameter: &str,
    scanner: &mut Scanner<'_>,
    counter: &mut Counter,
) -> Result<Vec<Member>, Error> {
    scanner.blanks();
    let mut reader = Reader {
        parameter,
        scanner,
        counter,
        is_policy: false,
    };
    reader.members(1)
}

/// Reads the predicate of a policy: conditions with commas between them, all of which must hold. It is
/// the grammar of trees, with paths over relations and with claims (`$sub`). As in a query string, the
/// first tree may be written `or=(…)`.
///
/// # Errors
/// [`Error::InvalidParameter`] of `parameter`; [`Error::UnknownOperator`].
pub fn policy(parameter: &str, text: &str, limits: &Limits) -> Result<Group, Error> {
    let mut text = text.trim().to_owned();
    for word in ["not.or=(", "not.and=(", "or=(", "and=("] {
        if text.starts_with(word) {
            text.remove(word.len() - 2);
            break;
        }
    }
    let text = format!("({text})");
    let mut scanner = Scanner::new(&text);
    let mut counter = Counter::new(limits);
    let mut reader = Reader {
        parameter,
        scanner: &mut scanner,
        counter: &mut counter,
        is_policy: true,
    };
    let members = reader.members(1)?;
    if !scanner.is_at_end() {
        return Err(invalid(parameter, "goes on after its closing parenthesis"));
    }
    Ok(Group {
        negated: false,
        any: false,
        members,
    })
}

struct Reader<'read, 'text> {
    parameter: &'read str,
    scanner: &'read mut Scanner<'text>,
    counter: &'read mut Counter,
    /// Whether relations and claims may be named.
    is_policy: bool,
}

impl Reader<'_, '_> {
    fn wrong(&self, reason: &str) -> Error {
        invalid(self.parameter, reason)
    }

    /// `(member,member,…)`
    fn members(&mut self, depth: usize) -> Result<Vec<Member>, Error> {
        self.counter.nested(self.parameter, depth)?;
        if !self.scanner.eat("(") {
            return Err(self.wrong("takes conditions in parentheses: (status.eq.NEW,views.gt.10)"));
        }
        let mut members = Vec::new();
        loop {
            self.scanner.blanks();
            members.push(self.member(depth)?);
            self.scanner.blanks();
            if self.scanner.eat(")") {
                return Ok(members);
            }
            if !self.scanner.eat(",") {
                return Err(self.wrong("misses a comma or a closing parenthesis"));
            }
        }
    }

    fn member(&mut self, depth: usize) -> Result<Member, Error> {
        if let Some((negated, any)) = self.opens_group() {
            let members = self.members(depth + 1)?;
            return Ok(Member::Group(Group {
                negated,
                any,
                members,
            }));
        }
        if let Some(relation) = self.steps_into() {
            self.counter.nested(self.parameter, depth)?;
            let member = self.member(depth + 1)?;
            return Ok(Member::Related(relation, Box::new(member)));
        }
        self.counter.filter(self.parameter)?;
        let Some(Name { text: name, .. }) = self.scanner.name(STOPS) else {
            return Err(self.wrong("holds a condition without a field"));
        };
        let path = path(self.parameter, self.scanner)?;
        if !self.scanner.eat(".") {
            return Err(self.wrong(&format!("`{name}` has no operator: {name}.eq.x")));
        }
        let predicate =
            predicate::in_tree(self.parameter, self.scanner, self.counter, self.is_policy)?;
        Ok(Member::Condition(Field { name, path }, predicate))
    }

    /// Reads a name and its dot if no operator follows: the name of a relation.
    fn steps_into(&mut self) -> Option<String> {
        if !self.is_policy {
            return None;
        }
        let mut ahead = self.scanner.clone();
        let relation = ahead.name(STOPS)?;
        if !ahead.eat(".") {
            return None;
        }
        let inside = ahead.clone();
        if ahead.eat("not.")
            && !ahead.rest().starts_with("and(")
            && !ahead.rest().starts_with("or(")
        {
            return None;
        }
        let next = ahead.name(STOPS)?;
        let is_operator = Operator::named(&next.text).is_some() && !next.quoted;
        // An operator that does not exist is told as such: what follows a name is a name only if
        // something follows it in turn that can follow a name.
        let goes_on = ahead.peek() == Some('(')
            || ahead.rest().starts_with("->")
            || ahead.eat(".")
                && ahead.name(STOPS).is_some()
                && matches!(ahead.peek(), Some('.' | '('));
        if is_operator || !goes_on {
            return None;
        }
        *self.scanner = inside;
        Some(relation.text)
    }

    /// Reads `and`, `or`, `not.and` or `not.or` if a parenthesis follows: negated, any.
    fn opens_group(&mut self) -> Option<(bool, bool)> {
        let mut ahead = self.scanner.clone();
        let negated = ahead.eat("not.");
        let any = if ahead.eat("or") {
            true
        } else if ahead.eat("and") {
            false
        } else {
            return None;
        };
        ahead.blanks();
        (ahead.peek() == Some('(')).then(|| {
            *self.scanner = ahead;
            (negated, any)
        })
    }
}
