//! Tables, buckets and routes, as `template.yaml` defines them. Intrinsic functions (`!Ref`, `!If` ...) are not evaluated, so
//! none may stand in keys, attributes, indexes or TTL.

use crate::error::StartError;
use serde_json::{Map, Value, json};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The text that was read last, and what it says. The tests start hundreds of worlds from one template, and reading its YAML
/// takes longer than the rest of a start.
static LAST: Mutex<Option<(String, Template)>> = Mutex::new(None);

/// What `local` needs of a template.
#[derive(Clone, Debug)]
pub struct Template {
    /// Where it was read from.
    pub path: PathBuf,
    /// Every `AWS::DynamoDB::Table`.
    pub tables: Vec<Table>,
    /// The name of every `AWS::S3::Bucket`: see [`bucket_name`].
    pub buckets: Vec<String>,
    /// Every route of an `AWS::Serverless::Function`.
    pub routes: Vec<Route>,
}

/// A path of the HTTP API, and who answers it.
#[derive(Clone, Debug)]
pub struct Route {
    /// As API Gateway writes it: a path, one that ends in `{proxy+}`, or `$default`.
    pub path: String,
    /// The name of the function's binary.
    pub binary: String,
}

impl Route {
    /// Whether API Gateway hands this path to this route, `$default` aside, unless a longer one takes it.
    #[must_use]
    pub fn takes(&self, path: &str) -> bool {
        match self.path.strip_suffix("{proxy+}") {
            Some(prefix) => path.len() > prefix.len() && path.starts_with(prefix),
            None => self.path == path,
        }
    }
}

/// A table. Its local name is its logical id, which is also what `!Ref` stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The logical id.
    pub name: String,
    /// The attribute that holds the time of expiry (epoch seconds), when TTL is on.
    pub expiry: Option<String>,
    /// Keys, attributes and indexes in the form that [`definition`] gives.
    pub definition: Value,
}

impl Template {
    /// The template beside the workspace's `Cargo.toml`.
    #[must_use]
    pub fn default_path() -> PathBuf {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        package.parent().unwrap_or(package).join("template.yaml")
    }

    /// Reads a template.
    ///
    /// # Errors
    /// [`StartError::Template`]: no such file, no YAML, no resources, or a table without keys.
    pub fn read(path: &Path) -> Result<Self, StartError> {
        let bad = |reason: String| StartError::Template { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
        if let Some((_, template)) = last().as_ref().filter(|(known, _)| *known == text) {
            return Ok(Self { path: path.to_owned(), ..template.clone() });
        }
        let template = Self::parse(path, &text).map_err(bad)?;
        *last() = Some((text, template.clone()));
        Ok(template)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, String> {
        // YAML 1.1 would read the attribute type `N` as false.
        let options = serde_saphyr::options! { strict_booleans: true };
        let value: Value =
            serde_saphyr::from_str_with_options(text, options).map_err(|error| first_line(&error.to_string()))?;
        let resources = value.get("Resources").and_then(Value::as_object).ok_or("it has no Resources")?;
        let of_type = |wanted: &'static str| {
            resources.iter().filter(move |(_, resource)| resource.get("Type").and_then(Value::as_str) == Some(wanted))
        };
        let tables =
            of_type("AWS::DynamoDB::Table").map(|(id, resource)| table(id, resource)).collect::<Result<_, _>>()?;
        let buckets = of_type("AWS::S3::Bucket").map(|(id, _)| bucket_name(id)).collect();
        let routes = of_type("AWS::Serverless::Function").flat_map(|(_, function)| routes(function)).collect();
        Ok(Self { path: path.to_owned(), tables, buckets, routes })
    }
}

fn last() -> MutexGuard<'static, Option<(String, Template)>> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner)
}

fn routes(function: &Value) -> Vec<Route> {
    let binary = function.pointer("/Metadata/BuildProperties/Binary").and_then(Value::as_str).unwrap_or_default();
    let events = function.pointer("/Properties/Events").and_then(Value::as_object);
    let paths =
        events.into_iter().flat_map(Map::values).filter_map(|event| event.pointer("/Properties/Path")?.as_str());
    paths.map(|path| Route { path: path.to_owned(), binary: binary.to_owned() }).collect()
}

/// What a parser says, without the lines that show the place in the text.
fn first_line(error: &str) -> String {
    let line = error.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

fn table(id: &str, resource: &Value) -> Result<Table, String> {
    let properties = resource.get("Properties").unwrap_or(&Value::Null);
    for property in ["KeySchema", "AttributeDefinitions"] {
        if properties.get(property).is_none_or(|value| !value.is_array()) {
            return Err(format!("{id} has no {property}"));
        }
    }
    let ttl = properties.get("TimeToLiveSpecification").filter(|ttl| ttl.get("Enabled") == Some(&Value::Bool(true)));
    let expiry = ttl.and_then(|ttl| ttl.get("AttributeName")).and_then(Value::as_str).map(str::to_owned);
    Ok(Table { name: id.to_owned(), expiry, definition: definition(properties) })
}

/// The local name of a bucket: the logical id without `Bucket`, in kebab case, since S3 takes no capitals.
/// `MediaBucket` is `media`.
#[must_use]
pub fn bucket_name(id: &str) -> String {
    let stem = id.strip_suffix("Bucket").filter(|stem| !stem.is_empty()).unwrap_or(id);
    let mut name = String::with_capacity(stem.len() + 4);
    for letter in stem.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Keys, attributes and indexes in one order and without the rest. The properties of a template, a `CreateTable` request
/// and a `DescribeTable` answer have the same shape, so two definitions are the same table when these are equal.
#[must_use]
pub fn definition(description: &Value) -> Value {
    let mut parts = Map::new();
    parts.insert("AttributeDefinitions".into(), sorted(description.get("AttributeDefinitions"), "AttributeName"));
    parts.insert("KeySchema".into(), sorted(description.get("KeySchema"), "KeyType"));
    for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let Value::Array(indexes) = sorted(description.get(kind), "IndexName") else { continue };
        if !indexes.is_empty() {
            parts.insert(kind.into(), indexes.iter().map(index).collect());
        }
    }
    Value::Object(parts)
}

fn index(index: &Value) -> Value {
    let projection = index.get("Projection").unwrap_or(&Value::Null);
    let mut kept = json!({ "ProjectionType": projection.get("ProjectionType") });
    if let Some(Value::Array(attributes)) = projection.get("NonKeyAttributes") {
        let mut names: Vec<_> = attributes.iter().filter_map(Value::as_str).collect();
        names.sort_unstable();
        kept["NonKeyAttributes"] = json!(names);
    }
    json!({
        "IndexName": index.get("IndexName"),
        "KeySchema": sorted(index.get("KeySchema"), "KeyType"),
        "Projection": kept,
    })
}

/// The elements of a list ordered by one of their fields. `HASH` comes before `RANGE`, as DynamoDB wants it.
fn sorted(list: Option<&Value>, field: &str) -> Value {
    let mut elements = list.and_then(Value::as_array).cloned().unwrap_or_default();
    elements.sort_by_key(|element| element.get(field).and_then(Value::as_str).unwrap_or_default().to_owned());
    Value::Array(elements)
}
