//! What clients tell operators and the server: feedback, reports, tracks (`docs/dialects/m_user.md#feedback`,
//! `docs/dialects/m_user.md#reports`, `docs/dialects/m_user.md#tracks`).

use crate::{
    dialect::Routes,
    wire::{Done, PERSON},
};
use kit::{
    Sample::{Int, Str},
    Signed,
    field::Text,
    post,
    reported::ReasonField,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use shared::{
    App, Error,
    feedback::{self, Report, Target},
    tracks::{self, Track},
    values::{CommentId, FreeText, Place, PostId, Unfit, UserId, Whom},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/m_user/feedbacks", "SendFeedback")
            .about("Tells the operators something")
            .example(&[("content", Str("hi"))])
            .signed(send),
        post("/m_user/reports", "Report")
            .about("Reports somebody to the operators")
            .example(&[("target_type", Str("user")), ("target_id", Str(PERSON)), ("reason", Str("spam"))])
            .checked(Filed::checked, report),
        post("/m_user/user_tracks", "Track")
            .about("Takes where the caller is, and whether they take push messages")
            .example(&[("push_status", Str("true")), ("lng", Int(116)), ("lat", Int(40))])
            .checked(Said::checked, track),
    ])
}

kit::fields! {
    /// `content`: 1 to 2,000 characters.
    ContentField(#[schemars(with = "String", length(min = 1, max = 2000))] FreeText) from Text
        = |text| FreeText::new(text.0, 1..=2000);

    /// `push_status`: true or false; in a form also 1 or 0.
    SwitchField(#[schemars(with = "bool")] bool) from Value = |value| match value {
        Value::Bool(on) => Ok(on),
        Value::Number(number) => switch(&number.to_string()),
        Value::String(text) => switch(&text),
        _ => Err(Unfit::Form),
    };

    /// `lng`: -180 to 180 degrees.
    LongitudeField(#[schemars(with = "f64", range(min = -180, max = 180))] f64) from Text
        = |text| degrees(&text, Place::is_longitude);

    /// `lat`: -90 to 90 degrees.
    LatitudeField(#[schemars(with = "f64", range(min = -90, max = 90))] f64) from Text
        = |text| degrees(&text, Place::is_latitude);
}

fn switch(text: &str) -> Result<bool, Unfit> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Unfit::Form),
    }
}

fn degrees(text: &Text, fits: fn(f64) -> bool) -> Result<f64, Unfit> {
    text.0.trim().parse().ok().filter(|degrees| fits(*degrees)).ok_or(Unfit::Form)
}

#[derive(Deserialize, JsonSchema)]
struct Feedback {
    content: ContentField,
}

async fn send(app: App, signed: Signed, input: Feedback) -> Result<Done, Error> {
    feedback::write(&app, &signed.claim, &input.content.0, &signed.caller.app).await?;
    Ok(Done {})
}

/// What can be reported.
#[derive(Clone, Copy, Debug)]
enum TargetKind {
    Person,
    Post,
    Comment,
}

kit::words! {
    /// `target_type`: `user`, `post` or `comment`.
    TargetKindField(TargetKind) {
        "user" => TargetKind::Person,
        "post" => TargetKind::Post,
        "comment" => TargetKind::Comment,
    }
}

#[derive(Deserialize, JsonSchema)]
struct Filed {
    target_type: TargetKindField,
    target_id: Text,
    /// The post of a comment.
    post_id: Option<Text>,
    reason: ReasonField,
}

impl Filed {
    /// An id of another form names nothing.
    fn checked(self) -> Result<Report, Error> {
        let id = self.target_id.0;
        let post = |id: String| PostId::try_from(id).unwrap_or_else(|_| PostId::nobody());
        let target = match self.target_type.0 {
            TargetKind::Person => Target::Person(Whom::Id(UserId::try_from(id).unwrap_or_else(|_| UserId::nobody()))),
            TargetKind::Post => Target::Post(post(id)),
            TargetKind::Comment => {
                let on = self.post_id.map(|text| post(text.0));
                Target::Comment(CommentId::try_from(id).unwrap_or_else(|_| CommentId::nobody()), on)
            }
        };
        Ok(Report { target, reason: self.reason.0, quoted: None })
    }
}

async fn report(app: App, signed: Signed, report: Report) -> Result<Done, Error> {
    feedback::report(&app, &signed.claim, &report).await?;
    Ok(Done {})
}

/// Whatever is missing, null or empty is not said.
#[derive(Deserialize, JsonSchema)]
struct Said {
    push_status: Option<SwitchField>,
    lng: Option<LongitudeField>,
    lat: Option<LatitudeField>,
}

impl Said {
    fn checked(self) -> Result<Track, Error> {
        let place = match (self.lng, self.lat) {
            (None, None) => None,
            (Some(lng), Some(lat)) => Some(Place::new(lng.0, lat.0).map_err(|_| Error::malformed("lng"))?),
            (None, Some(_)) => return Err(Error::missing("lng")),
            (Some(_), None) => return Err(Error::missing("lat")),
        };
        Ok(Track { shows_pushes: self.push_status.map(|switch| switch.0), place })
    }
}

async fn track(app: App, signed: Signed, track: Track) -> Result<Done, Error> {
    tracks::remember(&app, &signed.claim, &track).await?;
    Ok(Done {})
}
