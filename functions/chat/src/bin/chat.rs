//! The Lambda function `chat`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run(chat::functions::chat()).await
}
