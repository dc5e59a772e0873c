//! Somebody who has used everything that there is, in all five APIs.

use crate::{
    chat::socket::{Socket, Someone},
    chat_people::client::{Member, completion},
    crowd::text,
    m_user::client::{Body, Device},
    sealtalk::client::{Friend, Style},
    world::{Answer, Api, Person, question_arr, questions},
};
use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    config::Table,
    sessions::{self, Claim, devices::DeviceHash},
    values::{Dialect, RequestId, UserId, Yuan},
    wallet::{self, Grant},
};

/// What every text of the person begins with.
pub const TRACE: &str = "zqtrace";

/// What every file of theirs has in it.
pub const BYTES: &[u8] = b"zqbytes";

pub const PASSWORD: &str = "secret12";

/// The number of whoever uses everything, and that of the other.
pub const PHONE: &str = "15172354423";
pub const OTHER_PHONE: &str = "15172354424";

/// The five APIs.
pub const ALL: [Dialect; 5] = [Dialect::LightUp, Dialect::SealTalk, Dialect::Live, Dialect::MUser, Dialect::Chat];

/// Somebody in all five APIs, with one password.
pub struct Full {
    pub person: Person,
    pub friend: Friend,
    pub member: Member,
    pub device: Device,
    pub live: String,
}

impl Full {
    pub fn uid(&self) -> UserId {
        UserId::try_from(self.person.id.clone()).unwrap()
    }

    /// Their socket of Chat.
    pub fn someone(&self) -> Someone {
        Someone::of(&self.member.id, &self.member.token)
    }

    /// What they are in the API of a claim.
    pub fn claim(&self, api: &Api, dialect: Dialect) -> Claim {
        match dialect {
            Dialect::LightUp => Claim::new(dialect, self.uid(), &self.person.token),
            Dialect::MUser => Claim::of_device(dialect, DeviceHash::of(&api.world.app, dialect, &self.device.name)),
            Dialect::SealTalk => Claim::of_token(dialect, self.friend.cookie.split_once('=').unwrap().1).unwrap(),
            Dialect::Live => Claim::of_token(dialect, self.live.rsplit('.').next().unwrap()).unwrap(),
            Dialect::Chat => Claim::of_token(dialect, &self.member.token).unwrap(),
        }
    }
}

/// A picture with the bytes that give it away.
pub fn picture() -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89", BYTES].concat()
}

/// A trace of a place.
pub fn trace(place: &str) -> String {
    format!("{TRACE}-{place}")
}

impl Api {
    /// Somebody who is signed in to all five APIs.
    pub async fn everywhere(&self, phone: &str, nickname: &str) -> Full {
        let person = self.person(phone, nickname, "male").await;
        let body = json!({"region": "86", "phone": phone, "password": PASSWORD});
        let signed_in = self.anyone("/user/login", body).await;
        let cookie = Style::Plain.cookie(&signed_in.headers["set-cookie"]);
        let friend = Friend { phone: phone.to_owned(), id: person.id.clone(), cookie };
        let log = [("userId", phone), ("password", PASSWORD)];
        let live = self.form("/log", &log).await.message().as_str().unwrap().to_owned();
        let said = self.stranger_posts("/login/", json!({"phone": phone, "password": PASSWORD})).await;
        let member = Self::member_of(phone, &said);
        let mut device = Device::new(&format!("dev-{nickname}-0001"), Body::Bare);
        device.id.clone_from(&person.id);
        let full = Full { person, friend, member, device, live };
        let app = &self.world.app;
        let actor = sessions::verify(app, &full.claim(self, Dialect::Chat)).await.unwrap();
        let hash = DeviceHash::of(app, Dialect::MUser, &full.device.name);
        sessions::devices::bind(app, &actor, Dialect::MUser, &hash).await.unwrap();
        // That they can be found there, as those can who have registered there.
        let dialects = ALL.map(|dialect| dialect.as_str().to_owned());
        let change = [("dialects", Some(AttributeValue::Ss(dialects.to_vec())))];
        self.amend(&format!("USER#{}", full.person.id), "PROFILE", &change).await;
        full
    }

    async fn live_of(&self, who: &Full, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.form(path, &[fields, &[("token", &*who.live)]].concat()).await;
        assert_eq!(answer.json()["result"], "0000", "{path} {fields:?}: {}", answer.text);
        answer
    }

    /// A file that somebody has uploaded for m_user; its key.
    async fn file_of(&self, who: &Full, kind: &str) -> String {
        let head: &[u8] = match kind {
            "video" => b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2",
            "audio" => b"ID3\x04\0\0\0\0\0\0",
            _ => b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89",
        };
        let asked = self.m_get(&who.device, &format!("/common/upload_tokens?num=1&res_type={kind}")).await.ok();
        let token = &asked["tokens"][0];
        let mut put = self.http.put(token["url"].as_str().unwrap()).body([head, BYTES].concat());
        for (name, value) in token["headers"].as_object().unwrap() {
            put = put.header(name, value.as_str().unwrap());
        }
        assert_eq!(put.send().await.unwrap().status(), 200);
        token["key"].as_str().unwrap().to_owned()
    }

    async fn enriched(&self, who: &Full) {
        let (name, id) = (self.world.app.random.hex::<8>(), who.uid());
        let reason = if who.person.phone == PHONE { trace("reason") } else { "a test".into() };
        let grant = Grant::new(Some(500), None, reason, RequestId::try_from(name).ok()).unwrap();
        wallet::grant(&self.world.app, &id, &grant).await.unwrap();
    }

    /// Everything that there is to do, by and to the first of the two.
    pub async fn use_everything(&self, ann: &Full, bob: &Full) {
        // In boxes: in debug mode they do not fit the stack of a test together.
        Box::pin(self.use_lightup(ann, bob)).await;
        Box::pin(self.use_sealtalk(ann, bob)).await;
        Box::pin(self.use_groups(ann, bob)).await;
        Box::pin(self.use_live(ann, bob)).await;
        Box::pin(self.use_m_user(ann, bob)).await;
        Box::pin(self.use_chat(ann, bob)).await;
    }

    async fn use_lightup(&self, ann: &Full, bob: &Full) {
        let who = &ann.person;
        let info = json!({
            "location": trace("location"), "wechat_ID": trace("wechat"), "weibo_nickname": trace("weibo"),
            "birthday": "694195200",
        });
        let info = info.to_string();
        assert_eq!(self.signed(who, "account/change_personal_info", &[("personal_info", &info)]).await.status, 200);
        let (key, arr, set) = (format!("/{TRACE}.png"), question_arr(), questions());
        let portrait = [("save_key", &*key), ("expiration", "2222222222"), ("bucket", "portrait")];
        let form = self.signed(who, "account/upload_portrait_request", &portrait).await.data();
        assert_eq!(self.upload(&form, &picture()).await, 204);
        assert_eq!(self.signed(who, "account/upload_portrait_confirm", &[]).await.status, 200);
        let (key, audio) = (format!("/{TRACE}.mp4"), [("sex", "male"), ("file_type", "audio")]);
        let video = [("sex", "male"), ("file_type", "video"), ("video_class", "value_concept"), ("save_key", &*key)];
        let video = [&video[..], &[("questions", &*set)]].concat();
        let form = self.signed(who, "media/upload_request", &video).await.data();
        assert_eq!(self.upload(&form, BYTES).await, 204);
        let confirm = [("file_type", "video"), ("file_id", form["video_buffer_id"].as_str().unwrap())];
        assert_eq!(self.signed(who, "media/confirm", &confirm).await.status, 200);
        // These wait.
        let audio = [&audio[..], &[("audio_class", "basic_info"), ("question_arr", &*arr)]].concat();
        for waiting in [&audio, &video] {
            let form = self.signed(who, "media/upload_request", waiting).await.data();
            for form in form["audios"].as_array().unwrap_or(&vec![form.clone()]) {
                assert_eq!(self.upload(form, BYTES).await, 204);
            }
        }
        let form = self.signed(who, "account/upload_portrait_request", &portrait).await.data();
        assert_eq!(self.upload(&form, &picture()).await, 204);
        let token = trace("device");
        assert_eq!(self.signed(who, "account/refresh_device_token", &[("device_token", &*token)]).await.status, 200);
        assert_eq!(self.signed(who, "account/get_questions", &[("class", "basic_info")]).await.status, 200);
        for (from, on) in [(who, &bob.person), (&bob.person, who)] {
            for order in ["1", "3"] {
                let light = [("target_id", &*on.id), ("order", order), ("light_status", "1")];
                assert_eq!(self.signed(from, "procedure/light_up", &light).await.status, 200);
            }
            assert_eq!(self.signed(from, "procedure/log_have_seen", &[("target_id", &on.id)]).await.status, 200);
        }
        let phone = [("phone_number", &*who.phone)];
        assert_eq!(self.form("/v1/account/change_password_request", &phone).await.status, 200);
    }

    async fn use_sealtalk(&self, ann: &Full, bob: &Full) {
        let (who, other) = (&ann.friend, &bob.friend);
        let carl = self.friend("13900000077", "Carl").await;
        self.says(who, "/user/set_st_account", json!({"stAccount": TRACE})).await.ok();
        self.says(who, "/user/set_gender", json!({"gender": "male"})).await.ok();
        let invitation = |whom: &Friend| json!({"friendId": whom.id, "message": trace("invitation")});
        self.says(who, "/friendship/invite", invitation(other)).await.result();
        self.says(other, "/friendship/agree", json!({"friendId": who.id})).await.ok();
        // One that waits.
        self.says(who, "/friendship/invite", invitation(&carl)).await.result();
        for (from, about) in [(who, other), (other, who)] {
            let note = json!({"friendId": about.id, "displayName": trace("name"), "description": trace("note")});
            self.says(from, "/friendship/set_friend_description", note).await.ok();
        }
        let (dora, eve) = (self.friend("13900000078", "Dora").await, self.friend("13900000079", "Eve").await);
        self.says(who, "/user/add_to_blacklist", json!({"friendId": dora.id})).await.ok();
        self.says(&eve, "/user/add_to_blacklist", json!({"friendId": who.id})).await.ok();
        let ticket = self.asks(who, "/user/get_image_token").await.result();
        let part = reqwest::multipart::Part::bytes(picture()).file_name(format!("{TRACE}.png"));
        let form = reqwest::multipart::Form::new().text("token", ticket["token"].as_str().unwrap().to_owned());
        let sent = self.http.post(self.url("/")).multipart(form.part("file", part)).send().await.unwrap();
        assert_eq!(sent.status(), 200, "{:?}", sent.text().await);
    }

    async fn use_groups(&self, ann: &Full, bob: &Full) {
        for (creator, member, name) in [(ann, bob, "Ann's"), (bob, ann, "Bob's")] {
            let (who, ids) = (&creator.friend, [&*creator.friend.id, &*member.friend.id]);
            let made = self.says(who, "/group/create", json!({"name": name, "memberIds": ids})).await.result();
            let group = made["id"].as_str().unwrap().to_owned();
            self.says(who, "/group/set_bulletin", json!({"groupId": group, "content": "Meet at eight"})).await.ok();
            let own = json!({"groupId": group, "displayName": trace("display")});
            self.says(&ann.friend, "/group/set_display_name", own).await.ok();
            let info = json!({"groupId": group, "memberId": ann.friend.id, "groupNickname": trace("member")});
            self.says(&ann.friend, "/group/set_member_info", info).await.ok();
        }
        // An invitation that waits for an answer.
        let alone = json!({"name": trace("alone"), "description": trace("described"), "members": [ann.member.id]});
        self.member_posts(&ann.member, "/create_group/", alone).await.ok();
        self.says(&ann.friend, "/user/set_privacy", json!({"groupVerify": 0})).await.ok();
        let ids = [&*bob.friend.id, &*ann.friend.id];
        self.says(&bob.friend, "/group/create", json!({"name": "Later", "memberIds": ids})).await.result();
    }

    async fn use_live(&self, ann: &Full, bob: &Full) {
        let title = trace("room");
        self.live_of(ann, "/room", &[("live", "1"), ("title", &title)]).await;
        let receipt = wallet::issue_receipt(&self.world.app, Yuan::Ten).await.unwrap();
        let request = trace("request");
        let refill = [("refill", "1"), ("money", "10"), ("receipt", receipt.expose()), ("requestId", &request)];
        self.live_of(ann, "/golden", &refill).await;
        let words = trace("words");
        let gift = |to: &'static str| [("send_gift", "1"), ("value", "4"), ("object", to)];
        let to_bob = [&gift(OTHER_PHONE)[..], &[("description", &*words)]].concat();
        self.live_of(ann, "/golden", &to_bob).await;
        self.enriched(bob).await;
        self.live_of(bob, "/golden", &[&gift(PHONE)[..], &[("description", "rose")]].concat()).await;
    }

    async fn use_m_user(&self, ann: &Full, bob: &Full) {
        let who = &ann.device;
        self.enriched(ann).await;
        let (icon, behind, intro) =
            (self.file_of(ann, "picture").await, self.file_of(ann, "video").await, self.file_of(ann, "audio").await);
        let change = json!({
            "icon": icon, "signature": trace("signature"), "background": {"type": "video", "key": behind},
            "audio_intro": {"key": intro, "duration": 7},
        });
        self.asks_as(who, Method::PATCH, &format!("/m_user/users/{}", who.id), &change).await.ok();
        // One takes the place of another, and one waits.
        let another = self.file_of(ann, "audio").await;
        let change = json!({"audio_intro": {"key": another, "duration": 8}});
        self.asks_as(who, Method::PATCH, &format!("/m_user/users/{}", who.id), &change).await.ok();
        self.file_of(ann, "picture").await;
        let picture = json!({"post_type": "picture", "media": [self.file_of(ann, "picture").await], "price": 3});
        let paid = self.m_post(who, "/m_sns/posts", picture).await.ok()["id"].as_str().unwrap().to_owned();
        let said = self.m_said(who, &trace("post")).await;
        let gone = self.m_said(who, &trace("gone")).await;
        let theirs = self.m_said(&bob.device, "theirs").await;
        let file = self.file_of(bob, "picture").await;
        let priced = json!({"post_type": "picture", "media": [file], "price": 2});
        let priced = self.m_post(&bob.device, "/m_sns/posts", priced).await.ok()["id"].as_str().unwrap().to_owned();
        for (who, id, text) in
            [(ann, &theirs, trace("comment")), (bob, &said, "nice".into()), (ann, &said, trace("own"))]
        {
            self.m_comment(&who.device, id, &text).await.ok();
            let like = json!({"target_id": id, "target_type": "post"});
            self.m_post(&who.device, "/m_user/likes", like).await.ok();
        }
        self.m_delete(who, &format!("/m_sns/posts/{gone}"), Value::Null).await.done();
        self.m_post(who, &format!("/m_sns/posts/{priced}/purchases"), Value::Null).await.done();
        self.m_post(&bob.device, &format!("/m_sns/posts/{paid}/purchases"), Value::Null).await.done();
        for (from, to) in [(ann, bob), (bob, ann)] {
            let rose = json!({"to_user_id": to.device.id, "gift": "rose"});
            self.m_post(&from.device, "/m_gift/gifts", rose).await.done();
        }
        self.m_post(who, "/m_user/feedbacks", json!({"content": trace("feedback")})).await.done();
        let report =
            |whom: &Full, why: &str| json!({"target_id": whom.device.id, "target_type": "user", "reason": why});
        self.m_post(who, "/m_user/reports", report(bob, &trace("report"))).await.done();
        self.m_post(&bob.device, "/m_user/reports", report(ann, "spam")).await.done();
        let track = json!({"push_status": true, "lng": 121.47, "lat": 31.23});
        self.m_post(who, "/m_user/user_tracks", track).await.done();
    }

    async fn use_chat(&self, ann: &Full, bob: &Full) {
        let (who, other) = (&ann.member, &bob.member);
        let mut body = completion(who, TRACE);
        body["desc"] = json!(trace("desc"));
        self.member_posts(who, "/complete_account/", body).await.ok();
        self.member_posts(other, "/complete_account/", completion(other, "bobby")).await.ok();
        use base64::{Engine, engine::general_purpose::STANDARD};
        let save = json!({"name": "a.png", "content": STANDARD.encode(picture())});
        self.member_posts(who, "/save_file/", save).await.ok();
        self.member_posts(who, "/file_ticket/", json!({"name": "a.zip", "size": 9})).await.ok();
        self.member_gets(who, "/ws_ticket/").await.ok();
        self.member_gets(who, "/user_search/bob/0/").await.ok();
        let mut of_ann = Socket::started(self, &ann.someone()).await;
        let to_bob = ann.someone().says(&other.id, "c1", &trace("message"));
        of_ann.packet(1, json!([to_bob])).await;
        of_ann.is_heard_among().await;
        of_ann.close().await;
        // What waits for her, and a message to a group that has not reached everybody.
        let mut of_bob = Socket::open(self, &bob.someone()).await;
        let to_ann = bob.someone().says(&who.id, "c1", "for her");
        of_bob.packet(1, json!([to_ann])).await;
        of_bob.is_heard_among().await;
        of_bob.close().await;
        self.says_to_nobody_yet(ann).await;
        // A connection that stays.
        std::mem::forget(Socket::open(self, &ann.someone()).await);
    }

    /// What somebody has said to a group and has not been fanned out, as a call leaves it that dies.
    async fn says_to_nobody_yet(&self, who: &Full) {
        let (chat, group) = (self.world.app.config.tables.name(Table::Chat), "5703b8f0a2c4e6081b3d5f79");
        let (pk, sk) = (format!("GROUP#{group}"), "SAID#1480000000000#5703b8f0a2c4e6081b3d5f70");
        let messages = AttributeValue::L(vec![AttributeValue::S(trace("said"))]);
        let row = [("pk", text(&pk)), ("sk", text(sk)), ("from", text(&who.person.id)), ("messages", messages)];
        self.write(chat, vec![row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()]).await;
        let mark = AttributeValue::Ss(vec![group.to_owned()]);
        let update = self.world.clients.dynamodb.update_item().table_name(chat);
        let update = update.key("pk", text(format!("USER#{}", who.person.id))).key("sk", text("INBOX"));
        let update = update.update_expression("ADD owes :mark").expression_attribute_values(":mark", mark);
        update.send().await.unwrap();
    }
}
