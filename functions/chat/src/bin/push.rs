//! The Lambda function `push`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run_sockets(chat::functions::push(), shared_push::attach).await
}
