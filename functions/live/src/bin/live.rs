//! The Lambda function `live`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run_with(live::functions::live(), shared_ivs::attach).await
}
