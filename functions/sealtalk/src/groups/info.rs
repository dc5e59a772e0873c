//! What a group knows of a member (contract 3.4).

use crate::{
    Op, Routes,
    wire::{Answer, Done, GroupField, POST, Text, UserField, answer, done, escaped},
};
use kit::Signed;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use shared::{
    App, Error,
    groups::{self, InfoChange},
};

pub(super) fn routes() -> Routes {
    Routes::new().signed(POST, "/group/set_member_info", Op::SetMemberInfo, set_member_info).signed(
        POST,
        "/group/get_member_info",
        Op::GetMemberInfo,
        get_member_info,
    )
}

/// So many characters each text about a member has at most.
const MOST: usize = 256;
/// So many descriptions of a member there are at most.
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

fn change(input: SetMemberInfo) -> Result<InfoChange, Error> {
    let descriptions = input.member_desc.map(|list| list.0);
    let fits = |list: &Vec<String>| list.len() <= DESCRIPTIONS && list.iter().all(|text| text.chars().count() <= MOST);
    if !descriptions.as_ref().is_none_or(fits) {
        return Err(Error::invalid("memberDesc", "Length of memberDesc invalid."));
    }
    Ok(InfoChange {
        nickname: short("groupNickname", 32, input.group_nickname, "Length of groupNickname invalid.")?,
        region: short("region", 5, input.region.map(|text| text.0), "Length of region invalid.")?,
        phone: short("phone", 20, input.phone.map(|text| text.0), "Length of phone invalid.")?,
        wechat: short("WeChat", MOST, input.wechat, "Length of WeChat invalid.")?,
        alipay: short("Alipay", MOST, input.alipay, "Length of Alipay invalid.")?,
        descriptions,
    })
}

async fn set_member_info(app: App, signed: Signed, input: SetMemberInfo) -> Result<Done, Error> {
    let (gid, uid) = (input.group_id.0.clone(), input.member_id.0.clone());
    let change = signed.checked(&app, change(input)).await?;
    groups::set_member_info(&app, &signed.claim, &gid, &uid, &change).await?;
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
    let info = groups::member_info(&app, &signed.claim, &input.group_id.0, &input.member_id.0).await?;
    Ok(answer(MemberInfoItem {
        group_nickname: escaped(&info.nickname, super::reads::NAME),
        region: escaped(&info.region, MOST),
        phone: escaped(&info.phone, MOST),
        wechat: escaped(&info.wechat, MOST),
        alipay: escaped(&info.alipay, MOST),
        member_desc: info.descriptions.iter().map(|text| escaped(text, MOST)).collect(),
    }))
}
