//! Gifts, prices and coins (`docs/dialects/m_user.md#gifts`, `docs/dialects/m_user.md#coins`), and being VIP.

use super::client::{Body, Device};
use crate::world::{Api, NOBODY};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

impl Api {
    /// What an operator gives somebody.
    async fn granted(&self, to: &Device, grant: &Value) {
        let mut body = json!({"user_id": to.id, "reason": "a test"});
        body.as_object_mut().unwrap().extend(grant.as_object().unwrap().clone());
        let answer = self.http.post(self.url("/_local/grants")).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    async fn gives(&self, from: &Device, to: &Device, gift: &str) -> super::client::Said {
        self.m_post(from, "/m_gift/gifts", json!({"to_user_id": to.id, "gift": gift})).await
    }

    async fn amount(&self, of: &Device) -> Value {
        self.m_get(of, "/m_coin/coin_box").await.ok()["amount"].clone()
    }

    async fn two_devices(&self, body: Body) -> (Device, Device) {
        let name = |who: &str| format!("dev-{who}-{body:?}");
        (self.person_of(&name("aaaa"), body).await, self.person_of(&name("bbbb"), body).await)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rose_costs_five_coins() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let (star, fan) = api.two_devices(body).await;
        assert_eq!(api.amount(&fan).await, 0);
        api.gives(&fan, &star, "rose").await.fails(402, 5001, "not enough coins");
        api.granted(&fan, &json!({"coins": 10, "request_id": format!("{body:?}")})).await;
        api.gives(&fan, &star, "rose").await.done();
        assert_eq!((api.amount(&fan).await, api.amount(&star).await), (json!(5), json!(0)));
        let shown =
            json!({"items": [{"from_user": {"id": fan.id, "icon": null}, "gifts": [{"code": "rose", "count": 1}]}]});
        for reader in [&fan, &star] {
            api.m_get(reader, &format!("/m_gift/gifts?user_id={}", star.id)).await.is(&shown);
            let page = api.m_get(reader, &format!("/m_user/users/{}/homepage", star.id)).await.ok();
            assert_eq!((&page["profit"], &page["her_gifts"]), (&json!(5), &shown["items"]));
        }
        api.m_get(&star, &format!("/m_gift/gifts?user_id={}", fan.id)).await.is(&json!({"items": []}));

        api.gives(&fan, &fan, "rose").await.wrong("to_user_id");
        api.gives(&fan, &star, "car").await.wrong("gift");
        api.m_post(&fan, "/m_gift/gifts", json!({"to_user_id": "", "gift": "car"})).await.wrong("to_user_id");
        api.m_post(&fan, "/m_gift/gifts", json!({"to_user_id": star.id})).await.wrong("gift");
        let named = json!({"to_user_id": star.id, "gift": "rose", "request_id": "a b"});
        api.m_post(&fan, "/m_gift/gifts", named).await.wrong("request_id");
        for nobody in [NOBODY, "nobody"] {
            api.m_post(&fan, "/m_gift/gifts", json!({"to_user_id": nobody, "gift": "rose"})).await.not_found();
            api.m_get(&fan, &format!("/m_gift/gifts?user_id={nobody}")).await.not_found();
        }
        api.m_get(&fan, "/m_gift/gifts").await.wrong("user_id");
        for (owner, other) in [(&fan, &star), (&star, &fan)] {
            api.m_post(owner, "/m_user/blocks", json!({"user_id": other.id})).await.done();
            api.gives(&fan, &star, "rose").await.forbidden();
            api.m_get(&fan, &format!("/m_gift/gifts?user_id={}", star.id)).await.not_found();
            api.m_delete(owner, "/m_user/blocks", json!({"user_id": other.id})).await.done();
        }
        assert_eq!(api.amount(&fan).await, 5);
        // Ten at once of what is left are one.
        let roses = join_all((0..10).map(|_| api.gives(&fan, &star, "rose"))).await;
        let codes: Vec<_> = roses.iter().map(|rose| rose.answer.json()["status"].clone()).collect();
        assert_eq!(codes.iter().filter(|code| **code == 5001).count(), 9, "{codes:?}");
        assert_eq!(api.amount(&fan).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_gift_is_given_once() {
    let api = Api::start().await;
    let (star, fan) = api.two_devices(Body::Envelope).await;
    api.granted(&fan, &json!({"coins": 100, "request_id": "one"})).await;
    let named = |gift: &str| json!({"to_user_id": star.id, "gift": gift, "request_id": "g-1"});
    for _ in 0..2 {
        api.m_post(&fan, "/m_gift/gifts", named("mmd")).await.done();
    }
    api.m_post(&fan, "/m_gift/gifts", named("rose")).await.fails(409, 709, "conflict");
    assert_eq!(api.amount(&fan).await, 90);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_are_listed_for_those_who_are_registered() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let stranger = Device::new("dev-cccc-0003", body);
        for path in ["/m_gift/price", "/m_coin/coin_box", "/m_gift/gifts?user_id=x"] {
            api.m_get(&stranger, path).await.fails(401, 1001, "user not registered");
        }
        let gift = json!({"to_user_id": NOBODY, "gift": "rose"});
        api.m_post(&stranger, "/m_gift/gifts", gift).await.fails(401, 1001, "user not registered");
        let fan = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let listed = api.m_get(&fan, "/m_gift/price").await.ok();
        let items = listed["items"].as_array().unwrap();
        assert_eq!(
            (items.len(), &items[0], &items[9]),
            (10, &json!({"code": "lolly", "price": 1}), &json!({"code": "villa", "price": 5200}))
        );
        api.asks_as(&fan, Method::DELETE, "/m_gift/gifts", &Value::Null).await.fails(405, 705, "method not allowed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vip_days_are_counted_down() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let (star, fan) = api.two_devices(body).await;
        api.granted(&star, &json!({"vip_days": 30})).await;
        let vip = async || {
            let user = api.m_post(&star, "/m_user/login", Value::Null).await.ok();
            (user["is_vip"].clone(), user["vip_left"].clone())
        };
        assert_eq!(vip().await, (json!(true), json!(30)));
        // Everybody sees on the page that somebody is, and nobody else for how long.
        let path = format!("/m_user/users/{}", star.id);
        let (own, other) = (api.m_get(&star, &path).await.ok(), api.m_get(&fan, &path).await.ok());
        assert_eq!((&own["is_vip"], &own["vip_left"]), (&json!(true), &json!(30)));
        assert!(other.get("is_vip").is_none() && other.get("vip_left").is_none(), "{other}");
        let page = api.m_get(&fan, &format!("{path}/homepage")).await.ok();
        assert!(page["is_vip"] == true && page.get("vip_left").is_none(), "{page}");
        api.advance(29 * 86_400 + 60);
        assert_eq!(vip().await, (json!(true), json!(1)));
        api.advance(86_400);
        assert_eq!(vip().await, (json!(false), json!(0)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gifts_wait_two_rounds() {
    let api = Api::start().await;
    let (star, fan) = api.two_devices(Body::Bare).await;
    api.granted(&fan, &json!({"coins": 10, "request_id": "one"})).await;
    let costs = |said: &super::client::Said| said.answer.headers["x-cost-rounds"].clone();
    assert_eq!(costs(&api.gives(&fan, &star, "rose").await), "2");
    assert_eq!(costs(&api.m_get(&fan, &format!("/m_gift/gifts?user_id={}", star.id)).await), "2");
    assert_eq!(costs(&api.m_get(&fan, "/m_coin/coin_box").await), "2");
    assert_eq!(costs(&api.m_get(&fan, "/m_gift/price").await), "2");
}
