//! Profiles: changing one's own, seeing others, devices (`docs/dialects/lightup.md`).

mod change;
mod devices;
mod nicknames;
mod view;

use crate::world::{Answer, Api, Person};
use serde_json::Value;

const INVALID: &str = "invalid request";
const SIGNED_OUT: &str = "You haven't logined";
const NO_USER: &str = "no such user";
const CHANGED: &str = r#"{"status":"change personal_info successfully"}"#;

/// Changes somebody's profile.
async fn change(api: &Api, who: &Person, info: &str) -> Answer {
    api.signed(who, "account/change_personal_info", &[("personal_info", info)]).await
}

/// What somebody sees of another, or of themselves.
async fn view(api: &Api, who: &Person, target: &Person) -> Value {
    api.signed(who, "account/get_user_info", &[("target_id", &target.id)]).await.data()
}
