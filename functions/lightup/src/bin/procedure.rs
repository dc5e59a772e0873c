//! The Lambda function `procedure`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run(lightup::functions::procedure()).await
}
