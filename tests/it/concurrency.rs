//! Races about accounts and media: each has one winner, and what is left behind fits together.

use crate::{
    crowd::{count, text},
    world::{Answer, Api, Person, questions},
};
use futures_util::future::join_all;
use local::Fault;
use shared::config::Table;
use std::{collections::HashSet, time::Duration};

const SIGNED_OUT: &str = "You haven't logined";
const WRONG_CODE: &str = "validate code not right";
const NOT_PROVEN: &str = "you haven't prove yourself";

/// Where the successes are; every other answer is exactly this failure.
#[track_caller]
pub fn successes(answers: &[Answer], status: u16, error: &str) -> Vec<usize> {
    let (good, bad): (Vec<_>, Vec<_>) = (0..answers.len()).partition(|at| answers[*at].status == 200);
    bad.into_iter().for_each(|at| answers[at].fails(status, error));
    good
}

impl Api {
    async fn redeem(&self, phone: &str, code: &str) -> Answer {
        let fields = [("phone_number", phone), ("validate_code", code), ("validate_type", "register")];
        self.form("/v1/account/validate_sms", &fields).await
    }

    /// Asks for a code for a number.
    pub async fn register(&self, phone: &str) -> Answer {
        self.form("/v1/account/register", &[("phone_number", phone)]).await
    }

    async fn login(&self, phone: &str, password: &str) -> Answer {
        let fields = [("phone_number", phone), ("login_type", "password"), ("password", password)];
        self.form("/v1/account/login", &fields).await
    }

    async fn rename(&self, who: &Person, nickname: &str) -> Answer {
        let info = serde_json::json!({ "nickname": nickname }).to_string();
        self.signed(who, "account/change_personal_info", &[("personal_info", &info)]).await
    }

    /// Asks for the form of a video.
    pub async fn request_video(&self, who: &Person, class: &str) -> Answer {
        let (questions, key) = (questions(), format!("/{class}/{}-1460000002.mp4", who.id));
        let fields = [("sex", "female"), ("file_type", "video"), ("video_class", class), ("questions", &*questions)];
        self.signed(who, "media/upload_request", &[&fields[..], &[("save_key", &*key)]].concat()).await
    }

    /// Confirms a video.
    pub async fn confirm(&self, who: &Person, form: &serde_json::Value) -> Answer {
        let id = form["video_buffer_id"].as_str().unwrap();
        self.signed(who, "media/confirm", &[("file_type", "video"), ("file_id", id)]).await
    }

    /// The text of an attribute of a row of the table `users`.
    async fn stored(&self, pk: &str, sk: &str, attribute: &str) -> Option<String> {
        let item = self.item(self.world.app.config.tables.name(Table::Users), pk, sk).await?;
        Some(item.get(attribute)?.as_s().unwrap().clone())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_redeemed_once() {
    let api = Api::start().await;
    let phones = ["15172354423", "15172354424"];
    let mut calls = Vec::new();
    for phone in phones {
        assert_eq!(api.register(phone).await.status, 200);
        let code = api.code(phone).await;
        calls.push((phone, code));
    }
    let races = calls.iter().map(|(phone, code)| join_all((0..12).map(|_| api.redeem(phone, code))));
    let mut ids = HashSet::new();
    for (answers, phone) in join_all(races).await.iter().zip(phones) {
        let winners = successes(answers, 400, WRONG_CODE);
        assert_eq!(winners.len(), 1);
        let data = answers[winners[0]].data();
        let text = |name: &str| data[name].as_str().unwrap().to_owned();
        let winner = Person { phone: phone.to_owned(), id: text("user_id"), token: text("access_token") };
        assert_eq!(api.renewed(&winner).await.id, winner.id, "the winner's token works");
        assert_eq!(api.stored(&format!("PHONE#+86{phone}"), "CLAIM", "uid").await, Some(winner.id.clone()));
        ids.insert(winner.id);
    }
    assert_eq!(ids.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_sent_five_codes_at_most() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let phone = "15172354423";
    let answers = join_all((0..20).map(|_| api.register(phone))).await;
    // Calls that meet may refuse each other for a moment, but what was refused stays uncounted.
    let mut registered = successes(&answers, 429, "too many requests").len();
    assert!(registered <= 5);
    while registered < 5 {
        assert_eq!(api.register(phone).await.status, 200);
        registered += 1;
    }
    api.register(phone).await.fails(429, "too many requests");
    let sent = api.sms(phone).await;
    assert_eq!(sent.len(), 5);
    // One of them is the one that is stored.
    let mut right = 0;
    for sms in sent {
        let code: String = sms.chars().filter(char::is_ascii_digit).collect();
        right += usize::from(api.redeem(phone, &code).await.status == 200);
    }
    assert_eq!(right, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_codes_at_the_same_time_are_five_tries() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let phone = "15172354423";
    assert_eq!(api.register(phone).await.status, 200);
    let right = api.code(phone).await;
    let wrong = (100_000..).map(|code| code.to_string()).filter(|code| *code != right).take(50);
    let answers = join_all(wrong.map(async |code| api.redeem(phone, &code).await)).await;
    answers.iter().for_each(|answer| answer.fails(400, WRONG_CODE));
    let rows = api.rows(api.world.app.config.tables.name(Table::Users)).await;
    assert_eq!(count(rows.iter().find(|row| row["sk"] == text("CODE#lightup#register")), "attempts"), 5);
    api.redeem(phone, &right).await.fails(400, WRONG_CODE);
    // A new code has tries of its own.
    assert_eq!(api.register(phone).await.status, 200);
    let renewed = api.code(phone).await;
    assert_eq!(api.redeem(phone, &renewed).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_passwords_at_the_same_time_are_ten_hashes() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let who = api.person("15172354423", "Tony", "male").await;
    let answers = join_all((0..50).map(|_| api.login(&who.phone, "wrong secret"))).await;
    let (hashed, limited): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 400);
    assert_eq!((hashed.len(), limited.len()), (10, 40));
    hashed.iter().for_each(|answer| answer.fails(400, "phone_number and password don't match"));
    limited.iter().for_each(|answer| answer.fails(429, "too many requests"));
    api.login(&who.phone, "secret12").await.fails(429, "too many requests");
    api.advance(900);
    assert_eq!(api.login(&who.phone, "secret12").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nickname_has_one_owner() {
    let api = Api::start().await;
    let mut people = Vec::new();
    for number in 0..10 {
        people.push(api.verified(&format!("1517235450{number}")).await);
    }
    let spellings = ["Tony", "tony", "ＴＯＮＹ", " TONY", "ｔony "];
    let calls = people.iter().zip(spellings.iter().cycle()).map(|(who, nickname)| api.rename(who, nickname));
    let answers = join_all(calls).await;
    let winners = successes(&answers, 409, "This nickname has already been used");
    assert_eq!(winners.len(), 1);
    let winner = &people[winners[0]];
    assert_eq!(api.stored("NICKNAME#tony", "CLAIM", "uid").await, Some(winner.id.clone()));
    for who in &people {
        let nickname = api.stored(&format!("USER#{}", who.id), "PROFILE", "nickname").await;
        assert_eq!(nickname.is_some(), who.id == winner.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_ends_with_one_nickname_and_its_claim() {
    let api = Api::start().await;
    let who = api.person("15172354423", "first", "male").await;
    let names = ["first", "second", "third", "fourth", "fifth"];
    let answers = join_all(names[1..].iter().map(|name| api.rename(&who, name))).await;
    answers.iter().for_each(|answer| answer.is(200, r#"{"status":"change personal_info successfully"}"#));
    let nickname = api.stored(&format!("USER#{}", who.id), "PROFILE", "nickname").await.unwrap();
    for name in names {
        let owner = api.stored(&format!("NICKNAME#{name}"), "CLAIM", "uid").await;
        assert_eq!(owner.is_some(), name == nickname, "{name}, while the nickname is {nickname}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_refreshed_once() {
    let api = Api::start().await;
    for who in api.crowd(3, "male").await {
        let answers = join_all((0..20).map(|_| api.signed(&who, "account/refresh_access_token", &[]))).await;
        let winners = successes(&answers, 401, SIGNED_OUT);
        assert_eq!(winners.len(), 1);
        let token = answers[winners[0]].data()["access_token"].as_str().unwrap().to_owned();
        let winner = Person { token, ..who.clone() };
        assert_eq!(api.signed(&winner, "procedure/get_message", &[]).await.status, 200);
        api.signed(&who, "procedure/get_message", &[]).await.fails(401, SIGNED_OUT);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_sets_one_password() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let who = api.verified("15172354423").await;
    let passwords: Vec<_> = (0..6).map(|number| format!("secret{number}")).collect();
    let set = async |password: &String| {
        let fields = [("phone_number", &*who.phone), ("password", password)];
        api.form("/v1/account/change_password", &fields).await
    };
    let answers = join_all(passwords.iter().map(set)).await;
    let winners = successes(&answers, 401, NOT_PROVEN);
    assert_eq!(winners.len(), 1);
    for (password, number) in passwords.iter().zip(0..) {
        let status = api.login(&who.phone, password).await.status;
        assert_eq!(status, if number == winners[0] { 200 } else { 400 });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_is_confirmed_once() {
    let api = Api::start().await;
    let who = &api.crowd(1, "female").await[0];
    let form = api.request_video(who, "value_concept").await.data();
    assert_eq!(api.upload(&form, b"a value").await, 204);
    let answers = join_all((0..10).map(|_| api.confirm(who, &form))).await;
    assert_eq!(successes(&answers, 400, "invalid request").len(), 1);
    let fields = [("target_id", &*who.id), ("class", "value_concept"), ("file_type", "video")];
    let url = api.signed(who, "procedure/get_media", &fields).await.data()["save_key"].as_str().unwrap().to_owned();
    assert_eq!(api.http.get(url).send().await.unwrap().bytes().await.unwrap(), &b"a value"[..]);

    let fields = [("save_key", "/portrait/me.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    assert_eq!(api.signed(who, "account/upload_portrait_request", &fields).await.status, 200);
    let answers = join_all((0..10).map(|_| api.signed(who, "account/upload_portrait_confirm", &[]))).await;
    assert_eq!(successes(&answers, 400, "You haven't sent this request").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_that_meets_a_busy_profile_is_live_in_the_end() {
    let api = Api::start().await;
    let who = &api.crowd(1, "female").await[0];
    let (pk, tries) = (format!("USER#{}", who.id), 7);
    api.world.faults.strike("TransactWriteItems", tries, &Fault::Delayed(Duration::from_millis(40)));
    let busy = async {
        // Whatever a try was made on is changed before it arrives.
        for number in 0.. {
            if api.world.faults.left("TransactWriteItems") == 0 {
                break;
            }
            api.amend(&pk, "PROFILE", &[("nickname", Some(text(format!("name {number}"))))]).await;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::join!(api.upload_video(who, "value_concept", "female"), busy);
    let own = api.signed(who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
    assert_eq!(own["value_concept_complete"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_classes_confirmed_together_make_a_candidate() {
    let api = Api::start().await;
    let viewer = &api.candidates(1, "male").await[0];
    let people = api.crowd(5, "female").await;
    let mut forms = Vec::new();
    for who in &people {
        api.upload_audio(who, "female").await;
        for class in ["emotion_experience", "value_concept"] {
            forms.push((who, api.request_video(who, class).await.data()));
        }
    }
    let confirmed = join_all(forms.iter().map(|(who, form)| api.confirm(who, form))).await;
    confirmed.iter().for_each(|answer| answer.is(200, r#"{"status":"operate successfully","data":{}}"#));
    let shown: HashSet<_> = api.guests(viewer, "female").await.into_iter().collect();
    assert_eq!(shown, people.iter().map(|person| person.id.clone()).collect());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pool_holds_who_has_all_classes() {
    let api = Api::start().await;
    let (viewer, who) = (&api.candidates(1, "male").await[0], &api.crowd(1, "female").await[0]);
    for round in 0_u8..8 {
        // Each class is uploaded or deleted, all at the same time.
        let wanted = [0, 1, 2].map(|class| round >> class & 1 == 0);
        let change = async |class: usize, kind: &str, name: &str| match wanted[class] {
            true if kind == "audio" => api.upload_audio(who, "female").await,
            true => api.upload_video(who, name, "female").await,
            false => api.delete_media(who, kind, name).await,
        };
        tokio::join!(
            change(0, "audio", "basic_info"),
            change(1, "video", "emotion_experience"),
            change(2, "video", "value_concept"),
        );
        let own = api.signed(who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
        for (class, name) in ["basic_info", "emotion_experience", "value_concept"].into_iter().enumerate() {
            assert_eq!(own[format!("{name}_complete")], wanted[class]);
            let media = format!("MEDIA#{name}");
            let row =
                api.item(api.world.app.config.tables.name(Table::Users), &format!("USER#{}", who.id), &media).await;
            assert_eq!(row.is_some(), wanted[class]);
        }
        let found = api.signed(viewer, "procedure/get_user_id_by_love_sex", &[("love_sex", "female")]).await;
        assert_eq!(found.status, if wanted == [true; 3] { 200 } else { 404 });
    }
}
