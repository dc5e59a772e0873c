//! Uploads by PUT, what files are by their bytes, and copies of exactly what was looked at.

use super::{HOUR, world};
use local::Fault;
use reqwest::StatusCode;
use shared::{
    error::Error,
    storage::{Copied, SignedPut, content_type_of},
    values::Kind::{Audio, Picture, Video},
};

/// Sends a file by a signed PUT, with its headers and these in their place.
async fn send(signed: &SignedPut, file: &[u8], headers: &[(&str, Option<&str>)]) -> StatusCode {
    let mut all = signed.headers.clone();
    for (name, value) in headers {
        all.remove(&name.to_ascii_lowercase());
        all.extend(value.map(|value| (name.to_ascii_lowercase(), value.to_owned())));
    }
    let request = reqwest::Client::new().put(&signed.url).body(file.to_vec());
    let request = all.iter().fold(request, |request, (name, value)| request.header(name, value));
    request.send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_put_uploads_its_object_and_nothing_else() {
    let world = world().await;
    let storage = &world.app.storage;
    let signed = storage.signed_put("pending/u/1/a", "application/octet-stream", HOUR).await.unwrap();
    assert_eq!(signed.headers.keys().collect::<Vec<_>>(), ["content-type"], "the headers that a client has to send");
    assert!(!format!("{signed:?}").contains("http"));
    let elsewhere = SignedPut { url: signed.url.replace("/u/1/a", "/v/1/a"), ..signed.clone() };
    assert_eq!(send(&elsewhere, b"x", &[]).await, StatusCode::FORBIDDEN);
    for other in [Some("text/html"), None] {
        assert_eq!(send(&signed, b"x", &[("Content-Type", other)]).await, StatusCode::FORBIDDEN, "{other:?}");
    }
    let longer = SignedPut { url: signed.url.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200"), ..signed.clone() };
    assert_ne!(longer.url, signed.url);
    assert_eq!(send(&longer, b"x", &[]).await, StatusCode::FORBIDDEN);
    for key in ["pending/u/1/a", "pending/v/1/a"] {
        assert_eq!(storage.beginning(key, 1).await.unwrap(), None, "{key}");
    }
    for file in [b"first".as_slice(), b"second"] {
        assert_eq!(send(&signed, file, &[]).await, StatusCode::OK);
        assert_eq!(storage.beginning("pending/u/1/a", 64).await.unwrap().unwrap().bytes, file);
    }
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_copied_is_what_was_looked_at() {
    let world = world().await;
    let storage = &world.app.storage;
    storage.put("pending/a", b"0123456789".to_vec(), "text/html").await.unwrap();
    storage.put("pending/empty", Vec::new(), "text/html").await.unwrap();
    let judged = storage.beginning("pending/a", 4).await.unwrap().unwrap();
    assert_eq!((judged.bytes.as_slice(), judged.size), (&b"0123"[..], 10));
    let whole = storage.beginning("pending/a", 64).await.unwrap().unwrap();
    assert_eq!((whole.bytes.as_slice(), whole.size), (&b"0123456789"[..], 10));
    let empty = storage.beginning("pending/empty", 64).await.unwrap().unwrap();
    assert_eq!((empty.bytes.len(), empty.size), (0, 0));
    assert_eq!(storage.beginning("pending/nothing", 64).await.unwrap(), None);

    let copy = async || storage.copy_judged("pending/a", &judged, "media/a", "image/png").await;
    assert_eq!(copy().await.unwrap(), Copied::Done);
    let copied = reqwest::get(storage.url("media/a", HOUR).await.unwrap()).await.unwrap();
    assert_eq!(copied.headers()["content-type"], "image/png");
    assert_eq!(copied.bytes().await.unwrap(), "0123456789");
    storage.put("pending/a", b"0123456780".to_vec(), "text/html").await.unwrap();
    assert_eq!(copy().await.unwrap(), Copied::Changed);
    storage.delete(&["pending/a".to_owned()]).await.unwrap();
    assert_eq!(copy().await.unwrap(), Copied::Changed);
    assert_eq!(storage.beginning("media/a", 64).await.unwrap().unwrap().bytes, b"0123456789");
    world.faults.strike("CopyObject", 3, &Fault::Internal);
    assert!(matches!(copy().await, Err(Error::Unavailable)));
    world.faults.strike("GetObject", 3, &Fault::Internal);
    assert!(matches!(storage.beginning("media/a", 64).await, Err(Error::Unavailable)));
    world.shutdown().await;
}

/// The first bytes of a file in the container that MP4, QuickTime, 3GPP and M4A share.
fn boxed(brand: &[u8; 4]) -> Vec<u8> {
    [b"\0\0\0\x18ftyp", brand.as_slice(), &[0; 16]].concat()
}

#[test]
fn a_file_is_what_its_bytes_say() {
    let matroska = |doctype: &[u8]| [b"\x1a\x45\xdf\xa3\x93\x42\x82\x88", doctype, &[0; 16]].concat();
    let served = |bytes: &[u8]| [Picture, Audio, Video].map(|kind| content_type_of(kind, bytes).unwrap_or("-"));
    for (bytes, expected) in [
        (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], ["image/jpeg", "-", "-"]),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ["image/png", "-", "-"]),
        (b"GIF89a\x01\0\x01\0", ["image/gif", "-", "-"]),
        (b"RIFF\x1a\0\0\0WEBPVP8L", ["image/webp", "-", "-"]),
        (b"RIFF\x1a\0\0\0WAVEfmt ", ["-", "audio/wav", "-"]),
        (b"ID3\x04\0\0\0\0\0\0", ["-", "audio/mpeg", "-"]),
        (b"\xff\xfb\x90\x64\0\0", ["-", "audio/mpeg", "-"]),
        (b"\xff\xf3\x40\xc4\0\0", ["-", "audio/mpeg", "-"]),
        (b"\xff\xf1\x50\x80\0\0", ["-", "audio/aac", "-"]),
        (b"#!AMR\n\x3c\0\0\0\0\0\0", ["-", "audio/amr", "-"]),
        (b"OggS\0\x02\0\0\0\0", ["-", "audio/ogg", "-"]),
        (b"caff\0\x01\0\0desc", ["-", "audio/x-caf", "-"]),
        (&boxed(b"isom"), ["-", "audio/mp4", "video/mp4"]),
        (&boxed(b"M4A "), ["-", "audio/mp4", "-"]),
        (&boxed(b"M4V "), ["-", "-", "video/mp4"]),
        (&boxed(b"3gp4"), ["-", "audio/3gpp", "video/3gpp"]),
        (&boxed(b"qt  "), ["-", "-", "video/quicktime"]),
        (&matroska(b"matroska"), ["-", "-", "video/x-matroska"]),
        (&matroska(b"webm"), ["-", "audio/webm", "video/webm"]),
        // What a browser runs, what it opens as something else, and what is nothing.
        (b"<!DOCTYPE html><script>", ["-"; 3]),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", ["-"; 3]),
        (b"<?xml version=\"1.0\"?><svg/>", ["-"; 3]),
        (b"%PDF-1.7", ["-"; 3]),
        (b"PK\x03\x04", ["-"; 3]),
        (b"\x7fELF\x02\x01\x01", ["-"; 3]),
        (b"FWS\x09", ["-"; 3]),
        (b"text", ["-"; 3]),
        (b"", ["-"; 3]),
    ] {
        assert_eq!(served(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}
