//! Comments (`docs/dialects/m_user.md#comments`).

use crate::{
    dialect::Routes,
    lists::{LimitField, OffsetField, POST, Paging, PostField, PostTarget, wrong_place},
    wire::UserCard,
};
use kit::{
    Sample::{Int, Str},
    Signed,
    field::Text,
    get, post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    posts::comments::{self, Comment},
    values::FreeText,
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        get("/m_user/comments", "Comments")
            .about("Lists the comments of a post")
            .example(&[
                ("target_id", Str(POST)),
                ("target_type", Str("post")),
                ("cursor", Str("")),
                ("offset", Int(0)),
                ("limit", Int(20)),
            ])
            .refusing(wrong_place)
            .signed(list),
        post("/m_user/comments", "CreateComment")
            .about("Comments on a post")
            .example(&[("target_id", Str(POST)), ("target_type", Str("post")), ("content", Str("好"))])
            .signed(create),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct List {
    target_id: PostField,
    #[serde(rename = "target_type")]
    _target_type: PostTarget,
    cursor: Option<Text>,
    offset: Option<OffsetField>,
    limit: Option<LimitField>,
}

#[derive(Serialize, JsonSchema)]
struct CommentItem {
    id: String,
    content: String,
    created_time: i64,
    user: UserCard,
}

impl From<Comment> for CommentItem {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id.to_string(),
            content: comment.content.as_str().to_owned(),
            created_time: comment.created_at,
            user: UserCard::of_author(&comment.author),
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Comments {
    cursor: String,
    total: i64,
    items: Vec<CommentItem>,
}

async fn list(app: App, signed: Signed, input: List) -> Result<Comments, Error> {
    let paging = Paging::of(input.cursor, input.offset, input.limit);
    let (total, page) = comments::list(&app, &signed.claim, &input.target_id.0, &paging.asked()).await?;
    Ok(Comments { cursor: page.cursor, total, items: page.items.into_iter().map(Into::into).collect() })
}

kit::fields! {
    /// `content`: 1 to 500 characters.
    ContentField(#[schemars(with = "String", length(min = 1, max = 500))] FreeText) from Text
        = |text| FreeText::new(text.0, 1..=500);
}

#[derive(Deserialize, JsonSchema)]
struct Create {
    target_id: PostField,
    #[serde(rename = "target_type")]
    _target_type: PostTarget,
    content: ContentField,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CreatedComment")]
struct Created {
    id: String,
}

async fn create(app: App, signed: Signed, input: Create) -> Result<Created, Error> {
    let id = comments::write(&app, &signed.claim, &input.target_id.0, input.content.0).await?;
    Ok(Created { id: id.to_string() })
}
