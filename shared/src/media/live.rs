//! Making media live, playing it and taking it away (`docs/dialects/lightup.md`).

use crate::{
    app::App,
    error::{Error, Unusable},
    media::{
        Media, PLAYBACK, Playable, answered, live_prefix, pending, pending_prefix,
        rows::{self, Change, File, Outcome, Pending, Record},
    },
    person::{Profile, place},
    sessions::{self, Actor, Claim, Reader},
    store::{Attempt, retrying, retrying_from},
    values::{Class, Classes, Kind, SaveKey, Sex, Slot, UploadId, UserId},
    visibility,
};
use futures_util::future::try_join_all;

/// Makes a pending upload live (`docs/dialects/lightup.md#confirm`). Three rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Unusable`] for an id that is unknown, somebody else's, used, or of another kind.
pub async fn confirm(app: &App, claim: &Claim, kind: Kind, id: &UploadId) -> Result<(), Error> {
    // Another request takes the place of the upload under the same id: then that one is confirmed.
    retrying(|| confirm_once(app, claim, kind, id)).await
}

/// Stale: what waited has been replaced or used meanwhile.
async fn confirm_once(app: &App, claim: &Claim, kind: Kind, id: &UploadId) -> Result<Attempt<()>, Error> {
    let slots = Class::ALL.map(Slot::Class);
    let reads = async |reader: &Reader| rows::pending(&app.store, reader, &slots).await;
    let (actor, waiting) = sessions::verify_with(app, claim, reads).await?;
    let now = app.clock.seconds();
    let (class, pending) = Class::ALL
        .into_iter()
        .zip(waiting)
        .filter_map(|(class, pending)| Some((class, pending?)))
        .find(|(class, pending)| pending.id == *id && class.kind() == kind && pending.expires_at > now)
        .ok_or(Error::Unusable(Unusable::Upload))?;
    let record = pending.record.clone();
    go_live(app, &actor, class, record, Some(pending)).await
}

/// Makes media live at once: with the newest pending files of those names, or the record alone
/// (`docs/dialects/lightup.md#upload_media`). Three rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Unusable`] for other than three questions.
pub async fn upload(app: &App, claim: &Claim, media: Media, form_sex: Sex) -> Result<(), Error> {
    let media = media.checked()?;
    let (class, questions, names) = (media.class(), media.questions(), media.save_keys());
    let reads = async |reader: &Reader| {
        let suffixes: Vec<_> = names.iter().map(|name| name.relative()).collect();
        let suffixes: Vec<_> = suffixes.iter().map(String::as_str).collect();
        let prefix = pending_prefix(reader.uid());
        let newest = app.storage.newest(&prefix, &suffixes);
        futures_util::try_join!(answered(&app.store, reader, class, &questions), newest)
    };
    let (actor, (questions, found)) = sessions::verify_with(app, claim, reads).await?;
    let files: Vec<_> = names
        .iter()
        .zip(&found)
        .map(|(name, key)| found_file(actor.uid(), name, key.as_deref()))
        .map(|(name, file)| file.unwrap_or_else(|| pending::new_file(app, name)))
        .collect();
    let record = Record { questions, files, form_sex };
    go_live(app, &actor, class, record, None).await.map(drop)
}

/// The file of an object that a listing found.
fn found_file<'a>(uid: &UserId, name: &'a SaveKey, key: Option<&str>) -> (&'a SaveKey, Option<File>) {
    let nonce = key
        .and_then(|key| key.strip_prefix(&pending_prefix(uid)))
        .and_then(|rest| rest.strip_suffix(&name.relative()))
        .and_then(|rest| rest.strip_suffix('/'));
    (name, nonce.map(|nonce| File { nonce: nonce.to_owned(), save_key: name.clone() }))
}

/// Copies the pending files to where they are live. One that was never uploaded is no error
/// (`docs/dialects/lightup.md#confirm`).
async fn copy(app: &App, uid: &UserId, files: &[File]) -> Result<(), Error> {
    let copies = files.iter().map(async |file| app.storage.copy(&file.pending(uid), &file.live(uid)).await);
    try_join_all(copies).await.map(drop)
}

/// Copies the files, then writes the record, marks the class in the profile and uses the pending upload up. Stale:
/// that was used already.
async fn go_live(
    app: &App,
    actor: &Actor,
    class: Class,
    record: Record,
    pending: Option<Pending>,
) -> Result<Attempt<()>, Error> {
    let form_sex = record.form_sex;
    let files: Vec<_> = record.files.iter().map(|file| file.live(actor.uid())).collect();
    let copied = copy(app, actor.uid(), &record.files);
    let ((), replaced) = futures_util::try_join!(copied, rows::live_media(&app.store, actor, class))?;
    let change = Change::Put { class, record, pending };
    let changed = change_media(app, actor, change, replaced, |classes| classes.with(class), Some(form_sex)).await;
    if let Err(Error::SignedOut) = changed {
        // The person is being erased, which may have passed the bucket before the copies arrived.
        delete_files(app, &files).await;
    }
    changed
}

/// Takes the media of a class away; none there is no error (`docs/dialects/lightup.md#delete_media`). Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn delete(app: &App, claim: &Claim, kind: Kind, class: Class) -> Result<(), Error> {
    let reads = async |reader: &Reader| rows::live_media(&app.store, reader, class).await;
    let (actor, live) = sessions::verify_with(app, claim, reads).await?;
    if class.kind() != kind {
        return Ok(());
    }
    let change = Change::Remove { class };
    change_media(app, &actor, change, live, |classes| classes.without(class), None).await.map(drop)
}

/// Runs a change of media together with the profile's, again while the profile changes in between. What was live
/// before goes from the bucket afterwards.
async fn change_media(
    app: &App,
    actor: &Actor,
    change: Change,
    replaced: Option<Record>,
    classes: impl Fn(Classes) -> Classes,
    form_sex: Option<Sex>,
) -> Result<Attempt<()>, Error> {
    let (changes, classes) = (&change, &classes);
    let attempt = async |person: Option<Profile>| {
        let before = person.ok_or(Error::SignedOut)?;
        let media = classes(before.media);
        let sex = before.sex.or(form_sex).or(before.form_sex);
        let place = place(app, &before, media, sex, before.nickname_claim.as_ref());
        Ok(match rows::change_media(&app.store, actor, &before, changes, media, form_sex, place).await? {
            Outcome::Done => Attempt::Done(Attempt::Done(())),
            Outcome::Used => Attempt::Done(Attempt::Stale(())),
            Outcome::ProfileChanged => Attempt::Stale(visibility::profile(&app.store, actor, actor.uid()).await?),
        })
    };
    let done = retrying_from(Some(actor.profile().clone()), attempt).await?;
    if let Attempt::Done(()) = done {
        discard(app, actor.uid(), &change, replaced).await;
    }
    Ok(done)
}

/// Deletes the files that were live before and are not any more.
async fn discard(app: &App, uid: &UserId, change: &Change, replaced: Option<Record>) {
    let kept = change.files();
    let files = replaced.into_iter().flat_map(|record| record.files);
    let keys: Vec<_> = files.filter(|file| !kept.contains(file)).map(|file| file.live(uid)).collect();
    debug_assert!(keys.iter().all(|key| key.starts_with(&live_prefix(uid))));
    delete_files(app, &keys).await;
}

/// Deletes files that are nobody's any more. They are garbage: a failure harms nobody.
pub(crate) async fn delete_files(app: &App, keys: &[String]) {
    if let Err(error) = app.storage.delete(keys).await {
        tracing::warn!(%error, "media that is not live any more stays in the bucket");
    }
}

/// Plays somebody's media (`docs/dialects/lightup.md#get_media`). One round.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for somebody who cannot be seen; [`Error::NoSuchMedia`];
/// [`Error::Unusable`] for a class that is not of that kind.
pub async fn get(app: &App, claim: &Claim, target: &UserId, kind: Kind, class: Class) -> Result<Playable, Error> {
    if class.kind() != kind {
        return Err(Error::Unusable(Unusable::Class));
    }
    let reads = async |reader: &Reader| rows::person_and_media(&app.store, reader, target, class).await;
    let (actor, (person, record)) = sessions::verify_with(app, claim, reads).await?;
    if actor.uid() != target {
        visibility::other(&actor, target, person)?;
    }
    let record = record.ok_or(Error::NoSuchMedia)?;
    let sign = async |file: &File| app.storage.url(&file.live(target), PLAYBACK).await;
    let urls = try_join_all(record.files.iter().map(sign)).await?;
    Ok(Playable { questions: record.questions, urls })
}
