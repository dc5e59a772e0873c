//! An erasure beside everything that its user does, and beside itself.

use super::{DEVICE, PHONE, delete, gone, received, somebody};
use crate::world::{Answer, Api, Person, question_arr, questions};
use futures_util::future::join_all;
use local::Fault;
use serde_json::json;
use shared::random::Random;
use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// So many calls delete the user at once.
const ERASURES: usize = 9;

/// Somebody who may sign in anew at any moment, and whether their end has come.
struct Storm<'a> {
    api: &'a Api,
    tony: Mutex<Person>,
    others: [&'a Person; 2],
    over: AtomicBool,
}

/// That an answer is a success or one of these failures.
#[track_caller]
fn documented(what: &str, answer: &Answer, failures: &[(u16, &str)]) {
    let failure =
        |(status, error): &(u16, &str)| answer.status == *status && answer.json() == json!({ "error": error });
    assert!(answer.status == 200 || failures.iter().any(failure), "{what}: {answer:?}");
}

const SIGNED_OUT: (u16, &str) = (401, super::SIGNED_OUT);
const UNPROVEN: (u16, &str) = (401, super::super::UNPROVEN);
const NO_USER: (u16, &str) = (400, super::NO_USER);
const MISMATCH: (u16, &str) = (400, super::super::MISMATCH);
const WRONG_CODE: (u16, &str) = (400, super::super::WRONG_CODE);
const INVALID: (u16, &str) = (400, super::INVALID);
const NOT_SENT: (u16, &str) = (400, "You haven't sent this request");
const TAKEN: (u16, &str) = (409, "This user has already exist");
const LIMITED: (u16, &str) = (429, super::super::TOO_MANY);

impl Storm<'_> {
    fn tony(&self) -> Person {
        self.tony.lock().unwrap().clone()
    }

    async fn signed(&self, name: &str, fields: &[(&str, &str)], failures: &[(u16, &str)]) -> Answer {
        let answer = self.api.signed(&self.tony(), name, fields).await;
        documented(name, &answer, &[failures, &[SIGNED_OUT]].concat());
        answer
    }

    /// Until the erasures have ended, and once more.
    async fn repeat(&self, call: impl AsyncFn(usize)) {
        for round in 0..1_000 {
            let over = self.over.load(Ordering::Relaxed);
            call(round).await;
            if over {
                break;
            }
        }
    }

    async fn lights(&self) {
        self.repeat(async |round| {
            let (order, on) = (["1", "2", "3"][round % 3], if round % 4 < 2 { "1" } else { "0" });
            for other in self.others {
                let fields = |target| [("target_id", target), ("order", order), ("light_status", on)];
                self.signed("procedure/light_up", &fields(&other.id), &[]).await;
                let back = self.api.signed(other, "procedure/light_up", &fields(&self.tony().id)).await;
                documented("a light on him", &back, &[NO_USER]);
            }
        })
        .await;
    }

    async fn sessions(&self) {
        self.repeat(async |round| {
            let who = self.tony();
            let answer = match round % 3 {
                0 => super::login(self.api, PHONE, super::PASSWORD).await,
                1 => super::super::login_by_token(self.api, PHONE, &who.token).await,
                _ => super::refresh(self.api, &who).await,
            };
            documented("a session", &answer, &[NO_USER, MISMATCH, SIGNED_OUT, LIMITED]);
            if answer.status == 200 {
                let token = answer.data()["access_token"].as_str().unwrap().to_owned();
                *self.tony.lock().unwrap() = Person { token, ..who };
            }
        })
        .await;
    }

    async fn devices(&self) {
        self.repeat(async |round| {
            let name = ["account/refresh_device_token", "account/refresh_device_token_lib"][round % 2];
            self.signed(name, &[("device_token", &format!("{DEVICE}-{}", round % 5))], &[]).await;
        })
        .await;
    }

    async fn codes(&self) {
        self.repeat(async |round| {
            let asked = super::super::request_change(self.api, PHONE).await;
            documented("a code", &asked, &[UNPROVEN, LIMITED]);
            let registered = super::register(self.api, PHONE).await;
            documented("a registration", &registered, &[TAKEN, LIMITED]);
            if round == 0 {
                let code = self.api.code(PHONE).await;
                let proven = super::super::validate(self.api, PHONE, &code, "change_password").await;
                documented("a proof", &proven, &[WRONG_CODE]);
                let changed = super::super::change_password(self.api, PHONE, super::PASSWORD).await;
                documented("a password", &changed, &[UNPROVEN]);
            }
        })
        .await;
    }

    async fn uploads(&self) {
        let (arr, set) = (question_arr(), questions());
        let portrait = [("save_key", "/his-portrait.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
        let audio = [("sex", "male"), ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*arr)];
        let video = [("sex", "male"), ("file_type", "video"), ("video_class", "value_concept")];
        let video = [&video[..], &[("save_key", "/his-video.mp4"), ("questions", &*set)]].concat();
        self.repeat(async |_| {
            self.signed("account/get_questions", &[("class", "basic_info")], &[]).await;
            self.signed("media/upload_request", &audio, &[]).await;
            self.signed("account/upload_portrait_request", &portrait, &[]).await;
            self.signed("account/upload_portrait_confirm", &[], &[NOT_SENT]).await;
            let form = self.signed("media/upload_request", &video, &[]).await;
            if form.status == 200 {
                let id = form.data()["video_buffer_id"].as_str().unwrap().to_owned();
                self.signed("media/confirm", &[("file_type", "video"), ("file_id", &id)], &[INVALID]).await;
            }
            self.signed("media/upload_media", &video, &[]).await;
        })
        .await;
    }

    async fn erasures(&self, random: &Random) {
        tokio::time::sleep(Duration::from_millis(random.within(20..=120).into())).await;
        let erased = join_all((0..ERASURES).map(|_| delete(self.api, PHONE))).await;
        self.over.store(true, Ordering::Relaxed);
        erased.iter().for_each(|answer| documented("delete_user", answer, &[(400, "No such user")]));
        assert!(erased.iter().any(|answer| answer.status == 200));
    }
}

/// Calls meet others at their items or are late, as on AWS.
fn weather(api: &Api, random: &Random) {
    for operation in ["TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem", "Query"] {
        for _ in 0..400 {
            let fault = match random.within(0..=9) {
                0 | 1 if operation != "Query" => Fault::Conflict,
                chance @ 2..=5 => Fault::Delayed(Duration::from_millis(u64::from(chance) * 5)),
                _ => Fault::Delayed(Duration::ZERO),
            };
            api.world.faults.strike(operation, 1, &fault);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasures_in_a_storm_leave_nothing() {
    for seed in 0..3 {
        let api = Api::start().await;
        let ann = api.complete("15172354424", "Ann", "female").await;
        let bob = api.complete("15172354425", "Bob", "male").await;
        let tony = somebody(&api, &ann, &bob).await;
        let random = Random::seeded(seed);
        weather(&api, &random);
        let over = AtomicBool::new(false);
        let storm = Storm { api: &api, tony: Mutex::new(tony.clone()), others: [&ann, &bob], over };
        tokio::join!(
            storm.lights(),
            storm.sessions(),
            storm.devices(),
            storm.codes(),
            storm.uploads(),
            storm.erasures(&random)
        );
        api.world.faults.clear();
        gone(&api, &tony).await;
        // Only what the two have lit on each other is on.
        assert_eq!((received(&api, &ann).await, received(&api, &bob).await), (json!([1, 0, 1]), json!([0, 0, 0])));
        api.signed(&ann, "account/get_user_info", &[("target_id", &tony.id)]).await.fails(400, super::NO_USER);
        delete(&api, PHONE).await.fails(400, "No such user");
    }
}
