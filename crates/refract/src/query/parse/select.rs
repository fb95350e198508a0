//! `select`: fields, aggregates, embedded relations.

use std::collections::HashMap;

use super::{
    Counter,
    field::{Field, path},
    invalid,
    scanner::{Name, Scanner},
};
use crate::error::Error;

/// One item of a `select`.
#[derive(Debug, Clone, PartialEq)]
pub enum SelectItem {
    /// `*`
    All,
    Field(FieldItem),
    Embed(EmbedItem),
}

/// `[alias:]field[::cast][.aggregate()[::cast]]`
#[derive(Debug, Clone, PartialEq)]
pub struct FieldItem {
    pub alias: Option<String>,
    /// `None` is `count()`, the number of rows.
    pub field: Option<Field>,
    pub cast: Option<String>,
    pub aggregate: Option<Aggregate>,
    /// The cast of the aggregate's result.
    pub aggregate_cast: Option<String>,
}

impl FieldItem {
    /// A field without cast, alias or aggregate.
    pub fn of(name: String) -> Self {
        Self {
            alias: None,
            field: Some(Field::of(name)),
            cast: None,
            aggregate: None,
            aggregate_cast: None,
        }
    }
}

/// A function over the rows of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    Count,
    Sum,
    Avg,
    Min,
    Max,
}

/// `[alias:]relation[!hint][!inner](items)`, or `...relation(items)`.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbedItem {
    pub alias: Option<String>,
    pub target: String,
    pub hint: Option<String>,
    /// Whether rows without a related row are left out.
    pub inner: bool,
    /// Whether its members become members of the row around it.
    pub spread: bool,
    pub items: Vec<SelectItem>,
}

const AGGREGATES: &[(&str, Aggregate)] = &[
    ("count", Aggregate::Count),
    ("sum", Aggregate::Sum),
    ("avg", Aggregate::Avg),
    ("min", Aggregate::Min),
    ("max", Aggregate::Max),
];

impl Aggregate {
    /// Its name in the grammar, and in SQL.
    pub fn name(self) -> &'static str {
        AGGREGATES
            .iter()
            .find(|(_, aggregate)| *aggregate == self)
            .map_or("", |(name, _)| name)
    }

    fn named(name: &str) -> Option<Self> {
        AGGREGATES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, aggregate)| *aggregate)
    }
}

/// The most times that one list of items may name a field.
const MAX_COPIES: usize = 8;

/// The characters that end a name in a `select`.
const STOPS: &[char] = &['.', ',', ':', '(', ')', '!', '*'];

/// Reads the value of a `select`.
pub(super) fn select(
    scanner: &mut Scanner<'_>,
    counter: &mut Counter,
) -> Result<Vec<SelectItem>, Error> {
    let items = items(scanner, counter)?;
    if scanner.is_at_end() {
        Ok(items)
    } else {
        Err(wrong("has a closing parenthesis too many"))
    }
}

/// Reads the items of a `select`, up to the end or to a closing parenthesis without an opening one.
pub(super) fn items(
    scanner: &mut Scanner<'_>,
    counter: &mut Counter,
) -> Result<Vec<SelectItem>, Error> {
    Reader { scanner, counter }.items(0)
}

/// Reads the value of `parameter`: `name,"name"`.
pub(super) fn names(parameter: &str, scanner: &mut Scanner<'_>) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    loop {
        scanner.blanks();
        match scanner.name(&[',']) {
            Some(name) => names.push(name.text),
            None => return Err(invalid(parameter, "names an empty column")),
        }
        scanner.blanks();
        if scanner.is_at_end() {
            return Ok(names);
        }
        if !scanner.eat(",") {
            return Err(invalid(parameter, "misses a comma"));
        }
    }
}

fn wrong(reason: &str) -> Error {
    invalid("select", reason)
}

/// Refuses a field that is selected many times under different names: the answer would grow with each
/// of them.
fn refuse_copies(items: &[SelectItem]) -> Result<(), Error> {
    if items.len() <= MAX_COPIES {
        return Ok(());
    }
    let mut copies = HashMap::new();
    for item in items {
        let field = match item {
            SelectItem::All => None,
            SelectItem::Field(item) => match &item.field {
                Some(field) => Some((&field.name, &field.path)),
                None => continue,
            },
            SelectItem::Embed(_) => continue,
        };
        let copies: &mut usize = copies.entry(field).or_default();
        *copies += 1;
        if *copies > MAX_COPIES {
            let name = field.map_or("*", |(name, _)| name);
            return Err(wrong(&format!(
                "names `{name}` more than {MAX_COPIES} times"
            )));
        }
    }
    Ok(())
}

struct Reader<'read, 'text> {
    scanner: &'read mut Scanner<'text>,
    counter: &'read mut Counter,
}

impl Reader<'_, '_> {
    /// Items up to a closing parenthesis or the end.
    fn items(&mut self, depth: usize) -> Result<Vec<SelectItem>, Error> {
        let mut items = Vec::new();
        loop {
            self.scanner.blanks();
            items.push(self.item(depth)?);
            self.counter.selected()?;
            self.scanner.blanks();
            if !self.scanner.eat(",") {
                refuse_copies(&items)?;
                return Ok(items);
            }
        }
    }

    fn item(&mut self, depth: usize) -> Result<SelectItem, Error> {
        if self.scanner.eat("*") {
            return Ok(SelectItem::All);
        }
        if self.scanner.eat("...") {
            let Name { text: target, .. } = self.name()?;
            return self.embed(None, target, true, depth);
        }
        let mut name = self.name()?;
        let mut alias = None;
        if !self.scanner.rest().starts_with("::") && self.scanner.eat(":") {
            self.scanner.blanks();
            alias = Some(name.text);
            name = self.name()?;
        }
        if matches!(self.scanner.peek(), Some('(' | '!')) {
            let mut ahead = self.scanner.clone();
            if name.text == "count" && !name.quoted && ahead.eat("()") {
                *self.scanner = ahead;
                return Ok(SelectItem::Field(FieldItem {
                    alias,
                    field: None,
                    cast: None,
                    aggregate: Some(Aggregate::Count),
                    aggregate_cast: self.cast()?,
                }));
            }
            return self.embed(alias, name.text, false, depth);
        }
        let path = path("select", self.scanner)?;
        let field = Field {
            name: name.text,
            path,
        };
        let cast = self.cast()?;
        let aggregate = self.aggregate()?;
        let aggregate_cast = match aggregate {
            Some(_) => self.cast()?,
            None => None,
        };
        match self.scanner.peek() {
            None | Some(',' | ')' | ' ') => Ok(SelectItem::Field(FieldItem {
                alias,
                field: Some(field),
                cast,
                aggregate,
                aggregate_cast,
            })),
            Some(other) => Err(wrong(&format!("has a `{other}` where an item should end"))),
        }
    }

    fn name(&mut self) -> Result<Name, Error> {
        let starts_quoted = self.scanner.peek() == Some('"');
        self.scanner.name(STOPS).ok_or_else(|| {
            wrong(if starts_quoted {
                "has a quoted name that does not end as one"
            } else {
                "names an empty field"
            })
        })
    }

    /// `::type`
    fn cast(&mut self) -> Result<Option<String>, Error> {
        if !self.scanner.eat("::") {
            return Ok(None);
        }
        match self.scanner.name(STOPS) {
            Some(name) => Ok(Some(name.text)),
            None => Err(wrong("has a cast without a type")),
        }
    }

    /// `.sum()`
    fn aggregate(&mut self) -> Result<Option<Aggregate>, Error> {
        if !self.scanner.eat(".") {
            return Ok(None);
        }
        let word = self.scanner.until(STOPS);
        match Aggregate::named(word) {
            Some(aggregate) if self.scanner.eat("()") => Ok(Some(aggregate)),
            _ => Err(wrong(&format!(
                "`.{word}` is none of .count(), .sum(), .avg(), .min() and .max()"
            ))),
        }
    }

    /// `[!hint][!inner](items)`
    fn embed(
        &mut self,
        alias: Option<String>,
        target: String,
        spread: bool,
        depth: usize,
    ) -> Result<SelectItem, Error> {
        self.counter.embed(depth + 1)?;
        let (mut hint, mut inner) = (None, false);
        while self.scanner.eat("!") {
            let Name { text, quoted } = self.name()?;
            match text.as_str() {
                "inner" if !quoted => inner = true,
                "left" if !quoted => inner = false,
                _ => hint = Some(text),
            }
        }
        if !self.scanner.eat("(") {
            return Err(wrong(&format!("`{target}` misses its items: {target}(*)")));
        }
        self.scanner.blanks();
        let items = if self.scanner.peek() == Some(')') {
            Vec::new()
        } else {
            self.items(depth + 1)?
        };
        if !self.scanner.eat(")") {
            return Err(wrong(&format!("`{target}(` is never closed")));
        }
        Ok(SelectItem::Embed(EmbedItem {
            alias,
            target,
            hint,
            inner,
            spread,
            items,
        }))
    }
}
