//! A world with people in it (`cargo run -- --demo`), by what the APIs show of it.

use crate::{sealtalk::client::Friend, world::Api};
use indicatif::ProgressBar;
use local::{
    Options,
    demo::{self, Demo, Failure, Outcome, PASSWORD},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Nine with numbers and three devices.
const PEOPLE: usize = 12;

async fn filled(api: &Api, seed: u64) -> Result<Outcome, Failure> {
    demo::fill(&api.world, seed, PEOPLE, ProgressBar::hidden()).await
}

/// A world with people of this seed.
async fn peopled(seed: u64) -> (Api, Demo) {
    let api = Api::start().await;
    match filled(&api, seed).await.unwrap() {
        Outcome::Made(demo) => (api, demo),
        Outcome::There(_) => panic!("nobody was there"),
    }
}

fn words(list: &Value, field: impl Fn(&Value) -> &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|one| field(one).as_str().unwrap().to_owned()).collect()
}

impl Api {
    /// The bytes behind a URL of this world, redirects followed.
    async fn followed(&self, url: &str) -> Vec<u8> {
        reqwest::get(url).await.unwrap().error_for_status().unwrap().bytes().await.unwrap().to_vec()
    }

    /// Everything that the APIs show of somebody with a number, ids and times left out.
    async fn seen(&self, phone: &str) -> Value {
        let fields = [("phone_number", phone), ("login_type", "password"), ("password", PASSWORD)];
        let signed_in = self.form("/v1/account/login", &fields).await.data();
        let (id, token) = (signed_in["user_id"].as_str().unwrap(), signed_in["access_token"].as_str().unwrap());
        let me = crate::world::Person { phone: phone.to_owned(), id: id.to_owned(), token: token.to_owned() };
        let mut info = self.signed(&me, "account/get_user_info", &[("target_id", id)]).await.data();
        let portrait = self.followed(info["portrait"].as_str().unwrap()).await;
        assert!(portrait.starts_with(b"\x89PNG"));
        for other in ["_id", "user_id", "portrait", "access_token"] {
            info.as_object_mut().unwrap().remove(other);
        }
        let mut plays = Value::Null;
        if info["basic_info_complete"] == true {
            let fields = [("target_id", id), ("class", "basic_info"), ("file_type", "audio")];
            let tape = self.signed(&me, "procedure/get_media", &fields).await.data();
            let tape = self.followed(tape["questions"][0]["save_key"].as_str().unwrap()).await;
            assert!(tape.starts_with(b"RIFF"));
            let fields = [("target_id", id), ("class", "value_concept"), ("file_type", "video")];
            let film = self.signed(&me, "procedure/get_media", &fields).await.data();
            assert!(self.followed(film["save_key"].as_str().unwrap()).await.starts_with(b"\x1a\x45\xdf\xa3"));
            plays = tape.into();
        }
        let lit = self.signed(&me, "procedure/get_message", &[]).await.data();
        let lit = words(&lit["logs"], |log| &log["lighter"]["nickname"]);

        let fields = json!({ "region": "86", "phone": phone, "password": PASSWORD });
        let answer = self.bytes("/user/login", Some("application/json"), fields.to_string()).await;
        let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
        let me = Friend { phone: phone.to_owned(), id: id.to_owned(), cookie };
        let friends = self.asks(&me, "/friendship/all").await.result();
        assert!(friends.as_array().unwrap().iter().all(|friend| friend["status"] == 20), "{friends}");
        let friends = words(&friends, |friend| &friend["user"]["nickname"]);
        let groups = words(&self.asks(&me, "/user/groups").await.result(), |group| &group["name"]);

        let fields = [("userId", phone), ("password", PASSWORD), ("expire_in", "604800")];
        let token = self.form("/log", &fields).await.message();
        let token = ("token", token.as_str().unwrap());
        let coins = self.form("/golden", &[("balance", "1"), token]).await.message();
        json!({
            "info": info, "portrait": portrait, "plays": plays, "lit": lit, "friends": friends, "groups": groups, "coins": coins,
        })
    }

    /// The posts that a member sees, with their pictures, and what was given to the authors.
    async fn feed(&self, device: &str) -> BTreeSet<String> {
        let get = async |path: &str| {
            let answer = self.http.get(self.url(path)).header("x-device-id", device).send().await.unwrap();
            answer.error_for_status().unwrap().json::<Value>().await.unwrap()
        };
        let mut seen = BTreeSet::new();
        for post in get("/m_sns/posts?limit=50").await["items"].as_array().unwrap() {
            let (id, author) = (post["id"].as_str().unwrap(), post["user"]["id"].as_str().unwrap());
            let comments = get(&format!("/m_user/comments?target_id={id}&target_type=post")).await;
            let comments = comments["items"].as_array().unwrap().iter();
            let comments: Vec<_> = comments.map(|one| json!([one["user"]["nickname"], one["content"]])).collect();
            let page = get(&format!("/m_user/users/{author}/homepage")).await;
            let mut pictures = Vec::new();
            for key in post["media"].as_array().unwrap().iter().map(|file| &file["key"]).chain([&post["user"]["icon"]])
            {
                pictures.push(self.followed(&self.url(&format!("/media/{}", key.as_str().unwrap()))).await);
            }
            let (name, age, profit) = (&page["nickname"], &page["age"], &page["profit"]);
            let shown =
                json!([name, age, page["signature"], profit, post["content"], post["like_count"], comments, pictures]);
            seen.insert(shown.to_string());
        }
        seen
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_gives_the_same_people() {
    let ((one, of_one), (two, of_two)) = tokio::join!(peopled(7), peopled(7));
    assert_eq!(of_one, of_two);
    assert_eq!((of_one.people, of_one.numbers.len(), of_one.devices.len()), (PEOPLE, 9, 3));
    let (mut friends, mut coins, mut lit, mut plays, mut groups) = (0, 0, 0, 0, 0);
    for (phone, name) in &of_one.numbers {
        let (first, second) = tokio::join!(one.seen(phone), two.seen(phone));
        assert_eq!(first["info"]["nickname"], *name);
        assert!(first == second, "{phone} is somebody else");
        let many = |field: &str| first[field].as_array().map_or(0, Vec::len);
        friends += many("friends");
        groups += many("groups");
        lit += many("lit");
        plays += usize::from(many("plays") > 0);
        coins += first["coins"]["coins"].as_u64().unwrap();
    }
    assert!(
        friends >= 9 && groups >= 4 && lit > 0 && plays == 2 && coins > 0,
        "{friends} {groups} {lit} {plays} {coins}"
    );
    let (first, second) = tokio::join!(one.feed(&of_one.devices[0].0), two.feed(&of_two.devices[0].0));
    assert!(first.len() >= 3 && first == second, "{first:?}");

    // Messages wait for whoever was away, and a room is open.
    for table in ["ChatTable", "GroupsTable", "LightsTable", "WalletTable"] {
        let (first, second) = (one.rows(table).await.len(), two.rows(table).await.len());
        assert!(first > 0 && first == second, "{table}: {first} and {second}");
    }
    let (live, _) = &of_one.numbers[0];
    let other = &of_one.numbers[7].0;
    let mut open = 0;
    for phone in [live, other] {
        let fields = [("userId", phone.as_str()), ("password", PASSWORD), ("expire_in", "604800")];
        let token = one.form("/log", &fields).await.message();
        let closed = one.form("/room", &[("leave", "1"), ("token", token.as_str().unwrap())]).await;
        open += u32::from(closed.json()["result"] == "0000");
    }
    assert_eq!(open, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_seed_gives_other_people() {
    let ((_, one), (_, two)) = tokio::join!(peopled(1), peopled(2));
    assert_ne!(one.numbers, two.numbers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_with_people_gets_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let started = || Api::with(Options::persistent(folder.path()));
    let api = started().await;
    let made = filled(&api, 7).await.unwrap();
    let rows = api.rows("UsersTable").await.len();
    api.world.shutdown().await;

    let api = started().await;
    let (Outcome::Made(first), Outcome::There(again)) = (made, filled(&api, 8).await.unwrap()) else {
        panic!("they are there")
    };
    assert_eq!(first, again, "those of the first seed");
    assert_eq!(api.rows("UsersTable").await.len(), rows);
    assert!(demo::said(&Outcome::There(again), 8).contains("those of seed 8 need a folder of their own"));

    // One that was cut off is not gone on with, and not taken for a whole one.
    let mark = folder.path().join("demo.json");
    let cut = std::fs::read_to_string(&mark).unwrap().replace("true", "false");
    std::fs::write(&mark, cut).unwrap();
    let refused = filled(&api, 7).await.unwrap_err().to_string();
    assert!(
        refused.contains("was not finished") && refused.contains(&folder.path().display().to_string()),
        "{refused}"
    );
    assert_eq!(api.rows("UsersTable").await.len(), rows);
}
