//! Pages: whatever the names, each that holds the text is on one of them, in order.

use super::client::Chatter;
use crate::world::Api;
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use shared::{
    groups::{self, NewGroup},
    values::{FoldedName, GroupId},
};
use tokio::runtime::Handle;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Makes groups of these names; their folded names and ids, in order.
async fn named(api: &Api, owner: &Chatter, names: &[String]) -> Vec<(FoldedName, GroupId)> {
    let mut made = Vec::new();
    for name in names {
        let new = NewGroup { name, ..NewGroup::default() };
        let (group, _) = groups::create(&api.world.app, &owner.claim(), &new).await.unwrap();
        made.push((FoldedName::of(name), group.gid));
    }
    made.sort();
    made
}

async fn page(api: &Api, who: &Chatter, sought: &str, page: usize) -> Vec<GroupId> {
    let found = groups::search(&api.world.app, &who.claim(), sought, page).await.unwrap();
    found.into_iter().map(|(group, _)| group.gid).collect()
}

/// Everything that somebody finds who goes from page to page, each of which is full but the last.
async fn walked(api: &Api, who: &Chatter, sought: &str) -> Vec<GroupId> {
    let mut all = Vec::new();
    for number in 0.. {
        let some = page(api, who, sought, number).await;
        assert!(some.is_empty() || all.len() == number * groups_a_page());
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
    all
}

const fn groups_a_page() -> usize {
    shared::grams::PAGE
}

async fn follow(api: &Api, owner: &Chatter, names: &[String], sought: &str, jump: usize) -> Result<(), TestCaseError> {
    let made = named(api, owner, names).await;
    let text = FoldedName::sought(sought);
    let holds = |name: &FoldedName| text.as_ref().is_some_and(|text| name.as_str().contains(text.as_str()));
    let wanted: Vec<_> = made.iter().filter(|(name, _)| holds(name)).map(|(_, gid)| gid.clone()).collect();
    // Somebody who begins anywhere, and then somebody who begins with the first page.
    let somewhere: Vec<_> = wanted.iter().skip(jump * groups_a_page()).take(groups_a_page()).cloned().collect();
    prop_assert_eq!(page(api, owner, sought, jump).await, somewhere);
    prop_assert_eq!(walked(api, owner, sought).await, wanted.clone());
    // Once more, where it is known where pages begin.
    prop_assert_eq!(walked(api, owner, sought).await, wanted);
    for (_, gid) in made {
        groups::quit(&api.world.app, &owner.claim(), &gid).await.unwrap();
    }
    prop_assert_eq!(page(api, owner, sought, 0).await, Vec::new());
    // Where pages of this text begin is none of the next case's, which may be of the same text.
    api.advance(u32::try_from(shared::grams::REMEMBERED).unwrap());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_walk_from_page_to_page_gives_each_name_that_holds_the_text_once_and_in_order() {
    let api = Api::start().await;
    let owner = api.chatters(1).await.remove(0);
    let names = vec(prop_oneof!["[abA]{1,5}", "[ab #\u{301}é]{1,8}[a]", "x[ab]{18}y"], 0..36);
    let text = prop_oneof!["[ab]", "[abB]{2}", "[ab]{3,4}", "[a #é]{1,3}", "e\u{301}"];
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new(cases(12)).run(&(names, text, 0_usize..5), |(names, text, jump)| {
            Handle::current().block_on(follow(&api, &owner, &names, &text, jump))
        })
    });
    outcome.unwrap();
    api.grams_fit().await;
}

#[tokio::test]
async fn what_comes_or_goes_between_two_pages_shows_nothing_twice_and_hides_nothing_that_stays() {
    let api = Api::start().await;
    let owner = api.chatters(1).await.remove(0);
    let names: Vec<_> = (0..24).map(|number| format!("club {number:02}")).collect();
    let made = named(&api, &owner, &names).await;
    let first = page(&api, &owner, "club", 0).await;
    // One of the first page goes, and others come before and behind its end.
    groups::quit(&api.world.app, &owner.claim(), &made[3].1).await.unwrap();
    named(&api, &owner, &["club 03b".to_owned()]).await;
    let late = named(&api, &owner, &["club 12b".to_owned()]).await.remove(0).1;
    let rest = [page(&api, &owner, "club", 1).await, page(&api, &owner, "club", 2).await].concat();
    let mut wanted: Vec<_> = made.iter().map(|(_, gid)| gid.clone()).collect();
    wanted.insert(13, late);
    assert_eq!([first, rest].concat(), wanted);
}

#[tokio::test]
async fn where_a_page_begins_is_forgotten_in_ten_minutes_and_when_there_is_no_such_page_any_more() {
    let api = Api::start().await;
    let owner = api.chatters(1).await.remove(0);
    let names: Vec<_> = (0..22).map(|number| format!("club {number:02}")).collect();
    let made = named(&api, &owner, &names).await;
    let gids: Vec<_> = made.into_iter().map(|(_, gid)| gid).collect();
    assert_eq!(walked(&api, &owner, "club").await, gids);
    // Two names before the remembered beginning of the second page go: it begins where it did, until that is forgotten.
    for gid in &gids[..2] {
        groups::quit(&api.world.app, &owner.claim(), gid).await.unwrap();
    }
    assert_eq!(page(&api, &owner, "club", 1).await, gids[10..20]);
    api.advance(600);
    assert_eq!(page(&api, &owner, "club", 1).await, gids[12..]);
    // Whoever begins anew has all of the nine that are left on one page, and none on the next.
    assert_eq!(walked(&api, &owner, "club").await, gids[2..]);
    for gid in &gids[2..13] {
        groups::quit(&api.world.app, &owner.claim(), gid).await.unwrap();
    }
    assert_eq!(walked(&api, &owner, "club").await, gids[13..]);
}
