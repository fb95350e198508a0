//! `select` → the outputs and embedded relations of a level.

use std::sync::Arc;

use reflect::snapshot::Database;

use super::{
    Context, Filter,
    level::{Cast, Embed, Level, Output, Place, ValueOutput},
    read::readable,
    relation::relation,
};
use crate::{
    catalog::{Resource, Type, nearest},
    error::Error,
    query::parse::{Aggregate, EmbedItem, Field, FieldItem, Key, SelectItem},
};

/// The columns of a `select` that asks for nothing but columns under their own names.
pub(super) fn plain(items: Option<&[SelectItem]>) -> bool {
    items.into_iter().flatten().all(|item| match item {
        SelectItem::All => true,
        SelectItem::Embed(_) => false,
        SelectItem::Field(item) => {
            item.alias.is_none()
                && item.cast.is_none()
                && item.aggregate.is_none()
                && item
                    .field
                    .as_ref()
                    .is_some_and(|field| field.path.is_empty())
        }
    })
}

/// The columns of a [`plain`] select, each once.
///
/// # Errors
/// [`Error::UnknownField`].
pub(super) fn columns(
    resource: &Resource,
    items: Option<&[SelectItem]>,
) -> Result<Vec<usize>, Error> {
    let Some(items) = items else {
        return Ok(resource.visible().collect());
    };
    let mut columns = Vec::new();
    for item in items {
        match item {
            SelectItem::Field(FieldItem {
                field: Some(field), ..
            }) => columns.push(readable(resource, &field.name)?),
            _ => columns.extend(resource.visible()),
        }
    }
    // A field named twice comes once.
    let mut seen = std::collections::HashSet::new();
    columns.retain(|&column| seen.insert(column));
    Ok(columns)
}

/// A level with its outputs and what it embeds; neither filtered nor ordered.
pub(super) fn level(
    context: Context<'_>,
    resource: &Arc<Resource>,
    items: Option<&[SelectItem]>,
) -> Result<Level, Error> {
    let mut builder = Builder {
        context,
        resource,
        keys: Vec::new(),
        outputs: Vec::new(),
        embeds: Vec::new(),
    };
    for item in items.unwrap_or(&[SelectItem::All]) {
        match item {
            SelectItem::All => {
                for column in resource.visible() {
                    builder.column(column)?;
                }
            }
            SelectItem::Field(item) => builder.field(item)?,
            SelectItem::Embed(item) => builder.embed(item)?,
        }
    }
    let Builder {
        outputs, embeds, ..
    } = builder;
    let is_aggregate = |output: &Output| match output {
        Output::Value(value) => value.aggregate.is_some(),
        Output::Embed(_) => false,
    };
    let grouped = outputs.iter().any(is_aggregate);
    if grouped && embeds.iter().any(|embed| !embed.is_to_one) {
        return Err(wrong(
            "aggregates rows that embed lists: aggregate in the list, or leave it out",
        ));
    }
    Ok(Level {
        from: resource.clone(),
        outputs,
        embeds,
        filter: Filter::default(),
        order: Vec::new(),
        limit: None,
        offset: None,
        grouped,
        after: None,
        marked: false,
    })
}

struct Builder<'a> {
    context: Context<'a>,
    resource: &'a Arc<Resource>,
    /// Names of outputs, and what is behind them.
    keys: Vec<(String, Option<FieldItem>)>,
    outputs: Vec<Output>,
    embeds: Vec<Embed>,
}

impl Builder<'_> {
    fn column(&mut self, position: usize) -> Result<(), Error> {
        let name = self.resource.columns[position].field.clone();
        self.field(&FieldItem {
            alias: None,
            field: Some(Field {
                name,
                path: Vec::new(),
            }),
            cast: None,
            aggregate: None,
            aggregate_cast: None,
        })
    }

    fn field(&mut self, item: &FieldItem) -> Result<(), Error> {
        let key = key_of(item);
        if !self.takes(&key, Some(item))? {
            return Ok(());
        }
        let (field, column_type) = match &item.field {
            None => (None, Type::Int8),
            Some(field) => {
                let (place, data_type) = place(self.resource, field, "select")?;
                (Some(place), data_type)
            }
        };
        let cast = self.cast(item.cast.as_deref())?;
        let input = cast
            .as_ref()
            .map_or(column_type, |cast| cast.data_type.clone());
        let data_type = match item.aggregate {
            None => input,
            Some(aggregate) => result(aggregate, input, &key)?,
        };
        let aggregate_cast = self.cast(item.aggregate_cast.as_deref())?;
        let data_type = aggregate_cast
            .as_ref()
            .map_or(data_type, |cast| cast.data_type.clone());
        let is_list =
            |place: &Place| place.path.is_empty() && self.resource.columns[place.column].list;
        let is_plain = cast.is_none() && item.aggregate.is_none();
        self.outputs.push(Output::Value(Box::new(ValueOutput {
            member: member(&key),
            list: is_plain && field.as_ref().is_some_and(is_list),
            field,
            cast,
            aggregate: item.aggregate,
            aggregate_cast,
            data_type,
        })));
        Ok(())
    }

    fn embed(&mut self, item: &EmbedItem) -> Result<(), Error> {
        let relation = relation(self.context, self.resource, item)?;
        let target = self.context.catalog.target(relation);
        let key = item.alias.as_ref().unwrap_or(&item.target);
        let is_new = self.embeds.iter().all(|embed| embed.key != *key);
        if !is_new || !item.spread && !self.takes(key, None)? {
            return Err(wrong(&format!(
                "`{key}` is selected twice; give one an alias"
            )));
        }
        let level = level(self.context, target, Some(&item.items))?;
        if item.spread {
            if level.grouped {
                return Err(wrong(&format!(
                    "`...{key}` aggregates; embed it without the dots"
                )));
            }
            for name in shown(&level) {
                if !self.takes(&name, None)? {
                    return Err(wrong(&format!(
                        "`{name}` is selected twice; give one an alias"
                    )));
                }
            }
        }
        // Without items it is there to be filtered by only.
        if !item.items.is_empty() {
            self.outputs.push(Output::Embed(self.embeds.len()));
        }
        self.embeds.push(Embed {
            key: key.clone(),
            member: member(key),
            join: relation.join.clone(),
            is_to_one: relation.is_to_one(),
            inner: item.inner,
            spread: item.spread,
            most: None,
            level,
        });
        Ok(())
    }

    /// Whether the output is a new one; the same one a second time comes once.
    fn takes(&mut self, key: &str, item: Option<&FieldItem>) -> Result<bool, Error> {
        match self.keys.iter().find(|(taken, _)| taken == key) {
            None => {
                self.keys.push((key.to_owned(), item.cloned()));
                Ok(true)
            }
            Some((_, taken)) if item.is_some() && taken.as_ref() == item => Ok(false),
            Some(_) => Err(wrong(&format!(
                "`{key}` is selected twice; give one an alias"
            ))),
        }
    }

    fn cast(&self, name: Option<&str>) -> Result<Option<Cast>, Error> {
        let Some(name) = name else { return Ok(None) };
        let Some((_, sql, data_type)) = CASTS.iter().find(|(known, ..)| *known == name) else {
            let known = CASTS.iter().map(|(known, ..)| *known);
            let hint = nearest(name, known)
                .map(|near| format!(" (did you mean `{near}`?)"))
                .unwrap_or_default();
            return Err(wrong(&format!("`{name}` is no type to cast to{hint}")));
        };
        let in_sqlite = matches!(*sql, "text" | "int4" | "int8" | "float8");
        if self.context.database == Database::Sqlite && !in_sqlite {
            return Err(Error::NotImplemented {
                feature: format!("A cast to {name}"),
                reason: "SQLite has no such type".to_owned(),
            });
        }
        Ok(Some(Cast {
            name: sql,
            data_type: data_type.clone(),
        }))
    }
}

/// Types to cast to: as they are asked for, in SQL, for the codec.
const CASTS: &[(&str, &str, Type)] = &[
    ("text", "text", TEXT),
    ("varchar", "text", TEXT),
    ("int", "int4", Type::Int4),
    ("int2", "int2", Type::Int2),
    ("int4", "int4", Type::Int4),
    ("int8", "int8", Type::Int8),
    ("smallint", "int2", Type::Int2),
    ("integer", "int4", Type::Int4),
    ("bigint", "int8", Type::Int8),
    ("float", "float8", Type::Float8),
    ("float4", "float4", Type::Float4),
    ("float8", "float8", Type::Float8),
    ("real", "float4", Type::Float4),
    ("double precision", "float8", Type::Float8),
    ("numeric", "numeric", NUMERIC),
    ("decimal", "numeric", NUMERIC),
    ("bool", "bool", Type::Bool),
    ("boolean", "bool", Type::Bool),
    ("date", "date", Type::Date),
    ("time", "time", Type::Time),
    ("timestamp", "timestamp", Type::Timestamp),
    ("timestamptz", "timestamptz", Type::TimestampTz),
    ("uuid", "uuid", Type::Uuid),
    ("json", "json", Type::Json { comparable: false }),
    ("jsonb", "jsonb", Type::Json { comparable: true }),
];
const TEXT: Type = Type::Text { max_length: None };
const NUMERIC: Type = Type::Numeric {
    precision: None,
    scale: None,
};

/// The column of a field, the way into its JSON, and what is found there.
pub(super) fn place(
    resource: &Resource,
    field: &Field,
    parameter: &str,
) -> Result<(Place, Type), Error> {
    let column = readable(resource, &field.name)?;
    let column_type = &resource.columns[column].data_type;
    let data_type = match field.path.last() {
        None => column_type.clone(),
        Some(_) if !column_type.holds_json() => {
            let reason = format!(
                "`{}` holds no JSON: its type is {}",
                field.name,
                column_type.name()
            );
            return Err(Error::InvalidParameter {
                parameter: parameter.to_owned(),
                reason,
            });
        }
        Some(step) if step.as_text => TEXT,
        Some(_) => Type::Json { comparable: true },
    };
    let place = Place {
        column,
        path: field.path.clone().into_boxed_slice(),
    };
    Ok((place, data_type))
}

/// The type of an aggregate: what Prisma Client gives for it.
fn result(aggregate: Aggregate, input: Type, key: &str) -> Result<Type, Error> {
    let is_number = matches!(
        input,
        Type::Int2 | Type::Int4 | Type::Int8 | Type::Float4 | Type::Float8 | Type::Numeric { .. }
    );
    match (aggregate, input) {
        // A number in JSON, however large.
        (Aggregate::Count, _) => Ok(Type::Float8),
        (Aggregate::Sum, Type::Int8) => Ok(NUMERIC),
        (Aggregate::Sum | Aggregate::Avg, Type::Numeric { .. }) => Ok(NUMERIC),
        (Aggregate::Sum | Aggregate::Avg, _) if is_number => Ok(Type::Float8),
        (Aggregate::Min | Aggregate::Max, input) if input.comparable() => Ok(input),
        (aggregate, input) => Err(wrong(&format!(
            "`{key}`: {} has no {}()",
            input.name(),
            aggregate.name()
        ))),
    }
}

/// The name of an output: its alias, its aggregate, or the last name on its way.
fn key_of(item: &FieldItem) -> String {
    if let Some(alias) = &item.alias {
        return alias.clone();
    }
    if let Some(aggregate) = item.aggregate {
        return aggregate.name().to_owned();
    }
    let Some(field) = &item.field else {
        return String::new();
    };
    let steps = field.path.iter().rev();
    let named = steps.filter_map(|step| match &step.key {
        Key::Member(name) => Some(name),
        Key::Item(_) => None,
    });
    named.into_iter().next().unwrap_or(&field.name).clone()
}

pub(super) fn member(key: &str) -> Box<[u8]> {
    let mut member = serde_json::Value::from(key).to_string();
    member.push(':');
    member.into_bytes().into_boxed_slice()
}

/// Names of what a level shows, those that it spreads included.
fn shown(level: &Level) -> Vec<String> {
    let mut names = Vec::new();
    for output in &level.outputs {
        match output {
            Output::Value(value) => names.push(unquoted(&value.member)),
            Output::Embed(at) if level.embeds[*at].spread => {
                names.extend(shown(&level.embeds[*at].level));
            }
            Output::Embed(at) => names.push(level.embeds[*at].key.clone()),
        }
    }
    names
}

fn unquoted(member: &[u8]) -> String {
    serde_json::from_slice(&member[..member.len() - 1]).unwrap_or_default()
}

fn wrong(reason: &str) -> Error {
    Error::InvalidParameter {
        parameter: "select".to_owned(),
        reason: reason.to_owned(),
    }
}
