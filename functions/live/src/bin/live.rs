//! The Lambda function `live`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let equip = |app: &shared::App| {
        shared_ivs::attach(app);
        shared_push::attach(app);
    };
    kit::registry::run_with(live::functions::live(), equip).await
}
