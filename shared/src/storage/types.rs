//! The content types that may be uploaded. Exact lists: nothing that a browser would run as a page or a script.

use crate::values::Kind;

const PORTRAIT: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("bmp", "image/bmp"),
];

// `.mp4` and `.3gp` are what phones call recordings with sound only.
const AUDIO: &[(&str, &str)] = &[
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("mp4", "audio/mp4"),
    ("aac", "audio/aac"),
    ("amr", "audio/amr"),
    ("3gp", "audio/3gpp"),
    ("wav", "audio/wav"),
    ("ogg", "audio/ogg"),
    ("oga", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("flac", "audio/flac"),
    ("caf", "audio/x-caf"),
    ("webm", "audio/webm"),
];

const VIDEO: &[(&str, &str)] = &[
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("3gp", "video/3gpp"),
    ("webm", "video/webm"),
    ("mkv", "video/x-matroska"),
];

/// The content type that a form for this file is signed for: from the suffix of the name, in upper or lower case,
/// else `image/jpeg`, `audio/mpeg` or `video/mp4`.
#[must_use]
pub fn content_type(kind: Kind, save_key: &str) -> &'static str {
    let (list, default) = match kind {
        Kind::Portrait => (PORTRAIT, "image/jpeg"),
        Kind::Audio => (AUDIO, "audio/mpeg"),
        Kind::Video => (VIDEO, "video/mp4"),
    };
    let name = save_key.rsplit('/').next().unwrap_or(save_key);
    name.rsplit_once('.')
        .and_then(|(_, suffix)| list.iter().find(|(known, _)| known.eq_ignore_ascii_case(suffix)))
        .map_or(default, |(_, content_type)| content_type)
}
