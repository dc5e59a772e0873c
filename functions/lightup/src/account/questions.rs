//! The questions that were drawn for the user (`docs/dialects/lightup.md#get_questions`).

use crate::{
    dialect::Routes,
    wire::{ClassField, Data},
};
use kit::{Sample::Str, Signed, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{App, Error, questions};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/v1/account/get_questions", "GetQuestions")
            .about("Gives the questions of a class")
            .example(&[("class", Str("basic_info"))])
            .signed(get_questions),
        post("/v1/account/get_account_questions", "GetQuestions")
            .about("Gives the questions of a class")
            .example(&[("class", Str("emotion_experience"))])
            .signed(get_questions),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct GetQuestions {
    class: ClassField,
}

#[derive(Serialize, JsonSchema)]
struct DrawnQuestion {
    problem_id: String,
    problem_content: String,
    problem_order: usize,
}

#[derive(Serialize, JsonSchema)]
struct Questions {
    questions: Vec<DrawnQuestion>,
}

async fn get_questions(app: App, signed: Signed, input: GetQuestions) -> Result<Data<Questions>, Error> {
    let drawn = questions::drawn(&app, &signed.claim, input.class.0).await?;
    let questions = drawn.into_iter().zip(1..).map(|(question, order)| DrawnQuestion {
        problem_id: question.id.to_string(),
        problem_content: question.content,
        problem_order: order,
    });
    Ok(Data { data: Questions { questions: questions.collect() } })
}
