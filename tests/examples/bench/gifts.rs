//! How many gifts a second one person can be given.

use crate::Outcome;
use aws_sdk_dynamodb::types::AttributeValue;
use local::{Options, World};
use shared::{
    config::{RefillMode, Table},
    sessions::Claim,
    values::{Amount, Dialect, Note, TokenHash, UserId, Yuan},
    wallet::{self, Gift, Receiver, Refill},
};
use std::time::Duration;
use tokio::time::Instant;

/// A transaction on AWS takes some 10 ms and holds its items meanwhile. Here it takes forty times as long, so that the speed of
/// this machine does not matter; there are forty times as many gifts a second on AWS.
const TRANSACTION: Duration = Duration::from_millis(400);

/// So long gifts are made.
const GIVING: Duration = Duration::from_secs(25);

/// How many gifts a second one person can be given, by givers who each begin the next gift when the one before is done.
pub async fn gifts() -> Outcome<()> {
    println!(
        "\n| givers at once | gifts a second to one person, transactions of 400 ms | median | slowest | failed |\n|---|---|---|---|---|"
    );
    for givers in [1, 8, 32] {
        let world = World::start(Options::ephemeral().config(|config| {
            config.wallet.refill_mode = RefillMode::Sandbox;
            config.wallet.coins_per_yuan = 1_000;
        }));
        let world = world.await?;
        world.faults.transactions_take(TRANSACTION);
        let mut people = Vec::new();
        for number in 0..=givers {
            people.push(giver(&world, number).await?);
        }
        let (to, started) = (people.remove(0).0, Instant::now());
        let runs = people.into_iter().map(|(_, claim)| given(&world, claim, &to, started));
        let (mut times, mut failed) = (Vec::new(), 0_u32);
        for outcome in futures_util::future::join_all(runs).await.into_iter().flatten() {
            match outcome {
                Some(time) => times.push(time),
                None => failed += 1,
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        times.sort_unstable();
        let [median, slowest] = [times.len() / 2, times.len() - 1].map(|at| times[at].as_millis());
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let rate = times.len() as f64 / seconds;
        println!("| {givers} | {rate:.1} | {median} ms | {slowest} ms | {failed} |");
        world.shutdown().await;
    }
    Ok(())
}

/// Somebody with a session and coins.
async fn giver(world: &World, number: u32) -> Outcome<(UserId, Claim)> {
    let (uid, token) = (UserId::try_from(format!("{:024x}", number + 1))?, format!("{number:032x}"));
    let text = |value: &str| AttributeValue::S(value.into());
    let now = AttributeValue::N(world.clock.seconds().to_string());
    let put = world.clients.dynamodb.put_item().table_name(Table::Users.logical_id());
    let put = put.item("pk", text(&format!("USER#{uid}"))).item("sk", text("PROFILE")).item("uid", text(uid.as_str()));
    let put = put.item("phone", text(&format!("+8619900{number:06}"))).item("created_at", now.clone());
    let put = put.item("nickname", text(&format!("giver {number}"))).item("epoch", AttributeValue::N("0".into()));
    let put = put.item("dialects", AttributeValue::Ss(vec!["lightup".into()])).item("token_issued", now);
    put.item("token", text(TokenHash::of(&token).as_str())).send().await?;
    let claim = Claim::new(Dialect::LightUp, uid.clone(), &token);
    let refill = Refill { yuan: Yuan::Hundred, receipt: None, request: None };
    wallet::refill(&world.app, &claim, &refill).await?;
    Ok((uid, claim))
}

/// Gifts of one giver, until the time is over: how long each took, or that it failed.
async fn given(world: &World, claim: Claim, to: &UserId, started: Instant) -> Vec<Option<Duration>> {
    let mut outcomes = Vec::new();
    while started.elapsed() < GIVING {
        let Ok(amount) = Amount::new(1) else { break };
        let (begun, gift) =
            (Instant::now(), Gift { to: Receiver::Id(to), amount, note: Note::default(), request: None });
        let done = wallet::give(&world.app, &claim, &gift).await;
        outcomes.push(done.ok().map(|_| begun.elapsed()));
    }
    outcomes
}
