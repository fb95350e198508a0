//! Query + catalog → levels of rows. Refuses embeds that mean no relation or several, parameters
//! of what is not embedded, and hidden columns; all other names are the database's to judge.

use std::sync::Arc;

use reflect::snapshot::TableKind;

use super::{Refusal, Relationships, relationships::Join};
use crate::{
    catalog::{Catalog, Mark, Resource, Type},
    error::Error,
    query::{
        operators::Operator,
        parse::{
            self, Aggregate, EmbedItem, EmbedOption, Field, FieldItem, Group, IsTest, ListQuery,
            Member, Operand, OrderTerm, Predicate, Restriction, SelectItem,
        },
    },
    settings::Compat,
};

/// What requests are planned against.
#[derive(Clone, Copy)]
pub struct Context<'app> {
    pub catalog: &'app Catalog,
    pub relationships: &'app Relationships,
    /// Whether aggregates may be asked for.
    pub aggregates: bool,
    pub compat: Compat,
}

/// Rows of one resource: those of the answer, or those embedded in one row.
#[derive(Debug)]
pub struct Level {
    pub resource: Arc<Resource>,
    /// What its columns stand with; messages of the database name it.
    pub alias: String,
    pub items: Vec<Item>,
    pub embeds: Vec<Embed>,
    /// All must hold.
    pub filter: Vec<Condition>,
    pub order: Vec<Order>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
    /// Whether rows are aggregated, by the items that are no aggregates.
    pub grouped: bool,
    position: usize,
    depth: usize,
}

/// Something that a row shows.
#[derive(Debug)]
pub enum Item {
    All,
    Field(Output),
    /// Position in [`Level::embeds`].
    Embed(usize),
}

/// A column, or something made of one.
#[derive(Debug)]
pub struct Output {
    pub key: String,
    pub item: FieldItem,
}

/// Rows of a related resource within each row.
#[derive(Debug)]
pub struct Embed {
    /// What it is called in the answer.
    pub key: String,
    /// What it is called in the request, beside its key.
    pub target: String,
    /// What its rows stand with in the row around.
    pub alias: String,
    pub join: Join,
    pub is_to_one: bool,
    /// Whether rows without one are left out.
    pub inner: bool,
    /// Whether its items are items of the row around it.
    pub spread: bool,
    pub level: Level,
}

/// What rows must satisfy.
#[derive(Debug)]
pub enum Condition {
    Compare(Field, Predicate),
    /// Whether an embedded relation has rows.
    Related {
        embed: usize,
        exists: bool,
    },
    Group {
        negated: bool,
        any: bool,
        members: Vec<Condition>,
    },
}

/// One term of an order.
#[derive(Debug)]
pub struct Order {
    /// Position in [`Level::embeds`] of the row that the field is of.
    pub embed: Option<usize>,
    pub field: Field,
    pub descending: bool,
    pub nulls_first: Option<bool>,
}

/// Types that are found whatever the search path.
const BUILT_IN: &[&str] = &[
    "text",
    "varchar",
    "int",
    "int2",
    "int4",
    "int8",
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "decimal",
    "real",
    "float4",
    "float8",
    "double precision",
    "bool",
    "boolean",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "uuid",
    "json",
    "jsonb",
];

impl Condition {
    /// Whether it is about such fields only.
    fn is_of(&self, known: &dyn Fn(&Field) -> bool) -> bool {
        match self {
            Self::Compare(field, _) => known(field),
            Self::Related { .. } => true,
            Self::Group { members, .. } => members.iter().all(|member| member.is_of(known)),
        }
    }
}

impl Level {
    /// Whether nothing is asked for but columns of tables that the catalog knows, as types of
    /// PostgreSQL's own: what needs no names of a schema, and writes nothing.
    pub fn is_known(&self) -> bool {
        let is_column = |field: &Field| {
            let mut columns = self.resource.columns.iter();
            columns.any(|column| column.name == field.name)
        };
        // Functions of domains may be anybody's.
        let is_shown = |field: &Field| {
            let mut columns = self.resource.columns.iter();
            columns.any(|column| column.name == field.name && column.to_json().is_none())
        };
        // The operators of an extension's type may stand in any schema.
        let has_operators = |field: &Field| {
            let mut columns = self.resource.columns.iter();
            columns.any(|column| {
                column.name == field.name
                    && !matches!(column.data_type, Type::Other { .. })
                    && column.from_text().is_none()
            })
        };
        let is_type = |cast: &String| BUILT_IN.contains(&cast.as_str());
        let item = |item: &Item| match item {
            Item::All => !self.resource.shows_domains,
            Item::Embed(_) => true,
            Item::Field(Output { item, .. }) => {
                item.field.as_ref().is_none_or(is_shown)
                    && item.cast.iter().chain(&item.aggregate_cast).all(is_type)
            }
        };
        let embed =
            |embed: &Embed| !matches!(embed.join, Join::Computed { .. }) && embed.level.is_known();
        let term = |term: &Order| match term.embed {
            None => is_column(&term.field),
            Some(embed) => {
                let mut columns = self.embeds[embed].level.resource.columns.iter();
                columns.any(|column| column.name == term.field.name)
            }
        };
        self.resource.kind == TableKind::Table
            && self.items.iter().all(item)
            && self.embeds.iter().all(embed)
            && self.filter.iter().all(|one| one.is_of(&has_operators))
            && self.order.iter().all(term)
    }

    /// Bounds the rows of what is embedded, at every level.
    pub fn bound_embeds(&mut self, most: u64) {
        for embed in &mut self.embeds {
            let level = &mut embed.level;
            if !embed.is_to_one {
                level.limit = Some(level.limit.map_or(most, |limit| limit.min(most)));
            }
            level.bound_embeds(most);
        }
    }

    /// The columns that are looked at; `None` is all of them.
    pub fn needed_columns(&self) -> Option<Vec<&str>> {
        let mut names = Vec::new();
        for item in &self.items {
            match item {
                Item::All => return None,
                Item::Field(output) => {
                    names.extend(output.item.field.as_ref().map(|field| field.name.as_str()));
                }
                Item::Embed(_) => {}
            }
        }
        let own = self.order.iter().filter(|term| term.embed.is_none());
        names.extend(own.map(|term| term.field.name.as_str()));
        for embed in &self.embeds {
            match &embed.join {
                Join::Direct { columns, .. } => {
                    names.extend(columns.iter().map(|(here, _)| here.as_str()));
                }
                Join::Through { near_columns, .. } => {
                    names.extend(near_columns.iter().map(|(here, _)| here.as_str()));
                }
                Join::Computed { .. } => return None,
            }
        }
        Some(names)
    }

    /// Names that are asked of a row and are no columns: the database may know functions of them.
    pub fn unknown_names(&self) -> Vec<&str> {
        let is_column = |name: &str| {
            let mut columns = self.resource.columns.iter();
            columns.any(|column| column.name == name)
        };
        let items = self.items.iter().filter_map(|item| match item {
            Item::Field(output) => output.item.field.as_ref(),
            Item::All | Item::Embed(_) => None,
        });
        let own = self.order.iter().filter(|term| term.embed.is_none());
        let fields = items.chain(own.map(|term| &term.field));
        let mut names: Vec<&str> = fields
            .map(|field| field.name.as_str())
            .filter(|name| !is_column(name))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether the database may be asked for a column of that name.
    fn admit(&self, name: &str) -> Result<(), Refusal> {
        admit(&self.resource, &self.alias, name)
    }

    fn has_column(&self, name: &str) -> bool {
        let mut columns = self.resource.columns.iter();
        columns.any(|column| column.name == name && !column.hidden)
    }

    fn embed(&self, name: &str) -> Option<usize> {
        let by_key = self.embeds.iter().position(|embed| embed.key == name);
        by_key.or_else(|| self.embeds.iter().position(|embed| embed.target == name))
    }
}

/// Where a table has hidden columns, only the others are asked for: PostgreSQL takes `t.f` for
/// `f(t)` where `t` has no column `f`, so that `t.row_to_json` would show them.
fn admit(resource: &Resource, alias: &str, name: &str) -> Result<(), Refusal> {
    let hides = resource.columns.iter().any(|column| column.hidden);
    let mut columns = resource.columns.iter();
    if !hides || columns.any(|column| column.name == name && !column.hidden) {
        return Ok(());
    }
    Err(Refusal::no_column(alias, name))
}

/// The rows that a query asks for.
///
/// # Errors
/// See the module.
pub fn plan(context: Context<'_>, position: usize, query: ListQuery) -> Result<Level, Refusal> {
    let alias = context.catalog.resources[position].table.clone();
    let all = || vec![SelectItem::All];
    let items = query.select.unwrap_or_else(all);
    let mut root = level(context, position, alias, 0, items)?;
    (root.limit, root.offset) = (query.limit, query.offset);
    root.order = order(&root, query.order)?;
    for parameter in query.embeds {
        let level = within(&mut root, &parameter.embed)?;
        match parameter.what {
            EmbedOption::Order(terms) => level.order = order(level, terms)?,
            EmbedOption::Limit(limit) => level.limit = Some(limit),
            EmbedOption::Offset(offset) => level.offset = Some(offset),
        }
    }
    for filter in query.filters {
        let level = within(&mut root, &filter.embed)?;
        let condition = match filter.what {
            Restriction::Group(group) => self::group(level, group)?,
            Restriction::Condition(field, predicate) => {
                let predicate = predicate.map_err(|error| Refusal::syntax(&error))?;
                compare(level, field, predicate)?
            }
        };
        level.filter.push(condition);
    }
    Ok(root)
}

/// Whether a query asks for no page.
pub fn is_plain(query: &ListQuery) -> bool {
    query.limit.is_none() && query.offset.is_none()
}

fn level(
    context: Context<'_>,
    position: usize,
    alias: String,
    depth: usize,
    selected: Vec<SelectItem>,
) -> Result<Level, Refusal> {
    let resource = context.catalog.resources[position].clone();
    let mut level = Level {
        alias,
        items: Vec::with_capacity(selected.len()),
        embeds: Vec::new(),
        filter: not_deleted(&resource).into_iter().collect(),
        resource,
        order: Vec::new(),
        limit: None,
        offset: None,
        grouped: false,
        position,
        depth,
    };
    for item in selected {
        let item = match item {
            SelectItem::All => Item::All,
            SelectItem::Field(item) => Item::Field(output(context, &level, item)?),
            SelectItem::Embed(item) => {
                let embed = self::embed(context, &level, item)?;
                level.embeds.push(embed);
                Item::Embed(level.embeds.len() - 1)
            }
        };
        level.items.push(item);
    }
    let aggregates = |level: &Level| {
        let mut items = level.items.iter();
        items.any(|item| matches!(item, Item::Field(output) if output.item.aggregate.is_some()))
    };
    // What is spread into a row is aggregated with the row.
    let spread = |embed: &Embed| embed.spread && embed.is_to_one && embed.level.grouped;
    level.grouped = aggregates(&level) || level.embeds.iter().any(spread);
    Ok(level)
}

fn output(context: Context<'_>, level: &Level, mut item: FieldItem) -> Result<Output, Refusal> {
    let is_count = |field: &Field| field.name == "count" && field.path.is_empty();
    // How rows were counted before there were aggregates.
    if level.depth > 0
        && item.aggregate.is_none()
        && item.field.as_ref().is_some_and(is_count)
        && !level.has_column("count")
    {
        item.field = None;
        item.aggregate = Some(Aggregate::Count);
    } else if item.aggregate.is_some() && !context.aggregates {
        return Err(Refusal::new(
            400,
            "PGRST123",
            "Use of aggregate functions is not allowed",
        ));
    }
    if let Some(field) = &item.field {
        level.admit(&field.name)?;
    }
    for cast in [&item.cast, &item.aggregate_cast].into_iter().flatten() {
        let is_plain = |one: char| one.is_alphanumeric() || matches!(one, '_' | '$' | ' ');
        if !cast.chars().all(is_plain) {
            let reason = format!("casts to `{cast}`, which is no plain name of a type");
            let parameter = "select".to_owned();
            return Err(Refusal::syntax(&Error::InvalidParameter {
                parameter,
                reason,
            }));
        }
    }
    Ok(Output {
        key: key(&item),
        item,
    })
}

/// What leaves out rows that are marked as deleted.
fn not_deleted(resource: &Resource) -> Option<Condition> {
    let soft = resource.soft_delete?;
    let (test, negated) = match soft.mark {
        Mark::Moment => (IsTest::Null, false),
        Mark::Flag => (IsTest::True, true),
    };
    let field = Field {
        name: resource.columns[soft.column].name.clone(),
        path: Vec::new(),
    };
    Some(Condition::Compare(
        field,
        Predicate {
            negated,
            operator: Operator::Is,
            operand: Operand::Is(test),
        },
    ))
}

/// The alias, the function's name, or the last step that is not an index.
fn key(item: &FieldItem) -> String {
    let found = match (&item.alias, item.aggregate, &item.field) {
        (Some(alias), ..) => alias.as_str(),
        (None, Some(aggregate), _) => aggregate.name(),
        (None, None, Some(field)) => {
            let member = field.path.iter().rev().find_map(|step| match &step.key {
                parse::Key::Member(name) => Some(name),
                parse::Key::Item(_) => None,
            });
            member.unwrap_or(&field.name)
        }
        (None, None, None) => "",
    };
    found.to_owned()
}

fn embed(context: Context<'_>, around: &Level, item: EmbedItem) -> Result<Embed, Refusal> {
    let hint = item.hint.as_deref();
    let relationships = context.relationships;
    let found = relationships.find(context.catalog, around.position, &item.target, hint)?;
    let depth = around.depth + 1;
    let table = &context.catalog.resources[found.target].table;
    let alias = format!("{table}_{depth}");
    let level = self::level(context, found.target, alias, depth, item.items)?;
    let is_to_one = found.is_to_one();
    let key = item.alias.unwrap_or_else(|| item.target.clone());
    if item.spread && !is_to_one && context.compat == Compat::V12 {
        let (origin, target) = (&around.resource.table, &item.target);
        return Err(Refusal::new(
            400,
            "PGRST119",
            format!("A spread operation on '{target}' is not possible"),
        )
        .details(format!(
            "'{origin}' and '{target}' do not form a many-to-one or one-to-one relationship"
        )));
    }
    if item.spread && !is_to_one && level.grouped {
        return Err(Refusal::new(400, "PGRST127", "Feature not implemented")
            .details("Aggregates are not implemented for one-to-many or many-to-many spreads."));
    }
    Ok(Embed {
        alias: format!("{}_{key}_{depth}", around.resource.table),
        key,
        target: item.target,
        join: found.join.clone(),
        is_to_one,
        inner: item.inner,
        spread: item.spread,
        level,
    })
}

fn within<'level>(root: &'level mut Level, path: &[String]) -> Result<&'level mut Level, Refusal> {
    let mut level = root;
    for name in path {
        let Some(embed) = level.embed(name) else {
            return Err(not_embedded(name));
        };
        level = &mut level.embeds[embed].level;
    }
    Ok(level)
}

fn not_embedded(name: &str) -> Refusal {
    Refusal::new(
        400,
        "PGRST108",
        format!("'{name}' is not an embedded resource in this request"),
    )
    .hint(Some(format!(
        "Verify that '{name}' is included in the 'select' query parameter."
    )))
}

fn order(level: &Level, terms: Vec<OrderTerm>) -> Result<Vec<Order>, Refusal> {
    let terms = terms.into_iter().map(|term| {
        let embed = match &term.embed {
            None => {
                level.admit(&term.field.name)?;
                None
            }
            Some(name) => {
                let place = level.embed(name).ok_or_else(|| not_embedded(name))?;
                let embed = &level.embeds[place];
                if !embed.is_to_one {
                    let table = &level.resource.table;
                    return Err(Refusal::new(
                        400,
                        "PGRST118",
                        format!("A related order on '{name}' is not possible"),
                    )
                    .details(format!(
                        "'{table}' and '{name}' do not form a many-to-one or one-to-one relationship"
                    )));
                }
                embed.level.admit(&term.field.name)?;
                Some(place)
            }
        };
        Ok(Order {
            embed,
            field: term.field,
            descending: term.descending,
            nulls_first: term.nulls_first,
        })
    });
    terms.collect()
}

fn group(level: &Level, group: Group) -> Result<Condition, Refusal> {
    let members = group.members.into_iter().map(|member| match member {
        Member::Condition(field, predicate) => compare(level, field, predicate),
        Member::Group(group) => self::group(level, group),
    });
    Ok(Condition::Group {
        negated: group.negated,
        any: group.any,
        members: members.collect::<Result<_, _>>()?,
    })
}

fn compare(level: &Level, field: Field, predicate: Predicate) -> Result<Condition, Refusal> {
    if field.path.is_empty()
        && !level.has_column(&field.name)
        && let Some(embed) = level.embed(&field.name)
    {
        let exists = match predicate.operand {
            Operand::Is(IsTest::Null) => predicate.negated,
            Operand::Is(IsTest::NotNull) => !predicate.negated,
            _ => {
                return Err(Refusal::new(
                    400,
                    "PGRST120",
                    format!("Bad operator on the '{}' embedded resource", field.name),
                )
                .details("Only is null or not is null filters are allowed on embedded resources"));
            }
        };
        return Ok(Condition::Related { embed, exists });
    }
    level.admit(&field.name)?;
    Ok(Condition::Compare(field, predicate))
}
