//! What operators do with somebody's id.

use super::{
    erasing::{address, is_gone, password},
    full::{OTHER_PHONE, PASSWORD, PHONE},
};
use crate::world::{Api, NOBODY};
use local::tasks::{Failure, Task};
use shared::{Error, accounts, values::Dialect};
use std::path::PathBuf;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_copies_somebody_and_ends_what_nobody_can_go_on_with() {
    let api = Api::start().await;
    let (ann, bob) = (api.everywhere(PHONE, "Anna").await, api.everywhere(OTHER_PHONE, "Bob").await);
    api.use_everything(&ann, &bob).await;
    let app = &api.world.app;
    let large = format!("images/{}/0123456789abcdef/large.png", ann.person.id);
    app.storage.put(&large, vec![0; (25 << 20) + 1], "image/png").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("copy");
    let export = ["export", &ann.person.id, "--to", to.to_str().unwrap()];
    let Ok(Task::Export(copy)) = Task::parse(&export) else { panic!("a copy") };
    let printed = api.operator_of_a_deployed_stack(copy.task).await.unwrap();
    let written: Vec<_> = printed.lines().map(PathBuf::from).collect();
    assert_eq!(written, [to.join("1.zip"), to.join(large.replace('/', "_"))]);
    let mut archive = zip::ZipArchive::new(std::fs::File::open(to.join("1.zip")).unwrap()).unwrap();
    assert!(archive.by_name("person.json").is_ok());
    assert_eq!(std::fs::metadata(to.join(large.replace('/', "_"))).unwrap().len(), (25 << 20) + 1);
    assert!(api.objects().await.iter().all(|key| !key.starts_with("exports/")), "the operator has it");

    // A call of hers dies, and nobody can prove any more who she was.
    api.world.faults.die_after(60, false);
    let claim = ann.claim(&api, Dialect::SealTalk);
    accounts::erase_own(app, &address(), &claim, Some(&password(PASSWORD))).await.unwrap_err();
    api.world.faults.clear();
    api.advance(11);
    let gone = api.operator(&export).await;
    assert!(matches!(gone, Err(Failure::Product(Error::NoSuchUser))), "{gone:?}");
    let Ok(Task::Erase(end)) = Task::parse(&["erase", &ann.person.id]) else { panic!("an end") };
    assert_eq!(api.operator_of_a_deployed_stack(end.task).await.unwrap(), "erased\n");
    is_gone(&api, &ann).await;
    for id in [&*ann.person.id, NOBODY] {
        let gone = api.operator(&["erase", id]).await;
        assert!(matches!(gone, Err(Failure::Product(Error::NoSuchUser))), "{gone:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_account_of_a_reviewer_goes_with_its_person() {
    let api = Api::start().await;
    let (app, account) = (&api.world.app, "Reviewer".parse().unwrap());
    let given = password("review12");
    let set = || accounts::set_review_account(app, Dialect::MUser, &account, &given);
    let person = set().await.unwrap();
    assert_eq!(set().await.unwrap(), person);
    accounts::erase_person(app, &person).await.unwrap();
    let rows = api.rows("UsersTable").await;
    assert!(rows.iter().all(|row| !format!("{row:?}").contains(person.as_str())), "{rows:?}");
    assert_ne!(set().await.unwrap(), person);
}
