//! The Lambda function `account`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run(lightup::functions::account()).await
}
