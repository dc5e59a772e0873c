//! What a copy of a person's data and its end need, in every function that gives either.

use super::{READS, Recorder, Right, right, watched};
use crate::{
    own::{
        erasing::{address, password},
        full::{OTHER_PHONE, PASSWORD, PHONE},
    },
    template::declared,
    world::Api,
};
use serde_json::Value;
use shared::{accounts, values::Dialect};
use std::collections::BTreeSet;

/// The name of the policy that they share.
pub(super) const POLICY: &str = "OwnDataPolicy";

/// A file of a person as their first folder: what is below is theirs.
fn folder((action, resource): Right) -> Right {
    let bucket = "${MediaBucket.Arn}/";
    match resource
        .strip_prefix(bucket)
        .filter(|path| !path.starts_with("static/"))
        .and_then(|path| path.split_once('/'))
    {
        Some((first, _)) => (action, format!("{bucket}{first}/*")),
        None => (action, resource),
    }
}

/// Somebody who has used everything is given all of it, and erased.
pub(super) async fn rights() -> BTreeSet<Right> {
    let api = Api::start().await;
    let (ann, bob) = (api.everywhere(PHONE, "Anna").await, api.everywhere(OTHER_PHONE, "Bob").await);
    Box::pin(api.use_everything(&ann, &bob)).await;
    let recorder = Recorder::default();
    let app = watched(&api.world, &recorder, &declared("account"));
    app.push.attach(super::telling::Anybody);
    let (claim, given) = (ann.claim(&api, Dialect::SealTalk), password(PASSWORD));
    accounts::export_own(&app, &address(), &claim, Some(&given), None).await.expect("an export");
    accounts::erase_own(&app, &address(), &claim, Some(&given)).await.expect("an erasure");
    let done = recorder.0.lock().unwrap().clone();
    // What the story does not show: an archive that fails, one that is made while its owner is erased, a portrait that was an avatar, and
    // that everything may be read in any way.
    let more = [
        right("s3:AbortMultipartUpload", "${MediaBucket.Arn}/exports/*".into()),
        right("s3:GetObject", "${MediaBucket.Arn}/exports/*".into()),
        right("s3:GetObject", "${MediaBucket.Arn}/static/user_imgs/*".into()),
        right("s3:DeleteObject", "${MediaBucket.Arn}/static/user_imgs/*".into()),
    ];
    done.into_iter().map(folder).chain(more).collect()
}

/// That the policy is exactly that.
pub(super) fn are_given(template: &Value, rights: &BTreeSet<Right>) {
    let given = super::of_policy(template, POLICY);
    let missing: Vec<_> = rights.difference(&given).collect();
    assert!(missing.is_empty(), "{POLICY} needs more rights: {missing:#?}");
    let unused: Vec<_> = given.difference(rights).filter(|it| !READS.contains(&it.0.as_str())).collect();
    assert!(unused.is_empty(), "{POLICY} has rights that it does not need: {unused:#?}");
}
