//! How many rounds the claim of a device costs beside that of a session.

use super::{Client, pocket};
use local::cost::measured;
use shared::{
    App, Error, profiles, questions,
    sessions::{self, AnyReader, Claim, Reader},
    values::{Class, Dialect, UserId},
    visibility,
};

/// The same person twice: by a session, and by a device.
async fn claims(client: &Client) -> [Claim; 2] {
    let ann = client.api.person("15172354401", "Ann", "female").await;
    client.bind(&ann, "phone").await;
    let session = Claim::new(Dialect::LightUp, UserId::try_from(ann.id).unwrap(), &ann.token);
    [session, Claim::of_device(Dialect::LightUp, pocket::device(&client.api.world.app, "phone"))]
}

/// Somebody is read so many times, each time after the one before.
async fn reads(app: &App, reader: &AnyReader, times: usize) -> Result<(), Error> {
    for _ in 0..times {
        visibility::profile(&app.store, reader, &UserId::nobody()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn reads_that_need_the_user_wait_for_the_device_alone() {
    let client = Client::start().await;
    let app = &client.api.world.app;
    for (claim, more) in claims(&client).await.iter().zip([0, 1]) {
        let (proven, cost) = measured(sessions::verify(app, claim)).await;
        assert!(proven.is_ok());
        assert_eq!(cost.rounds, 1 + more);
        for times in [1, 2, 3] {
            let own = async |reader: &Reader| reads(app, reader, times).await;
            let (proven, cost) = measured(sessions::verify_with(app, claim, own)).await;
            assert!(proven.is_ok());
            assert_eq!(cost.rounds as usize, times + more as usize, "{claim:?}");
        }
    }
}

#[tokio::test]
async fn reads_that_do_not_need_the_user_wait_for_nothing() {
    let client = Client::start().await;
    let app = &client.api.world.app;
    for (claim, proof) in claims(&client).await.iter().zip([1, 2]) {
        for times in [1, 2, 3] {
            let anybodys = async |any: &AnyReader| reads(app, any, times).await;
            let (proven, cost) = measured(sessions::verify_beside(app, claim, anybodys)).await;
            assert!(proven.is_ok());
            assert_eq!(cost.rounds as usize, times.max(proof), "{claim:?}");
            assert_eq!(cost.calls as usize, times + proof, "{claim:?}");
        }
    }
}

#[tokio::test]
async fn an_operation_costs_a_device_one_round_more() {
    let client = Client::start().await;
    let app = &client.api.world.app;
    for (claim, rounds) in claims(&client).await.iter().zip([1, 2]) {
        let own = sessions::verify(app, claim).await.unwrap().uid().clone();
        let (viewed, cost) = measured(profiles::view(app, claim, &own)).await;
        assert!(viewed.is_ok_and(|view| view.own));
        assert_eq!(cost.rounds, rounds);
        let (drawn, cost) = measured(questions::random(app, claim, Class::BasicInfo)).await;
        assert!(drawn.is_ok());
        assert_eq!(cost.rounds, rounds);
    }
}

#[tokio::test]
async fn what_is_read_for_a_device_that_is_nobodys_is_withheld() {
    let client = Client::start().await;
    let app = &client.api.world.app;
    let claim = Claim::of_device(Dialect::LightUp, pocket::device(app, "stranger"));
    let (refused, cost) = measured(sessions::verify_beside(app, &claim, async |_| Ok(1))).await;
    assert!(matches!(refused, Err(Error::SignedOut)));
    assert_eq!(cost.rounds, 1);
    // That it is nobody's wins over what the reads say.
    let failing = async |_: &AnyReader| Err::<(), _>(Error::NoSuchUser);
    assert!(matches!(sessions::verify_beside(app, &claim, failing).await, Err(Error::SignedOut)));
}
