//! The Lambda function `sealtalk`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run(sealtalk::functions::sealtalk()).await
}
