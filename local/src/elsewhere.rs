//! Services that this process does not have itself: DynamoDB Local, LocalStack or those of an AWS account, in the place of stand-ins.
//!
//! Calls to them are signed with the credentials and the region of the environment, where it has any, and with those of the stand-ins
//! else. Tables and the bucket are made if they are missing, but not on AWS itself: there a deployed stack has them, and the
//! environment says what they are called, as it does for functions (`USERS_TABLE`, `MEDIA_BUCKET` and so on).

mod keys;

pub use keys::AccessKey;

use crate::{
    account::Account,
    error::StartError,
    template::{self, Template},
};
use aws_sdk_dynamodb::{
    Client,
    operation::create_table::builders::CreateTableFluentBuilder,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, LocalSecondaryIndex,
        Projection, ProjectionType, ScalarAttributeType, TimeToLiveSpecification,
    },
};
use aws_smithy_types::error::operation::BuildError;
use clap::Args;
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::{Clients, Config, config::Table, error::causes, random::Random};
use std::{env, path::Path};

/// The URLs of services that are not this process's, without a trailing slash. Those that have none are.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// DynamoDB is at this URL, such as http://127.0.0.1:8000, and not in this process; AWS_ENDPOINT_URL_DYNAMODB says the same. Its
    /// tables are made if they are missing, but on AWS, where the environment names them.
    #[arg(long = "endpoint-dynamodb", value_name = "URL", value_parser = url)]
    pub dynamodb: Option<String>,
    /// S3 is at this URL; so does AWS_ENDPOINT_URL_S3. The bucket is made as tables are.
    #[arg(long = "endpoint-s3", value_name = "URL", value_parser = url)]
    pub s3: Option<String>,
    /// SNS is at this URL; so does AWS_ENDPOINT_URL_SNS. SMS do not wait at /_local/sms then. On AWS they are sent, and paid for.
    #[arg(long = "endpoint-sns", value_name = "URL", value_parser = url)]
    pub sns: Option<String>,
    /// The access key of a test for DynamoDB, in the place of that of the environment: DynamoDB Local keeps the tables of each key
    /// apart. What an older version of it lacks is made up for then.
    #[arg(skip)]
    pub access_key: Option<AccessKey>,
}

fn url(text: &str) -> Result<String, &'static str> {
    let parsed: Option<http::Uri> = text.parse().ok();
    let known = parsed.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    // A port that is none is read as if none was given.
    let whole = known.and_then(|uri| uri.into_parts().authority).filter(|authority| {
        let port = authority.as_str().rsplit_once(':').map(|(_, port)| port).filter(|port| !port.ends_with(']'));
        !authority.host().is_empty() && port.is_none_or(|port| port.parse::<u16>().is_ok())
    });
    whole.map(|_| text.trim_end_matches('/').to_owned()).ok_or("wanted the URL of a service, with http:// or https://")
}

/// A variable of the environment; an empty one counts as absent.
#[expect(clippy::disallowed_methods, reason = "names and credentials of an account that is not this process's")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

impl Elsewhere {
    /// With the URLs that the environment has for what has none here: `AWS_ENDPOINT_URL_DYNAMODB`, `_S3` and `_SNS`.
    ///
    /// # Errors
    /// One of them is no URL.
    pub fn or_of_environment(self) -> Result<Self, StartError> {
        let of = |said: Option<String>, service: &str| {
            let name = format!("AWS_ENDPOINT_URL_{service}");
            let found = said.map_or_else(|| variable(&name).map(|text| url(&text)), |said| Some(Ok(said)));
            found.transpose().map_err(|reason| StartError::Elsewhere(format!("{name}: {reason}")))
        };
        let Self { dynamodb, s3, sns, access_key } = self;
        Ok(Self { dynamodb: of(dynamodb, "DYNAMODB")?, s3: of(s3, "S3")?, sns: of(sns, "SNS")?, access_key })
    }

    /// The DynamoDB that `TEST_DYNAMODB` names, if it does, with tables of one's own: the tests run over another implementation
    /// then. It has to keep the tables of each access key apart, as DynamoDB Local does. A world that keeps its data in a folder finds
    /// its tables again when it is started anew.
    pub(crate) fn of_tests(folder: Option<&Path>) -> Self {
        let dynamodb = variable("TEST_DYNAMODB");
        let access_key = dynamodb.as_ref().map(|_| match folder {
            Some(folder) => AccessKey::named(hex::encode(&Sha256::digest(folder.as_os_str().as_encoded_bytes())[..10])),
            None => AccessKey::lent(|| hex::encode(Random::system().bytes::<10>())),
        });
        Self { dynamodb, access_key, ..Self::default() }
    }

    /// Whether every service is this process's.
    pub(crate) fn is_nowhere(&self) -> bool {
        [&self.dynamodb, &self.s3, &self.sns].iter().all(|url| url.is_none())
    }

    /// Whether one of them speaks TLS.
    pub(crate) fn has_tls(&self) -> bool {
        [&self.dynamodb, &self.s3, &self.sns].into_iter().flatten().any(|url| url.starts_with("https:"))
    }

    /// By what calls are signed that go elsewhere.
    pub(crate) fn account(&self) -> Account {
        let key = variable("AWS_ACCESS_KEY_ID").zip(variable("AWS_SECRET_ACCESS_KEY"));
        let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        let mut account = Account::local();
        if let Some((id, secret)) = key {
            account = Account { id, secret, token: variable("AWS_SESSION_TOKEN"), ..account };
        }
        Account { region: region.unwrap_or(account.region), ..account }
    }

    /// The names that the environment has for tables and bucket, if they are elsewhere.
    pub(crate) fn name(&self, config: &mut Config) {
        if self.dynamodb.is_some() {
            for table in Table::ALL {
                if let Some(name) = variable(table.setting()) {
                    config.tables.rename(table, name);
                }
            }
        }
        if let Some(bucket) = variable("MEDIA_BUCKET").filter(|_| self.s3.is_some()) {
            config.media_bucket = bucket;
        }
    }
}

/// Whether a URL is AWS's own.
pub(crate) fn is_aws(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', ':']).next().unwrap_or_default();
    [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"].iter().any(|suffix| host.ends_with(suffix))
}

fn failed(error: impl std::error::Error + 'static) -> StartError {
    StartError::Elsewhere(causes(&error))
}

/// Makes sure that everything is there that is elsewhere.
pub(crate) async fn prepare(
    elsewhere: &Elsewhere,
    clients: &Clients,
    config: &Config,
    template: &Template,
) -> Result<(), StartError> {
    let at = |error: StartError, url: &str| match error {
        StartError::Elsewhere(reason) => StartError::Elsewhere(format!("{url}: {reason}")),
        other => other,
    };
    if let Some(url) = &elsewhere.dynamodb {
        if elsewhere.access_key.as_ref().is_some_and(AccessKey::is_used) {
            remove_tables(&clients.dynamodb).await.map_err(|error| at(error, url))?;
        }
        tables(&clients.dynamodb, url, config, &template.tables).await.map_err(|error| at(error, url))?;
    }
    if let Some(url) = &elsewhere.s3 {
        bucket(&clients.s3, url, &config.media_bucket).await.map_err(|error| at(error, url))?;
    }
    Ok(())
}

/// Removes the tables that another test has left.
async fn remove_tables(client: &Client) -> Result<(), StartError> {
    let listed = client.list_tables().send().await.map_err(failed)?;
    for table in listed.table_names() {
        client.delete_table().table_name(table).send().await.map_err(failed)?;
    }
    Ok(())
}

/// Makes the tables that are missing at a URL; on AWS, makes sure that there are all.
async fn tables(client: &Client, url: &str, config: &Config, tables: &[template::Table]) -> Result<(), StartError> {
    for table in Table::ALL {
        let name = config.tables.name(table);
        match client.describe_table().table_name(name).send().await {
            Ok(_) => continue,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {}
            Err(error) => return Err(failed(error)),
        }
        if is_aws(url) {
            let setting = table.setting();
            return Err(StartError::Elsewhere(format!("there is no table {name}; name one of a stack by {setting}")));
        }
        let defined = tables.iter().find(|defined| defined.name == table.logical_id());
        let defined = defined.ok_or_else(|| StartError::Elsewhere(format!("the template has no {name}")))?;
        let asked = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
        let asked = defined_as(asked, &defined.definition).map_err(failed)?;
        asked.send().await.map_err(failed)?;
        if let Some(attribute) = &defined.expiry {
            let expiry = TimeToLiveSpecification::builder().attribute_name(attribute).enabled(true).build();
            let asked = client.update_time_to_live().table_name(name);
            asked.time_to_live_specification(expiry.map_err(failed)?).send().await.map_err(failed)?;
        }
    }
    Ok(())
}

/// The keys, attributes and indexes of a table of the template.
fn defined_as(asked: CreateTableFluentBuilder, definition: &Value) -> Result<CreateTableFluentBuilder, BuildError> {
    let list = |of: &Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let keys = |of: &Value| -> Result<Vec<_>, BuildError> {
        let key = |key: &Value| {
            let kind = KeyType::from(text(key, "KeyType").as_str());
            KeySchemaElement::builder().attribute_name(text(key, "AttributeName")).key_type(kind).build()
        };
        list(of, "KeySchema").iter().map(key).collect()
    };
    let attribute = |attribute: &Value| {
        let kind = ScalarAttributeType::from(text(attribute, "AttributeType").as_str());
        AttributeDefinition::builder().attribute_name(text(attribute, "AttributeName")).attribute_type(kind).build()
    };
    let projection = |index: &Value| {
        let projected = &index["Projection"];
        let kind = ProjectionType::from(text(projected, "ProjectionType").as_str());
        let others = list(projected, "NonKeyAttributes");
        let others: Vec<_> = others.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let built = Projection::builder().projection_type(kind);
        built.set_non_key_attributes(Some(others).filter(|others| !others.is_empty())).build()
    };
    let global = |index: &Value| {
        let built = GlobalSecondaryIndex::builder().index_name(text(index, "IndexName"));
        built.set_key_schema(Some(keys(index)?)).projection(projection(index)).build()
    };
    let own = |index: &Value| {
        let built = LocalSecondaryIndex::builder().index_name(text(index, "IndexName"));
        built.set_key_schema(Some(keys(index)?)).projection(projection(index)).build()
    };
    let attributes = list(definition, "AttributeDefinitions").iter().map(attribute).collect::<Result<Vec<_>, _>>()?;
    let globals = list(definition, "GlobalSecondaryIndexes").iter().map(global).collect::<Result<Vec<_>, _>>()?;
    let own = list(definition, "LocalSecondaryIndexes").iter().map(own).collect::<Result<Vec<_>, _>>()?;
    // An empty list of indexes is refused.
    Ok(asked
        .set_attribute_definitions(Some(attributes))
        .set_key_schema(Some(keys(definition)?))
        .set_global_secondary_indexes(Some(globals).filter(|indexes| !indexes.is_empty()))
        .set_local_secondary_indexes(Some(own).filter(|indexes| !indexes.is_empty())))
}

/// Makes the bucket if it is missing; on AWS, makes sure that it is there.
async fn bucket(client: &aws_sdk_s3::Client, url: &str, bucket: &str) -> Result<(), StartError> {
    match client.head_bucket().bucket(bucket).send().await {
        Ok(_) => Ok(()),
        Err(error) if !error.as_service_error().is_some_and(|error| error.is_not_found()) => Err(failed(error)),
        Err(_) if is_aws(url) => {
            Err(StartError::Elsewhere(format!("there is no bucket {bucket}; name one of a stack by MEDIA_BUCKET")))
        }
        Err(_) => client.create_bucket().bucket(bucket).send().await.map(drop).map_err(failed),
    }
}
