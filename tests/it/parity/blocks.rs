//! A block of SealTalk hides two people from each other in Light Up, both ways
//! (`docs/dialects/lightup.md#blocks-across-apis`).

use crate::{
    lightup::LIT,
    sealtalk::client::Friend,
    world::{Answer, Api, Person},
};
use serde_json::json;

const NO_USER: &str = "no such user";

/// Somebody in both dialects.
struct Both {
    light: Person,
    seal: Friend,
}

impl Api {
    async fn both(&self, phone: &str, nickname: &str, sex: &str) -> Both {
        let seal = self.friend(phone, nickname).await;
        let fields = [("phone_number", phone), ("login_type", "password"), ("password", "secret12")];
        let data = self.form("/v1/account/login", &fields).await.data();
        let token = data["access_token"].as_str().unwrap().to_owned();
        let light = Person { phone: phone.to_owned(), id: seal.id.clone(), token };
        let info = json!({ "sex": sex }).to_string();
        self.signed(&light, "account/change_personal_info", &[("personal_info", &info)]).await;
        self.upload_all(&light, sex).await;
        Both { light, seal }
    }

    async fn to(&self, who: &Both, name: &str, other: &Both, more: &[(&str, &str)]) -> Answer {
        let fields: Vec<_> = more.iter().copied().chain([("target_id", other.light.id.as_str())]).collect();
        self.signed(&who.light, name, &fields).await
    }

    /// What one can do with the other in Light Up.
    async fn meets(&self, who: &Both, other: &Both) -> Vec<Answer> {
        let media = [("file_type", "audio"), ("class", "basic_info")];
        let light = [("order", "3"), ("light_status", "1")];
        vec![
            self.to(who, "account/get_user_info", other, &[]).await,
            self.to(who, "procedure/get_media", other, &media).await,
            self.to(who, "procedure/light_up", other, &light).await,
            self.to(who, "procedure/log_have_seen", other, &[]).await,
        ]
    }

    async fn finds(&self, who: &Both, love_sex: &str) -> Answer {
        self.signed(&who.light, "procedure/get_user_ids_by_love_sex", &[("love_sex", love_sex)]).await
    }

    async fn messages_of(&self, who: &Both) -> usize {
        self.signed(&who.light, "procedure/get_message", &[]).await.data()["logs"].as_array().unwrap().len()
    }

    async fn can_meet(&self, one: &Both, other: &Both) {
        for (who, whom) in [(one, other), (other, one)] {
            for answer in self.meets(who, whom).await {
                assert_eq!(answer.status, 200, "{answer:?}");
                assert!(answer.rounds() <= 2);
            }
        }
        assert_eq!((self.messages_of(one).await, self.messages_of(other).await), (1, 1));
    }

    async fn cannot_meet(&self, one: &Both, other: &Both) {
        for (who, whom, sex) in [(one, other, "female"), (other, one, "male")] {
            for answer in self.meets(who, whom).await {
                answer.fails(400, NO_USER);
                assert_eq!(answer.rounds(), 1);
            }
            assert_eq!(self.finds(who, sex).await.status, 404);
            assert_eq!(self.messages_of(who).await, 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_hides_both_from_each_other_in_light_up() {
    let api = Api::start().await;
    let ann = api.both("13900000001", "Ann", "female").await;
    let tim = api.both("13900000002", "Tim", "male").await;
    // Each sees the other before any light or log hides a guest who has been seen.
    assert_eq!((api.finds(&tim, "female").await.status, api.finds(&ann, "male").await.status), (200, 200));
    for (who, other) in [(&ann, &tim), (&tim, &ann)] {
        let light = [("order", "3"), ("light_status", "1")];
        api.to(who, "procedure/light_up", other, &light).await.is(200, LIT);
    }
    for (blocker, blocked) in [(&ann, &tim), (&tim, &ann)] {
        api.says(&blocker.seal, "/user/add_to_blacklist", json!({"friendId": blocked.seal.id})).await.ok();
        api.cannot_meet(&tim, &ann).await;
        api.says(&blocker.seal, "/user/remove_from_blacklist", json!({"friendId": blocked.seal.id})).await.ok();
        assert_eq!(api.messages_of(&ann).await, 1);
        assert_eq!((api.finds(&tim, "female").await.status, api.finds(&ann, "male").await.status), (200, 200));
    }
    // What deleting a friend leaves behind does the same, though no list shows it.
    api.says(&ann.seal, "/friendship/invite", json!({"friendId": tim.seal.id, "message": "hi"})).await.result();
    api.says(&tim.seal, "/friendship/agree", json!({"friendId": ann.seal.id})).await.ok();
    api.says(&ann.seal, "/friendship/delete", json!({"friendId": tim.seal.id})).await.ok();
    api.cannot_meet(&tim, &ann).await;
    api.says(&ann.seal, "/friendship/invite", json!({"friendId": tim.seal.id, "message": "hi"})).await.result();
    api.can_meet(&ann, &tim).await;
    // Nobody is hidden from themselves.
    assert_eq!(api.to(&ann, "account/get_user_info", &ann, &[]).await.status, 200);
}
