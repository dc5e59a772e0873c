//! The end of a user: first nobody sees them, last their record and their claims go. Each step can be repeated.

use crate::{
    error::Error,
    person,
    store::{
        self, Condition, Store, Transacted, Update, Write, Written,
        keys::{self, Key, Table},
        text, value,
    },
    values::{E164, UserId},
};

/// So many writes run side by side.
const WIDTH: usize = 16;

/// What is to go with a user who is hidden already.
#[derive(Default)]
pub(in crate::accounts) struct Leaving {
    /// The names to be released.
    pub names: Vec<Key>,
    /// The portrait, as it is stored.
    pub portrait: Option<String>,
}

/// Hides the user everywhere, at once and for good.
pub(in crate::accounts) async fn start_erasing(store: &Store, uid: &UserId) -> Result<Leaving, Error> {
    let hidden = Update::of(keys::profile(uid))
        .set("state", text("erasing"))
        .remove("guest_pool")
        .remove("guest_rank")
        .remove("token")
        .when(Condition::Present("pk"));
    match store.update(hidden).await? {
        Written::Done(item) => {
            let profile = value(item)?;
            Ok(Leaving { names: person::claims(&profile), portrait: profile.portrait })
        }
        Written::Refused(_) => Ok(Leaving::default()),
    }
}

/// The rest: the user's own rows, then the profile and the claims in one transaction.
pub(in crate::accounts) async fn erase_person(
    store: &Store,
    uid: &UserId,
    phone: &E164,
    names: &[Key],
) -> Result<(), Error> {
    let items = store.query(Table::Users, &keys::partition(uid), "", false, None).await?;
    let keys: Result<Vec<_>, _> = items.iter().map(|item| keys::of(Table::Users, item)).collect();
    let others = keys?.into_iter().filter(|key| *key != keys::profile(uid)).map(|key| erase_row(store, uid, key));
    store::side_by_side(WIDTH, others.collect()).await?;
    let mut claims = vec![keys::phone(phone)];
    claims.extend_from_slice(names);
    let mine = person::mine(uid);
    loop {
        let released = claims.iter().map(|key| Write::delete(key.clone(), Some(mine.clone())));
        let writes = released.chain([Write::delete(keys::profile(uid), None)]).collect();
        match store.transact(writes).await? {
            Transacted::Done => return Ok(()),
            // Another call erased the user before, and the claim is somebody else's by now.
            Transacted::Refused { key, .. } if claims.contains(&key) => claims.retain(|claim| *claim != key),
            Transacted::Refused { .. } => return Err(Error::internal("an unconditional delete was refused")),
        }
    }
}

/// A row of the user's. A push token goes with its owner's row, unless it is somebody else's by now.
async fn erase_row(store: &Store, uid: &UserId, key: Key) -> Result<(), Error> {
    if key.sk.starts_with(keys::DEVICES) {
        let mine = Condition::Equals("uid", text(uid.as_str()));
        let owner = Write::delete(keys::owner_of_device(&key), Some(mine));
        if let Transacted::Done = store.transact(vec![owner, Write::delete(key.clone(), None)]).await? {
            return Ok(());
        }
    }
    store.delete(key).await
}
