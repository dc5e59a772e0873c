//! The smallest function there is: what the start of the real ones is compared with (`just bench`).

use axum::{Router, routing::get};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::tracing::init_default_subscriber();
    lambda_http::run(Router::new().route("/", get(async || "hello"))).await
}
