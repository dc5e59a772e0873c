//! What is kept of whom or what somebody reports: as it was shown when they did, so that operators can judge it whatever becomes of it.
//!
//! It is read by the server, beside the proof of who reports, and never taken from the request. Files are named by where they lie or are
//! shown, and are not copied: if their owner deletes them, the name is what is left.

use crate::{
    app::App,
    error::{Error, Limit},
    facets::{self, Facet},
    feedback::Target,
    friends, groups, images, limits, media, person, posts,
    profiles::about::{self, About},
    rooms,
    sessions::{AnyReader, Profile, Writer},
    store::keys::{self, Key},
    values::{CommentId, E164, UserId, Whom},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// What was shown of somebody or something.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Who is answerable for it: the person, who has written it, or whose group it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whom: Option<UserId>,
    /// What it said, by what each text was: `nickname`, `post`, `comment`, `group` and so on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
    /// What it showed: keys of files, or where they lie in the bucket, or URLs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// Nothing that people have written is in logs.
impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Evidence(..)")
    }
}

impl Evidence {
    fn of(whom: Option<UserId>) -> Self {
        Self { whom, ..Self::default() }
    }

    fn says(mut self, what: &str, text: Option<&str>) -> Self {
        let text = text.filter(|text| !text.trim().is_empty());
        self.texts.extend(text.map(|text| (what.to_owned(), text.to_owned())));
        self
    }

    fn shows(mut self, files: impl IntoIterator<Item = String>) -> Self {
        self.files.extend(files);
        self
    }

    fn of_written(what: &str, written: posts::Written) -> Self {
        let files = written.files.iter().map(ToString::to_string);
        Self::of(Some(written.author)).says(what, written.content.as_ref().map(|it| it.as_str())).shows(files)
    }
}

/// Whom or what a report is about, as it is stored.
pub(super) struct Reported {
    /// What it is, in a word.
    pub(super) about: &'static str,
    /// Its id.
    pub(super) target: String,
    /// What has to be there still when the report is written.
    pub(super) needs: Option<Key>,
    pub(super) evidence: Evidence,
}

impl Reported {
    fn new(about: &'static str, target: &impl ToString, evidence: Evidence) -> Self {
        Self { about, target: target.to_string(), needs: None, evidence }
    }
}

/// What was read before it is known who reports.
pub(super) enum Gathered {
    /// It can be reported by anybody.
    Done(Reported),
    /// A person, who has to be seen by whoever reports them; only then is told what else is wrong.
    Person(Box<Profile>, Result<Reported, Error>),
    /// There is nobody of that number.
    Nobody,
    /// It depends on who reports.
    Later,
}

/// Reads what is reported, as far as that does not depend on who reports. One round; two for a number.
pub(super) async fn gather(app: &App, any: &AnyReader, target: &Target) -> Result<Gathered, Error> {
    match target {
        Target::Person(whom) | Target::Room(whom) | Target::Media(whom, _) => {
            gather_person(app, any, target, whom).await
        }
        Target::Post(id) => {
            let post = posts::post_written(&app.store, any, id).await?.ok_or(Error::NoSuchPost)?;
            let reported = Reported::new("post", id, Evidence::of_written("post", post));
            Ok(Gathered::Done(Reported { needs: Some(keys::post(id)), ..reported }))
        }
        Target::Comment(id, _) if *id == CommentId::nobody() => Err(Error::NoSuchComment),
        Target::Comment(id, None) => Ok(Gathered::Done(Reported::new("comment", id, Evidence::default()))),
        Target::Comment(id, Some(post)) => {
            let comment = posts::comment_on(&app.store, any, post, id).await?.ok_or(Error::NoSuchComment)?;
            let evidence = Evidence::of_written("comment", comment).says("on", Some(post.as_str()));
            Ok(Gathered::Done(Reported::new("comment", id, evidence)))
        }
        Target::Group(_) => Ok(Gathered::Later),
    }
}

async fn owner(app: &App, phone: &E164) -> Result<Option<UserId>, Error> {
    let claims = person::phone_claims(&app.store, phone).await?;
    Ok(claims.proven.map(|claim| claim.uid))
}

async fn gather_person(app: &App, any: &AnyReader, target: &Target, whom: &Whom) -> Result<Gathered, Error> {
    let uid = match whom {
        Whom::Id(uid) => uid.clone(),
        Whom::Number(phone) => match owner(app, phone).await? {
            Some(uid) => uid,
            None => return Ok(Gathered::Nobody),
        },
    };
    let (store, now) = (&app.store, app.clock.seconds());
    let facet = store.get_as::<Facet>(facets::key(&uid));
    let (found, facet, answers, room) = futures_util::try_join!(
        about::person_and_about_of(store, any, &uid),
        facet,
        media::answers(store, any, &uid),
        rooms::on_air(store, any, &uid, now),
    )?;
    let Some((profile, about)) = found.filter(|(profile, _)| profile.state.is_none()) else {
        return Ok(Gathered::Nobody);
    };
    let evidence = shown(&profile, &about, &facet.unwrap_or_default());
    let reported = match target {
        Target::Media(_, class) => {
            let live = answers.into_iter().find(|answers| answers.class == *class).ok_or(Error::NoSuchMedia);
            let told = |live| with_answers(evidence, live).says("class", Some(class.as_str()));
            live.map(|live| Reported::new("media", &uid, told(live)))
        }
        Target::Room(_) => {
            let open = room.ok_or(Error::NotLive);
            open.map(|title| Reported::new("room", &uid, evidence.says("room", title.as_deref())))
        }
        _ => {
            let evidence = answers.into_iter().fold(evidence, with_answers);
            Ok(Reported::new("user", &uid, evidence.says("room", room.flatten().as_deref())))
        }
    };
    Ok(Gathered::Person(Box::new(profile), reported))
}

/// What a person shows of themselves, in any API.
fn shown(profile: &Profile, about: &About, facet: &Facet) -> Evidence {
    let background = about.background.as_ref().map(|background| &background.key);
    let intro = about.audio_intro.as_ref().map(|intro| &intro.key);
    let keys = [background, intro, about.video_chat.as_ref(), about.audio_chat.as_ref()];
    let files = keys.into_iter().flatten().map(ToString::to_string);
    Evidence::of(Some(profile.uid.clone()))
        .says("nickname", profile.nickname.as_ref().map(|name| name.as_str()))
        .says("account name", profile.account_name.as_deref())
        .says("username", facet.username.as_ref().map(|name| name.as_str()))
        .says("about", Some(&facet.about))
        .says("signature", about.signature.as_ref().map(|text| text.as_str()))
        .says("location", profile.location.as_deref())
        .shows(profile.portrait.clone().into_iter().chain(files))
}

fn with_answers(evidence: Evidence, answers: media::Answers) -> Evidence {
    let questions = answers.questions.join("\n");
    evidence.says(answers.class.as_str(), Some(&questions)).shows(answers.files)
}

/// What is reported, once it is known who reports; refused where they cannot see it. No round, one for a group and for a person whom not
/// everybody sees.
///
/// # Errors
/// [`Error::NoSuchUser`], [`Error::NoSuchMedia`], [`Error::NotLive`], [`Error::NoSuchGroup`]; [`Error::TooManyRequests`] for numbers that lead to nobody; faults.
pub(super) async fn judge(app: &App, writer: &Writer, target: &Target, gathered: Gathered) -> Result<Reported, Error> {
    let by_number = matches!(target, Target::Person(Whom::Number(_)) | Target::Room(Whom::Number(_)));
    let found = match gathered {
        Gathered::Done(reported) => Ok(reported),
        Gathered::Nobody => Err(Error::NoSuchUser),
        Gathered::Person(profile, reported) => {
            let seen = sees(app, writer, &profile, by_number).await?;
            if seen { reported } else { Err(Error::NoSuchUser) }
        }
        Gathered::Later => match target {
            Target::Group(gid) => {
                let group = groups::group_known_to(&app.store, writer.reader(), gid).await?;
                Ok(Reported::new("group", gid, of_group(group.ok_or(Error::NoSuchGroup)?)))
            }
            _ => Err(Error::internal("what is reported was not read")),
        },
    };
    // Whoever tries numbers out looks them up.
    if by_number && matches!(found, Err(Error::NoSuchUser)) {
        limits::count(app, &[(Limit::LookUps, writer.uid().as_str())]).await?;
    }
    found
}

/// Whether somebody can see a person, or could if no block kept the two apart. Whom not everybody sees is seen by who has to do with them;
/// who hides their number is known by it to those alone who have them as a friend or were asked by them.
async fn sees(app: &App, writer: &Writer, profile: &Profile, by_number: bool) -> Result<bool, Error> {
    let (reader, uid) = (writer.reader(), &profile.uid);
    let open = profile.visible_in(reader.dialect()) && (!by_number || profile.privacy.phone);
    if open || writer.uid() == uid {
        return Ok(true);
    }
    let mut found = friends::relations(&app.store, reader, std::slice::from_ref(uid)).await?;
    Ok(found.remove(uid).is_some_and(|(_, relation)| relation.mine.is_some() || relation.is_wanted()))
}

/// A picture that somebody else has uploaded is left out: its URL has their id in it, and their erasure would not find it here.
fn of_group(group: groups::Group) -> Evidence {
    let is_owners = |portrait: &String| match images::owner_in(portrait) {
        Some(owner) => group.creator.as_ref() == Some(&owner),
        None => !portrait.is_empty(),
    };
    let portrait = Some(&group.portrait).filter(|portrait| is_owners(portrait)).cloned();
    let bulletin = group.bulletin.as_ref().map(|bulletin| bulletin.content.as_str());
    Evidence::of(group.creator)
        .says("group", Some(&group.name))
        .says("description", Some(&group.description))
        .says("bulletin", bulletin)
        .shows(portrait)
}
