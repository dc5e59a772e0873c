//! Files under keys, at the domain itself: what of an upload may be used, where and by whom, and what is left of it. The
//! transaction of a place is here one of nothing but files.

mod races;
mod shown;
mod used;

use crate::world::{Api, Person};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::{
    Error,
    error::Unusable,
    sessions::{Claim, devices::DeviceHash},
    store::Transacted,
    uploads::{self, FileKey, Kind, Owner, Place, Wanted},
    values::{Dialect, PostId, UserId},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";
const MP3: &[u8] = b"ID3\x04\0\0\0\0\0\0";

fn uid(who: &Person) -> UserId {
    UserId::try_from(who.id.clone()).unwrap()
}

fn claim(who: &Person) -> Claim {
    Claim::new(Dialect::LightUp, uid(who), &who.token)
}

fn post(api: &Api) -> PostId {
    PostId::new(&api.world.clock, &api.world.app.random)
}

/// Wants keys as pictures.
fn pictures(keys: &[&FileKey]) -> Vec<Wanted> {
    keys.iter().map(|key| Wanted { key: (*key).clone(), kind: Kind::Picture }).collect()
}

/// Whether a key cannot be used, and which of those that were wanted that is.
fn unusable<T: std::fmt::Debug>(outcome: Result<T, Error>) -> usize {
    match outcome {
        Err(Error::Unusable(Unusable::File(position))) => position,
        other => panic!("{other:?}"),
    }
}

impl Api {
    /// Puts bytes where somebody's upload of a kind waits, under a new key.
    async fn pending(&self, folder: &str, kind: &str, bytes: &[u8]) -> FileKey {
        let key = FileKey::new(&self.world.app.random);
        self.replace(folder, kind, &key, bytes).await;
        key
    }

    /// The same under this key.
    async fn replace(&self, folder: &str, kind: &str, key: &FileKey, bytes: &[u8]) {
        let object = format!("pending/files/{folder}/{kind}/{key}");
        self.world.app.storage.put(&object, bytes.to_vec(), "text/html").await.unwrap();
    }

    /// Uses keys as somebody, trying again when another call was at them, as every caller does.
    async fn uses(&self, who: &Person, wanted: &[Wanted], place: Place<'_>) -> Result<(), Error> {
        let (uid, claim) = (uid(who), claim(who));
        let owner = Owner::new(&self.world.app, &uid, &claim);
        loop {
            let prepared = uploads::prepare(&self.world.app, &owner, wanted, place).await?;
            match self.world.app.store.transact(prepared.writes()?).await? {
                Transacted::Done => return Ok(()),
                Transacted::Refused { part, .. } => assert_eq!(part, uploads::FILE),
            }
            prepared.discard(&self.world.app).await;
        }
    }

    async fn uses_free(&self, who: &Person, key: &FileKey) -> Result<(), Error> {
        self.uses(who, &pictures(&[key]), Place::Free).await
    }

    async fn uses_paid(&self, who: &Person, key: &FileKey, post: &PostId) -> Result<(), Error> {
        self.uses(who, &pictures(&[key]), Place::Paid(post)).await
    }

    /// Takes a use away.
    async fn releases(&self, key: &FileKey) {
        let keys = std::slice::from_ref(key);
        let writes = uploads::release(keys).writes().unwrap();
        assert!(matches!(self.world.app.store.transact(writes).await.unwrap(), Transacted::Done));
        uploads::sweep(&self.world.app, keys).await;
    }

    /// How many places use a file, if there is a row which is not left to expire.
    async fn row(&self, key: &FileKey) -> Option<i64> {
        let row = self.item("SocialTable", &format!("FILE#{key}"), "FILE").await?;
        // It has been deleted, and is nobody's.
        if row["owner"].as_s().unwrap() == UserId::nobody().as_str() {
            return None;
        }
        Some(row["uses"].as_n().unwrap().parse().unwrap())
    }

    /// What is in the bucket but pending uploads.
    async fn live_objects(&self) -> Vec<String> {
        self.objects().await.into_iter().filter(|key| !key.starts_with("pending/")).collect()
    }

    /// Gives somebody a post that they have bought.
    async fn bought(&self, who: &Person, post: &PostId) {
        let text = |text: String| AttributeValue::S(text);
        let put = self.world.clients.dynamodb.put_item().table_name("SocialTable");
        let put = put.item("pk", text(format!("USER#{}", who.id))).item("sk", text(format!("BOUGHT#{post}")));
        put.send().await.unwrap();
    }
}

/// A device that speaks for nobody.
fn device(api: &Api, name: &str) -> Claim {
    Claim::of_device(Dialect::MUser, DeviceHash::of(&api.world.app, Dialect::MUser, name))
}
