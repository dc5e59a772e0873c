//! Services of somebody else's in the place of stand-ins: here those of another world.

use crate::world::Api;
use local::{Elsewhere, Options, StartError, World};
use shared::config::Table;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_and_files_are_those_of_another_world() {
    let own = Options::ephemeral().without_questions().elsewhere(Elsewhere::default());
    let other = World::start(own).await.unwrap();
    // A table that is missing is made as the template says.
    other.clients.dynamodb.delete_table().table_name("SocialTable").send().await.unwrap();
    let (dynamodb, s3) = (Some(other.endpoints.dynamodb.clone()), Some(other.endpoints.s3.clone()));
    let api = Api::with(Options::ephemeral().elsewhere(Elsewhere { dynamodb, s3, ..Elsewhere::default() })).await;
    assert_eq!(
        (&api.world.endpoints.dynamodb, &api.world.endpoints.s3),
        (&other.endpoints.dynamodb, &other.endpoints.s3)
    );
    assert_eq!(api.world.clients.upload_url, other.clients.upload_url);
    let made = other.clients.dynamodb.describe_table().table_name("SocialTable").send().await.unwrap().table.unwrap();
    let global: Vec<_> = made.global_secondary_indexes().iter().filter_map(|index| index.index_name()).collect();
    let own: Vec<_> = made.local_secondary_indexes().iter().filter_map(|index| index.index_name()).collect();
    assert_eq!((global, own), (vec!["feed"], vec!["ranking"]));
    // Somebody signs up and uploads answers: all of it is there.
    let ann = api.complete("15172354423", "Ann", "female").await;
    let fields = [("save_key", "/a.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    let form = api.signed(&ann, "account/upload_portrait_request", &fields).await.data();
    assert_eq!(api.upload(&form, b"\x89PNG\r\n\x1a\n").await, 204);
    let asked = other.clients.dynamodb.query().table_name(other.app.config.tables.name(Table::Users));
    let asked = asked.key_condition_expression("pk = :pk");
    let pk = aws_sdk_dynamodb::types::AttributeValue::S(format!("USER#{}", ann.id));
    assert!(asked.expression_attribute_values(":pk", pk).send().await.unwrap().count > 0);
    let objects = other.clients.s3.list_objects_v2().bucket("media").send().await.unwrap();
    assert!(!objects.contents().is_empty());
    api.world.shutdown().await;
    other.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_go_where_they_are_sent_and_wait_nowhere_else() {
    let other = World::start(Options::ephemeral().without_questions()).await.unwrap();
    let sns = Some(other.endpoints.sns.clone());
    let api = Api::with(Options::ephemeral().elsewhere(Elsewhere { sns, ..Elsewhere::default() })).await;
    assert_eq!(api.form("/v1/account/register", &[("phone_number", "15172354423")]).await.status, 200);
    assert_eq!(other.outbox.to("15172354423").len(), 1);
    assert!(api.world.outbox.all().is_empty());
    api.world.shutdown().await;
    other.shutdown().await;
}

/// Whoever starts hears in one line what is missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_does_not_answer_is_named() {
    let elsewhere = Elsewhere { dynamodb: Some("http://127.0.0.1:9".to_owned()), ..Elsewhere::default() };
    let error = World::start(Options::ephemeral().elsewhere(elsewhere)).await.expect_err("nobody is there");
    assert!(matches!(error, StartError::Elsewhere(_)), "{error}");
    assert_eq!(error.exit_code(), 2);
    let line = error.to_string();
    assert!(
        line.contains("--endpoint-dynamodb") && line.contains("http://127.0.0.1:9") && !line.contains('\n'),
        "{line}"
    );
}
