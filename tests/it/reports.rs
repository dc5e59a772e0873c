//! What people report to operators, in every API that shows strangers, what is kept of it, and how operators decide. And blocks, which are
//! one mechanism for all APIs.

mod blocks;
mod filing;
mod operators;

use crate::{own::full::Full, world::Api};
use serde_json::{Value, json};
use shared::feedback::deciding;

impl Api {
    /// The open reports, as operators read them.
    async fn filed(&self) -> Vec<Value> {
        let (filed, _) = deciding::open(&self.world.app, None, deciding::MOST).await.unwrap();
        filed.iter().map(|filed| serde_json::to_value(filed).unwrap()).collect()
    }

    /// The newest of them.
    async fn newest(&self) -> Value {
        self.filed().await.pop().expect("an open report")
    }

    /// What Live answers somebody: the code of the result.
    async fn live_says(&self, who: &Full, path: &str, fields: &[(&str, &str)]) -> (String, Value) {
        let answer = self.form(path, &[fields, &[("token", &*who.live)]].concat()).await.json();
        (answer["result"].as_str().unwrap().to_owned(), answer["message"].clone())
    }

    /// A report of a person, as Light Up has it.
    async fn reports(&self, who: &Full, whom: &Full, reason: &str) {
        let fields = [("target_id", &*whom.person.id), ("reason", reason)];
        let done = r#"{"status":"report user successfully","data":{}}"#;
        self.signed(&who.person, "account/report_user", &fields).await.is(200, done);
    }
}

/// Two people who are in every API.
async fn two(api: &Api) -> (Full, Full) {
    (api.everywhere("13900000001", "Anna").await, api.everywhere("13900000002", "Bob").await)
}

/// A report without what differs each time.
fn told(filed: &Value) -> Value {
    json!([filed["api"], filed["about"], filed["target"], filed["reason"], filed["evidence"]["whom"]])
}
