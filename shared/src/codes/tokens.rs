//! The tokens that codes are exchanged for. A token proves a number for [`TOKEN_LIFETIME`], once for each [`TokenUse`].
//!
//! [`TokenUse`]: super::TokenUse

use crate::{
    app::App,
    codes::{
        Policy, Right, check,
        handles::prover,
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
    let exchange = Exchange { app, policy, phone, right: &right?, exchanger, from: address };
    // The code was right: that was no attempt at guessing.
    let (token, ()) = futures_util::join!(exchange.run(), counted.give_back(app));
    token
}

/// A right code, and who gives it for a token.
pub(super) struct Exchange<'a> {
    pub(super) app: &'a App,
    pub(super) policy: &'a Policy<'a>,
    pub(super) phone: &'a E164,
    pub(super) right: &'a Right,
    /// A keyed hash of whoever may do so again.
    pub(super) exchanger: &'a str,
    pub(super) from: &'a Address,
}

impl Exchange<'_> {
    async fn run(&self) -> Result<VerificationToken, Error> {
        let token = self.token();
        if self.right.exchanged || !self.first(&token.hash()).await? {
            self.again(&token.hash()).await?;
        }
        Ok(token)
    }

    /// The same, also if something was done with the token by now.
    pub(super) async fn repeatedly(&self) -> Result<VerificationToken, Error> {
        let token = self.token();
        if !self.right.exchanged {
            // If not by this call, the code was exchanged at the same moment, for the same token.
            self.first(&token.hash()).await?;
        }
        Ok(token)
    }

    /// The token is always the same for one code and who exchanges it. Of the code only a keyed hash is known here.
    fn token(&self) -> VerificationToken {
        let Right { key, hash, salt, .. } = self.right;
        let personal = format!("{}\0{}\0{salt}\0{hash}\0{}", key.pk, key.sk, self.exchanger);
        let bytes = |context| keyed_bytes(&self.app.config.hash_key, context, &personal);
        if self.policy.handles {
            return VerificationToken::of_digits(bytes("verification-ticket"), bytes("verification-ticket-2"));
        }
        VerificationToken::of(bytes("verification-token"))
    }

    /// `false`: the code was used at the same moment.
    async fn first(&self, token: &TokenHash) -> Result<bool, Error> {
        let at = self.app.clock.seconds();
        let expires_at = at + TOKEN_LIFETIME;
        let proven = ProvenNumber { phone: self.phone.clone(), expires_at, registered: false, reset: false };
        let mut writes = vec![exchange_code(self.right, self.exchanger)];
        let (dialect, prover) = (self.policy.dialect, prover(self.app, self.from));
        writes.extend(put_token(&self.right.key, dialect, prover, token, &proven, at)?);
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
