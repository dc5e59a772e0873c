//! Finding people (`docs/dialects/sealtalk.md#people`).

use crate::{
    dialect::Routes,
    wire::{Answer, PHONE, TARGET, USER, UserField, answer, escaped, number},
};
use kit::{
    Caller,
    Sample::{List, Str},
    Signed,
    field::Text,
    post, read,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    friends::finding::{self as people, BATCH, By, CONTACTS, Person},
    groups::Group,
    sessions::Profile,
    values::{E164, Nickname, UserId},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        // Looking somebody up counts.
        read("/user/find/{region}/{phone}", "Find")
            .about("Finds somebody by region and number")
            .changing()
            .example(&[("region", Str("86")), ("phone", Str(PHONE))])
            .checked(Find::checked, find),
        read("/user/find_user", "FindUser")
            .about("Finds somebody by number or account name")
            .changing()
            .example(&[("region", Str("86")), ("phone", Str(PHONE))])
            .checked(FindUser::checked, find),
        read("/user/batch", "Batch")
            .about("Shows several people")
            .example(&[("id", List(&[Str(USER), Str(TARGET)]))])
            .checked(Batch::checked, batch),
        read("/user/{id}", "User").about("Shows one person").example(&[("id", Str(TARGET))]).signed(user),
        post("/friendship/get_contacts_info", "GetContactsInfo")
            .about("Tells who of an address book has an account")
            .example(&[("contactList", List(&[Str(PHONE)]))])
            .checked(Contacts::checked, get_contacts_info),
    ])
}

/// A nickname as others read it; empty: none.
pub(crate) fn shown_nickname(nickname: Option<&Nickname>) -> String {
    nickname.map(|nickname| escaped(nickname.as_str(), 32)).unwrap_or_default()
}

/// A person's nickname as others read it.
pub(crate) fn nickname(profile: &Profile) -> String {
    shown_nickname(profile.nickname.as_ref())
}

/// The URL of a person's portrait; empty: none.
pub(crate) fn portrait(app: &App, caller: &Caller, profile: &Profile) -> String {
    profile.portrait_url(caller.media_base(app)).unwrap_or_default()
}

/// The URL of a group's portrait; empty: none. What was uploaded elsewhere is stored as a path.
pub(crate) fn group_portrait(app: &App, caller: &Caller, group: &Group) -> String {
    group.portrait_url(caller.media_base(app))
}

/// Somebody as friends and strangers read them: the number is empty for strangers.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonItem {
    id: String,
    nickname: String,
    region: String,
    phone: String,
    portrait_uri: String,
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: &'static str,
    st_account: String,
}

pub(crate) fn person_item(app: &App, caller: &Caller, person: &Person) -> PersonItem {
    let (region, phone) = person.phone().map(E164::split).unwrap_or_default();
    let profile = &person.profile;
    PersonItem {
        id: profile.uid.to_string(),
        nickname: nickname(profile),
        region: region.to_owned(),
        phone: phone.to_owned(),
        portrait_uri: portrait(app, caller, profile),
        gender: profile.gender.unwrap_or_default().as_str(),
        st_account: profile.account_name.clone().unwrap_or_default(),
    }
}

/// Somebody who was found.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FoundPerson {
    id: String,
    nickname: String,
    portrait_uri: String,
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: &'static str,
    st_account: String,
}

async fn find(app: App, signed: Signed, by: By) -> Result<Answer<FoundPerson>, Error> {
    let Person { profile, .. } = people::find(&app, &signed.claim, &by).await?;
    Ok(answer(FoundPerson {
        id: profile.uid.to_string(),
        nickname: nickname(&profile),
        portrait_uri: portrait(&app, &signed.caller, &profile),
        gender: profile.gender.unwrap_or_default().as_str(),
        st_account: profile.account_name.unwrap_or_default(),
    }))
}

#[derive(Deserialize, JsonSchema)]
struct Find {
    region: Text,
    phone: Text,
}

impl Find {
    fn checked(self) -> Result<By, Error> {
        number(&self.region, &self.phone).map(By::Phone)
    }
}

/// Either a number or a SealTalk number.
#[derive(Deserialize, JsonSchema)]
struct FindUser {
    region: Option<Text>,
    phone: Option<Text>,
    st_account: Option<String>,
}

impl FindUser {
    fn checked(self) -> Result<By, Error> {
        match (self.st_account, self.region, self.phone) {
            (Some(account), ..) => Ok(By::AccountName(account)),
            (None, Some(region), Some(phone)) => number(&region, &phone).map(By::Phone),
            _ => Err(Error::invalid("st_account", "Empty st_account or phone.")),
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct User {
    id: UserField,
}

/// Somebody by id: as [`PersonItem`], but for the region.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UserItem {
    id: String,
    nickname: String,
    portrait_uri: String,
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: &'static str,
    st_account: String,
    phone: String,
}

async fn user(app: App, signed: Signed, input: User) -> Result<Answer<UserItem>, Error> {
    let person = people::get(&app, &signed.claim, &input.id.0).await?;
    let PersonItem { id, nickname, phone, portrait_uri, gender, st_account, .. } =
        person_item(&app, &signed.caller, &person);
    Ok(answer(UserItem { id, nickname, portrait_uri, gender, st_account, phone }))
}

#[derive(Deserialize, JsonSchema)]
struct Batch {
    id: Vec<UserField>,
}

impl Batch {
    fn checked(self) -> Result<Vec<UserId>, Error> {
        if self.id.len() > BATCH {
            return Err(Error::invalid("id", "Too many ids."));
        }
        Ok(self.id.into_iter().map(|field| field.0).collect())
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BatchItem {
    id: String,
    nickname: String,
    portrait_uri: String,
}

async fn batch(app: App, signed: Signed, uids: Vec<UserId>) -> Result<Answer<Vec<BatchItem>>, Error> {
    let people = people::get_many(&app, &signed.claim, &uids).await?;
    let item = |profile: &Profile| BatchItem {
        id: profile.uid.to_string(),
        nickname: nickname(profile),
        portrait_uri: portrait(&app, &signed.caller, profile),
    };
    Ok(answer(people.iter().map(item).collect()))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Contacts {
    contact_list: Vec<Text>,
}

impl Contacts {
    fn checked(self) -> Result<Self, Error> {
        if self.contact_list.len() <= CONTACTS {
            Ok(self)
        } else {
            Err(Error::invalid("contactList", "Too many contacts."))
        }
    }
}

/// The calling code of a number in an address book that has none (`docs/dialects/sealtalk.md#get_contacts_info`).
const CHINA: &str = "86";

/// What is known about a number of somebody's address book. A number that finds nobody has empty texts.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Contact {
    /// 1: the number finds somebody.
    registered: u8,
    /// 1: a friend.
    relationship: u8,
    phone: String,
    id: String,
    nickname: String,
    portrait_uri: String,
    st_account: String,
}

async fn get_contacts_info(app: App, signed: Signed, input: Contacts) -> Result<Answer<Vec<Contact>>, Error> {
    let contacts: Vec<_> =
        input.contact_list.into_iter().map(|text| (E164::written(&text.0, CHINA).ok(), text.0)).collect();
    let phones: Vec<E164> = contacts.iter().filter_map(|(phone, _)| phone.clone()).collect();
    let found = people::contacts(&app, &signed.claim, &phones).await?;
    let item = |(phone, text): (Option<E164>, String)| {
        let person = phone.and_then(|phone| found.get(&phone));
        let profile = person.map(|person| &person.profile);
        Contact {
            registered: u8::from(person.is_some()),
            relationship: u8::from(person.is_some_and(|person| person.friend)),
            phone: text,
            id: profile.map(|profile| profile.uid.to_string()).unwrap_or_default(),
            nickname: profile.map(nickname).unwrap_or_default(),
            portrait_uri: profile.map(|profile| portrait(&app, &signed.caller, profile)).unwrap_or_default(),
            st_account: profile.and_then(|profile| profile.account_name.clone()).unwrap_or_default(),
        }
    };
    Ok(answer(contacts.into_iter().map(item).collect()))
}
