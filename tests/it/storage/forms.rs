//! Upload forms as text: against those of an independent signer, and the content types that are signed.

use jiff::Timestamp;
use serde::Deserialize;
use shared::{
    media::Kind,
    storage::{Upload, content_type, sign},
};
use std::{collections::BTreeMap, time::Duration};

#[derive(Deserialize)]
struct Fixture {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    region: String,
    bucket: String,
    time: i64,
    key: String,
    content_type: String,
    max_bytes: u64,
    valid_seconds: u64,
    fields: BTreeMap<String, String>,
}

#[test]
fn forms_are_signed_as_boto3_signs_them() {
    let fixtures: Vec<Fixture> = serde_json::from_str(include_str!("../../fixtures/post_policies.json")).unwrap();
    assert!(fixtures.len() >= 40);
    assert!(fixtures.iter().filter(|fixture| fixture.session_token.is_some()).count() >= 10);
    for fixture in fixtures {
        let credentials = aws_sdk_s3::config::Credentials::new(
            fixture.access_key_id,
            fixture.secret_access_key,
            fixture.session_token,
            None,
            "fixture",
        );
        let upload = Upload {
            key: &fixture.key,
            content_type: &fixture.content_type,
            max_bytes: fixture.max_bytes,
            valid: Duration::from_secs(fixture.valid_seconds),
        };
        let at = Timestamp::from_second(fixture.time).unwrap();
        let fields = sign(&credentials, &fixture.region, &fixture.bucket, at, &upload);
        assert_eq!(fields, fixture.fields, "{:?}", fixture.key);
    }
}

#[test]
fn content_types_come_from_the_suffix_and_are_never_active() {
    for (kind, name, expected) in [
        (Kind::Picture, "/portrait/a-1.PNG", "image/png"),
        (Kind::Picture, "a.jpeg", "image/jpeg"),
        (Kind::Picture, "a.svg", "image/jpeg"),
        (Kind::Picture, "a.html", "image/jpeg"),
        (Kind::Picture, "http://www.baidu.com", "image/jpeg"),
        (Kind::Picture, "dir.png/none", "image/jpeg"),
        (Kind::Audio, "a.m4a", "audio/mp4"),
        (Kind::Audio, "a.mp4", "audio/mp4"),
        (Kind::Audio, "", "audio/mpeg"),
        (Kind::Audio, "a.png", "audio/mpeg"),
        (Kind::Video, "a.mov", "video/quicktime"),
        (Kind::Video, "a.mp4", "video/mp4"),
        (Kind::Video, "a.mp3.", "video/mp4"),
    ] {
        assert_eq!(content_type(kind, name), expected, "{kind:?} {name}");
    }
}
