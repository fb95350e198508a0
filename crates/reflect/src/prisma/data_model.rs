//! The output of the parser: Prisma's data model (DMMF), and the parts of the schema's text that the
//! data model leaves out.
//!
//! Source: `DMMF.Datamodel` of npm's `@prisma/dmmf`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Enum, EnumValue, Field, FieldKind, Model, PrismaSchema, RelationField, client_fills};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    data_model: DataModel,
    blocks: Vec<Block>,
}

#[derive(Deserialize)]
struct DataModel {
    enums: Vec<DataEnum>,
    models: Vec<DataModelModel>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataEnum {
    name: String,
    db_name: Option<String>,
    documentation: Option<String>,
    values: Vec<DataEnumValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataEnumValue {
    name: String,
    db_name: Option<String>,
    documentation: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataModelModel {
    name: String,
    db_name: Option<String>,
    schema: Option<String>,
    documentation: Option<String>,
    fields: Vec<DataField>,
    primary_key: Option<DataKey>,
    unique_fields: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct DataKey {
    fields: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataField {
    name: String,
    db_name: Option<String>,
    kind: String,
    #[serde(rename = "type")]
    field_type: String,
    is_list: bool,
    is_required: bool,
    is_id: bool,
    is_unique: bool,
    is_updated_at: bool,
    documentation: Option<String>,
    default: Option<Value>,
    relation_name: Option<String>,
    #[serde(default)]
    relation_from_fields: Vec<String>,
    #[serde(default)]
    relation_to_fields: Vec<String>,
}

/// A block of the schema's text. For an enum, the fields are its values.
#[derive(Deserialize)]
struct Block {
    kind: String,
    name: String,
    map: Option<String>,
    schema: Option<String>,
    ignored: bool,
    fields: Vec<BlockField>,
}

#[derive(Deserialize)]
struct BlockField {
    name: String,
    #[serde(rename = "type")]
    field_type: Option<String>,
    map: Option<String>,
    ignored: bool,
    /// The text of the number in `@default(1.50)`. The data model rounds decimals.
    number: Option<String>,
}

impl Document {
    pub(super) fn into_schema(self) -> PrismaSchema {
        let Self { data_model, blocks } = self;
        let by_name: BTreeMap<&str, &Block> = blocks
            .iter()
            .map(|block| (block.name.as_str(), block))
            .collect();
        let mut models: Vec<Model> = data_model
            .models
            .into_iter()
            .map(|model| model.into_model(&by_name))
            .collect();
        let ignored = blocks
            .iter()
            .filter(|block| block.ignored && matches!(block.kind.as_str(), "model" | "view"));
        models.extend(ignored.map(Block::ignored_model));
        PrismaSchema {
            models,
            enums: data_model
                .enums
                .into_iter()
                .map(|found| found.into_enum(&by_name))
                .collect(),
            unknown: Vec::new(),
            storage_hash: None,
        }
    }
}

impl Block {
    fn ignored_model(&self) -> Model {
        Model {
            name: self.name.clone(),
            table: self.map.clone().unwrap_or_else(|| self.name.clone()),
            schema: self.schema.clone(),
            ignored: true,
            comment: None,
            fields: Vec::new(),
            relations: Vec::new(),
            key: Vec::new(),
        }
    }
}

impl DataModelModel {
    fn into_model(self, blocks: &BTreeMap<&str, &Block>) -> Model {
        let block = blocks.get(self.name.as_str());
        let key = self.key();
        let (relations, columns): (Vec<DataField>, Vec<DataField>) = self
            .fields
            .into_iter()
            .partition(|field| field.kind == "object");
        let written = |name: &str| {
            block?
                .fields
                .iter()
                .find(|field| field.name == name)?
                .number
                .clone()
        };
        let mut fields: Vec<Field> = columns
            .into_iter()
            .map(|field| {
                let number = written(&field.name);
                field.into_field(number)
            })
            .collect();
        let is_relation = |name: &Option<String>| {
            name.as_deref()
                .and_then(|name| blocks.get(name))
                .is_some_and(|block| matches!(block.kind.as_str(), "model" | "view"))
        };
        // These are not in the data model.
        let unseen = block.into_iter().flat_map(|block| &block.fields);
        fields.extend(
            unseen
                .filter(|field| !is_relation(&field.field_type))
                .filter_map(BlockField::unseen),
        );
        Model {
            table: self.db_name.unwrap_or_else(|| self.name.clone()),
            name: self.name,
            schema: self.schema,
            ignored: false,
            comment: self.documentation,
            fields,
            relations: relations
                .into_iter()
                .map(DataField::into_relation)
                .collect(),
            key,
        }
    }

    fn key(&self) -> Vec<String> {
        let single = |is_key: fn(&DataField) -> bool| {
            let found = self.fields.iter().find(|field| is_key(field));
            found.map(|field| vec![field.name.clone()])
        };
        single(|field| field.is_id)
            .or_else(|| self.primary_key.as_ref().map(|key| key.fields.clone()))
            .or_else(|| single(|field| field.is_unique && field.is_required))
            .or_else(|| self.unique_fields.first().cloned())
            .unwrap_or_default()
    }
}

impl BlockField {
    /// The field, if the data model leaves it out.
    fn unseen(&self) -> Option<Field> {
        let is_unsupported = self.field_type.as_deref() == Some("Unsupported");
        let kind = match (self.ignored, is_unsupported) {
            (true, _) => FieldKind::Ignored,
            (false, true) => FieldKind::Unsupported,
            (false, false) => return None,
        };
        Some(Field {
            name: self.name.clone(),
            column: self.map.clone().unwrap_or_else(|| self.name.clone()),
            kind,
            list: false,
            required: false,
            comment: None,
            client_default: None,
            updated_at: false,
            on_update: None,
        })
    }
}

impl DataField {
    /// `number` is the text of the default, if it is a number.
    fn into_field(self, number: Option<String>) -> Field {
        let client_default = self
            .default
            .and_then(|default| client_fills::client_default(&self.field_type, default, number));
        Field {
            column: self.db_name.unwrap_or_else(|| self.name.clone()),
            name: self.name,
            kind: match self.kind.as_str() {
                "enum" => FieldKind::Enum(self.field_type),
                _ => FieldKind::Scalar(self.field_type),
            },
            list: self.is_list,
            required: self.is_required,
            comment: self.documentation,
            client_default,
            updated_at: self.is_updated_at,
            on_update: None,
        }
    }

    fn into_relation(self) -> RelationField {
        RelationField {
            name: self.name,
            model: self.field_type,
            relation: self.relation_name.unwrap_or_default(),
            list: self.is_list,
            fields: self.relation_from_fields,
            references: self.relation_to_fields,
            through: None,
        }
    }
}

impl DataEnum {
    fn into_enum(self, blocks: &BTreeMap<&str, &Block>) -> Enum {
        Enum {
            schema: blocks
                .get(self.name.as_str())
                .and_then(|block| block.schema.clone()),
            database_name: self.db_name.unwrap_or_else(|| self.name.clone()),
            name: self.name,
            comment: self.documentation,
            values: self
                .values
                .into_iter()
                .map(|value| EnumValue {
                    label: value.db_name.unwrap_or_else(|| value.name.clone()),
                    name: value.name,
                    comment: value.documentation,
                })
                .collect(),
        }
    }
}
