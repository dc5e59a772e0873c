//! Sessions by cookie (contract 1.3).

use super::client::Style;
use crate::world::Api;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_signed_in_is_told_so_in_the_one_way() {
    let api = Api::start().await;
    api.get("/user/get_poke").await.signed_out();
    api.get("/user//get_poke/").await.signed_out();
    for cookie in ["", "rong_auth_cookie=", "rong_auth_cookie=abc", "other=1", "rong_auth_cookie=\"", "=;;,"] {
        let request = api.http.get(api.url("/user/get_poke")).header("cookie", cookie);
        crate::world::Answer::of(request.send().await.unwrap()).await.signed_out();
    }
    let token = format!("rong_auth_cookie={}{}", crate::world::NOBODY, "0".repeat(40));
    let request = api.http.get(api.url("/user/get_poke")).header("cookie", token);
    crate::world::Answer::of(request.send().await.unwrap()).await.signed_out();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_style_of_cookie_is_understood() {
    let api = Api::start().await;
    for (phone, style) in ["13900000001", "13900000002", "13900000003"].iter().zip(Style::ALL) {
        let somebody = api.friend_as(style, phone, &format!("friend {phone}")).await;
        let poke = api.asks(&somebody, "/user/get_poke").await;
        assert_eq!(poke.result()["pokeStatus"], 1, "{style:?}");
        assert_eq!(poke.rounds(), 1);
    }
}
