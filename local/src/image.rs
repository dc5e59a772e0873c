//! What a database in memory begins with: the tables of the template and the question pool, made once in a process and copied
//! from then on. The tests start hundreds of worlds, and making all of it anew would be most of what a world costs.

use crate::template::Table;
use dynoxide::{Database as Engine, DynoxideError};
use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

/// SQLite's name for a database in memory that every connection of this process finds, as long as one is open.
const NAME: &str = "file:/local-image?vfs=memdb";

/// The image, once there is one.
static IMAGE: Mutex<Option<Image>> = Mutex::new(None);

/// Holds the one open connection.
struct Image {
    tables: Vec<Table>,
    _engine: Engine,
}

/// Fills a new engine from the image. False if there is none of these tables.
pub(crate) fn copy(engine: &Engine, tables: &[Table]) -> Result<bool, DynoxideError> {
    let image = IMAGE.lock().unwrap_or_else(PoisonError::into_inner);
    if image.as_ref().is_none_or(|image| image.tables != tables) {
        return Ok(false);
    }
    engine.restore_from(NAME).map(|()| true)
}

/// Makes what an engine holds now the image, unless there is one. `folder` is for a file on the way, which is left there.
pub(crate) fn keep(engine: &Engine, tables: &[Table], folder: &Path) -> Result<(), DynoxideError> {
    let mut image = IMAGE.lock().unwrap_or_else(PoisonError::into_inner);
    if image.is_some() {
        return Ok(());
    }
    let file = folder.join("image.sqlite").display().to_string();
    engine.vacuum_into(&file)?;
    let made = Engine::new(NAME)?;
    made.restore_from(&file)?;
    *image = Some(Image { tables: tables.to_owned(), _engine: made });
    Ok(())
}
