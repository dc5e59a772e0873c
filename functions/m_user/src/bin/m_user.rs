//! The Lambda function `m_user`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    kit::registry::run(m_user::functions::m_user()).await
}
