//! The tokens that codes are exchanged for. A token proves a number for [`TOKEN_LIFETIME`], once for each [`TokenUse`].
//!
//! [`TokenUse`]: super::TokenUse

use crate::{
    app::App,
    codes::{
        Policy, Right, check,
        rows::{
            exchange_code,
            tokens::{self, ProvenNumber, put_token},
        },
        too_often,
    },
    error::{Error, Limit},
    limits::{self, keyed_bytes, keyed_hash},
    store::Transacted,
    values::{Address, E164, Purpose, TokenHash, VerificationToken},
};

/// How long a token lives, in seconds (`docs/dialects/sealtalk.md#verification-tokens`).
pub const TOKEN_LIFETIME: i64 = 1_800;

/// Exchanges a code for a token (`docs/dialects/sealtalk.md#verification-codes`,
/// `docs/dialects/sealtalk.md#verification-tokens`). Two rounds.
///
/// Apps check a code again whenever what they do with the token was refused. So the same address gets the same token for
/// it until the code expires or the token has been used.
///
/// # Errors
/// [`Error::NoCodeSent`], [`Error::CodeExpired`], [`Error::WrongCode`], in this order; the last one also for an address
/// that has tried too often.
pub async fn exchange(
    app: &App,
    policy: &Policy<'_>,
    address: &Address,
    phone: &E164,
    presented: &str,
) -> Result<VerificationToken, Error> {
    let tries = [(Limit::CheckAddress, address.subject())];
    let exchanger = &keyed_hash(&app.config.hash_key, "exchanger", address.subject());
    let checking = check(app, policy, Purpose::Any, phone, presented, Some(exchanger));
    let (counted, right) = futures_util::join!(limits::count(app, &tries), checking);
    let counted = counted.map_err(too_often)?;
    let exchange = Exchange { app, phone, right: &right?, exchanger };
    // The code was right: that was no attempt at guessing.
    let (token, ()) = futures_util::join!(exchange.run(), counted.give_back(app));
    token
}

/// A right code, and the address that gives it for a token.
struct Exchange<'a> {
    app: &'a App,
    phone: &'a E164,
    right: &'a Right,
    exchanger: &'a str,
}

impl Exchange<'_> {
    async fn run(&self) -> Result<VerificationToken, Error> {
        let token = self.token();
        if self.right.exchanged || !self.first(&token.hash()).await? {
            self.again(&token.hash()).await?;
        }
        Ok(token)
    }

    /// The token is always the same for one code and address. Of the code only a keyed hash with a salt is known here.
    fn token(&self) -> VerificationToken {
        let Right { key, hash, salt, .. } = self.right;
        let personal = format!("{}\0{}\0{salt}\0{hash}\0{}", key.pk, key.sk, self.exchanger);
        VerificationToken::of(keyed_bytes(&self.app.config.hash_key, "verification-token", &personal))
    }

    /// `false`: the code was used at the same moment.
    async fn first(&self, token: &TokenHash) -> Result<bool, Error> {
        let expires_at = self.app.clock.seconds() + TOKEN_LIFETIME;
        let proven = ProvenNumber { phone: self.phone.clone(), expires_at, registered: false, reset: false };
        let mut writes = vec![exchange_code(self.right, self.exchanger)];
        writes.extend(put_token(&self.right.key, token, &proven)?);
        Ok(matches!(self.app.store.transact(writes).await?, Transacted::Done))
    }

    /// The token counts as long as nothing was done with it.
    async fn again(&self, token: &TokenHash) -> Result<(), Error> {
        let proven = tokens::proven_number(&self.app.store, token, self.app.clock.seconds()).await?;
        let unused = proven.is_some_and(|proven| !proven.registered && !proven.reset);
        if unused { Ok(()) } else { Err(Error::CodeExpired) }
    }
}

/// The number that a token was given out for.
///
/// # Errors
/// [`Error::UnknownVerification`] for a token that is unknown or too old.
pub(crate) async fn proven_number(app: &App, token: &TokenHash) -> Result<ProvenNumber, Error> {
    let proven = tokens::proven_number(&app.store, token, app.clock.seconds()).await?;
    proven.ok_or(Error::UnknownVerification)
}
