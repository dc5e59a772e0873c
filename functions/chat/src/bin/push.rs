//! The Lambda function `push`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let equip = |app: &shared::App| {
        shared_push::attach(app);
        shared_schedules::attach(app);
    };
    kit::registry::run_sockets(chat::functions::push(), equip).await
}
