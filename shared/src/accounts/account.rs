//! An account that is being made: of nobody yet, or of a user who has proven the number before.

use crate::{
    accounts::{
        ending::close_others,
        origin::Origin,
        rows::{Credential, put_credential, put_first_credential},
        sign_in::NewSession,
    },
    app::App,
    changes, codes,
    error::Error,
    looks::{self, LookChange},
    passwords::Phc,
    person::{self, PhoneClaim, Profile, claim_phone, place, take, take_with_password, void_proof},
    profiles::{self, Introduction},
    sessions::{self, ROW_LIFETIME},
    store::{Attempt, Transacted, Write},
    values::{Classes, Dialect, E164, UserId},
};

/// Stale when the user has changed; a refused proof is a code or token that somebody else has used.
pub(super) fn outcome(transacted: &Transacted, session: NewSession) -> Result<Attempt<NewSession>, Error> {
    match transacted {
        Transacted::Done => Ok(Attempt::Done(session)),
        Transacted::Refused { part: codes::PROOF, .. } => Err(Error::UnknownVerification),
        Transacted::Refused { .. } => Ok(Attempt::Stale(())),
    }
}

/// Which users may become the account, and whether it is entered with that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entrance {
    /// Who has neither password nor profile. A session is opened.
    Unseen,
    /// Who has no password. Nobody is signed in.
    WithoutPassword,
}

/// An account to be made, once.
pub(super) struct Account<'a> {
    pub(super) app: &'a App,
    pub(super) dialect: Dialect,
    pub(super) origin: &'a Origin<'a>,
    pub(super) phone: &'a E164,
    pub(super) hash: Option<&'a Phc>,
    /// What proves the number is used up: a part of the transaction.
    pub(super) consumed: Write,
    pub(super) entrance: Entrance,
}

impl Account<'_> {
    /// Stale: something has changed, read again.
    pub(super) async fn make(
        &self,
        claim: Option<PhoneClaim>,
        introduction: Introduction<'_>,
    ) -> Result<Attempt<NewSession>, Error> {
        let before = match claim {
            None => None,
            // Whoever is being erased keeps the number until the end.
            Some(claim) => {
                let profile = person::profile_for_session(&self.app.store, &claim.uid).await?;
                Some(profile.ok_or(Error::PhoneTaken)?)
            }
        };
        match self.introduced(before.as_ref(), introduction).await {
            Err(Error::NicknameTaken) => self.introduced(before.as_ref(), introduction.unclaimed()).await,
            done => done,
        }
    }

    async fn introduced(
        &self,
        before: Option<&Profile>,
        introduction: Introduction<'_>,
    ) -> Result<Attempt<NewSession>, Error> {
        match before {
            None => self.create(introduction).await,
            Some(before) => self.adopt(before, introduction).await,
        }
    }

    async fn create(&self, introduction: Introduction<'_>) -> Result<Attempt<NewSession>, Error> {
        let uid = UserId::new(&self.app.clock, &self.app.random);
        let before = Profile {
            uid: uid.clone(),
            phone: Some(self.phone.clone()),
            created_at: self.app.clock.seconds(),
            media: Classes::default(),
            dialects: vec![self.dialect],
            ..Profile::default()
        };
        let name = introduction.claim(&before)?;
        let profile = introduction.applied(before);
        let opened = sessions::open(self.app, self.dialect, &uid, profile.epoch, ROW_LIFETIME);
        let claim = PhoneClaim { uid: uid.clone(), taken: true, proof: None };
        let mut writes = vec![self.consumed.clone(), claim_phone(self.phone, &claim)?, person::create(&profile)?];
        writes.extend(self.entering(&uid, &opened)?);
        writes.extend(name);
        self.finish(writes, NewSession::of(profile, opened)).await
    }

    /// Whoever has friends already is shown to them anew.
    async fn adopt(&self, before: &Profile, introduction: Introduction<'_>) -> Result<Attempt<NewSession>, Error> {
        let (app, uid) = (self.app, before.uid.clone());
        let sex = before.sex.or(before.form_sex);
        let place = place(app, before, before.media, sex, introduction.claimed(before));
        let update = profiles::introduce(before, &introduction, place, app.clock.seconds(), self.dialect);
        let (update, epoch) = match self.hash {
            Some(_) => (sessions::end_others(update, before.epoch), before.epoch + 1),
            None => (update.when(sessions::same_epoch(before.epoch)), before.epoch),
        };
        let look_change = match introduction.is_seen() && before.may_have_friends() {
            true => Some(LookChange::next(changes::version(&app.store, &uid).await?, app.clock.millis())),
            false => None,
        };
        let update = look_change.iter().fold(update, |update, change| change.mark(update));
        let taken = match (self.entrance, self.hash) {
            (Entrance::Unseen, None) => take(self.phone, &uid),
            (Entrance::Unseen, Some(_)) => take_with_password(self.phone, &uid),
            (Entrance::WithoutPassword, _) => void_proof(self.phone, &uid),
        };
        let opened = sessions::open(app, self.dialect, &uid, epoch, ROW_LIFETIME);
        let mut writes = vec![self.consumed.clone(), taken, update.into()];
        writes.extend(self.entering(&uid, &opened)?);
        writes.extend(introduction.claim(before)?);
        writes.extend(look_change.iter().map(|change| change.advance(&uid)));
        let profile = introduction.applied(Profile { epoch, ..before.clone() });
        let made = self.finish(writes, NewSession::of(profile, opened)).await?;
        if let (Attempt::Done(_), Some(change)) = (&made, &look_change) {
            looks::fan_out(app, &uid, change).await;
        }
        if let (Attempt::Done(_), Some(_)) = (&made, self.hash) {
            close_others(app, &uid, None).await;
        }
        Ok(made)
    }

    /// The session, the password, and that the user is known at the address.
    fn entering(&self, uid: &UserId, opened: &sessions::Opened) -> Result<Vec<Write>, Error> {
        let credential = |hash: &Phc| Credential { hash: hash.clone(), changed_at: self.app.clock.seconds() };
        let mut writes = Vec::new();
        match (self.entrance, self.hash) {
            (Entrance::Unseen, Some(hash)) => writes.push(put_credential(uid, &credential(hash))?),
            (Entrance::WithoutPassword, Some(hash)) => writes.push(put_first_credential(uid, &credential(hash))?),
            (_, None) => {}
        }
        if self.entrance == Entrance::Unseen {
            writes.push(sessions::put(uid, &opened.token.hash(), &opened.row)?);
        }
        writes.extend(self.origin.succeed(uid)?);
        Ok(writes)
    }

    /// Somebody else may have used the token at the same moment: then what there is now decides, not that.
    /// A refused name has changed nothing.
    async fn finish(&self, writes: Vec<Write>, session: NewSession) -> Result<Attempt<NewSession>, Error> {
        let transacted = self.app.store.transact(writes).await?;
        if let Transacted::Refused { part: profiles::NAME, .. } = &transacted {
            return Err(Error::NicknameTaken);
        }
        if let (Transacted::Refused { part: codes::PROOF, .. }, Some(_)) = (&transacted, self.hash) {
            return Ok(Attempt::Stale(()));
        }
        outcome(&transacted, session)
    }
}
