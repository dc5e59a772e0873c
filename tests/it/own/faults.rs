//! Erasures that die, at any call of AWS, and are asked for again.

use super::{
    erasing::{address, is_gone, password},
    full::{Full, OTHER_PHONE, PASSWORD, PHONE},
};
use crate::world::Api;
use shared::{Error, accounts, sessions::Claim, values::Dialect};

/// A call that has died holds its lease for so many seconds.
const LEASE: u32 = 11;

/// Asks for the erasure again and again, each of which lives for a few calls more than the one before, until one lives to its end. Whether
/// the call at which it dies is carried out changes from one to the next.
async fn erased_bit_by_bit(api: &Api, claim: &Claim, step: usize) -> usize {
    for nth in 1..1_000 {
        api.world.faults.die_after(nth * step, nth % 2 == 0);
        let given = password(PASSWORD);
        let erased = accounts::erase_own(&api.world.app, &address(), claim, Some(&given)).await;
        api.world.faults.clear();
        api.advance(LEASE);
        match erased {
            // The answer to the last call of all may have been lost.
            Ok(()) | Err(Error::SignedOut) => return nth,
            Err(Error::WrongPassword | Error::NoSuchUser | Error::TooManyRequests { .. }) => panic!("{erased:?}"),
            Err(_) => {}
        }
    }
    panic!("it does not come to an end");
}

async fn two(api: &Api) -> (Full, Full) {
    let (ann, bob) = (api.everywhere(PHONE, "Anna").await, api.everywhere(OTHER_PHONE, "Bob").await);
    api.use_everything(&ann, &bob).await;
    (ann, bob)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_dies_at_any_call_is_gone_on_with() {
    let api = Api::start().await;
    let (ann, _) = two(&api).await;
    let times = erased_bit_by_bit(&api, &ann.claim(&api, Dialect::SealTalk), 1).await;
    assert!(times > 30, "{times}");
    is_gone(&api, &ann).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_is_one_that_is_proven_by_a_device() {
    let api = Api::start().await;
    let (ann, _) = two(&api).await;
    erased_bit_by_bit(&api, &ann.claim(&api, Dialect::MUser), 17).await;
    is_gone(&api, &ann).await;
}

/// The token of Light Up lives for a quarter of an hour.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_is_one_that_is_proven_by_the_token_of_the_record() {
    let api = Api::start().await;
    let (ann, _) = two(&api).await;
    erased_bit_by_bit(&api, &ann.claim(&api, Dialect::LightUp), 23).await;
    is_gone(&api, &ann).await;
}
