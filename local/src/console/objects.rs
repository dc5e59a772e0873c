//! What lies in the bucket: folder by folder, with previews. Files come from the stand-in of S3 by signed URLs, so that what somebody
//! has uploaded is never of the console's own origin.

use super::{
    Console,
    fields::{Query, link},
    frame::{Section, failed, heading, nothing, page, region},
    shown,
};
use aws_sdk_s3::{error::DisplayErrorContext, operation::head_object::HeadObjectOutput, presigning::PresigningConfig};
use axum::{extract::State, response::Response};
use futures_util::future::join_all;
use maud::{Markup, html};
use serde::Deserialize;
use std::time::Duration;

/// Objects on one page.
const PAGE: i32 = 60;

/// How long a preview can be opened.
const SIGNED_FOR: Duration = Duration::from_secs(3_600);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    bucket: String,
    prefix: String,
    /// The key, of one object.
    key: String,
    /// Where the listing goes on.
    token: String,
}

/// An object with all that is shown of it.
struct Shown {
    key: String,
    kind: String,
    size: i64,
    changed: String,
    /// How its content is cached, disposed and so on.
    more: Vec<(&'static str, String)>,
    url: String,
}

impl Console {
    fn bucket<'a>(&'a self, asked: &'a Asked) -> &'a str {
        if asked.bucket.is_empty() { &self.app.config.media_bucket } else { &asked.bucket }
    }

    async fn object(&self, bucket: &str, key: &str) -> Result<Shown, String> {
        let head = self.s3.head_object().bucket(bucket).key(key).send().await;
        let head = head.map_err(|error| DisplayErrorContext(error).to_string())?;
        let signed = PresigningConfig::expires_in(SIGNED_FOR).map_err(|error| error.to_string())?;
        let signed = self.s3.get_object().bucket(bucket).key(key).presigned(signed).await;
        let url = signed.map_err(|error| DisplayErrorContext(error).to_string())?.uri().to_owned();
        Ok(Shown {
            key: key.to_owned(),
            kind: head.content_type().unwrap_or("unknown").to_owned(),
            size: head.content_length().unwrap_or_default(),
            changed: head.last_modified().map(ToString::to_string).unwrap_or_default(),
            more: more(&head),
            url,
        })
    }
}

fn more(head: &HeadObjectOutput) -> Vec<(&'static str, String)> {
    let mut more = Vec::new();
    let named = [
        ("Cache-Control", head.cache_control()),
        ("Content-Disposition", head.content_disposition()),
        ("ETag", head.e_tag()),
    ];
    more.extend(named.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned()))));
    let own = head.metadata().into_iter().flatten();
    more.extend(own.map(|(name, value)| ("Metadata", format!("{name}: {value}"))));
    more
}

/// A folder: the folders in it, and the objects below it.
pub(super) async fn list(State(console): State<Console>, Query(asked): Query<Asked>) -> Response {
    let bucket = console.bucket(&asked).to_owned();
    let listing = || console.s3.list_objects_v2().bucket(&bucket).prefix(&asked.prefix);
    let token = Some(asked.token.clone()).filter(|token| !token.is_empty());
    // The folders one level down, and objects however deep they lie.
    let folders = listing().delimiter("/").send();
    let objects = listing().max_keys(PAGE).set_continuation_token(token).send();
    let (below, listed) = match tokio::try_join!(folders, objects) {
        Ok(found) => found,
        Err(error) => return failed(&console, Section::Objects, &DisplayErrorContext(error).to_string()),
    };
    let folders: Vec<_> = below.common_prefixes().iter().filter_map(|folder| folder.prefix()).collect();
    let keys = listed.contents().iter().filter_map(|object| object.key());
    let objects = join_all(keys.map(|key| console.object(&bucket, key))).await;
    let objects: Vec<_> = objects.into_iter().flatten().collect();
    let shown = html! {
        @if folders.is_empty() && objects.is_empty() { (none(&asked.prefix)) }
        @if !folders.is_empty() {
            ul.folders {
                @for folder in folders {
                    li { a href=(link("/console/objects", &[("bucket", &asked.bucket), ("prefix", folder)])) { (name(folder, &asked.prefix)) } }
                }
            }
        }
        ul.objects { @for object in &objects { (tile(&asked, object)) } }
        @if let Some(token) = listed.next_continuation_token() {
            p.more {
                a href=(link("/console/objects", &[("bucket", &asked.bucket), ("prefix", &asked.prefix), ("token", token)])) { "More" }
            }
        }
    };
    let content = html! {
        (heading("Objects", "What lies in the buckets. Uploads wait in pending until they are confirmed."))
        (trail(&bucket, &asked))
        form.find role="search" {
            label.unseen for="find" { "Keys that begin with" }
            input #find type="search" name="prefix" value=(asked.prefix) autocomplete="off" spellcheck="false"
                placeholder="Keys that begin with";
            kbd aria-hidden="true" { "/" }
        }
        (region("objects", "request", &shown))
    };
    page(&console, Section::Objects, "Objects", &content)
}

fn none(prefix: &str) -> Markup {
    let then = "The README shows how a picture is uploaded with curl: a form is asked for, then sent with the file.";
    nothing(if prefix.is_empty() { "The bucket is empty." } else { "No key begins so." }, then, None)
}

fn name<'a>(key: &'a str, prefix: &str) -> &'a str {
    key.strip_prefix(prefix).filter(|rest| !rest.is_empty()).unwrap_or(key)
}

/// The way down to a folder.
fn trail(bucket: &str, asked: &Asked) -> Markup {
    let ends = asked.prefix.match_indices('/').map(|(end, _)| &asked.prefix[..=end]);
    let mut before = 0;
    let steps: Vec<_> = ends.map(|folder| (folder, &folder[std::mem::replace(&mut before, folder.len())..])).collect();
    html! {
        nav.trail aria-label="Folder" {
            a href=(link("/console/objects", &[("bucket", &asked.bucket)])) { (bucket) }
            @for (folder, step) in steps {
                " / " a href=(link("/console/objects", &[("bucket", &asked.bucket), ("prefix", folder)])) { (step.trim_end_matches('/')) }
            }
        }
    }
}

fn tile(asked: &Asked, object: &Shown) -> Markup {
    let opens = link("/console/object", &[("bucket", &asked.bucket), ("key", &object.key)]);
    html! {
        li {
            a href=(opens) {
                span.thumb {
                    @if object.kind.starts_with("image/") { img src=(object.url) alt="" loading="lazy"; }
                    @else { span { (object.kind.split('/').next().unwrap_or_default()) } }
                }
                span.name { (name(&object.key, &asked.prefix)) }
            }
            span.muted { (object.kind) " · " (shown::size(object.size)) }
        }
    }
}

/// One object: its preview and what is known of it.
pub(super) async fn one(State(console): State<Console>, Query(asked): Query<Asked>) -> Response {
    let bucket = console.bucket(&asked).to_owned();
    let object = match console.object(&bucket, &asked.key).await {
        Ok(object) => object,
        Err(_) => {
            let content = nothing("There is no such object.", "It may have been deleted or replaced.", None);
            return page(&console, Section::Objects, "No object", &content);
        }
    };
    let tags = console.s3.get_object_tagging().bucket(&bucket).key(&asked.key).send().await;
    let tags = tags.map(|tags| tags.tag_set).unwrap_or_default();
    let folder = asked.key.rfind('/').map_or("", |end| &asked.key[..=end]);
    let content = html! {
        p.back { a href=(link("/console/objects", &[("bucket", &asked.bucket), ("prefix", folder)])) { "Objects" } }
        div.heading { h1.key { (object.key) } p { (object.kind) " · " (shown::size(object.size)) } }
        figure.preview { (preview(&object)) }
        dl.facts {
            dt { "Bucket" } dd { (bucket) }
            dt { "Changed" } dd { (object.changed) }
            @for (name, value) in &object.more { dt { (name) } dd { (value) } }
            @for tag in &tags { dt { "Tag " (tag.key()) } dd { (tag.value()) } }
        }
        p { a href=(object.url) rel="noreferrer" { "Open the file by itself" } " " span.muted { "by a signed URL of an hour" } }
    };
    page(&console, Section::Objects, &object.key, &content)
}

fn preview(object: &Shown) -> Markup {
    match object.kind.split('/').next() {
        Some("image") => html! { img src=(object.url) alt={ "The picture " (object.key) }; },
        Some("audio") => html! { audio src=(object.url) controls preload="metadata" {} },
        Some("video") => html! { video src=(object.url) controls preload="metadata" {} },
        _ => html! { p.muted { "There is no preview of this kind of file." } },
    }
}
