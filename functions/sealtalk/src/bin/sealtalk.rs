//! The Lambda function `sealtalk`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run_with(sealtalk::functions::sealtalk(), shared_push::attach).await
}
