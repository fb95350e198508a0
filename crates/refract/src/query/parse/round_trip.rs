//! A random query, written as a URL, reads back as itself; random texts never panic.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::*;
use crate::{query::operators::Operator, settings::Limits};

/// The same seed, the same queries (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn name(&mut self) -> String {
        self.one(&[
            "a",
            "createdAt",
            "a.b",
            "x,y",
            "na\"me",
            "größe",
            "not",
            "or",
            "a->b",
            "(p)",
            "limit",
            "b c",
        ])
        .to_owned()
    }

    fn text(&mut self) -> String {
        self.one(&[
            "x",
            "",
            "a,b",
            "(a)",
            "\"q\"",
            "back\\slash",
            "not.eq.1",
            "1.5",
            "ü",
            "{a}",
            " ",
        ])
        .to_owned()
    }

    fn path(&mut self) -> Vec<Step> {
        let steps = self.below(3);
        (0..steps)
            .map(|at| Step {
                key: if self.below(2) == 0 {
                    Key::Member(self.name())
                } else {
                    Key::Item(self.below(5) as i32 - 2)
                },
                as_text: at + 1 == steps && self.below(2) == 0,
            })
            .collect()
    }

    fn predicate(&mut self) -> Predicate {
        let (operator, operand) = match self.below(5) {
            0 => (Operator::Is, Operand::Is(IsTest::Null)),
            1 => (Operator::In, Operand::List(vec![self.text(), self.text()])),
            2 => {
                let items = vec![self.text(), self.text()];
                (Operator::Like, Operand::Each(Quantifier::All, items))
            }
            3 => {
                let search = Operand::Search {
                    configuration: Some("english".to_owned()),
                    query: self.text(),
                };
                (Operator::Plfts, search)
            }
            _ => (Operator::Gte, Operand::Text(self.text())),
        };
        Predicate {
            negated: self.below(2) == 0,
            operator,
            operand,
        }
    }

    fn group(&mut self, depth: usize) -> Group {
        let members = (0..=self.below(3)).map(|_| {
            if depth < 3 && self.below(3) == 0 {
                Member::Group(self.group(depth + 1))
            } else {
                let name = self.name();
                let path = self.path();
                Member::Condition(Field { name, path }, self.predicate())
            }
        });
        let members = members.collect();
        Group {
            negated: self.below(2) == 0,
            any: self.below(2) == 0,
            members,
        }
    }

    fn items(&mut self, depth: usize) -> Vec<SelectItem> {
        let count = 1 + self.below(3);
        (0..count)
            .map(|_| match self.below(4) {
                0 => SelectItem::All,
                1 if depth < 3 => SelectItem::Embed(EmbedItem {
                    alias: None,
                    target: self.name(),
                    hint: (self.below(2) == 0).then(|| self.name()),
                    inner: self.below(2) == 0,
                    spread: self.below(2) == 0,
                    items: self.items(depth + 1),
                }),
                _ => SelectItem::Field(FieldItem {
                    alias: (self.below(2) == 0).then(|| self.name()),
                    field: Some(Field {
                        name: self.name(),
                        path: self.path(),
                    }),
                    cast: (self.below(3) == 0).then(|| "text".to_owned()),
                    aggregate: (self.below(3) == 0).then_some(Aggregate::Max),
                    aggregate_cast: None,
                }),
            })
            .collect()
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn field(field: &Field) -> String {
    let steps = field.path.iter().map(|step| {
        let arrow = if step.as_text { "->>" } else { "->" };
        match &step.key {
            Key::Member(name) => format!("{arrow}{}", quoted(name)),
            Key::Item(item) => format!("{arrow}{item}"),
        }
    });
    quoted(&field.name) + &steps.collect::<String>()
}

fn list_of(items: &[String]) -> String {
    items
        .iter()
        .map(|item| quoted(item))
        .collect::<Vec<_>>()
        .join(",")
}

fn predicate_text(predicate: &Predicate) -> String {
    let not = if predicate.negated { "not." } else { "" };
    let name = predicate.operator.name();
    match &predicate.operand {
        Operand::Text(text) => format!("{not}{name}.{}", quoted(text)),
        Operand::List(items) => format!("{not}{name}.({})", list_of(items)),
        Operand::Each(_, items) => format!("{not}{name}(all).{{{}}}", list_of(items)),
        Operand::Is(_) => format!("{not}{name}.null"),
        Operand::Search { query, .. } => format!("{not}{name}(english).{}", quoted(query)),
    }
}

fn group_text(group: &Group) -> String {
    let members = group.members.iter().map(|member| match member {
        Member::Condition(of, predicate) => format!("{}.{}", field(of), predicate_text(predicate)),
        Member::Related(..) => unreachable!("only policies have it"),
        Member::Group(group) => {
            let not = if group.negated { "not." } else { "" };
            let word = if group.any { "or" } else { "and" };
            format!("{not}{word}{}", group_text(group))
        }
    });
    format!("({})", members.collect::<Vec<_>>().join(","))
}

fn items_text(items: &[SelectItem]) -> String {
    let items = items.iter().map(|item| match item {
        SelectItem::All => "*".to_owned(),
        SelectItem::Field(item) => {
            let mut text = item
                .alias
                .as_ref()
                .map_or(String::new(), |alias| quoted(alias) + ":");
            text += &item.field.as_ref().map(field).unwrap_or_default();
            text += &item
                .cast
                .as_ref()
                .map_or(String::new(), |cast| format!("::{cast}"));
            text + if item.aggregate.is_some() {
                ".max()"
            } else {
                ""
            }
        }
        SelectItem::Embed(item) => {
            let dots = if item.spread { "..." } else { "" };
            let hint = item
                .hint
                .as_ref()
                .map_or(String::new(), |hint| format!("!{}", quoted(hint)));
            let inner = if item.inner { "!inner" } else { "" };
            format!(
                "{dots}{}{hint}{inner}({})",
                quoted(&item.target),
                items_text(&item.items)
            )
        }
    });
    items.collect::<Vec<_>>().join(",")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

const LIMITS: Limits = Limits {
    page_size: 20,
    max_page_size: 100,
    filters: 1000,
    depth: 8,
    embeds: 1000,
    embed_rows: 1000,
    query_bytes: 60_000,
};

#[test]
fn what_is_written_reads_back_as_itself() {
    let mut dice = Dice(0x5EED);
    for _ in 0..2000 {
        let (select, group) = (dice.items(0), dice.group(1));
        let not = if group.negated { "not." } else { "" };
        let word = if group.any { "or" } else { "and" };
        let url = format!(
            "select={}&{not}{word}={}",
            encoded(&items_text(&select)),
            encoded(&group_text(&group))
        );
        let mut query = list(&url, &LIMITS).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(query.select, Some(select), "{url}");
        match query.filters.remove(0).what {
            Restriction::Group(found) => assert_eq!(found, group, "{url}"),
            other @ Restriction::Condition(..) => panic!("{url}: {other:?}"),
        }
    }
}

#[test]
fn no_text_makes_it_panic() {
    const WORDS: &[&str] = &[
        "select", "order", "and", "or", "not", "limit", "cursor", "count", "a", "eq", "in", "is",
        "null", "fts", "=", "&", ".", ",", "(", ")", "{", "}", "\"", "\\", "->", "->>", "::", ":",
        "!", "...", "*", " ", "+", "%", "%22", "%ff", "-", "9", "ü", "[", "any", "inner",
        "count()",
    ];
    let mut dice = Dice(0xD1CE);
    for _ in 0..50_000 {
        let text: String = (0..dice.below(14)).map(|_| dice.one(WORDS)).collect();
        let _ = list(&text, &LIMITS);
        let _ = key(&text);
        for name in ["select", "order", "or", "a", "a.order", "and"] {
            let _ = single(&format!("{name}={text}"), &LIMITS, "Row");
        }
    }
}
