//! `and=(…)` and `or=(…)`: trees of conditions.

use super::{
    Counter,
    field::{Field, path},
    invalid,
    predicate::{self, Predicate},
    scanner::{Name, Scanner},
};
use crate::error::Error;

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
    };
    reader.members(1)
}

struct Reader<'read, 'text> {
    parameter: &'read str,
    scanner: &'read mut Scanner<'text>,
    counter: &'read mut Counter,
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
        self.counter.filter(self.parameter)?;
        let Some(Name { text: name, .. }) = self.scanner.name(STOPS) else {
            return Err(self.wrong("holds a condition without a field"));
        };
        let path = path(self.parameter, self.scanner)?;
        if !self.scanner.eat(".") {
            return Err(self.wrong(&format!("`{name}` has no operator: {name}.eq.x")));
        }
        let predicate = predicate::in_tree(self.parameter, self.scanner, self.counter)?;
        Ok(Member::Condition(Field { name, path }, predicate))
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
