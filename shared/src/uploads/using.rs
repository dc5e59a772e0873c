//! Making files live in the transaction of what they are used for, and deleting what is used no more.

use crate::{
    app::App,
    error::{Error, Unusable},
    storage::{Beginning, Copied},
    store::Write,
    uploads::{
        Owner, Place, Wanted,
        rows::{self, FileRow},
        rules,
    },
    values::FileKey,
};
use futures_util::future::{join_all, try_join_all};
use std::collections::BTreeMap;

/// A key that was used and is used no more cannot be used again for so many seconds: longer than what was uploaded waits.
const SPENT: i64 = 3 * 86_400;

/// Files that are ready to be used, and files that are not used any more, for a transaction of the caller.
///
/// The transaction takes [`Prepared::writes`] among its parts. If it refuses, whatever the part, [`Prepared::discard`] takes
/// the copies away; where the part is [`rows::FILE`], another call was at one of the files, and everything has to be prepared
/// again. After a fault nobody knows what became of it, so that the copies stay.
#[derive(Debug, Default)]
#[must_use = "copies that no transaction uses have to be discarded"]
pub struct Prepared(BTreeMap<FileKey, Use>);

/// What happens to a file.
#[derive(Debug, Default)]
struct Use {
    /// How many places more have it; below zero, how many less.
    more: i64,
    /// As it is, or as it will be; `None` where it is only released.
    row: Option<FileRow>,
    /// Whether `row` is new, with a copy that was made for it.
    copied: bool,
}

/// Gets files ready to be used: looks at what was uploaded, and copies it to where it is read. Two rounds; one where all of
/// them are in use already.
///
/// A file may be wanted more than once, and be one that is in use, unless the place is paid for.
///
/// # Errors
/// [`Error::Unusable`] with the position of the first of `wanted` that cannot be used: nothing was uploaded, it is of another kind or
/// too large, the key is somebody else's or nobody's, or it is used where this place may not have it. Faults.
pub async fn prepare(app: &App, owner: &Owner<'_>, wanted: &[Wanted], place: Place<'_>) -> Result<Prepared, Error> {
    exchange(app, owner, &[], wanted, place).await
}

/// The same in the place of files that the owner uses so far. What is among both stays as it is, and costs nothing. [`sweep`] has
/// to follow the transaction, for what is [released](Prepared::released).
///
/// # Errors
/// As [`prepare`].
pub async fn exchange(
    app: &App,
    owner: &Owner<'_>,
    replaced: &[Wanted],
    wanted: &[Wanted],
    place: Place<'_>,
) -> Result<Prepared, Error> {
    let mut replaced: Vec<_> = replaced.iter().collect();
    let added = wanted.iter().enumerate().filter(|(_, one)| {
        let kept = replaced.iter().position(|other| other == one);
        kept.map(|kept| replaced.swap_remove(kept)).is_none()
    });
    let added: Vec<_> = added.collect();
    let mut prepared = Prepared::default();
    for one in replaced {
        prepared.0.entry(one.key.clone()).or_default().more -= 1;
    }
    let copies = prepared.add(app, owner, &added, place).await?;
    let copied = join_all(copies.iter().map(async |copy| copy.make(app).await)).await;
    match copied.into_iter().collect() {
        Ok(()) => Ok(prepared),
        Err(error) => {
            prepared.discard(app).await;
            Err(error)
        }
    }
}

/// A copy that has to be made.
struct Copy {
    /// Of which of the wanted files it is.
    position: usize,
    from: String,
    file: Beginning,
    to: String,
    content_type: &'static str,
}

impl Copy {
    async fn make(&self, app: &App) -> Result<(), Error> {
        match app.storage.copy_judged(&self.from, &self.file, &self.to, self.content_type).await? {
            Copied::Done => Ok(()),
            Copied::Changed => Err(Error::Unusable(Unusable::File(self.position))),
        }
    }
}

/// A file that can be used.
enum Found {
    /// It is in use.
    Known(FileRow),
    /// It was uploaded.
    Pending { from: String, file: Beginning, content_type: &'static str },
}

/// Looks for a file everywhere at once. One round.
async fn find(app: &App, owner: &Owner<'_>, wanted: &Wanted, place: Place<'_>) -> Result<Option<Found>, Error> {
    let paths: Vec<_> = owner.folders().map(|folder| rules::pending(folder, wanted.kind, &wanted.key)).collect();
    let looking = try_join_all(paths.iter().map(|path| app.storage.beginning(path, rules::LOOKED_AT)));
    let (row, uploaded) = futures_util::try_join!(rows::read(&app.store, &wanted.key), looking)?;
    if let Some(row) = row {
        return Ok(row.usable(owner.uid, wanted, place).then_some(Found::Known(row)));
    }
    let uploaded = paths.into_iter().zip(uploaded).find_map(|(from, file)| Some((from, file?)));
    let Some((from, file)) = uploaded else { return Ok(None) };
    let largest = app.config.upload_limit(wanted.kind);
    let content_type = rules::accepted(wanted.kind, &file.bytes, file.size, largest);
    Ok(content_type.map(|content_type| Found::Pending { from, file, content_type }))
}

/// Files that are used no more, one use for each time that a key is named. [`sweep`] has to follow the transaction.
pub fn release(keys: &[FileKey]) -> Prepared {
    let mut prepared = Prepared::default();
    for key in keys {
        prepared.0.entry(key.clone()).or_default().more -= 1;
    }
    prepared
}

impl Prepared {
    /// Adds files that are wanted more, each with its position, and says what has to be copied for them. One round.
    async fn add(
        &mut self,
        app: &App,
        owner: &Owner<'_>,
        added: &[(usize, &Wanted)],
        place: Place<'_>,
    ) -> Result<Vec<Copy>, Error> {
        let found = try_join_all(added.iter().map(|(_, one)| find(app, owner, one, place))).await?;
        let mut copies = Vec::new();
        for ((position, one), found) in added.iter().zip(found) {
            let position = *position;
            let found = found.ok_or(Error::Unusable(Unusable::File(position)))?;
            let known = self.0.entry(one.key.clone()).or_default();
            known.more += 1;
            match (&known.row, found) {
                (None, Found::Known(row)) => known.row = Some(row),
                (None, Found::Pending { from, file, content_type }) => {
                    let row = FileRow::new(owner.uid, one.kind, content_type, app.random.hex::<8>(), place);
                    copies.push(Copy { position, from, file, to: row.live(&one.key), content_type });
                    (known.row, known.copied) = (Some(row), true);
                }
                // The same key again.
                (Some(row), _) if row.is_of(one.kind) => {}
                (Some(_), _) => return Err(Error::Unusable(Unusable::File(position))),
            }
        }
        Ok(copies)
    }

    /// The files that are in fewer places afterwards, for [`sweep`].
    #[must_use]
    pub fn released(&self) -> Vec<FileKey> {
        self.0.iter().filter(|(_, one)| one.more < 0).map(|(key, _)| key.clone()).collect()
    }

    /// The parts of the transaction: at most one for each file, each named [`rows::FILE`].
    ///
    /// # Errors
    /// A row that cannot be stored, which is a bug.
    pub fn writes(&self) -> Result<Vec<Write>, Error> {
        let write = |(key, one): (&FileKey, &Use)| match (&one.row, one.more) {
            (Some(row), more) if one.copied => rows::first_use(key, row, more).map(Some),
            (_, 0) => Ok(None),
            (Some(row), more @ 1..) => Ok(Some(rows::use_again(key, row, more))),
            (_, more) => Ok(Some(rows::take_back(key, -more))),
        };
        self.0.iter().map(write).filter_map(Result::transpose).collect()
    }

    /// Takes the copies away, because the transaction has been refused. Never after a fault. One round, two if something was
    /// copied.
    ///
    /// A copy that a row points to stays: of the same transaction sent twice the second is refused by the first.
    pub async fn discard(self, app: &App) {
        let copied: Vec<_> = self.0.iter().filter(|(_, one)| one.copied).collect();
        if copied.is_empty() {
            return;
        }
        let keys: Vec<_> = copied.iter().map(|(key, _)| *key).collect();
        let deleted = async {
            let now = rows::read_all(&app.store, &keys).await?;
            let unused = copied.iter().zip(now).filter_map(|((key, one), now)| {
                let row = one.row.as_ref()?;
                let used = now.is_some_and(|now| now.copy == row.copy);
                (!used).then(|| row.live(key))
            });
            app.storage.delete(&unused.collect::<Vec<_>>()).await
        };
        if let Err(error) = deleted.await {
            tracing::warn!(%error, "a copy that nobody uses stays in the bucket");
        }
    }
}

/// Deletes those of these files that are used no more. Three rounds; one where all of them are in use. A call that dies or
/// fails on the way is continued by the next one with the same keys; until then the file is left, and shown to nobody.
pub async fn sweep(app: &App, keys: &[FileKey]) {
    if let Err(error) = try_to_sweep(app, keys).await {
        tracing::warn!(%error, "a file that nobody uses stays in the bucket");
    }
}

/// The same for a caller who remembers the keys until it has been done.
///
/// # Errors
/// Faults only.
pub(crate) async fn try_to_sweep(app: &App, keys: &[FileKey]) -> Result<(), Error> {
    let expires_at = app.clock.seconds() + SPENT;
    let retired = try_join_all(keys.iter().map(|key| rows::retire(&app.store, key, expires_at))).await?;
    let retired: Vec<_> = keys.iter().zip(retired).filter_map(|(key, row)| Some((key, row?))).collect();
    let objects: Vec<_> = retired.iter().map(|(key, row)| row.live(key)).collect();
    app.storage.delete(&objects).await?;
    try_join_all(retired.iter().map(|(key, _)| rows::forget(&app.store, key))).await.map(drop)
}
