//! The question pools, and the questions drawn for each user (contract 3.13, 3.15, 4.2).

use crate::{
    App,
    error::Error,
    media::Class,
    sessions::{self, Claim, Reader},
    values::QuestionId,
};
use serde::{Deserialize, Serialize};

/// So many questions a user answers in each class.
pub const DRAWN: usize = 3;
/// The question that always comes first in `basic_info` (contract 4.2).
pub const FIRST: &str = "570cfa06b2c2e07d9f1d69f7";
/// The pool that is shipped.
const POOL: &str = include_str!("../data/questions.json");

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
pub struct Sets {
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
    pub fn of(self, class: Class) -> Vec<Question> {
        match class {
            Class::BasicInfo => self.basic_info,
            Class::EmotionExperience => self.emotion_experience,
            Class::ValueConcept => self.value_concept,
        }
    }
}

/// Three questions of a class at random, fewer if the pool has fewer; nothing is remembered (contract 3.15). One round.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn random(app: &App, claim: &Claim, class: Class) -> Result<Vec<Question>, Error> {
    let reads = async |reader: &Reader| app.store.question_pool(reader, class).await;
    let (_, mut pool) = sessions::verify_with(app, claim, reads).await?;
    app.random.shuffle(&mut pool);
    pool.truncate(DRAWN);
    Ok(pool)
}

/// The three questions of a class that were drawn for the user, in their order (contract 3.13). One round; three the
/// first time, when they are drawn.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn drawn(app: &App, claim: &Claim, class: Class) -> Result<Vec<Question>, Error> {
    let reads = async |reader: &Reader| app.store.drawn_questions(reader).await;
    let (actor, sets) = sessions::verify_with(app, claim, reads).await?;
    if let Some(sets) = sets {
        return Ok(sets.of(class));
    }
    let pool = |class| app.store.question_pool(&actor, class);
    let (basic_info, emotion_experience, value_concept) =
        futures_util::try_join!(pool(Class::BasicInfo), pool(Class::EmotionExperience), pool(Class::ValueConcept))?;
    let sets = Sets {
        basic_info: draw(app, basic_info),
        emotion_experience: draw(app, emotion_experience),
        value_concept: draw(app, value_concept),
    };
    if [&sets.basic_info, &sets.emotion_experience, &sets.value_concept].into_iter().any(Vec::is_empty) {
        // The pool is not loaded yet: what is in it later is drawn later.
        return Ok(sets.of(class));
    }
    // Of two calls that draw at the same time the first one's draw counts for both.
    Ok(app.store.keep_drawn_questions(&actor, sets).await?.of(class))
}

/// Three at random; the fixed one, where the pool has it, comes first.
fn draw(app: &App, mut pool: Vec<Question>) -> Vec<Question> {
    app.random.shuffle(&mut pool);
    pool.sort_by_key(|question| question.id.as_str() != FIRST);
    pool.truncate(DRAWN);
    pool
}

/// Loads the pool that is shipped; running it again changes nothing.
///
/// # Errors
/// Faults only.
pub async fn seed(app: &App) -> Result<(), Error> {
    let sets: Sets = serde_json::from_str(POOL).map_err(Error::internal)?;
    for class in Class::ALL {
        app.store.put_questions(class, &sets.clone().of(class)).await?;
    }
    Ok(())
}
