//! Interfaces under Prisma's names.

use super::{
    jsdoc, literal, member,
    names::Names,
    ts_type::{condition, input, output},
};
use crate::{
    catalog::{Catalog, Column, Join, Relation, Resource},
    query::plan::{NestedOp, Parent, RelationKind, allowed, owns_key},
    settings::BigIntFormat,
};

/// What every file begins with. The names begin with `$`, as no model's name does.
const HEADER: &str = r#"// Made by `refract types`. Do not edit: the next run replaces it.

export type $Json = string | number | boolean | null | $Json[] | { [key: string]: $Json }
export interface $Filter<T> {
  equals?: T
  not?: T | $Filter<T>
  in?: NonNullable<T>[]
  notIn?: NonNullable<T>[]
  lt?: NonNullable<T>
  lte?: NonNullable<T>
  gt?: NonNullable<T>
  gte?: NonNullable<T>
}
export interface $TextFilter<T> extends Omit<$Filter<T>, "not"> {
  not?: T | $TextFilter<T>
  contains?: string
  startsWith?: string
  endsWith?: string
  /** `insensitive` holds for contains, startsWith, endsWith and equals. */
  mode?: "default" | "insensitive"
}
export interface $ListFilter<T> {
  equals?: T[] | null
  has?: T
  hasEvery?: T[]
  hasSome?: T[]
  isEmpty?: boolean
}
export interface $JsonFilter {
  equals?: $Json
  not?: $Json
  /** A path into the document, for the other conditions. */
  path?: string[]
  string_contains?: string
  string_starts_with?: string
  string_ends_with?: string
  lt?: string | number
  lte?: string | number
  gt?: string | number
  gte?: string | number
}
export type $Order = "asc" | "desc" | { sort: "asc" | "desc"; nulls?: "first" | "last" }
export interface $One<M> { $one: M }
export interface $Optional<M> { $optional: M }
export interface $Many<M> { $many: M }
"#;

/// The interfaces of a catalog, and `models`, what a client needs to know at run time.
pub fn models(catalog: &Catalog, big_int: BigIntFormat) -> String {
    let writer = Writer {
        catalog,
        names: Names::of(catalog),
        big_int,
    };
    let mut text = HEADER.to_owned();
    for one in &catalog.enums {
        text.push('\n');
        jsdoc(&mut text, "", one.comment.as_deref());
        let values = one.values.iter().map(|value| literal(&value.name));
        let values = values.collect::<Vec<_>>().join(" | ");
        let values = if values.is_empty() { "never" } else { &values };
        let name = writer.names.of_enum(&one.model);
        text.push_str(&format!("export type {name} = {values}\n"));
    }
    for resource in &catalog.resources {
        writer.model(&mut text, resource);
    }
    writer.schema(&mut text);
    text
}

struct Writer<'catalog> {
    catalog: &'catalog Catalog,
    names: Names,
    big_int: BigIntFormat,
}

/// What a row of a relation is given by the row that it is created below.
struct Given<'catalog> {
    columns: Vec<usize>,
    /// Its relation back.
    back: Option<&'catalog Relation>,
}

impl<'catalog> Writer<'catalog> {
    fn model(&self, text: &mut String, resource: &'catalog Resource) {
        text.push('\n');
        jsdoc(text, "", resource.comment.as_deref());
        let row = self.names.row(resource);
        text.push_str(&format!("export interface {row} {{\n"));
        for column in visible(resource) {
            jsdoc(text, "  ", column.comment.as_deref());
            let value = output(&self.names, column, self.big_int);
            text.push_str(&format!("  {}: {value}\n", member(&column.field)));
        }
        text.push_str("}\n");
        self.where_types(text, resource);
        self.selection_types(text, resource);
        if resource.writable() {
            self.write_types(text, resource);
        }
        self.model_type(text, resource);
    }

    fn where_types(&self, text: &mut String, resource: &Resource) {
        let name = self.names.with(resource, "Where");
        text.push_str(&format!(
            "export interface {name} {{\n  AND?: {name} | {name}[]\n  OR?: {name}[]\n  NOT?: {name} | {name}[]\n"
        ));
        for column in visible(resource) {
            if let Some(condition) = condition(&self.names, column) {
                text.push_str(&format!("  {}?: {condition}\n", member(&column.field)));
            }
        }
        for relation in &resource.relations {
            let other = self.names.with(self.catalog.target(relation), "Where");
            let condition = match relation.is_to_one() {
                true => format!("{{ is?: {other} | null; isNot?: {other} | null }}"),
                false => format!("{{ some?: {other}; every?: {other}; none?: {other} }}"),
            };
            text.push_str(&format!("  {}?: {condition}\n", member(&relation.name)));
        }
        text.push_str("}\n");
        // One key, and further conditions, as Prisma has it.
        let keys: Vec<String> = resource
            .readable_keys()
            .map(|key| {
                let fields = key.iter().map(|&at| {
                    let column = &resource.columns[at];
                    let value = super::ts_type::output(&self.names, column, self.big_int);
                    format!(
                        "{}: {}",
                        member(&column.field),
                        value.replace(" | null", "")
                    )
                });
                format!("{{ {} }}", fields.collect::<Vec<_>>().join("; "))
            })
            .collect();
        let unique = match keys.is_empty() {
            true => "never".to_owned(),
            false => keys.join(" | "),
        };
        let name = self.names.with(resource, "WhereUnique");
        text.push_str(&format!("export type {name} = {unique}\n"));
    }

    fn selection_types(&self, text: &mut String, resource: &Resource) {
        let with = |suffix| self.names.with(resource, suffix);
        let (select, include) = (with("Select"), with("Include"));
        let mut relations = String::new();
        for relation in &resource.relations {
            let target = self.catalog.target(relation);
            let args = match relation.is_to_one() {
                true => self.names.with(target, "Args"),
                false => self.names.with(target, "ListArgs"),
            };
            relations.push_str(&format!(
                "  {}?: boolean | {args}\n",
                member(&relation.name)
            ));
        }
        text.push_str(&format!("export interface {include} {{\n{relations}}}\n"));
        text.push_str(&format!("export interface {select} extends {include} {{\n"));
        for column in visible(resource) {
            text.push_str(&format!("  {}?: boolean\n", member(&column.field)));
        }
        text.push_str("}\n");
        let order = with("OrderBy");
        text.push_str(&format!("export interface {order} {{\n"));
        for column in visible(resource) {
            text.push_str(&format!("  {}?: $Order\n", member(&column.field)));
        }
        for relation in resource.relations.iter().filter(|one| one.is_to_one()) {
            let other = self.names.row(self.catalog.target(relation));
            text.push_str(&format!(
                "  {}?: {{ [K in keyof {other}]?: $Order }}\n",
                member(&relation.name)
            ));
        }
        let wheres = with("Where");
        text.push_str(&format!(
            "}}\nexport interface {args} {{\n  select?: {select}\n  include?: {include}\n}}\n\
             export interface {list} extends {args} {{\n  where?: {wheres}\n  \
             orderBy?: {order} | {order}[]\n  take?: number\n  skip?: number\n}}\n",
            args = with("Args"),
            list = with("ListArgs"),
        ));
    }

    fn write_types(&self, text: &mut String, resource: &'catalog Resource) {
        let with = |suffix| self.names.with(resource, suffix);
        let mut own = String::new();
        for column in resource.columns.iter().filter(|column| column.writable()) {
            let value = input(&self.names, column);
            own.push_str(&format!("  {}?: {value}\n", member(&column.field)));
        }
        text.push_str(&format!(
            "export interface {} {{\n{own}}}\n",
            with("UpdateMany")
        ));
        let relations = self.nested(resource, Parent::Existing, None);
        text.push_str(&format!(
            "export interface {} extends {} {{\n{relations}}}\n",
            with("Update"),
            with("UpdateMany")
        ));
        text.push_str(&format!(
            "export interface {} {{\n{}}}\n",
            with("CreateMany"),
            self.created_fields(resource, &[], &[])
        ));
        let created = self.created(resource, None);
        text.push_str(&format!("export type {} = {created}\n", with("Create")));
    }

    /// A new row. A foreign key that must be given is given as a field or by its relation.
    fn created(&self, resource: &'catalog Resource, given: Option<&Given>) -> String {
        /// More choices would multiply; the server checks all of them in any case.
        const MOST_CHOICES: usize = 4;
        let fixed: &[usize] = given.map_or(&[], |given| &given.columns);
        let is_back = |one: &Relation| {
            given
                .and_then(|given| given.back)
                .is_some_and(|back| back == one)
        };
        let owned: Vec<&Relation> = self
            .written(resource)
            .filter(|one| owns_key(resource, one) && !is_back(one))
            .collect();
        let is_required = |relation: &&&Relation| {
            let columns = relation.columns();
            columns.iter().any(|&at| resource.columns[at].required())
                && !columns.iter().any(|at| fixed.contains(at))
        };
        let mut choices = Vec::new();
        let mut chosen = Vec::new();
        for relation in owned.iter().filter(is_required) {
            let columns = relation.columns();
            let is_shared = columns.iter().any(|at| chosen.contains(at));
            if choices.len() == MOST_CHOICES || is_shared {
                continue;
            }
            chosen.extend(columns.iter().copied());
            let fields = columns.iter().map(|&at| {
                let column = &resource.columns[at];
                let mark = if column.required() { "" } else { "?" };
                let value = input(&self.names, column);
                (member(&column.field), mark, value)
            });
            let fields: Vec<_> = fields.collect();
            let name = member(&relation.name);
            let link = self.link(resource, relation, Parent::New);
            let by_field = fields
                .iter()
                .map(|(name, mark, value)| format!("{name}{mark}: {value}"));
            let by_field = by_field.collect::<Vec<_>>().join("; ");
            let without = fields.iter().map(|(name, ..)| format!("{name}?: never"));
            let without = without.collect::<Vec<_>>().join("; ");
            choices.push(format!(
                "({{ {by_field}; {name}?: never }} | {{ {name}: {link}; {without} }})"
            ));
        }
        // Keys that a relation may give are optional where there is no choice for them.
        let by_relation: Vec<usize> = owned.iter().flat_map(|one| one.columns()).collect();
        let mut left_out = fixed.to_vec();
        left_out.extend(&chosen);
        let fields = self.created_fields(resource, &left_out, &by_relation);
        let skip: Vec<&Relation> = owned
            .iter()
            .filter(|one| {
                one.columns()
                    .iter()
                    .any(|at| chosen.contains(at) || fixed.contains(at))
            })
            .copied()
            .filter(|one| one.columns().iter().all(|at| left_out.contains(at)))
            .collect();
        let relations = self.nested_but(resource, Parent::New, |one| {
            is_back(one) || skip.contains(&one)
        });
        let body = format!("{{\n{fields}{relations}}}");
        choices.insert(0, body);
        choices.join(" & ")
    }

    fn created_fields(
        &self,
        resource: &Resource,
        left_out: &[usize],
        optional: &[usize],
    ) -> String {
        let mut text = String::new();
        for (position, column) in resource.columns.iter().enumerate() {
            if !column.writable() || left_out.contains(&position) {
                continue;
            }
            jsdoc(&mut text, "  ", column.comment.as_deref());
            let is_required = column.required() && !optional.contains(&position);
            let mark = if is_required { "" } else { "?" };
            let value = input(&self.names, column);
            text.push_str(&format!("  {}{mark}: {value}\n", member(&column.field)));
        }
        text
    }

    fn nested(
        &self,
        resource: &'catalog Resource,
        parent: Parent,
        but: Option<&Relation>,
    ) -> String {
        self.nested_but(resource, parent, |one| but == Some(one))
    }

    fn nested_but(
        &self,
        resource: &'catalog Resource,
        parent: Parent,
        is_left_out: impl Fn(&Relation) -> bool,
    ) -> String {
        let relations = self.written(resource).filter(|one| !is_left_out(one));
        let lines = relations.map(|relation| {
            let link = self.link(resource, relation, parent);
            format!("  {}?: {link}\n", member(&relation.name))
        });
        lines.collect()
    }

    /// The operations on the rows of a relation.
    fn link(&self, resource: &'catalog Resource, relation: &Relation, parent: Parent) -> String {
        let target = self.catalog.target(relation);
        let kind = RelationKind::of(resource, target, relation);
        let many = |one: String| match kind.to_one {
            true => one,
            false => format!("{one} | ({one})[]"),
        };
        let create = match self.given(resource, relation) {
            None => self.names.with(target, "Create"),
            Some(given) => {
                let with = self.names.with(target, "Create");
                let back = given.back.map(|back| literal(&back.name));
                let fields = given
                    .columns
                    .iter()
                    .map(|&at| literal(&target.columns[at].field));
                let all: Vec<String> = fields.chain(back).collect();
                format!("$Without<{with}, {}>", all.join(" | "))
            }
        };
        let unique = self.names.with(target, "WhereUnique");
        let operations = NestedOp::ALL.into_iter();
        let operations = operations.filter(|&op| allowed(op, kind, parent).is_ok());
        let lines = operations.map(|op| {
            let value = match op {
                NestedOp::Create => many(create.clone()),
                NestedOp::CreateMany => {
                    format!("{{ data: $Some<{create}>[]; skipDuplicates?: boolean }}")
                }
                NestedOp::Connect => many(unique.clone()),
                NestedOp::ConnectOrCreate => {
                    many(format!("{{ where: {unique}; create: {create} }}"))
                }
                NestedOp::Set => format!("{unique}[]"),
                NestedOp::Disconnect | NestedOp::Delete if kind.to_one => "boolean".to_owned(),
                NestedOp::Disconnect | NestedOp::Delete => many(unique.clone()),
                NestedOp::Update => {
                    let data = self.names.with(target, "UpdateMany");
                    match kind.to_one {
                        true => data,
                        false => many(format!("{{ where: {unique}; data: {data} }}")),
                    }
                }
            };
            format!("{}?: {value}", op.name())
        });
        format!("{{ {} }}", lines.collect::<Vec<_>>().join("; "))
    }

    /// What the rows of a relation are given by the row that has the relation.
    fn given(&self, resource: &Resource, relation: &Relation) -> Option<Given<'catalog>> {
        if matches!(relation.join, Join::Through(_)) || owns_key(resource, relation) {
            return None;
        }
        let target = self.catalog.target(relation);
        let columns = relation.references();
        let back = target.relations.iter().find(|back| {
            back.foreign_key == relation.foreign_key
                && back.columns() == columns
                && owns_key(target, back)
                && self.catalog.target(back).id == resource.id
        });
        Some(Given { columns, back })
    }

    fn written(&self, resource: &'catalog Resource) -> impl Iterator<Item = &'catalog Relation> {
        let relations = resource.relations.iter();
        relations.filter(|one| self.catalog.target(one).writable())
    }

    fn model_type(&self, text: &mut String, resource: &Resource) {
        let with = |suffix| self.names.with(resource, suffix);
        let row = self.names.row(resource);
        text.push_str(&format!(
            "export interface {} {{\n  row: {row}\n",
            with("Model")
        ));
        for (name, suffix) in [
            ("where", "Where"),
            ("whereUnique", "WhereUnique"),
            ("orderBy", "OrderBy"),
            ("select", "Select"),
            ("include", "Include"),
            ("create", "Create"),
            ("createMany", "CreateMany"),
            ("update", "Update"),
            ("updateMany", "UpdateMany"),
        ] {
            let is_write = name.starts_with("create") || name.starts_with("update");
            let value = match is_write && !resource.writable() {
                true => "never".to_owned(),
                false => with(suffix),
            };
            text.push_str(&format!("  {name}: {value}\n"));
        }
        text.push_str("  relations: {\n");
        for relation in &resource.relations {
            let target = self.names.with(self.catalog.target(relation), "Model");
            let is_sure = owns_key(resource, relation)
                && !(relation.columns().iter()).any(|&at| resource.columns[at].nullable);
            let value = match (relation.is_to_one(), is_sure) {
                (false, _) => format!("$Many<{target}>"),
                (true, true) => format!("$One<{target}>"),
                (true, false) => format!("$Optional<{target}>"),
            };
            text.push_str(&format!("    {}: {value}\n", member(&relation.name)));
        }
        text.push_str("  }\n}\n");
    }

    fn schema(&self, text: &mut String) {
        text.push_str(
            "\n/** A row that something else gives some of its fields to. */\n\
             export type $Without<T, K extends string> = T extends unknown ? $Some<Omit<T, K>> & { [P in K]?: never } : never\n\
             type $Some<T> = { [P in keyof T]: T[P] }\n\
             \n/** Everything that is served, by the members of a client. */\nexport interface Schema {\n",
        );
        for resource in &self.catalog.resources {
            let model = self.names.with(resource, "Model");
            text.push_str(&format!(
                "  {}: {model}\n",
                member(self.names.key(resource))
            ));
        }
        text.push_str("}\n\n/** What a client needs to know when it runs: paths, keys and relations. */\nexport const models = {\n");
        for resource in &self.catalog.resources {
            let key = resource
                .key
                .iter()
                .map(|&at| literal(&resource.columns[at].field));
            let relations = resource.relations.iter().map(|relation| {
                let target = self.names.key(self.catalog.target(relation));
                format!("{}: {}", member(&relation.name), literal(target))
            });
            text.push_str(&format!(
                "  {}: {{ path: {}, key: [{}], relations: {{ {} }} }},\n",
                member(self.names.key(resource)),
                literal(&resource.path),
                key.collect::<Vec<_>>().join(", "),
                relations.collect::<Vec<_>>().join(", ")
            ));
        }
        text.push_str("} as const\n");
    }
}

fn visible(resource: &Resource) -> impl Iterator<Item = &Column> {
    resource
        .visible()
        .map(|position| &resource.columns[position])
}
