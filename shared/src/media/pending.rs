//! Asking for upload forms (contract 3.22).

use super::{FORM_LIFETIME, File, Kind, Media, PENDING_LIFETIME, Record, Slot};
use crate::{
    App,
    error::Error,
    sessions::{self, Actor, Claim, Reader},
    storage::{Form, Upload, content_type},
    store::media::Pending,
    values::{SaveKey, Sex, UploadId, UserId},
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

/// Signs the forms that media is uploaded with, and remembers what was asked for (contract 3.22). Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Invalid`] for other than three questions.
pub async fn request(app: &App, claim: &Claim, media: Media, form_sex: Sex) -> Result<Forms, Error> {
    let media = media.checked()?;
    let (class, questions) = (media.class(), media.questions());
    let texts = async |reader: &Reader| app.store.answered(reader, class, &questions).await;
    let (actor, answered) = sessions::verify_with(app, claim, texts).await?;
    let files: Vec<_> = media.save_keys().into_iter().map(|key| new_file(app, key)).collect();
    let signed = files.iter().map(|file| sign(app, actor.uid(), class.kind(), file, FORM_LIFETIME));
    let forms = try_join_all(signed).await?;
    let record = Record { questions: answered, files, form_sex };
    let id = remember(app, &actor, Slot::Class(class), record).await?;
    let expires = app.clock.seconds() + FORM_LIFETIME.as_secs().cast_signed();
    match media {
        Media::Audio(_) => {
            let forms = questions.into_iter().map(|question| question.order).zip(forms).collect();
            Ok(Forms::Audio(AudioForms { id, expires, forms }))
        }
        Media::Video(..) => {
            let form = forms.into_iter().next().ok_or_else(|| Error::internal("a video has one form"))?;
            Ok(Forms::Video(VideoForm { id, expires, form }))
        }
    }
}

/// A file under a key that was never used before.
pub(super) fn new_file(app: &App, save_key: &SaveKey) -> File {
    File { nonce: app.random.hex::<8>(), save_key: save_key.clone() }
}

/// The form that lets one file be uploaded, for at most `valid`.
pub(super) async fn sign(app: &App, uid: &UserId, kind: Kind, file: &File, valid: Duration) -> Result<Form, Error> {
    let upload = Upload {
        key: &file.pending(uid),
        content_type: content_type(kind, &file.save_key.relative()),
        max_bytes: app.config.upload_limit(kind),
        valid,
    };
    app.storage.form(&upload).await
}

/// Puts a pending upload into its slot and gives back the slot's id.
pub(super) async fn remember(app: &App, actor: &Actor, slot: Slot, record: Record) -> Result<UploadId, Error> {
    let id = UploadId::new(&app.clock, &app.random);
    let pending = Pending { id, record, expires_at: app.clock.seconds() + PENDING_LIFETIME };
    app.store.put_pending(actor, slot, pending).await
}
