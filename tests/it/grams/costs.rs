//! What searches cost: rounds and read units, however many names there are and however deep the page.

use super::client::Chatter;
use crate::{
    crowd::{Item, text},
    world::Api,
};
use shared::{config::Table, groups, groups::NewGroup, values::FoldedName};

/// Rounds and calls of a search.
async fn cost(api: &Api, who: &Chatter, field: &str, page: usize) -> (u32, u32) {
    let answer = api.chat_get(who, &format!("group_search/{field}/{page}/")).await;
    (answer.0.rounds(), answer.0.headers["x-cost-calls"].parse().unwrap())
}

#[tokio::test]
async fn the_first_page_takes_two_rounds_and_others_three() {
    let api = Api::start().await;
    let owner = api.chatters(1).await.remove(0);
    for number in 0..45 {
        let name = format!("club {number:02}");
        let new = NewGroup { name: &name, ..NewGroup::default() };
        groups::create(&api.world.app, &owner.claim(), &new).await.unwrap();
    }
    // Of a text with three pairs: the session, where pages begin, and a query for each pair; then the groups, and where the next
    // page begins.
    assert_eq!(cost(&api, &owner, "club", 1).await, (2, 7));
    assert_eq!(cost(&api, &owner, "c", 1).await, (2, 5));
    for page in 2..5 {
        assert_eq!(cost(&api, &owner, "club", page).await, (3, 7), "{page}");
    }
    // The last one has no next.
    assert_eq!(cost(&api, &owner, "club", 5).await, (3, 6));
    // A page that nobody has come to from the one before is as dear as one.
    let other = api.chatters(1).await.remove(0);
    assert_eq!(cost(&api, &other, "club", 4).await, (3, 7));
    // Nothing was found, and nothing has to be looked at.
    assert_eq!(cost(&api, &owner, "xyz", 1).await, (1, 4));
}

#[tokio::test]
async fn a_page_costs_the_same_among_many_names() {
    let api = Api::start().await;
    let owner = api.chatters(1).await.remove(0);
    for number in 0..25 {
        let name = format!("club {number:02}");
        let new = NewGroup { name: &name, ..NewGroup::default() };
        groups::create(&api.world.app, &owner.claim(), &new).await.unwrap();
    }
    let few = [cost(&api, &owner, "club", 1).await, cost(&api, &owner, "club", 2).await];
    let rows = (0..2_000).flat_map(|number| {
        let name = FoldedName::of(&format!("clutter {number:04}"));
        let row = |gram: &str| {
            Item::from([
                ("pk".into(), text(format!("GRAM#groups#{gram}"))),
                ("sk".into(), text(format!("{}\t{number:024x}", name.as_str()))),
                ("type".into(), text("gram")),
                ("name".into(), text(name.as_str())),
            ])
        };
        ["cl", "lu", "c"].map(row)
    });
    api.write(api.world.app.config.tables.name(Table::Chat), rows.collect()).await;
    let other = api.chatters(1).await.remove(0);
    assert_eq!([cost(&api, &other, "club", 1).await, cost(&api, &other, "club", 2).await], few);
}
