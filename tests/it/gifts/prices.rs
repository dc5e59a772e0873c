//! What gifts cost, and what a deployment may say about it.

use shared::{Config, config::Gifts, values::GiftCode};

#[test]
fn a_deployment_may_set_prices() {
    let read = |list: &str| {
        let lookup = |_: &str| Some(list.to_owned());
        Config::read(&["GIFT_PRICES"], &lookup).map(|config| Gifts::clone(&config.gifts))
    };
    let usual: Vec<_> = read("").unwrap().prices().iter().map(|(code, price)| (code.as_str(), *price)).collect();
    let expected = [
        ("lolly", 1),
        ("rose", 5),
        ("mmd", 10),
        ("cuke", 20),
        ("bear", 50),
        ("blue_lover", 99),
        ("lv_bag", 299),
        ("diamond", 520),
        ("ferrari", 1_314),
        ("villa", 5_200),
    ];
    assert_eq!(usual, expected);
    let set = read("villa=1000000, rose=1,").unwrap();
    assert_eq!([GiftCode::Villa, GiftCode::Rose, GiftCode::Lolly].map(|code| set.price(code)), [1_000_000, 1, 1]);
    for bad in
        ["rose", "rose=", "rose=0", "rose=1000001", "rose=-1", "rose=1.5", "car=1", "Rose=1", "rose=1,rose=2", "=1"]
    {
        assert_eq!(read(bad).unwrap_err().variable, "GIFT_PRICES", "{bad}");
    }
    for code in GiftCode::ALL {
        assert_eq!(code.as_str().parse(), Ok(code));
    }
}
