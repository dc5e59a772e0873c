//! The Lambda function `chat`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run_with(chat::functions::chat(), shared_push::attach).await
}
