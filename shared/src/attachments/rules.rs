//! What the bytes of a file say about it.

use crate::{
    storage::content_type_of,
    values::{Ending, Family, Kind},
};

/// So many bytes tell all that there is to tell.
pub(super) const TELLING: u16 = 4_096;

/// What is served as it is and as nothing in particular.
const UNKNOWN: &str = "application/octet-stream";

/// What archives and office programs' files begin like, as `infer` calls it.
const ARCHIVES: [&str; 8] = [
    "application/zip",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/x-ole-storage",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
];

/// The type that a file of this ending is served with, by its bytes. Bytes that say nothing are served as nothing in particular.
/// `None`: they say that it is something else, and it is not taken.
pub(super) fn content_type(ending: Ending, bytes: &[u8]) -> Option<&'static str> {
    let found = infer::get(bytes).map(|found| found.mime_type());
    let usual = ending.content_type();
    let known = match ending.family() {
        Family::Media(Kind::Picture) => content_type_of(Kind::Picture, bytes),
        // A recording may be in a container of videos.
        Family::Media(Kind::Audio | Kind::Video) => {
            content_type_of(Kind::Audio, bytes).or_else(|| content_type_of(Kind::Video, bytes)).map(|_| usual)
        }
        Family::Pdf => found.filter(|found| *found == "application/pdf"),
        Family::Archive => found.filter(|found| ARCHIVES.contains(found)).map(|_| usual),
        Family::Text => {
            let is_text = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
            Some(usual).filter(|_| found.is_none() && is_text)
        }
    };
    known.or_else(|| found.is_none().then_some(UNKNOWN))
}

/// Whether a file that begins so is a picture.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    content_type_of(Kind::Picture, bytes).is_some()
}
