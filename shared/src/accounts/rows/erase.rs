//! The end of a user: first nobody sees them, last their record and their claims go. Each step can be repeated.

use crate::{
    attachments,
    changes::LEASE,
    error::Error,
    facets, person,
    store::{
        self, Condition, Store, Transacted, Update, Write, Written,
        keys::{self, Key, Table},
        number, text, value,
    },
    values::{E164, UserId},
};

/// So many writes run side by side.
const WIDTH: usize = 16;

/// What is to go with a user who is hidden already.
#[derive(Debug, Default)]
pub(in crate::accounts) struct Leaving {
    /// The claims to be released: of the number, of names.
    pub claims: Vec<Key>,
    /// The number that they have proven.
    pub phone: Option<E164>,
    /// The portrait, as it is stored.
    pub portrait: Option<String>,
}

/// Which call erases a user: so that others who come meanwhile need not get into its way. Nothing depends on it but that.
#[derive(Debug)]
pub(in crate::accounts) struct Eraser {
    /// No other call has the same.
    pub(crate) id: String,
    /// When it is, in milliseconds.
    pub(crate) millis: i64,
}

/// What became of an attempt to begin.
#[derive(Debug)]
pub(in crate::accounts) enum Started {
    /// The user is hidden, and the caller erases them.
    Yes(Box<Leaving>),
    /// Another call does.
    ByAnother,
    /// There is no such user any more.
    Gone,
    /// What allows it does not hold any more.
    NotAllowed,
}

/// Hides the user everywhere, at once and for good, unless another call is at it. For [`LEASE`] milliseconds none may be
/// then; what takes longer than that is done by both. `allowed` has to hold where nobody has begun yet.
///
/// The token in the record stays: it counts for nothing but for asking for the same again ([`sessions::leaver`](crate::sessions)).
pub(in crate::accounts) async fn start_erasing(
    store: &Store,
    uid: &UserId,
    by: &Eraser,
    allowed: Option<&Condition>,
) -> Result<Started, Error> {
    let free = vec![
        Condition::Absent("erasing_until"),
        Condition::Below("erasing_until", number(by.millis + 1)),
        // An answer that was lost.
        Condition::Equals("erasing_by", text(&by.id)),
    ];
    let begun = allowed.map(|allowed| Condition::Any(vec![Condition::Present("state"), allowed.clone()]));
    let there = begun.unwrap_or(Condition::Present("pk"));
    let hidden = Update::of(keys::profile(uid))
        .set("state", text("erasing"))
        .set("erasing_until", number(by.millis + LEASE))
        .set("erasing_by", text(&by.id))
        .remove("guest_pool")
        .remove("guest_rank")
        .when(Condition::Present("pk").and(there).and(Condition::Any(free)));
    Ok(match store.update(hidden).await? {
        Written::Done(item) => {
            let profile = value(item)?;
            let claims = person::claims(&profile);
            Started::Yes(Box::new(Leaving { claims, phone: profile.phone, portrait: profile.portrait }))
        }
        Written::Refused(item) if item.is_empty() => Started::Gone,
        Written::Refused(item) if person::is_erasing(&item) => Started::ByAnother,
        Written::Refused(_) => Started::NotAllowed,
    })
}

/// The caller has failed: the next one may begin at once.
pub(in crate::accounts) async fn stop_erasing(store: &Store, uid: &UserId, by: &Eraser) -> Result<(), Error> {
    let mine = Condition::Equals("erasing_by", text(&by.id));
    let row = Update::of(keys::profile(uid)).remove("erasing_until").remove("erasing_by");
    store.update(row.when(mine)).await.map(drop)
}

/// The rest: the user's own rows, then in one transaction the record with the claims, and with those rows that whoever continues
/// needs: what names the user, and `proof`, what proves who asks.
pub(in crate::accounts) async fn erase_person(
    store: &Store,
    uid: &UserId,
    mut claims: Vec<Key>,
    proof: &[Key],
) -> Result<(), Error> {
    let last: Vec<_> = [keys::profile(uid), facets::key(uid)].into_iter().chain(proof.iter().cloned()).collect();
    let items = store.query(Table::Users, &keys::partition(uid), "", false, None).await?;
    let keys: Result<Vec<_>, _> = items.iter().map(|item| keys::of(Table::Users, item)).collect();
    let others = keys?.into_iter().filter(|key| !last.contains(key)).map(|key| erase_row(store, uid, key));
    store::side_by_side(WIDTH, others.collect()).await?;
    claims.extend(proof.iter().filter_map(keys::claim_of_bound_device));
    let mine = person::mine(uid);
    loop {
        let released = claims.iter().map(|key| Write::delete(key.clone(), Some(mine.clone())));
        let writes = released.chain(last.iter().map(|key| Write::delete(key.clone(), None))).collect();
        match store.transact(writes).await? {
            Transacted::Done => return Ok(()),
            // Another call erased the user before, and the claim is somebody else's by now.
            Transacted::Refused { key, .. } if claims.contains(&key) => claims.retain(|claim| *claim != key),
            Transacted::Refused { .. } => return Err(Error::internal("an unconditional delete was refused")),
        }
    }
}

/// A row of the user's. A push token, a device that speaks for them, the name of a file and the account of a reviewer go with it,
/// unless they are somebody else's by now.
async fn erase_row(store: &Store, uid: &UserId, key: Key) -> Result<(), Error> {
    if key.sk.starts_with(keys::DEVICES) {
        let mine = Condition::Equals("uid", text(uid.as_str()));
        let owner = Write::delete(keys::owner_of_device(&key), Some(mine));
        if let Transacted::Done = store.transact(vec![owner, Write::delete(key.clone(), None)]).await? {
            return Ok(());
        }
    }
    let shared = keys::claim_of_bound_device(&key)
        .or_else(|| attachments::name_of_own(&key))
        .or_else(|| keys::review_account_of_own(&key));
    if let Some(shared) = shared {
        let mine = Condition::Equals("uid", text(uid.as_str()));
        // Refused: it is somebody else's by now, or gone.
        store.transact(vec![Write::delete(shared, Some(mine))]).await?;
    }
    store.delete(key).await
}
