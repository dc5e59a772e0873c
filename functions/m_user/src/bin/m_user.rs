//! The Lambda function `m_user`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run_with(m_user::functions::m_user(), shared_push::attach).await
}
