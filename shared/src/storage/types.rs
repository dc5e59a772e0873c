//! The content types that may be uploaded. Exact lists: nothing that a browser would run as a page or a script.

use crate::values::Kind::{self, Audio, Picture, Video};

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
        Picture => (PORTRAIT, "image/jpeg"),
        Audio => (AUDIO, "audio/mpeg"),
        Video => (VIDEO, "video/mp4"),
    };
    let name = save_key.rsplit('/').next().unwrap_or(save_key);
    name.rsplit_once('.')
        .and_then(|(_, suffix)| list.iter().find(|(known, _)| known.eq_ignore_ascii_case(suffix)))
        .map_or(default, |(_, content_type)| content_type)
}

/// What the bytes are, as `infer` calls it; of which kind they may be the file; and the type that the file is served with.
const BY_BYTES: [(&str, Kind, &str); 19] = [
    ("image/jpeg", Picture, "image/jpeg"),
    ("image/png", Picture, "image/png"),
    ("image/gif", Picture, "image/gif"),
    ("image/webp", Picture, "image/webp"),
    ("image/bmp", Picture, "image/bmp"),
    ("image/heif", Picture, "image/heif"),
    ("video/mp4", Video, "video/mp4"),
    ("video/x-m4v", Video, "video/mp4"),
    ("video/webm", Video, "video/webm"),
    ("video/x-matroska", Video, "video/x-matroska"),
    // The containers that phones put recordings with sound only into, too.
    ("video/mp4", Audio, "audio/mp4"),
    ("video/webm", Audio, "audio/webm"),
    ("audio/m4a", Audio, "audio/mp4"),
    ("audio/mpeg", Audio, "audio/mpeg"),
    ("audio/aac", Audio, "audio/aac"),
    ("audio/amr", Audio, "audio/amr"),
    ("audio/x-wav", Audio, "audio/wav"),
    ("audio/ogg", Audio, "audio/ogg"),
    ("audio/x-flac", Audio, "audio/flac"),
];

/// What `infer` does not know, or takes too much for: by the bytes at a place, with what belongs to it as above.
const BY_MARK: [(usize, &[u8], Kind, &str); 7] = [
    (4, b"ftypqt  ", Video, "video/quicktime"),
    (4, b"ftyp3g", Video, "video/3gpp"),
    (4, b"ftyp3g", Audio, "audio/3gpp"),
    (0, b"caff", Audio, "audio/x-caf"),
    // MPEG audio without a tag in front of it, of the layer and with the checksum that `infer` does not look for.
    (0, b"\xff\xfa", Audio, "audio/mpeg"),
    (0, b"\xff\xf3", Audio, "audio/mpeg"),
    (0, b"\xff\xf2", Audio, "audio/mpeg"),
];

/// The content type of a file of this kind by its first bytes; `None`: they are no file of the kind that is taken. 64 bytes
/// tell all that there is to tell.
#[must_use]
pub fn content_type_of(kind: Kind, bytes: &[u8]) -> Option<&'static str> {
    let marked = |at: usize, mark: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(mark));
    let by_mark = BY_MARK.iter().find(|(at, mark, of, _)| *of == kind && marked(*at, mark)).map(|(.., served)| *served);
    let known = || infer::get(bytes).map(|found| found.mime_type());
    let by_bytes = || {
        let known = known()?;
        BY_BYTES.iter().find(|(found, of, _)| *found == known && *of == kind).map(|(.., served)| *served)
    };
    by_mark.or_else(by_bytes)
}
