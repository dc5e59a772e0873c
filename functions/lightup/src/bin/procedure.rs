//! The Lambda function `procedure`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run_with(lightup::functions::procedure(), shared_push::attach).await
}
