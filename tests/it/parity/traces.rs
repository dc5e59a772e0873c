//! After an erasure nothing that the person has given is left in any table or in the bucket, however they have lived
//! (`docs/dialects/lightup.md#delete_user`).

use crate::{
    crowd::count,
    sealtalk::client::{Friend, Style},
    world::{Api, Person, question_arr, questions},
};
use local::Fault;
use serde_json::{Value, json};
use shared::{
    Error,
    config::Table,
    random::Random,
    rooms,
    sessions::Claim,
    values::{Amount, Dialect, Note, RequestId, UserId, Yuan},
    wallet::{self, Gift, Receiver, Refill},
};

const PHONE: &str = "13977712345";
/// Stands in every text that the person gives, or that others write about them.
const MARK: &str = "Zqtrace";

fn sealtalk_number() -> Value {
    json!({"region": "86", "phone": PHONE})
}

fn and(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// Everything that is stored, as text, a piece for each item and object.
async fn stored(api: &Api) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for table in Table::ALL {
        let name = api.world.app.config.tables.name(table);
        all.extend(api.rows(name).await.iter().map(|row| (name.to_owned(), format!("{row:?}"))));
    }
    for key in api.objects().await {
        let object = api.world.clients.s3.get_object().bucket("media").key(&key).send().await.unwrap();
        let bytes = object.body.collect().await.unwrap().into_bytes();
        all.push(("media".to_owned(), format!("{key} {}", String::from_utf8_lossy(&bytes))));
    }
    all
}

/// Whether a row of friends is what is left of a relation with somebody who is no more.
fn is_bare_relation(item: &str) -> bool {
    let ended = item.contains("S(\"FRIEND#") && item.contains("\"status\": N(\"30\")");
    let lifted = item.contains("S(\"BLOCK#") && item.contains("\"active\": Bool(false)");
    let content = ["nickname", "\"portrait\"", "message", "display_name"].iter().any(|name| item.contains(name));
    (ended || lifted) && !content
}

/// Deletes what has expired in the worst order that DynamoDB has: what names a token at once, the token only after two days.
async fn expire(api: &Api) {
    let (table, now) = (api.world.app.config.tables.name(Table::Users), api.world.clock.seconds());
    for row in api.rows(table).await {
        let late = if row["pk"].as_s().unwrap().starts_with("VERIFYTOKEN#") { 172_800 } else { 0 };
        if row.contains_key("expires_at") && count(Some(&row), "expires_at") + late <= now {
            let delete = api.world.clients.dynamodb.delete_item().table_name(table);
            delete.key("pk", row["pk"].clone()).key("sk", row["sk"].clone()).send().await.unwrap();
        }
    }
}

/// Erases whoever has the number, and looks for what is left of them.
async fn erased(api: &Api, id: &str, what: &str) {
    let deleted = api.form("/v1/account/delete_user", &[("phone_number", PHONE)]).await;
    assert_eq!(deleted.status, 200, "{what}: {deleted:?}");
    for (place, item) in stored(api).await {
        let shown = item.to_lowercase();
        for trace in [PHONE, &MARK.to_lowercase()] {
            assert!(!shown.contains(trace), "{what}: {trace} in {place}: {item}");
        }
        // Among groups only the row by which others learn that somebody left has the id.
        let left = item.contains(&format!("S(\"MEMBER#{id}\")"));
        assert!(
            place != api.world.app.config.tables.name(Table::Groups) || left || !shown.contains(id),
            "{what}: {item}"
        );
        let related = place == api.world.app.config.tables.name(Table::Friends) && shown.contains(id);
        assert!(!related || is_bare_relation(&item), "{what}: {item}");
        let bare = place == api.world.app.config.tables.name(Table::Users) || place == "media";
        assert!(!bare || !shown.contains(id), "{what}: the id in {place}: {item}");
        // That nothing may be moved any more stays for an hour, in case a movement is on its way.
        let wallet = place == api.world.app.config.tables.name(Table::Wallet);
        let mark = shown.contains("balance#") && shown.contains("expires_at") && shown.contains("erased");
        assert!(!wallet || mark || !shown.contains(id), "{what}: the id in {place}: {item}");
        // Of their own rows, whose keys begin so, one stays: that lights on their way find nobody.
        let own = shown.contains(&format!("\"user#{id}\"")) && !shown.contains(r#""erased": bool(true)"#);
        assert!(!own, "{what}: a row of the person in {place}: {item}");
    }
}

/// Somebody, and two others whose lives go on.
struct Life<'a> {
    api: &'a Api,
    random: Random,
    id: String,
    password: String,
    others: [Friend; 2],
    groups: Vec<String>,
    texts: u32,
}

impl Life<'_> {
    fn text(&mut self) -> String {
        self.texts += 1;
        format!("{MARK}{}", self.texts)
    }

    fn chance(&self, one_in: u32) -> bool {
        self.random.within(1..=one_in) == 1
    }

    /// Signed in to Light Up, if the password is known.
    async fn light_up(&self) -> Option<Person> {
        self.person(PHONE, &self.password).await
    }

    async fn person(&self, phone: &str, password: &str) -> Option<Person> {
        let fields = [("phone_number", phone), ("login_type", "password"), ("password", password)];
        let data = self.api.form("/v1/account/login", &fields).await.json()["data"].clone();
        let text = |name: &str| data[name].as_str().map(str::to_owned);
        Some(Person { phone: phone.into(), id: text("user_id")?, token: text("access_token")? })
    }

    async fn sealtalk(&self) -> Option<Friend> {
        let body = and(sealtalk_number(), json!({"password": self.password}));
        let answer = self.api.anyone("/user/login", body).await;
        let cookie = Style::Plain.cookie(answer.headers.get("set-cookie")?);
        Some(Friend { phone: PHONE.into(), id: self.id.clone(), cookie })
    }

    /// A POST as somebody, which may be refused and never fails.
    async fn says(&self, who: &Friend, path: &str, body: Value) -> Value {
        let answer = self.api.says(who, path, body).await;
        assert!(answer.status < 500, "{path}: {answer:?}");
        answer.json()
    }

    async fn signed(&self, who: &Person, name: &str, fields: &[(&str, &str)]) -> Value {
        let answer = self.api.signed(who, name, fields).await;
        assert!(answer.status < 500, "{name}: {answer:?}");
        answer.json()
    }

    /// A code, and what may become of it.
    async fn code(&mut self) {
        let sent = self.api.anyone("/user/send_code", sealtalk_number()).await;
        if sent.json()["code"] != 200 {
            return;
        }
        let body = and(sealtalk_number(), json!({"code": self.api.code(PHONE).await}));
        match self.random.within(0..=3) {
            0 => drop(self.api.anyone("/user/verify_code_register", body).await),
            1 | 2 => drop(self.api.anyone("/user/verify_code", body).await),
            _ => {
                let checked = self.api.anyone("/user/verify_code", body).await.json();
                let token = &checked["result"]["verification_token"];
                let body = json!({"password": "secret99", "verification_token": token});
                if self.api.anyone("/user/reset_password", body).await.json()["code"] == 200 {
                    self.password = "secret99".into();
                }
            }
        }
    }

    async fn light_up_code(&mut self) {
        let phone = ("phone_number", PHONE);
        if self.api.form("/v1/account/change_password_request", &[phone]).await.status == 200 && self.chance(2) {
            self.api.validated(PHONE, "change_password").await;
            let changed = self.api.form("/v1/account/change_password", &[phone, ("password", "secret77")]).await;
            if changed.status == 200 {
                self.password = "secret77".into();
            }
        }
    }

    async fn friendship(&mut self, me: &Friend, other: &Friend) {
        let (text, picture) = (self.text(), format!("http://img.example.com/{}.png", self.text()));
        let about = |id: &str, more: Value| and(json!({"friendId": id}), more);
        let note =
            json!({"displayName": text, "region": "86", "phone": PHONE, "description": text, "imageUri": picture});
        let (who, whom) = if self.chance(2) { (me, other) } else { (other, me) };
        let (path, body) = match self.random.within(0..=9) {
            0 | 1 => ("/friendship/invite", json!({"message": text})),
            2..=4 => ("/friendship/agree", json!({})),
            5 => ("/friendship/set_display_name", json!({"displayName": text})),
            6 => ("/friendship/set_friend_description", note),
            7 => ("/user/add_to_blacklist", json!({})),
            8 => ("/user/remove_from_blacklist", json!({})),
            _ => ("/friendship/delete", json!({})),
        };
        self.says(who, path, about(&whom.id, body)).await;
    }

    async fn group(&mut self, me: &Friend, other: &Friend) {
        let (text, nth) = (self.text(), self.random.within(0..=15) as usize);
        let (who, whom) = if self.chance(2) { (me, other) } else { (other, me) };
        if nth < 2 || self.groups.is_empty() {
            let made = self.says(who, "/group/create", json!({"name": "Team", "memberIds": [who.id, whom.id]})).await;
            self.groups.extend(made["result"]["id"].as_str().map(str::to_owned));
            return;
        }
        let group = self.groups[nth % self.groups.len()].clone();
        let info = json!({"memberId": self.id, "groupNickname": text, "region": "86", "phone": PHONE, "WeChat": text,
            "Alipay": text, "memberDesc": [text]});
        let (path, body) = match nth {
            2 | 3 => ("/group/set_display_name", json!({"displayName": text})),
            4 => ("/group/set_member_info", info),
            5 => ("/group/add", json!({"memberIds": [whom.id]})),
            6 => ("/group/kick", json!({"memberIds": [whom.id]})),
            7 => ("/group/fav", json!({})),
            8 => ("/group/quit", json!({})),
            9 | 10 => ("/group/set_certification", json!({"certiStatus": 0})),
            11 => ("/user/set_privacy", json!({"groupVerify": 0})),
            12 => ("/group/agree", json!({"receiverId": whom.id, "status": self.random.within(0..=1)})),
            13 => ("/group/clear_notice", json!({})),
            _ => ("/group/join", json!({})),
        };
        let who = if matches!(nth, 2..=4) { me } else { who };
        self.says(who, path, and(json!({"groupId": group}), body)).await;
    }

    async fn settings(&mut self, me: &Friend) {
        let text = self.text();
        let portrait = format!("http://img.example.com/{text}.png");
        let (path, body) = match self.random.within(0..=3) {
            0 => ("/user/set_nickname", json!({"nickname": text})),
            1 => ("/user/set_portrait_uri", json!({"portraitUri": portrait})),
            2 => ("/user/set_st_account", json!({"stAccount": text})),
            _ => ("/user/set_gender", json!({"gender": "female"})),
        };
        self.says(me, path, body).await;
    }

    async fn profile(&mut self, me: &Person) {
        let text = self.text();
        let info = json!({"nickname": text, "sex": "female", "location": text, "weibo_nickname": text, "weibo_uid": text,
            "wechat_nickname": text, "wechat_uid": text, "wechat_ID": text});
        self.signed(me, "account/change_personal_info", &[("personal_info", &info.to_string())]).await;
        self.signed(me, "account/refresh_device_token", &[("device_token", &text)]).await;
        self.signed(me, "account/get_questions", &[("class", "basic_info")]).await;
        let uid = UserId::try_from(me.id.clone()).unwrap();
        let _ = rooms::open(&self.api.world.app, &Claim::new(Dialect::LightUp, uid, &me.token), Some(&text)).await;
    }

    async fn media(&mut self, me: &Person) {
        let (key, arr, set) = (format!("/{}.mp4", self.text()), question_arr(), questions());
        let portrait = [("save_key", &*key), ("expiration", "2222222222"), ("bucket", "portrait")];
        let audio = [("sex", "female"), ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*arr)];
        let video = [("sex", "female"), ("file_type", "video"), ("video_class", "value_concept")];
        let video = [&video[..], &[("save_key", &*key), ("questions", &*set)]].concat();
        let forms = match self.random.within(0..=4) {
            0 => self.signed(me, "account/upload_portrait_request", &portrait).await,
            1 => self.signed(me, "media/upload_request", &audio).await,
            2 => self.signed(me, "media/upload_request", &video).await,
            3 => self.signed(me, "media/upload_media", &audio).await,
            _ => self.signed(me, "media/upload_media", &video).await,
        };
        let bytes = format!("bytes of {key}");
        let data = &forms["data"];
        for form in data["audios"].as_array().unwrap_or(&vec![data.clone()]) {
            if form["url"].is_string() {
                self.api.upload(form, bytes.as_bytes()).await;
            }
        }
        if self.chance(2) {
            self.signed(me, "account/upload_portrait_confirm", &[]).await;
            for (kind, id) in [("audio", "audio_buffer_id"), ("video", "video_buffer_id")] {
                if let Some(id) = data[id].as_str() {
                    self.signed(me, "media/confirm", &[("file_type", kind), ("file_id", id)]).await;
                }
            }
        }
    }

    async fn lights(&self, me: &Person, other: &Friend) {
        let order = ["1", "2", "3"][self.random.within(0..=2) as usize];
        let other = &self.person(&other.phone, "secret12").await.unwrap();
        let (who, whom) = if self.chance(2) { (me, other) } else { (other, me) };
        let fields = [("target_id", &*whom.id), ("order", order), ("light_status", "1")];
        self.signed(who, "procedure/light_up", &fields).await;
        self.signed(who, "procedure/log_have_seen", &fields[..1]).await;
    }

    /// Coins that are bought, and given to or by another. No API has them yet.
    async fn coins(&mut self, me: &Person, other: &Friend) {
        let app = &self.api.world.app;
        let other = &self.person(&other.phone, "secret12").await.unwrap();
        let uid = |who: &Person| UserId::try_from(who.id.clone()).unwrap();
        let claim = |who: &Person| Claim::new(Dialect::LightUp, uid(who), &who.token);
        let (who, whom) = if self.chance(2) { (me, other) } else { (other, me) };
        let text = self.text();
        // What somebody else writes to their gift is theirs.
        let note = Note::try_from(if who.id == self.id { text.clone() } else { "rose".into() }).unwrap();
        let request = RequestId::try_from(text).ok().filter(|_| who.id == self.id);
        let receipt = wallet::issue_receipt(app, Yuan::Ten).await.unwrap();
        let refill = Refill { yuan: Yuan::Ten, receipt: Some(receipt.expose()), request: None };
        wallet::refill(app, &claim(who), &refill).await.unwrap();
        let gift = Gift { to: Receiver::Id(&uid(whom)), amount: Amount::new(3).unwrap(), note, request };
        // One of them may have blocked the other, or be without a profile.
        let given = wallet::give(app, &claim(who), &gift).await;
        assert!(matches!(given, Ok(_) | Err(Error::NoSuchUser)), "{given:?}");
    }

    /// One thing that people do, in either API, and some time.
    async fn step(&mut self) {
        let nth = self.random.within(0..=1) as usize;
        let other = self.others[nth].clone();
        match self.random.within(0..=11) {
            0 | 1 => self.code().await,
            2 => self.light_up_code().await,
            3 => drop(self.api.form("/v1/account/register", &[("phone_number", PHONE)]).await),
            4..=7 => {
                let Some(me) = self.sealtalk().await else { return };
                match self.random.within(0..=4) {
                    0 => self.settings(&me).await,
                    1 | 2 => self.friendship(&me, &other).await,
                    _ => self.group(&me, &other).await,
                }
            }
            _ => {
                let Some(me) = self.light_up().await else { return };
                match self.random.within(0..=3) {
                    0 => self.profile(&me).await,
                    1 => self.media(&me).await,
                    2 => self.coins(&me, &other).await,
                    _ => self.lights(&me, &other).await,
                }
            }
        }
        let passed = [1, 61, 130, 700, 1_900, 4_000][self.random.within(0..=5) as usize];
        self.api.advance(passed);
    }
}

/// The first name and password of somebody, in either API.
async fn begin(api: &Api, random: &Random) -> String {
    if random.within(0..=1) == 0 {
        return api.friend(PHONE, &format!("{MARK}0")).await.id;
    }
    let person = api.verified(PHONE).await;
    let fields = [("phone_number", PHONE), ("password", "secret12")];
    assert_eq!(api.form("/v1/account/change_password", &fields).await.status, 200);
    let info = json!({"nickname": format!("{MARK}0"), "sex": "female"}).to_string();
    assert_eq!(api.signed(&person, "account/change_personal_info", &[("personal_info", &info)]).await.status, 200);
    person.id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_of_a_random_life() {
    for seed in 0..2 {
        let api = Api::start().await;
        api.next_window(86_400);
        let mut others = Vec::new();
        for (phone, name) in [("15172354424", "Bob"), ("15172354425", "Carl")] {
            let person = api.complete(phone, name, "male").await;
            let body = json!({"region": "86", "phone": phone, "password": "secret12"});
            let cookie = Style::Plain.cookie(&api.anyone("/user/login", body).await.headers["set-cookie"]);
            others.push(Friend { phone: phone.into(), id: person.id, cookie });
        }
        let random = Random::seeded(seed);
        // Twice: somebody else has the number afterwards.
        for round in 0..2 {
            let id = begin(&api, &random).await;
            let others = [others[0].clone(), others[1].clone()];
            let password = "secret12".to_owned();
            let random = Random::seeded(seed * 10 + round);
            let mut life = Life { api: &api, random, id: id.clone(), password, others, groups: Vec::new(), texts: 0 };
            for _ in 0..40 {
                life.step().await;
            }
            assert!(stored(&api).await.iter().any(|(_, item)| item.contains(MARK)));
            erased(&api, &id, &format!("life {seed}.{round}")).await;
            api.next_window(86_400);
        }
    }
}

/// The token of a code outlasts its time in the table, and the next code after that time does not know of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_stays_in_no_old_token() {
    for wait in [60, 1_700, 1_930, 40_000, 86_400 * 2] {
        let api = Api::start().await;
        let ann = api.friend(PHONE, "Ann").await;
        api.next_window(3_600);
        for _ in 0..2 {
            api.proven(PHONE).await;
            api.advance(wait);
            expire(&api).await;
        }
        api.sent(PHONE).await;
        erased(&api, &ann.id, &format!("after {wait} s")).await;
    }
}

/// What others have noted about the person, and what they told a group that has ended since, or that they have left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_in_notes_and_old_groups() {
    let api = Api::start().await;
    let (me, bob) = (api.friend(PHONE, &format!("{MARK}0")).await, api.friend("15172354424", "Bob").await);
    api.befriend(&me, &bob).await;
    let note = json!({"friendId": me.id, "displayName": MARK, "region": "86", "phone": PHONE, "description": MARK});
    api.says(&bob, "/friendship/set_friend_description", note).await.ok();
    let mut groups = Vec::new();
    for name in ["Lasts", "Ends", "Left"] {
        let body = json!({"name": name, "memberIds": [bob.id, me.id]});
        let group = api.says(&bob, "/group/create", body).await.result()["id"].as_str().unwrap().to_owned();
        let info = json!({"groupId": group, "memberId": me.id, "groupNickname": MARK, "region": "86", "phone": PHONE,
            "WeChat": MARK, "Alipay": MARK, "memberDesc": [MARK]});
        api.says(&me, "/group/set_member_info", info).await.ok();
        groups.push(group);
    }
    // The end of a group takes these texts out of its members' rows, unless the call dies on the way.
    api.world.faults.strike("Query", 10, &Fault::Internal);
    api.says(&bob, "/group/dismiss", json!({"groupId": groups[1]})).await.ok();
    api.world.faults.clear();
    let member = api.group_row(&format!("GROUP#{}", groups[1]), &format!("MEMBER#{}", me.id)).await;
    assert!(member.is_some_and(|row| row.contains_key("info")));
    api.says(&me, "/group/quit", json!({"groupId": groups[2]})).await.ok();
    erased(&api, &me.id, "notes and groups").await;
}
