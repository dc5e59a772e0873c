//! The question pools and the users' draws.

use super::{Condition, Store, Table, Transacted, Write, item, keys, profiles, value};
use crate::{
    error::Error,
    media::Class,
    questions::{Question, Sets},
    sessions::{Actor, Reader},
};

impl Store {
    /// All questions of a class: a partition of some dozens.
    pub(crate) async fn question_pool(&self, _: &Reader, class: Class) -> Result<Vec<Question>, Error> {
        let items = self.query(Table::Users, &keys::question_pool(class), "", false, None).await?;
        items.into_iter().map(value).collect()
    }

    /// What was drawn for the reader.
    pub(crate) async fn drawn_questions(&self, reader: &Reader) -> Result<Option<Sets>, Error> {
        self.get_as(keys::drawn_questions(reader.uid())).await
    }

    /// Keeps a draw unless there is one, and gives back the one that counts.
    ///
    /// # Errors
    /// [`Error::SignedOut`] while the actor is being erased; faults.
    pub(crate) async fn keep_drawn_questions(&self, actor: &Actor, sets: Sets) -> Result<Sets, Error> {
        let key = keys::drawn_questions(actor.uid());
        let draw = Write::Put(key, item("drawn questions", &sets)?, Some(Condition::Absent("pk")));
        match self.transact(vec![draw, profiles::still_there(actor.uid())]).await? {
            Transacted::Done => Ok(sets),
            Transacted::Refused { part: 0, item } => value(item),
            Transacted::Refused { .. } => Err(Error::SignedOut),
        }
    }

    /// Puts up to 100 questions into a pool.
    pub(crate) async fn put_questions(&self, class: Class, questions: &[Question]) -> Result<(), Error> {
        let put = |question: &Question| {
            Ok(Write::Put(keys::question(class, &question.id), item("question", question)?, None))
        };
        let writes = questions.iter().map(put).collect::<Result<Vec<_>, Error>>()?;
        self.transact(writes).await.map(drop)
    }
}
