//! What counts as one address (`docs/dialects/lightup.md#limits`): requests as API Gateway hands them on, because this
//! machine has no network of IPv6 addresses.

use crate::{
    payloads::{Functions, event_of, with},
    world::Api,
};
use serde_json::{Value, json};

/// A client that calls from any address.
struct Gateway {
    api: Api,
    functions: Functions,
}

impl Gateway {
    async fn start() -> Self {
        let api = Api::start().await;
        let functions = Functions::new(|_| api.world.app.clone());
        Self { api, functions }
    }

    /// The answer to the payload of this name, sent from an address; `texts` are replaced in its body.
    async fn from(&self, address: &str, name: &str, texts: &[(&str, &str)]) -> Value {
        let mut event = with(event_of(name), texts);
        event["requestContext"]["http"]["sourceIp"] = json!(address);
        let (status, body) = self.functions.json(&event).await;
        json!([status.as_u16(), body["code"], body["error"]])
    }

    async fn look_up(&self, address: &str) -> Value {
        self.from(address, "sealtalk/user_check_phone_available", &[]).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_of_ipv6_addresses_is_one() {
    let gateway = Gateway::start().await;
    let (looked_up, limited) = (json!([200, 200, null]), json!([200, 5_000, null]));
    gateway.api.next_window(900);
    for host in 0..100 {
        let address = format!("2001:db8:1:2:{host:x}:{:x}::{host:x}", 0xffff - host);
        assert_eq!(gateway.look_up(&address).await, looked_up, "{address}");
    }
    for same in ["2001:db8:1:2::1", "2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:0db8:0001:0002:0:0:0:0"] {
        assert_eq!(gateway.look_up(same).await, limited, "{same}");
    }
    for other in ["2001:db8:1:3::1", "2001:db8:1:1::1", "2001:db8:2:2::1", "203.0.113.7", "::1"] {
        assert_eq!(gateway.look_up(other).await, looked_up, "{other}");
    }
}

/// An IPv4 address is one by itself, also where the network writes it as one of IPv6.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ipv4_address_in_ipv6_is_itself() {
    let gateway = Gateway::start().await;
    gateway.api.next_window(900);
    for _ in 0..50 {
        assert_eq!(gateway.look_up("203.0.113.7").await[1], 200);
        assert_eq!(gateway.look_up("::ffff:203.0.113.7").await[1], 200);
    }
    assert_eq!(gateway.look_up("::ffff:cb00:7107").await[1], 5_000);
    assert_eq!(gateway.look_up("::ffff:203.0.113.8").await[1], 200);
}

/// Every limit of addresses counts so: sending, signing in, trying codes, drawing pictures, naming devices.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_limit_of_addresses_counts_networks() {
    let gateway = Gateway::start().await;
    let api = &gateway.api;
    api.next_window(3_600);
    let refused_from = async |nth: usize, name: &str, texts: &[(&str, &str)], most: usize| {
        for host in 0..=most {
            let answer = gateway.from(&format!("2001:db8:0:{nth}::{host:x}"), name, texts).await;
            if answer[0] == 429 || answer[1] == 5_000 {
                return host;
            }
        }
        usize::MAX
    };
    assert_eq!(refused_from(1, "account/login", &[], 12).await, 10);
    assert_eq!(refused_from(2, "sealtalk/user_pic_code", &[], 70).await, 60);
    assert_eq!(refused_from(3, "account/refresh_device_token_lib", &[], 70).await, 60);
    let other = |nth: usize| format!("139000001{nth:02}");
    for nth in 0..20 {
        let address = format!("2001:db8:0:4::{nth:x}");
        let sent = gateway.from(&address, "sealtalk/user_send_code", &[("15172354423", &other(nth))]).await;
        assert_eq!(sent[1], 200, "{sent}");
    }
    let sent = gateway.from("2001:db8:0:4:1::", "sealtalk/user_send_code", &[("15172354423", &other(20))]).await;
    assert_eq!(sent[1], 5_000);
    for nth in 0..100 {
        gateway.from(&format!("2001:db8:0:5::{nth:x}"), "account/validate_sms", &[]).await;
    }
    api.form("/v1/account/register", &[("phone_number", "15172354423")]).await.data();
    let code = api.code("15172354423").await;
    let redeemed = async |address: &str| gateway.from(address, "account/validate_sms", &[("123456", &code)]).await;
    assert_eq!(redeemed("2001:db8:0:5:1::").await[0], 400);
    assert_eq!(redeemed("2001:db8:0:6::").await[0], 200);
}
