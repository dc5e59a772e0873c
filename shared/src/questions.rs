//! The question pools, and the questions drawn for each user (`docs/dialects/lightup.md`).

mod rows;

pub(crate) use rows::{EXPORT, texts};

use crate::{
    app::App,
    error::Error,
    questions::rows::{Question, Sets},
    sessions::{self, AnyReader, Claim, Reader},
    values::Class,
};

/// So many questions a user answers in each class.
pub const DRAWN: usize = 3;

/// The question that always comes first in `basic_info` (`docs/dialects/lightup.md#questions`).
pub const FIRST: &str = "570cfa06b2c2e07d9f1d69f7";

/// The pool that is shipped.
const POOL: &str = include_str!("../data/questions.json");

/// Three questions of a class at random, fewer if the pool has fewer; nothing is remembered
/// (`docs/dialects/lightup.md#get_random_questions`). One round.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn random(app: &App, claim: &Claim, class: Class) -> Result<Vec<Question>, Error> {
    let reads = async |any: &AnyReader| rows::question_pool(&app.store, any, class).await;
    let (_, mut pool) = sessions::verify_beside(app, claim, reads).await?;
    app.random.shuffle(&mut pool);
    pool.truncate(DRAWN);
    Ok(pool)
}

/// The three questions of a class that were drawn for the user, in their order
/// (`docs/dialects/lightup.md#get_questions`). One round; three the first time, when they are drawn.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn drawn(app: &App, claim: &Claim, class: Class) -> Result<Vec<Question>, Error> {
    let reads = async |reader: &Reader| rows::drawn_questions(&app.store, reader).await;
    let (actor, sets) = sessions::verify_with(app, claim, reads).await?;
    if let Some(sets) = sets {
        return Ok(sets.of(class));
    }
    let pool = |class| rows::question_pool(&app.store, &actor, class);
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
    Ok(rows::keep_drawn_questions(&app.store, &actor, sets).await?.of(class))
}

/// Three at random; the fixed one, where the pool has it, comes first.
fn draw(app: &App, mut pool: Vec<Question>) -> Vec<Question> {
    app.random.shuffle(&mut pool);
    pool.sort_by_key(|question| question.id.as_str() != FIRST);
    pool.truncate(DRAWN);
    pool
}

/// So many questions are put at once: as many as any version of DynamoDB Local takes.
const AT_ONCE: usize = 10;

/// Loads the pool that is shipped; running it again changes nothing.
///
/// # Errors
/// Faults only.
pub async fn seed(app: &App) -> Result<(), Error> {
    let sets: Sets = serde_json::from_str(POOL).map_err(Error::internal)?;
    for class in Class::ALL {
        for some in sets.clone().of(class).chunks(AT_ONCE) {
            rows::put_questions(&app.store, class, some).await?;
        }
    }
    Ok(())
}
