//! What a person tells about themselves, and how one sees another's; whether they may be seen is said by `visibility` (`docs/dialects/lightup.md#change_personal_info`,
//! `docs/dialects/lightup.md#get_user_info`).

pub mod about;
mod appearance;
mod completing;
mod naming;
mod rows;
mod settings;

pub use crate::{
    person::Look,
    values::{AccountName, PortraitUrl},
    visibility,
};
pub use appearance::{rename, set_portrait_url};
pub use completing::{Completion, complete};
pub(crate) use naming::{Introduction, Naming};
pub(crate) use rows::{EXPORT, NAME, introduce};
pub use rows::{Fields, SettingsChange};
pub use settings::{change_settings, set_account_name};

use crate::{
    app::App,
    changes,
    error::Error,
    lights,
    looks::{self, LookChange},
    media,
    person::{Profile, place},
    sessions::{self, Claim},
    store::retrying,
    values::{Class, Order, SaveKey, UserId},
};

/// A person as somebody sees them.
#[derive(Debug)]
pub struct View {
    /// The person.
    pub profile: Profile,
    /// Whether somebody looks at themselves: then there is nothing to hide.
    pub own: bool,
    /// Whether the person has lit the third light for the one who looks: then their contacts are shown.
    pub contacts: bool,
    /// Lights received and on, in the order of [`Order::ALL`].
    pub received: [u32; 3],
}

impl View {
    /// Whether there is live media of a class.
    #[must_use]
    pub fn complete(&self, class: Class) -> bool {
        self.profile.media.has(class)
    }
}

/// Shows a person (`docs/dialects/lightup.md#get_user_info`). One round.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for somebody without a profile and across a block
/// (`docs/dialects/lightup.md#who-can-be-seen`), unless it is oneself.
pub async fn view(app: &App, claim: &Claim, target: &UserId) -> Result<View, Error> {
    let reads = async |reader: &sessions::Reader| lights::person_and_lights(&app.store, reader, target).await;
    let (actor, (person, received, lit)) = sessions::verify_with(app, claim, reads).await?;
    let own = actor.uid() == target;
    let profile = person.filter(|person| own || visibility::sees(&actor, person)).ok_or(Error::NoSuchUser)?;
    let contacts = own || lit.is_some_and(|pair| pair.is_on(Order::Third));
    Ok(View { profile, own, contacts, received })
}

/// Changes what is given and leaves the rest (`docs/dialects/lightup.md#change_personal_info`). Two rounds, and three
/// more if a portrait is named.
///
/// A sex that is already set stays, silently (`docs/dialects/lightup.md#change_personal_info`). `portrait` is the name
/// of the portrait that waits: after the rest has changed, it becomes the live one. Any other name changes nothing:
/// there is no file behind it.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NicknameTaken`].
pub async fn change(app: &App, claim: &Claim, fields: &Fields, portrait: Option<&SaveKey>) -> Result<(), Error> {
    // Changes race with others and with uploads of the same person: each is tried on what is new.
    let (uid, look_change) = retrying(|| async {
        let actor = sessions::verify(app, claim).await?;
        let before = actor.profile();
        let mut fields = fields.clone();
        // Clients send the whole profile back: the nickname that they were shown is no new one.
        fields.nickname = fields.nickname.filter(|new| before.nickname_claim.as_ref() != Some(new));
        fields.sex = fields.sex.filter(|_| before.sex.is_none());
        let sex = before.sex.or(fields.sex).or(before.form_sex);
        let claimed = fields.nickname.as_ref().or(before.nickname_claim.as_ref());
        let place = place(app, before, before.media, sex, claimed);
        // The fan-out goes to friends: who can have none does without it, and without what it costs.
        let renamed = fields.nickname.is_some() && fields.nickname != before.nickname;
        let look_change = match renamed && before.may_have_friends() {
            true => Some(LookChange::next(changes::version(&app.store, actor.uid()).await?, app.clock.millis())),
            false => None,
        };
        let changed =
            rows::change_profile(&app.store, &actor, before, &fields, place, app.clock.seconds(), look_change.as_ref())
                .await?;
        let uid = actor.uid().clone();
        Ok(changed.map(|()| (uid, look_change)))
    })
    .await?;
    if let Some(look_change) = look_change {
        looks::fan_out(app, &uid, &look_change).await;
    }
    match portrait {
        Some(name) => media::confirm_portrait_named(app, claim, name).await,
        None => Ok(()),
    }
}
