//! People who are devices, in m_user: they register, publish, like, comment and give.

use super::{
    Failure, Stage,
    caller::Caller,
    drawing,
    people::all,
    plan::{Member, Plan, Post},
};
use http::Method;
use serde_json::{Value, json};
use shared::{
    values::{RequestId, UserId},
    wallet::{self, Grant},
};
use std::sync::Arc;

/// Somebody who has registered.
#[derive(Clone)]
struct Known {
    id: String,
    device: String,
    app: Caller,
}

/// Everything that they do.
pub(super) async fn live(stage: &Arc<Stage>, plan: &Plan) -> Result<(), Failure> {
    stage.bar.set_message("members");
    let first = plan.people.len();
    let members = plan.members.iter().cloned().enumerate().collect();
    let known = stage.each(members, |stage, (place, member)| registered(stage, first + place, member)).await?;
    let known: Arc<[_]> = known.into_iter().collect::<Result<Vec<_>, _>>()?.into();

    stage.bar.set_message("posts");
    all(stage.each(plan.posts.clone(), |_, post| published(known.clone(), post)).await?)?;
    let roses = plan.roses.iter().map(|(one, to)| (known[*one].clone(), known[*to].id.clone())).collect();
    all(stage.each(roses, |_, (one, to)| given(one, to)).await?)
}

impl Known {
    async fn call(&self, method: Method, path: &str, body: &Value) -> Result<Value, Failure> {
        self.app.device(method, path, &self.device, body).await
    }
}

/// Uploads a picture; gives back its key.
async fn uploaded(app: &Caller, device: &str, picture: Vec<u8>) -> Result<Value, Failure> {
    let path = "/common/upload_tokens?num=1&res_type=picture";
    let mut tokens = app.device(Method::GET, path, device, &Value::Null).await?;
    app.upload(&tokens["tokens"][0]["form"], picture).await?;
    Ok(tokens["tokens"][0]["key"].take())
}

async fn registered(stage: Arc<Stage>, place: usize, member: Member) -> Result<Known, Failure> {
    let app = stage.gateway.caller(place);
    let icon = uploaded(&app, &member.device, drawing::portrait(member.face, member.woman)?).await?;
    let gender = if member.woman { "female" } else { "male" };
    let fields = json!({ "nickname": member.name, "gender": gender, "age": member.age, "icon": icon });
    let user = app.device(Method::POST, "/m_user/users", &member.device, &fields).await?;
    let id = user["id"].as_str().unwrap_or_default().to_owned();
    let known = Known { id: id.clone(), device: member.device.clone(), app };
    known.call(Method::PATCH, &format!("/m_user/users/{id}"), &json!({ "signature": member.signature })).await?;
    if member.coins {
        let request = RequestId::try_from(member.device).ok();
        let uid = UserId::try_from(id).map_err(|_| Failure::Routes)?;
        if let Ok(grant) = Grant::new(Some(20), None, "demo".to_owned(), request) {
            wallet::grant(&stage.app, &uid, &grant).await?;
        }
    }
    Ok(known)
}

/// A post, and then what others think of it, one after the other.
async fn published(known: Arc<[Known]>, post: Post) -> Result<(), Failure> {
    let author = &known[post.by];
    let mut fields = json!({ "post_type": "text", "content": post.text });
    if let Some(number) = post.picture {
        let key = uploaded(&author.app, &author.device, drawing::landscape(number)?).await?;
        fields = json!({ "post_type": "picture", "content": post.text, "media": [key] });
    }
    let made = author.call(Method::POST, "/m_sns/posts", &fields).await?;
    let target = json!({ "target_id": made["id"], "target_type": "post" });
    for who in post.likes {
        known[who].call(Method::POST, "/m_user/likes", &target).await?;
    }
    for (who, text) in post.comments {
        let mut comment = target.clone();
        comment["content"] = text.into();
        known[who].call(Method::POST, "/m_user/comments", &comment).await?;
    }
    Ok(())
}

async fn given(one: Known, to: String) -> Result<(), Failure> {
    one.call(Method::POST, "/m_gift/gifts", &json!({ "to_user_id": to, "gift": "rose" })).await?;
    Ok(())
}
