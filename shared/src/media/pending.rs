//! Asking for upload forms (`docs/dialects/lightup.md#upload_request`).

use crate::{
    app::App,
    error::Error,
    media::{
        FORM_LIFETIME, Media, PENDING_LIFETIME, answered,
        rows::{self, File, Pending, Record},
    },
    sessions::{self, Actor, Claim, Reader},
    storage::{Form, Upload, content_type},
    store::retrying_from,
    values::{Kind, SaveKey, Sex, Slot, UploadId, UserId},
};
use futures_util::future::try_join_all;
use std::time::Duration;

/// The forms of an audio set.
#[derive(Debug)]
pub struct AudioForms {
    /// What to confirm later. Stays the same for a class until it is confirmed.
    pub id: UploadId,
    /// When the forms expire, in Unix seconds.
    pub expires: i64,
    /// Each question's place and form, in the order given.
    pub forms: Vec<(u8, Form)>,
}

/// The form of a video.
#[derive(Debug)]
pub struct VideoForm {
    /// What to confirm later. Stays the same for a class until it is confirmed.
    pub id: UploadId,
    /// When the form expires, in Unix seconds.
    pub expires: i64,
    /// The form.
    pub form: Form,
}

/// The forms of either.
#[derive(Debug)]
pub enum Forms {
    /// Of an audio set.
    Audio(AudioForms),
    /// Of a video.
    Video(VideoForm),
}

/// Signs the forms that media is uploaded with, and remembers what was asked for
/// (`docs/dialects/lightup.md#upload_request`). Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Unusable`] for other than three questions.
pub async fn request(app: &App, claim: &Claim, media: Media, form_sex: Sex) -> Result<Forms, Error> {
    let media = media.checked()?;
    let (class, asked) = (media.class(), media.questions());
    let slot = Slot::Class(class);
    let reads = async |reader: &Reader| {
        let slots = [slot];
        futures_util::try_join!(answered(&app.store, reader, class, &asked), rows::pending(&app.store, reader, &slots))
    };
    let (actor, (questions, waiting)) = sessions::verify_with(app, claim, reads).await?;
    let files: Vec<_> = media.save_keys().into_iter().map(|key| new_file(app, key)).collect();
    let signed = files.iter().map(|file| sign(app, actor.uid(), class.kind(), file, FORM_LIFETIME));
    let forms = try_join_all(signed).await?;
    let record = Record { questions, files, form_sex };
    let before = waiting.into_iter().flatten().next().map(|pending| pending.id);
    let id = remember(app, &actor, slot, record, before).await?;
    let expires = app.clock.seconds() + FORM_LIFETIME.as_secs().cast_signed();
    match media {
        Media::Audio(_) => {
            let forms = asked.into_iter().map(|question| question.order).zip(forms).collect();
            Ok(Forms::Audio(AudioForms { id, expires, forms }))
        }
        Media::Video(..) => {
            let form = forms.into_iter().next().ok_or_else(|| Error::internal("a video has one form"))?;
            Ok(Forms::Video(VideoForm { id, expires, form }))
        }
    }
}

/// A file under a key that was never used before.
pub(crate) fn new_file(app: &App, save_key: &SaveKey) -> File {
    File { nonce: app.random.hex::<8>(), save_key: save_key.clone() }
}

/// The form that lets one file be uploaded, for at most `valid`.
pub(crate) async fn sign(app: &App, uid: &UserId, kind: Kind, file: &File, valid: Duration) -> Result<Form, Error> {
    let upload = Upload {
        key: &file.pending(uid),
        content_type: content_type(kind, &file.save_key.relative()),
        max_bytes: app.config.upload_limit(kind),
        valid,
    };
    app.storage.form(&upload).await
}

/// Puts a pending upload into its slot and gives back the slot's id: the one that is waiting there, if one is.
async fn remember(
    app: &App,
    actor: &Actor,
    slot: Slot,
    record: Record,
    before: Option<UploadId>,
) -> Result<UploadId, Error> {
    let id = UploadId::new(&app.clock, &app.random);
    let pending = &Pending { id, record, expires_at: app.clock.seconds() + PENDING_LIFETIME };
    // Requests for the same slot may meet; all of them get the id of the first.
    retrying_from(before, async |before| rows::put_pending(&app.store, actor, slot, pending, before).await).await
}
