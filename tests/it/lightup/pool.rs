//! Who is a candidate, how fair a draw is, and what it costs (`docs/dialects/lightup.md#how-guests-are-chosen`).

use super::guests::{ONE, SOME};
use crate::{
    crowd::text,
    passed_over::{LooksAt, passed_over},
    world::{Api, Person, question_arr, questions},
};
use local::Options;
use shared::random::Random;
use std::collections::{HashMap, HashSet};

impl Api {
    async fn nobody(&self, who: &Person, love_sex: &str) {
        self.signed(who, ONE, &[("love_sex", love_sex)]).await.fails(404, "No guests");
        self.signed(who, SOME, &[("love_sex", love_sex)]).await.fails(404, "no more guests");
    }

    /// In which of the two pools somebody is.
    async fn is_in(&self, who: &Person, guest: &Person, sex: &str) {
        let other = if sex == "male" { "female" } else { "male" };
        assert_eq!(self.guest(who, sex).await, guest.id);
        self.nobody(who, other).await;
        assert_eq!(self.guest(who, "both").await, guest.id);
    }

    pub async fn delete_media(&self, who: &Person, file_type: &str, class: &str) {
        let deleted = self.signed(who, "media/delete_media", &[("file_type", file_type), ("class", class)]).await;
        deleted.is(200, r#"{"status":"operate successfully","data":{}}"#);
    }

    pub async fn upload_audio(&self, who: &Person, sex: &str) {
        let audio = question_arr();
        let fields = [("sex", sex), ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*audio)];
        assert_eq!(self.signed(who, "media/upload_media", &fields).await.status, 200);
    }

    pub async fn upload_video(&self, who: &Person, class: &str, sex: &str) {
        let (questions, key) = (questions(), format!("/{class}/{}-1460000002.mp4", who.id));
        let fields = [("sex", sex), ("file_type", "video"), ("video_class", class), ("questions", &*questions)];
        let fields = [&fields[..], &[("save_key", &*key)]].concat();
        assert_eq!(self.signed(who, "media/upload_media", &fields).await.status, 200);
    }

    /// A row that only the index takes for a candidate: what an index that is late still has.
    async fn stale_index_row(&self, uid: &str, pool: &str, rank: &str) {
        let place = [("guest_pool", Some(text(pool))), ("guest_rank", Some(text(rank)))];
        self.amend(&format!("USER#{uid}"), &format!("STALE#{pool}#{rank}"), &place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sexes_are_filtered_and_nobody_meets_themselves() {
    let api = Api::start().await;
    let (men, women) = (api.candidates(3, "male").await, api.candidates(3, "female").await);
    let ids = |people: &[Person]| people.iter().map(|person| person.id.clone()).collect::<HashSet<_>>();
    let batch = async |who: &Person, love_sex: &str| HashSet::from_iter(api.guests(who, love_sex).await);
    assert_eq!(batch(&men[0], "female").await, ids(&women));
    assert_eq!(batch(&men[0], "male").await, ids(&men[1..]));
    assert_eq!(batch(&men[0], "both").await, &ids(&men[1..]) | &ids(&women));
    assert_eq!(batch(&women[2], "female").await, ids(&women[..2]));
    // Whom the guest would like to meet does not matter, nor what the caller's own profile says.
    let picky = [("love_sex", Some(text("female")))];
    api.amend(&format!("USER#{}", women[0].id), "PROFILE", &picky).await;
    assert_eq!(batch(&men[0], "female").await, ids(&women));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_somebody_complete_is_shown() {
    let api = Api::start().await;
    let who = &api.candidates(1, "male").await[0];
    let guest = &api.crowd(1, "female").await[0];
    api.nobody(who, "female").await;
    api.upload_audio(guest, "female").await;
    api.nobody(who, "female").await;
    api.upload_video(guest, "value_concept", "female").await;
    api.nobody(who, "both").await;
    api.upload_video(guest, "emotion_experience", "female").await;
    api.is_in(who, guest, "female").await;

    let classes = [("audio", "basic_info"), ("video", "emotion_experience"), ("video", "value_concept")];
    for (file_type, class) in classes {
        api.delete_media(guest, file_type, class).await;
        api.nobody(who, "female").await;
        match file_type {
            "audio" => api.upload_audio(guest, "female").await,
            _ => api.upload_video(guest, class, "female").await,
        }
        api.is_in(who, guest, "female").await;
    }
    // Of another kind there is nothing to delete.
    api.delete_media(guest, "audio", "value_concept").await;
    api.is_in(who, guest, "female").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_deleted_leaves_the_pool_and_may_come_back() {
    let api = Api::start().await;
    let who = &api.candidates(1, "male").await[0];
    let guest = api.complete("15172354424", "Ann", "female").await;
    api.is_in(who, &guest, "female").await;
    let deleted = api.form("/v1/account/delete_user", &[("phone_number", &guest.phone)]).await;
    deleted.is(200, r#"{"status":"remove account successfully","data":{}}"#);
    api.nobody(who, "female").await;
    api.signed(who, "procedure/log_have_seen", &[("target_id", &guest.id)]).await.fails(400, "no such user");
    let again = api.complete("15172354424", "Ann", "female").await;
    assert_ne!(again.id, guest.id);
    api.is_in(who, &again, "female").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_without_a_profile_is_not_shown() {
    let api = Api::start().await;
    let who = &api.candidates(1, "male").await[0];
    let guest = api.verified("15172354424").await;
    api.upload_all(&guest, "female").await;
    api.nobody(who, "both").await;
    let profile = [("personal_info", r#"{"nickname":"Ann"}"#)];
    assert_eq!(api.signed(&guest, "account/change_personal_info", &profile).await.status, 200);
    api.is_in(who, &guest, "female").await;
    api.amend(&format!("USER#{}", guest.id), "PROFILE", &[("state", Some(text("erasing")))]).await;
    api.nobody(who, "both").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_forms_sex_counts_only_while_the_profile_has_none() {
    let api = Api::start().await;
    let who = &api.candidates(1, "male").await[0];
    let guest = api.person("15172354424", "Ann", "both").await;
    api.upload_all(&guest, "female").await;
    api.is_in(who, &guest, "female").await;
    api.upload_all(&guest, "male").await;
    api.is_in(who, &guest, "male").await;
    let own = api.signed(&guest, "account/get_user_info", &[("target_id", &guest.id)]).await.data();
    assert_eq!(own["sex"], "", "the form never writes the profile");

    let profile = [("personal_info", r#"{"sex":"female"}"#)];
    assert_eq!(api.signed(&guest, "account/change_personal_info", &profile).await.status, 200);
    api.is_in(who, &guest, "female").await;
    api.upload_all(&guest, "male").await;
    api.is_in(who, &guest, "female").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_index_shows_nobody_who_has_left() {
    let api = Api::start().await;
    let who = &api.candidates(1, "male").await[0];
    let guest = &api.candidates(1, "female").await[0];
    let gone = api.crowd(4, "female").await;
    for (person, rank) in gone.iter().zip(1..) {
        api.stale_index_row(&person.id, "female#0", &format!("{rank:016x}")).await;
    }
    api.stale_index_row(&"f".repeat(24), "female#0", "0000000000000005").await;
    for _ in 0..20 {
        assert_eq!(api.guest(who, "female").await, guest.id);
        assert_eq!(api.guests(who, "female").await, [guest.id.as_str()]);
    }
    api.delete_media(guest, "video", "value_concept").await;
    api.nobody(who, "female").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_index_shows_nobody_in_the_wrong_pool_or_twice() {
    let api = Api::start().await;
    let who = &api.candidates(1, "male").await[0];
    let guest = &api.candidates(1, "female").await[0];
    api.amend(&format!("USER#{}", who.id), "PROFILE", &[("guest_pool", None), ("guest_rank", None)]).await;
    for rank in ["0000000000000001", "ffffffffffffffff"] {
        api.stale_index_row(&guest.id, "male#0", rank).await;
    }
    api.nobody(who, "male").await;
    for _ in 0..5 {
        assert_eq!(api.guests(who, "both").await, [guest.id.as_str()]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_candidate_is_drawn() {
    let api = Api::with(Options::ephemeral().random(Random::seeded(2016))).await;
    let who = &api.crowd(1, "male").await[0];
    let candidates = api.candidates(30, "female").await;
    let mut drawn: HashMap<String, u32> = HashMap::new();
    // Five at a time: 400 draws, 13 or so for each.
    for _ in 0..80 {
        for guest in api.guests(who, "female").await {
            *drawn.entry(guest).or_default() += 1;
        }
    }
    assert_eq!(drawn.len(), candidates.len());
    assert!(drawn.values().all(|times| (3..=30).contains(times)), "{drawn:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draw_costs_the_same_for_any_number_of_candidates() {
    if passed_over(LooksAt::Units) {
        return;
    }
    let api = Api::start().await;
    let who = &api.crowd(1, "male").await[0];
    api.candidates(50, "female").await;
    let cost = async |name: &str, love_sex: &str| {
        let mut costs = HashSet::new();
        for _ in 0..8 {
            let found = api.signed(who, name, &[("love_sex", love_sex)]).await;
            assert_eq!(found.status, 200);
            assert!(found.rounds() <= 2, "{found:?}");
            costs.insert(found.headers["x-cost-rru"].clone());
        }
        costs
    };
    api.candidates(50, "male").await;
    let before = [cost(ONE, "female").await, cost(SOME, "female").await, cost(ONE, "both").await];
    api.candidates(2_950, "female").await;
    let after = [cost(ONE, "female").await, cost(SOME, "female").await, cost(ONE, "both").await];
    assert_eq!(before, after);
    assert!(before.iter().all(|costs| costs.len() == 1), "every draw costs the same: {before:?}");
}
