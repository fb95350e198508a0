//! Levels of rows → PostgreSQL's SQL, which gives the body of the answer as one text.
//!
//! Names are quoted, values are bound. Embedded rows are lateral subqueries, so that the database's
//! messages name them as PostgREST's would.

use super::{
    plan::{Condition, Embed, Item, Level},
    relationships::Join,
};
use crate::{catalog::Resource, codec::Value, query::parse::Count};

/// A statement in the making.
#[derive(Debug, Default)]
pub struct Writer {
    pub text: String,
    pub values: Vec<Value>,
}

/// What the rows become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    Array {
        strip_nulls: bool,
    },
    /// The only row.
    Object {
        strip_nulls: bool,
    },
    Csv,
    /// Nothing but their number.
    None,
}

/// Where a level's rows come from.
#[derive(Clone, Copy)]
enum From<'join> {
    Table,
    /// What a write has returned.
    Written,
    Related(&'join Join, &'join str),
}

/// What a write returns, as a common table expression.
pub const WRITTEN: &str = "refract_written";

/// The statement of a read: the body, the number of rows, and the number of those of all pages.
pub fn read(root: &Level, body: Body, count: bool) -> Writer {
    let mut sql = Writer::default();
    sql.text.push_str("SELECT ");
    sql.body(body);
    sql.text.push_str(", count(*)::text, ");
    if count {
        sql.text.push('(');
        sql.count(root);
        sql.text.push(')');
    } else {
        sql.text.push_str("NULL::text");
    }
    sql.text.push_str(" FROM (");
    sql.rows(root, From::Table, false);
    sql.text.push_str(") AS _row");
    sql
}

/// Asks the planner how many rows it expects on all pages.
pub fn planned(root: &Level) -> Writer {
    let mut sql = Writer::default();
    sql.text.push_str("EXPLAIN (FORMAT JSON) ");
    sql.rows(root, From::Table, true);
    sql
}

/// Whether the planner is to be asked too.
pub fn asks_planner(count: Option<Count>) -> bool {
    matches!(count, Some(Count::Planned | Count::Estimated))
}

/// What a write has returned, as the answer shows it: follows `WITH refract_written AS (…)`.
/// `new` is what gives the number of new rows. Rows that an `!inner` leaves out have been written.
pub(super) fn written(sql: &mut Writer, root: &Level, body: Body, new: &str) {
    sql.text.push_str("SELECT ");
    sql.body(body);
    sql.text.push_str(&format!(
        ", (SELECT count(*)::text FROM {WRITTEN}), {new} FROM ("
    ));
    sql.rows(root, From::Written, false);
    sql.text.push_str(") AS _row");
}

impl Writer {
    pub fn bind(&mut self, value: Value) {
        self.values.push(value);
        self.text.push_str(&format!("${}", self.values.len()));
    }

    fn body(&mut self, body: Body) {
        let strip = |strip_nulls: bool, rows: &str| {
            if strip_nulls {
                format!("json_strip_nulls({rows})")
            } else {
                rows.to_owned()
            }
        };
        let text = match body {
            Body::Array { strip_nulls } => {
                format!(
                    "coalesce({}, '[]')::text",
                    strip(strip_nulls, "json_agg(_row.*)")
                )
            }
            Body::Object { strip_nulls } => {
                format!("({}->0)::text", strip(strip_nulls, "json_agg(_row.*)"))
            }
            Body::Csv => "(SELECT string_agg(keys.key, ',') FROM \
                 json_object_keys((array_agg(row_to_json(_row.*)))[1]) AS keys(key)) || E'\\n' || \
                 string_agg(substring(ROW(_row.*)::text, 2, length(ROW(_row.*)::text) - 2), E'\\n')"
                .to_owned(),
            Body::None => "''".to_owned(),
        };
        self.text.push_str(&text);
    }

    fn count(&mut self, root: &Level) {
        self.text.push_str("SELECT count(*)::text FROM (");
        self.rows(root, From::Table, true);
        self.text.push_str(") AS _counted");
    }

    /// A level's rows; those of all its pages where they are only counted.
    fn rows(&mut self, level: &Level, from: From<'_>, counted: bool) {
        self.text.push_str("SELECT ");
        if counted {
            self.text.push('1');
        } else {
            self.outputs(level);
        }
        self.text.push_str(" FROM ");
        let alias = identifier(&level.alias);
        match from {
            From::Written => self.text.push_str(&format!("{WRITTEN} AS {alias}")),
            _ => self
                .text
                .push_str(&format!("{} AS {alias}", table(&level.resource))),
        }
        if let From::Related(join, parent) = from {
            self.junction(join, level, parent);
        }
        for embed in &level.embeds {
            let needed = embed.inner || !counted || tests(&level.filter, level, embed);
            if needed {
                self.lateral(level, embed);
            }
        }
        // What has been written has been chosen already.
        let no_filter = Vec::new();
        let filter = match from {
            From::Written => &no_filter,
            _ => &level.filter,
        };
        self.conditions(level, filter, from);
        if counted {
            return;
        }
        self.group(level);
        self.order(level);
        if let Some(limit) = level.limit {
            self.text.push_str(" LIMIT ");
            self.bind(Value::Int(limit.cast_signed()));
        }
        if let Some(offset) = level.offset.filter(|offset| *offset > 0) {
            self.text.push_str(" OFFSET ");
            self.bind(Value::Int(offset.cast_signed()));
        }
    }

    fn outputs(&mut self, level: &Level) {
        let mut separator = "";
        for item in &level.items {
            match item {
                Item::All => {
                    for column in level.resource.visible() {
                        let name = identifier(&level.resource.columns[column].name);
                        let alias = identifier(&level.alias);
                        self.text.push_str(&format!("{separator}{alias}.{name}"));
                        separator = ", ";
                    }
                }
                Item::Field(output) => {
                    self.text.push_str(separator);
                    self.output(level, output);
                    self.text
                        .push_str(&format!(" AS {}", identifier(&output.key)));
                }
                Item::Embed(embed) => {
                    let embed = &level.embeds[*embed];
                    let shown = embed_outputs(level, embed);
                    if shown.is_empty() {
                        continue;
                    }
                    self.text.push_str(separator);
                    self.text.push_str(&shown.join(", "));
                }
            }
            separator = ", ";
        }
    }

    fn group(&mut self, level: &Level) {
        if !level.grouped {
            return;
        }
        let mut separator = " GROUP BY ";
        for item in &level.items {
            match item {
                Item::All => {
                    for column in level.resource.visible() {
                        let name = identifier(&level.resource.columns[column].name);
                        let alias = identifier(&level.alias);
                        self.text.push_str(&format!("{separator}{alias}.{name}"));
                        separator = ", ";
                    }
                }
                Item::Field(output) if output.item.aggregate.is_none() => {
                    self.text.push_str(separator);
                    self.input(level, output);
                    separator = ", ";
                }
                Item::Field(_) => {}
                Item::Embed(embed) => {
                    for expression in grouping(&level.embeds[*embed]) {
                        self.text.push_str(separator);
                        self.text.push_str(&expression);
                        separator = ", ";
                    }
                }
            }
        }
    }

    fn order(&mut self, level: &Level) {
        let mut separator = " ORDER BY ";
        for term in &level.order {
            self.text.push_str(separator);
            separator = ", ";
            match term.embed {
                None => self.field(level, &term.field),
                Some(embed) => {
                    let embed = &level.embeds[embed];
                    self.text.push_str("(SELECT ");
                    self.field(&embed.level, &term.field);
                    let alias = identifier(&embed.level.alias);
                    let table = table(&embed.level.resource);
                    self.text.push_str(&format!(" FROM {table} AS {alias}"));
                    self.junction(&embed.join, &embed.level, &level.alias);
                    for inside in &embed.level.embeds {
                        if inside.inner || tests(&embed.level.filter, &embed.level, inside) {
                            self.lateral(&embed.level, inside);
                        }
                    }
                    let from = From::Related(&embed.join, &level.alias);
                    self.conditions(&embed.level, &embed.level.filter, from);
                    self.text.push_str(" LIMIT 1)");
                }
            }
            self.text
                .push_str(if term.descending { " DESC" } else { " ASC" });
            match term.nulls_first {
                None => {}
                Some(true) => self.text.push_str(" NULLS FIRST"),
                Some(false) => self.text.push_str(" NULLS LAST"),
            }
        }
    }

    /// The junction that a join goes through.
    fn junction(&mut self, join: &Join, level: &Level, parent: &str) {
        let Join::Through {
            schema,
            table,
            near_columns,
            far_columns,
            ..
        } = join
        else {
            return;
        };
        let alias = junction_alias(table, parent);
        self.text.push_str(&format!(
            " INNER JOIN {}.{} AS {alias} ON ",
            identifier(schema),
            identifier(table)
        ));
        let near = near_columns.iter().map(|(here, there)| {
            let (parent, here, there) = (identifier(parent), identifier(here), identifier(there));
            format!("{alias}.{there} = {parent}.{here}")
        });
        let far = far_columns.iter().map(|(here, there)| {
            let rows = identifier(&level.alias);
            let (here, there) = (identifier(here), identifier(there));
            format!("{rows}.{there} = {alias}.{here}")
        });
        let all: Vec<_> = near.chain(far).collect();
        self.text.push_str(&all.join(" AND "));
    }

    fn lateral(&mut self, level: &Level, embed: &Embed) {
        let kind = if embed.inner { "INNER" } else { "LEFT" };
        let alias = identifier(&embed.alias);
        self.text.push_str(&format!(" {kind} JOIN LATERAL ("));
        let from = From::Related(&embed.join, &level.alias);
        if embed.is_to_one {
            self.related(embed, from);
        } else {
            let rows = if embed.spread {
                let all = spread_keys(embed).into_iter().map(|key| {
                    let key = identifier(&key);
                    format!("json_agg({alias}.{key}) AS {key}")
                });
                let all: Vec<_> = all.chain(["count(*) AS refract_rows".to_owned()]).collect();
                all.join(", ")
            } else {
                format!("json_agg({alias}.*) AS {alias}")
            };
            self.text.push_str(&format!("SELECT {rows} FROM ("));
            self.related(embed, from);
            self.text.push_str(&format!(") AS {alias}"));
        }
        self.text.push_str(&format!(") AS {alias} ON "));
        match (embed.inner, embed.is_to_one, embed.spread) {
            (true, false, true) => self.text.push_str(&format!("{alias}.refract_rows > 0")),
            (true, false, false) => self.text.push_str(&format!("{alias}.{alias} IS NOT NULL")),
            _ => self.text.push_str("TRUE"),
        }
    }

    /// The rows of an embed. What is spread into an aggregated row is aggregated there.
    fn related(&mut self, embed: &Embed, from: From<'_>) {
        let aggregated_around = embed.spread && embed.is_to_one && embed.level.grouped;
        if !aggregated_around {
            return self.rows(&embed.level, from, false);
        }
        let level = &embed.level;
        self.text.push_str("SELECT ");
        let mut separator = "";
        for item in &level.items {
            if let Item::Field(output) = item {
                self.text.push_str(separator);
                self.input(level, output);
                self.text
                    .push_str(&format!(" AS {}", identifier(&output.key)));
                separator = ", ";
            }
        }
        let alias = identifier(&level.alias);
        self.text
            .push_str(&format!(" FROM {} AS {alias}", table(&level.resource)));
        if let From::Related(join, parent) = from {
            self.junction(join, level, parent);
        }
        for inside in &level.embeds {
            if inside.inner || tests(&level.filter, level, inside) {
                self.lateral(level, inside);
            }
        }
        self.conditions(level, &level.filter, from);
    }

    fn conditions(&mut self, level: &Level, filter: &[Condition], from: From<'_>) {
        let mut separator = " WHERE ";
        if let From::Related(Join::Direct { columns, .. }, parent) = from {
            for (here, there) in columns {
                let (rows, parent) = (identifier(&level.alias), identifier(parent));
                let (here, there) = (identifier(here), identifier(there));
                let condition = format!("{separator}{rows}.{there} = {parent}.{here}");
                self.text.push_str(&condition);
                separator = " AND ";
            }
        }
        for condition in filter {
            self.text.push_str(separator);
            self.condition(level, condition);
            separator = " AND ";
        }
    }

    /// The conditions of a change, after the name of its table.
    pub fn filter(&mut self, level: &Level) {
        self.conditions(level, &level.filter, From::Table);
    }

    fn condition(&mut self, level: &Level, condition: &Condition) {
        match condition {
            Condition::Compare(field, predicate) => self.compare(level, field, predicate),
            Condition::Related { embed, exists } => {
                let embed = &level.embeds[*embed];
                let alias = identifier(&embed.alias);
                let rows = match (embed.is_to_one, embed.spread) {
                    (true, _) => alias,
                    (false, true) => format!("nullif({alias}.refract_rows, 0)"),
                    (false, false) => format!("{alias}.{alias}"),
                };
                let is = if *exists {
                    "IS DISTINCT FROM"
                } else {
                    "IS NOT DISTINCT FROM"
                };
                self.text.push_str(&format!("{rows} {is} NULL"));
            }
            Condition::Group {
                negated,
                any,
                members,
            } => {
                self.text.push_str(if *negated { "NOT (" } else { "(" });
                for (place, member) in members.iter().enumerate() {
                    if place > 0 {
                        self.text.push_str(if *any { " OR " } else { " AND " });
                    }
                    self.condition(level, member);
                }
                self.text.push(')');
            }
        }
    }
}

/// Whether conditions ask whether an embed has rows.
fn tests(filter: &[Condition], level: &Level, embed: &Embed) -> bool {
    filter.iter().any(|condition| match condition {
        Condition::Compare(..) => false,
        Condition::Related { embed: place, .. } => {
            std::ptr::eq(&raw const level.embeds[*place], embed)
        }
        Condition::Group { members, .. } => tests(members, level, embed),
    })
}

/// What a row shows of an embed.
fn embed_outputs(level: &Level, embed: &Embed) -> Vec<String> {
    let alias = identifier(&embed.alias);
    if embed.level.items.is_empty() {
        return Vec::new();
    }
    if !embed.spread {
        return vec![format!(
            "{} AS {}",
            embed_value(embed, level.grouped),
            identifier(&embed.key)
        )];
    }
    if embed.is_to_one && embed.level.grouped {
        let outputs = embed.level.items.iter().filter_map(|item| match item {
            Item::Field(output) => Some(output),
            _ => None,
        });
        let outputs = outputs.map(|output| {
            let key = identifier(&output.key);
            let value = match output.item.aggregate {
                None => format!("{alias}.{key}"),
                Some(aggregate) => format!("{}({alias}.{key})", aggregate.name()),
            };
            match &output.item.aggregate_cast {
                None => format!("{value} AS {key}"),
                Some(cast) => format!("CAST({value} AS {cast}) AS {key}"),
            }
        });
        return outputs.collect();
    }
    let keys = spread_keys(embed).into_iter().map(|key| {
        let key = identifier(&key);
        if embed.is_to_one {
            format!("{alias}.{key} AS {key}")
        } else {
            format!("coalesce({alias}.{key}, '[]') AS {key}")
        }
    });
    keys.collect()
}

/// `json` cannot be grouped by, `jsonb` can.
fn embed_value(embed: &Embed, grouped: bool) -> String {
    let alias = identifier(&embed.alias);
    let value = if embed.is_to_one {
        format!("row_to_json({alias}.*)")
    } else {
        format!("coalesce({alias}.{alias}, '[]')")
    };
    if grouped {
        format!("{value}::jsonb")
    } else {
        value
    }
}

/// What a row is grouped by of an embed.
fn grouping(embed: &Embed) -> Vec<String> {
    if embed.level.items.is_empty() {
        return Vec::new();
    }
    if !embed.spread {
        return vec![embed_value(embed, true)];
    }
    let alias = identifier(&embed.alias);
    let keys = embed.level.items.iter().flat_map(|item| match item {
        Item::Field(output) if output.item.aggregate.is_some() => Vec::new(),
        Item::Field(output) => vec![output.key.clone()],
        Item::All => all_keys(&embed.level),
        Item::Embed(inside) => shown_keys(&embed.level.embeds[*inside]),
    });
    keys.map(|key| format!("{alias}.{}", identifier(&key)))
        .collect()
}

/// The keys that a spread embed puts into the row around.
fn spread_keys(embed: &Embed) -> Vec<String> {
    let keys = embed.level.items.iter().flat_map(|item| match item {
        Item::Field(output) => vec![output.key.clone()],
        Item::All => all_keys(&embed.level),
        Item::Embed(inside) => shown_keys(&embed.level.embeds[*inside]),
    });
    keys.collect()
}

fn shown_keys(embed: &Embed) -> Vec<String> {
    match (embed.level.items.is_empty(), embed.spread) {
        (true, _) => Vec::new(),
        (false, true) => spread_keys(embed),
        (false, false) => vec![embed.key.clone()],
    }
}

fn all_keys(level: &Level) -> Vec<String> {
    let columns = level.resource.visible();
    columns
        .map(|column| level.resource.columns[column].name.clone())
        .collect()
}

fn junction_alias(table: &str, parent: &str) -> String {
    identifier(&format!("{table}_of_{parent}"))
}

/// A table or view with its schema.
pub fn table(resource: &Resource) -> String {
    format!(
        "{}.{}",
        identifier(&resource.schema),
        identifier(&resource.table)
    )
}

/// A name in quotes.
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in quotes; `standard_conforming_strings` leaves backslashes alone.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
