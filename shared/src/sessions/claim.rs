//! Claims: who a client says it is.

use crate::{
    error::Error,
    person::Profile,
    sessions::{
        anchor::Anchor,
        devices::{DeviceClaim, DeviceHash},
        rows::many::SessionRow,
    },
    values::{Dialect, E164, TokenHash, UserId},
};
use std::sync::{Arc, LazyLock, OnceLock};

/// Who a client says it is. Nothing is proven.
#[derive(Clone, Debug)]
pub enum Claim {
    /// A session of a user whom the client names.
    Session(SessionClaim),
    /// Several sessions, the first of which that holds counts.
    Several(SeveralClaims),
    /// A device. Who the user is stays unknown until that is read and proven.
    Device(DeviceClaim),
}

/// The claim of a session.
#[derive(Clone, Debug)]
pub struct SessionClaim {
    pub(super) uid: UserId,
    pub(super) token: TokenHash,
    pub(super) dialect: Dialect,
    stated: Option<Stated>,
}

/// What a token says of its session besides whose it is.
#[derive(Clone, Debug)]
struct Stated {
    phone: E164,
    /// In seconds.
    expires_at: i64,
}

/// The claims of some sessions: two to [`MOST_TOKENS`].
#[derive(Clone, Debug)]
pub struct SeveralClaims {
    dialect: Dialect,
    pub(super) claims: Vec<SessionClaim>,
    /// Which of them holds, once that is known.
    pub(super) holds: Arc<OnceLock<usize>>,
}

/// So many tokens of one request are looked at.
const MOST_TOKENS: usize = 3;

impl SessionClaim {
    /// That of a session whose hash is known.
    pub(super) fn of_hash(dialect: Dialect, uid: UserId, session: TokenHash) -> Self {
        Self { uid, token: session, dialect, stated: None }
    }

    /// Whether what the client says of the session is true of this one.
    pub(super) fn is_true(&self, row: &SessionRow, profile: &Profile) -> bool {
        let is_true =
            |stated: &Stated| stated.expires_at == row.expires_at && profile.phone.as_ref() == Some(&stated.phone);
        self.stated.as_ref().is_none_or(is_true)
    }
}

impl Claim {
    /// The claim of a user id and a token of any length.
    #[must_use]
    pub fn new(dialect: Dialect, uid: UserId, token: &str) -> Self {
        Self::Session(SessionClaim { uid, token: TokenHash::of(token), dialect, stated: None })
    }

    /// The claim of a token that names its owner: 64 hex digits, the first 24 of them the user id.
    ///
    /// # Errors
    /// [`Error::SignedOut`] for any other text.
    pub fn of_token(dialect: Dialect, token: &str) -> Result<Self, Error> {
        let uid = token.get(..24).filter(|_| token.len() == 64).unwrap_or_default();
        let uid = UserId::try_from(uid.to_owned()).map_err(|_| Error::SignedOut)?;
        Ok(Self::Session(SessionClaim { uid, token: TokenHash::of(token), dialect, stated: None }))
    }

    /// The same of a token beside which stand the number of its owner and when it ends, in seconds. It counts only if both are
    /// true.
    ///
    /// # Errors
    /// As [`Claim::of_token`].
    pub fn of_dated_token(dialect: Dialect, token: &str, phone: E164, expires_at: i64) -> Result<Self, Error> {
        let mut claim = Self::of_token(dialect, token)?;
        if let Self::Session(session) = &mut claim {
            session.stated = Some(Stated { phone, expires_at });
        }
        Ok(claim)
    }

    /// The claim of the first of these tokens that holds. Texts that are no token, and tokens that were there already, are
    /// passed over; of the others three are looked at.
    ///
    /// # Errors
    /// [`Error::SignedOut`] if none of them is a token.
    pub fn of_tokens<'a>(dialect: Dialect, tokens: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let mut claims: Vec<SessionClaim> = Vec::new();
        for token in tokens {
            let Ok(Self::Session(claim)) = Self::of_token(dialect, token) else { continue };
            if claims.len() < MOST_TOKENS && claims.iter().all(|other| other.token != claim.token) {
                claims.push(claim);
            }
        }
        match claims.len() {
            0 => Err(Error::SignedOut),
            1 => Ok(Self::Session(claims.swap_remove(0))),
            _ => Ok(Self::Several(SeveralClaims { dialect, claims, holds: Arc::default() })),
        }
    }

    /// The claim of a device in a dialect.
    #[must_use]
    pub fn of_device(dialect: Dialect, device: DeviceHash) -> Self {
        Self::of_device_and_token(dialect, device, None)
    }

    /// The claim of a device whose client shows a token beside it.
    #[must_use]
    pub fn of_device_and_token(dialect: Dialect, device: DeviceHash, token: Option<TokenHash>) -> Self {
        Self::Device(DeviceClaim { device, dialect, token, is_open: false, owner: Arc::default() })
    }

    /// Who a client says it is. Good for no more than to word an answer that holds nothing unless the claim does. A
    /// device says it of nobody, until the claim has been proven; of several sessions it is the first until then.
    #[must_use]
    pub fn uid(&self) -> &UserId {
        static NOBODY: LazyLock<UserId> = LazyLock::new(UserId::nobody);
        match self {
            Self::Session(claim) => &claim.uid,
            Self::Several(several) => {
                several.claims.get(several.holds.get().copied().unwrap_or_default()).map_or(&NOBODY, |claim| &claim.uid)
            }
            Self::Device(claim) => claim.owner.get().unwrap_or(&NOBODY),
        }
    }

    /// By which the sockets of its sessions are told from others, and whose these are. Of a device nothing, until the claim has been
    /// proven.
    pub(crate) fn marks(&self) -> Vec<(&UserId, String)> {
        let session = |claim: &SessionClaim| Anchor::session(claim.dialect, claim.token.clone()).mark();
        match self {
            Self::Session(claim) => vec![(&claim.uid, session(claim))],
            Self::Several(several) => several.claims.iter().map(|claim| (&claim.uid, session(claim))).collect(),
            Self::Device(claim) => {
                let owner = claim.owner.get();
                owner.map(|uid| (uid, Anchor::device(claim.dialect, claim.device.clone()).mark())).into_iter().collect()
            }
        }
    }

    /// The device that it is shown with, if it is.
    pub(crate) fn device(&self) -> Option<&DeviceHash> {
        match self {
            Self::Session(_) | Self::Several(_) => None,
            Self::Device(claim) => Some(claim.device()),
        }
    }

    /// Whether it is of a device whose client shows a token beside it.
    pub(crate) fn shows_token(&self) -> bool {
        matches!(self, Self::Device(claim) if claim.has_token())
    }

    /// The dialect that it is of.
    pub(super) fn dialect(&self) -> Dialect {
        match self {
            Self::Session(claim) => claim.dialect,
            Self::Several(several) => several.dialect,
            Self::Device(claim) => claim.dialect,
        }
    }
}
