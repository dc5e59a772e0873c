//! Several calls at one room.

use super::Streamer;
use crate::world::Api;
use futures_util::future::join_all;
use local::Fault;
use shared::Error;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rooms_opened_at_once_have_one_stream() {
    let api = Api::start().await;
    for _ in 0..5 {
        let ann = api.streamer().await;
        let opened = join_all(["a", "b", "c", "d"].map(|title| api.open(&ann, title))).await;
        let streams: Vec<_> = opened.into_iter().map(Result::unwrap).collect();
        assert!(streams.iter().all(|stream| stream.title == streams[0].title), "{streams:?}");
        assert!(streams.iter().all(|stream| stream.publish_key == streams[0].publish_key));
        api.fits_together(&ann).await;
        api.close(&ann).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_rooms_closed_at_once_one_is() {
    let api = Api::start().await;
    let ann = api.streamer().await;
    for _ in 0..5 {
        api.open(&ann, "one").await.unwrap();
        let closed = join_all((0..4).map(|_| api.close(&ann))).await;
        assert_eq!(closed.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{closed:?}");
        assert!(closed.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Error::NotLive))), "{closed:?}");
        api.fits_together(&ann).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opening_beside_closing_leaves_what_fits_together() {
    let api = Api::start().await;
    let ann = api.streamer().await;
    for _ in 0..8 {
        let opens = join_all((0..3).map(|_| api.open(&ann, "one")));
        let closes = join_all((0..3).map(|_| api.close(&ann)));
        let (opened, closed) = tokio::join!(opens, closes);
        assert!(opened.iter().all(Result::is_ok), "{opened:?}");
        assert!(closed.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Error::NotLive))), "{closed:?}");
        api.fits_together(&ann).await;
    }
}

/// A write that is carried out twice, and one that meets another transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_are_ridden_out() {
    let api = Api::start().await;
    for fault in [Fault::AnswerLost, Fault::Conflict, Fault::Throttled, Fault::Unreachable] {
        let ann: Streamer = api.streamer().await;
        api.world.faults.strike("TransactWriteItems", 1, &fault);
        let stream = api.open(&ann, "one").await.unwrap();
        assert_eq!(api.titles().await, [stream.title], "{fault:?}");
        api.world.faults.strike("TransactWriteItems", 1, &fault);
        api.close(&ann).await.unwrap();
        api.fits_together(&ann).await;
    }
}
