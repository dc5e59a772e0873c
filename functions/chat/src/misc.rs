//! Searches that find nothing (`docs/dialects/chat.md#searches-that-find-nothing`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, Template, anywhere},
    wire::Answer,
};
use kit::{Signed, field::Nothing, get};
use shared::{App, Error, sessions};

pub(crate) fn routes() -> Routes {
    Routes::of([
        get("/android/time_search", "TimeSearch")
            .about("Lists nothing: news by time are kept for no one")
            .refusing(no_list)
            .signed(nothing),
        get("/android/task_search", "TaskSearch")
            .about("Lists nothing: tasks are kept for no one")
            .refusing(no_list)
            .signed(nothing),
        get("/android/topic_search", "TopicSearch")
            .about("Lists nothing: topics are kept for no one")
            .refusing(no_list)
            .signed(nothing),
        get("/android/notice_search", "NoticeSearch")
            .about("Lists nothing: notices are kept for no one")
            .refusing(no_list)
            .signed(nothing),
    ])
}

fn no_list(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::List))
}

async fn nothing(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<()>>, Error> {
    sessions::verify(&app, &signed.claim).await?;
    Ok(Answer::list(&app, Vec::new()))
}
