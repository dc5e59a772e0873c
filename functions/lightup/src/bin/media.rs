//! The Lambda function `media`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run(lightup::functions::media()).await
}
