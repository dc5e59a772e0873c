//! The question pools and the users' draws.

use crate::{
    error::Error,
    person,
    sessions::{Actor, AnyReader, Reader},
    store::{
        Condition, Part, Sheet, Store, Transacted, Write, item,
        keys::{self, Table},
        value,
    },
    values::{Class, QuestionId},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// The draw, which there may be already.
const DRAW: Part = Part::named("draw");

/// A question of a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// Its text.
    pub content: String,
}

/// Questions of all classes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Sets {
    /// Answered by audio.
    pub basic_info: Vec<Question>,
    /// Answered by video.
    pub emotion_experience: Vec<Question>,
    /// Answered by video.
    pub value_concept: Vec<Question>,
}

impl Sets {
    /// Those of a class.
    #[must_use]
    pub(super) fn of(self, class: Class) -> Vec<Question> {
        match class {
            Class::BasicInfo => self.basic_info,
            Class::EmotionExperience => self.emotion_experience,
            Class::ValueConcept => self.value_concept,
        }
    }
}

/// All questions of a class: a partition of some dozens.
pub(super) async fn question_pool(store: &Store, _: &AnyReader, class: Class) -> Result<Vec<Question>, Error> {
    let items = store.query(Table::Users, &keys::question_pool(class), "", false, None).await?;
    items.into_iter().map(value).collect()
}

/// The texts of questions of a class, by their ids; an id of no question is left out. One round, if there are any ids.
pub(crate) async fn texts(
    store: &Store,
    _: &Reader,
    class: Class,
    ids: impl IntoIterator<Item = QuestionId>,
) -> Result<HashMap<QuestionId, String>, Error> {
    let ids: BTreeSet<QuestionId> = ids.into_iter().collect();
    let keys: Vec<_> = ids.iter().map(|id| keys::question(class, id)).collect();
    let mut found = store.get_many(&keys).await?;
    let mut texts = HashMap::new();
    for (id, key) in ids.into_iter().zip(&keys) {
        if let Some(question) = found.take_as::<Question>(key)? {
            texts.insert(id, question.content);
        }
    }
    Ok(texts)
}

/// What was drawn for the reader.
pub(super) async fn drawn_questions(store: &Store, reader: &Reader) -> Result<Option<Sets>, Error> {
    store.get_as(keys::drawn_questions(reader.uid())).await
}

/// Keeps a draw unless there is one, and gives back the one that counts.
///
/// # Errors
/// [`Error::SignedOut`] while the actor is being erased; faults.
pub(super) async fn keep_drawn_questions(store: &Store, actor: &Actor, sets: Sets) -> Result<Sets, Error> {
    let key = keys::drawn_questions(actor.uid());
    let draw = Write::put(key, item("drawn questions", &sets)?, Some(Condition::Absent("pk"))).named(DRAW);
    match store.transact(vec![draw, person::still_there(actor.uid())]).await? {
        Transacted::Done => Ok(sets),
        Transacted::Refused { part: DRAW, item, .. } => value(item),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// Puts up to 100 questions into a pool.
pub(super) async fn put_questions(store: &Store, class: Class, questions: &[Question]) -> Result<(), Error> {
    let put =
        |question: &Question| Ok(Write::put(keys::question(class, &question.id), item("question", question)?, None));
    let writes = questions.iter().map(put).collect::<Result<Vec<_>, Error>>()?;
    store.transact(writes).await.map(drop)
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 1] = [Sheet::of("questions", Table::Users, keys::DRAWN_QUESTIONS)];
