//! S3: verifies signatures and upload forms as AWS does, keeps the objects as files.
//!
//! A form's conditions are checked; one that fails is answered 400 where AWS says 403. Forms and signatures are judged by
//! the machine's clock. Lifecycle rules are not carried out.

use crate::{
    account::{ACCESS_KEY, SECRET_KEY},
    error::StartError,
    folder::Folder,
    objects::Objects,
    server::{self, Server},
};
use axum::{Router, error_handling::HandleError};
use http::{Method, StatusCode, header};
use s3s::{
    HttpError,
    auth::SimpleAuth,
    config::{S3Config, StaticConfigProvider},
    service::{S3Service, S3ServiceBuilder},
};
use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tower_http::cors::{Any, CorsLayer};

/// How old a signature or an upload form may be. AWS lets a form live as long as it says, a header signature 15 minutes.
const OLDEST_SIGNATURE: u32 = 24 * 60 * 60;

/// The credentials that `sam local` hands to functions where nobody has any.
const OF_SAM: (&str, &str) = ("defaultkey", "defaultsecret");

/// Serves the buckets.
pub(crate) fn start(listener: TcpListener, folder: &Folder, buckets: &[String]) -> Result<Server, StartError> {
    let path = folder.objects()?;
    let objects = Objects::open(&path, buckets).map_err(|reason| StartError::Folder { path, reason })?;
    let service = HandleError::new(service(objects), failed);
    let router = Router::new().fallback_service(service).layer(any_origin());
    Server::start(listener, router, server::HEAD_TIME)
}

fn service(objects: Objects) -> S3Service {
    let mut config = S3Config::default();
    config.presigned_url_max_skew_time_secs = OLDEST_SIGNATURE;
    let mut builder = S3ServiceBuilder::new(objects);
    let mut credentials = SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY);
    let (access_key, secret_key) = OF_SAM;
    credentials.register(access_key.to_owned(), secret_key.into());
    builder.set_auth(credentials);
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
    builder.build()
}

async fn failed(error: HttpError) -> StatusCode {
    tracing::warn!(?error, "an S3 request failed");
    StatusCode::INTERNAL_SERVER_ERROR
}

/// What the template's CORS rule allows, for every origin.
fn any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST, Method::PUT, Method::GET, Method::HEAD])
        .allow_headers(Any)
        .expose_headers([header::ETAG])
        .max_age(Duration::from_secs(3_600))
}
