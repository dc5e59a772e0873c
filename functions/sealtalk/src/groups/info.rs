//! What a group knows of a member (`docs/dialects/sealtalk.md#members-own-data`).

use super::fields::{GROUP, GroupField, NAME};
use crate::{
    dialect::Routes,
    wire::{Answer, Done, TARGET, UserField, answer, done, escaped},
};
use kit::{Sample::Str, Signed, field::Text, post};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use shared::{
    App, Error,
    groups::{self, InfoChange, Member},
    values::{GroupId, UserId},
};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/group/set_member_info", "SetMemberInfo")
            .about("Changes what a member says of themselves in a group")
            .example(&[("groupId", Str(GROUP)), ("memberId", Str(TARGET)), ("groupNickname", Str("Iron"))])
            .checked(SetMemberInfo::checked, set_member_info),
        post("/group/get_member_info", "GetMemberInfo")
            .about("Shows what a member says of themselves in a group")
            .example(&[("groupId", Str(GROUP)), ("memberId", Str(TARGET))])
            .signed(get_member_info),
    ])
}

/// So many characters each text about a member has at most (`docs/dialects/sealtalk.md#members-own-data`).
const MOST: usize = 256;
/// So many descriptions of a member there are at most (`docs/dialects/sealtalk.md#members-own-data`).
const DESCRIPTIONS: usize = 32;

/// Descriptions as clients send them: a list, the same as JSON text, or one text.
#[derive(Debug, JsonSchema)]
#[schemars(with = "Vec<String>")]
struct Descriptions(Vec<String>);

impl<'de> Deserialize<'de> for Descriptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = match Value::deserialize(deserializer)? {
            Value::String(text) if text.is_empty() => Vec::new(),
            Value::String(text) => serde_json::from_str(&text).unwrap_or_else(|_| vec![text]),
            other => serde_json::from_value(other).map_err(serde::de::Error::custom)?,
        };
        Ok(Self(list))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetMemberInfo {
    group_id: GroupField,
    member_id: UserField,
    group_nickname: Option<String>,
    region: Option<Text>,
    phone: Option<Text>,
    #[serde(rename = "WeChat")]
    wechat: Option<String>,
    #[serde(rename = "Alipay")]
    alipay: Option<String>,
    member_desc: Option<Descriptions>,
}

fn short(field: &str, most: usize, text: Option<String>, refusal: &'static str) -> Result<Option<String>, Error> {
    let fits = text.as_ref().is_none_or(|text| text.chars().count() <= most);
    if fits { Ok(text) } else { Err(Error::invalid(field, refusal)) }
}

/// What is to be known of a member.
struct Described {
    group: GroupId,
    member: UserId,
    change: InfoChange,
}

impl SetMemberInfo {
    fn checked(self) -> Result<Described, Error> {
        let descriptions = self.member_desc.map(|list| list.0);
        let fits =
            |list: &Vec<String>| list.len() <= DESCRIPTIONS && list.iter().all(|text| text.chars().count() <= MOST);
        if !descriptions.as_ref().is_none_or(fits) {
            return Err(Error::invalid("memberDesc", "Length of memberDesc invalid."));
        }
        let change = InfoChange {
            name: short("groupNickname", 32, self.group_nickname, "Length of groupNickname invalid.")?,
            region: short("region", 5, self.region.map(|text| text.0), "Length of region invalid.")?,
            phone: short("phone", 20, self.phone.map(|text| text.0), "Length of phone invalid.")?,
            wechat: short("WeChat", MOST, self.wechat, "Length of WeChat invalid.")?,
            alipay: short("Alipay", MOST, self.alipay, "Length of Alipay invalid.")?,
            descriptions,
        };
        Ok(Described { group: self.group_id.0, member: self.member_id.0, change })
    }
}

async fn set_member_info(app: App, signed: Signed, input: Described) -> Result<Done, Error> {
    let Described { group, member, change } = input;
    groups::set_member_info(&app, &signed.claim, &group, &member, &change).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OfMember {
    group_id: GroupField,
    member_id: UserField,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MemberInfoItem {
    group_nickname: String,
    region: String,
    phone: String,
    #[serde(rename = "WeChat")]
    wechat: String,
    #[serde(rename = "Alipay")]
    alipay: String,
    member_desc: Vec<String>,
}

async fn get_member_info(app: App, signed: Signed, input: OfMember) -> Result<Answer<MemberInfoItem>, Error> {
    let Member { display_name, info, .. } =
        groups::member_info(&app, &signed.claim, &input.group_id.0, &input.member_id.0).await?;
    Ok(answer(MemberInfoItem {
        group_nickname: escaped(&display_name, NAME),
        region: escaped(&info.region, MOST),
        phone: escaped(&info.phone, MOST),
        wechat: escaped(&info.wechat, MOST),
        alipay: escaped(&info.alipay, MOST),
        member_desc: info.descriptions.iter().map(|text| escaped(text, MOST)).collect(),
    }))
}
