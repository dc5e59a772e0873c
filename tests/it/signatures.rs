//! Signatures of apps: which ones are good, and that a nonce is good once.

use local::{Fault, Options, World};
use md5::{Digest, Md5};
use shared::{
    Error,
    config::{Secret, SignMode},
    signatures::{Signature, check},
};

pub(crate) const SECRET: &str = "0123456789abcdef";

/// A world that goes by signatures in this way.
async fn world(mode: SignMode) -> World {
    let options = Options::ephemeral().without_questions().config(move |config| {
        config.signing.mode = mode;
        config.signing.secret = Some(Secret::new(SECRET));
    });
    World::start(options).await.unwrap()
}

/// What an app sends as its signature.
pub(crate) fn sign(nonce: &str, timestamp: &str) -> String {
    hex::encode(Md5::digest(format!("{SECRET}{nonce}{timestamp}")))
}

impl Signed {
    /// Signed so many seconds away from now.
    fn new(world: &World, nonce: &str, away: i64) -> Self {
        let timestamp = (world.clock.seconds() + away).to_string();
        Self { sign: sign(nonce, &timestamp), nonce: nonce.to_owned(), timestamp }
    }

    async fn check(&self, world: &World) -> Result<(), Error> {
        let signature =
            Signature { nonce: Some(&self.nonce), timestamp: Some(&self.timestamp), sign: Some(&self.sign) };
        check(&world.app, &signature).await
    }

    async fn is_refused(&self, world: &World) {
        assert!(matches!(self.check(world).await, Err(Error::BadSignature)), "{self:?}");
    }
}

/// A signature as an app sends it.
#[derive(Clone, Debug)]
struct Signed {
    nonce: String,
    timestamp: String,
    sign: String,
}

#[test]
fn a_signature_is_the_md5_of_secret_nonce_and_time() {
    assert_eq!(sign("n0nce", "1700000000"), "233487968948db614e9902b7c5e673fd");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_signatures_are_insisted_on_a_good_one_is_taken_once() {
    let world = world(SignMode::Enforce).await;
    let good = Signed::new(&world, "a", 0);
    good.check(&world).await.unwrap();
    good.is_refused(&world).await;
    // Another time does not make another nonce of it.
    Signed::new(&world, "a", 1).is_refused(&world).await;
    // Another case does.
    Signed::new(&world, "A", 0).check(&world).await.unwrap();

    // When its time is over it is as good as new.
    world.clock.advance(590);
    Signed::new(&world, "a", 0).is_refused(&world).await;
    world.clock.advance(12);
    Signed::new(&world, "a", 0).check(&world).await.unwrap();

    // An answer of the table that was lost is asked for again, and is no second use.
    world.faults.strike("PutItem", 1, &Fault::AnswerLost);
    Signed::new(&world, "lost", 0).check(&world).await.unwrap();
    Signed::new(&world, "lost", 0).is_refused(&world).await;

    // Of many at once one is the first.
    let same = Signed::new(&world, "many", 0);
    let all = futures_util::future::join_all((0..8).map(|_| same.check(&world))).await;
    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 1, "{all:?}");
    assert!(all.iter().all(|one| matches!(one, Ok(()) | Err(Error::BadSignature))), "{all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_signatures_are_insisted_on_no_other_is_taken() {
    let world = world(SignMode::Enforce).await;
    for away in [-301, 302, -600, 600, -86_400] {
        Signed::new(&world, "skewed", away).is_refused(&world).await;
    }
    // None of these has used the nonce up.
    Signed::new(&world, "skewed", -295).check(&world).await.unwrap();
    Signed::new(&world, "ahead", 300).check(&world).await.unwrap();

    let good = Signed::new(&world, "b", 0);
    for wrong in [
        Signed { sign: good.sign.to_uppercase(), ..good.clone() },
        Signed { sign: String::new(), ..good.clone() },
        Signed { sign: good.sign[..31].to_owned(), ..good.clone() },
        Signed { sign: "0".repeat(32), ..good.clone() },
        Signed { nonce: "c".into(), ..good.clone() },
        Signed { timestamp: format!("0{}", good.timestamp), ..good.clone() },
        Signed { timestamp: format!("+{}", good.timestamp), ..good.clone() },
    ] {
        wrong.is_refused(&world).await;
    }
    // Nonces and times that are none, however well they are signed.
    let now = world.clock.seconds();
    let long = "n".repeat(129);
    for (nonce, timestamp) in [
        ("", now.to_string()),
        (long.as_str(), now.to_string()),
        ("d", String::new()),
        ("d", format!("+{now}")),
        ("d", format!("{now}.0")),
        ("d", "9".repeat(30)),
    ] {
        let signed = Signed { nonce: nonce.into(), sign: sign(nonce, &timestamp), timestamp };
        signed.is_refused(&world).await;
    }
    let parts = [Some("e"), Some("1"), Some("x")];
    for missing in 0..3 {
        let mut parts = parts;
        parts[missing] = None;
        let [nonce, timestamp, sign] = parts;
        let checked = check(&world.app, &Signature { nonce, timestamp, sign }).await;
        assert!(matches!(checked, Err(Error::BadSignature)), "{parts:?}");
    }
    good.check(&world).await.unwrap();
    // What cannot be looked up is not taken, and is no refusal of the signature either.
    world.faults.strike("PutItem", 3, &Fault::Internal);
    let failed = Signed::new(&world, "f", 0).check(&world).await;
    assert!(matches!(failed, Err(Error::Unavailable | Error::Internal(_))), "{failed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn elsewhere_signatures_refuse_nobody() {
    let world = world(SignMode::Log).await;
    let good = Signed::new(&world, "a", 0);
    good.check(&world).await.unwrap();
    good.check(&world).await.unwrap();
    check(&world.app, &Signature::default()).await.unwrap();
    world.faults.strike("PutItem", 3, &Fault::Internal);
    Signed::new(&world, "b", 0).check(&world).await.unwrap();
    assert_eq!(world.faults.left("PutItem"), 0, "the nonce was looked up");

    let off = World::start(Options::ephemeral().without_questions()).await.unwrap();
    off.faults.strike("PutItem", 1, &Fault::Internal);
    good.check(&off).await.unwrap();
    check(&off.app, &Signature::default()).await.unwrap();
    assert_eq!(off.faults.left("PutItem"), 1, "nobody looks");
}
