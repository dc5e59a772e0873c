//! A proof that is a part of what is written: for writes that need to know of the caller only who it is.

use super::{AnyReader, Named, Reader, devices, named, prove, rows::one};
use crate::{
    app::App,
    error::Error,
    sessions::Claim,
    store::{Part, Write, keys},
    values::UserId,
};

/// The part of a transaction that proves its writer. When it refuses, the answer is [`Error::SignedOut`].
pub(crate) const PROVEN: Part = Part::named("proven");

/// Somebody who may write what one transaction writes, if [`Writer::proof`] is a part of it. Whoever reads for them reads what
/// is public.
#[derive(Debug)]
pub(crate) struct Writer {
    reader: Reader,
    epoch: i64,
}

impl Writer {
    /// The user.
    pub(crate) fn uid(&self) -> &UserId {
        self.reader.uid()
    }

    /// For reads whose result decides about the write alone.
    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// That the person is there, nobody is erasing them, and no password was set since. A part of every transaction of
    /// theirs.
    pub(crate) fn proof(&self) -> Write {
        Write::check(keys::profile(self.uid()), one::same_epoch(self.epoch)).named(PROVEN)
    }
}

/// Finds out who wants to write, while `reads` run. Nothing of what was read may be told before the transaction has been
/// written. One round, if `reads` is one; one more where a token of a device is shown for the first time in a day.
///
/// # Errors
/// As [`verify_with`](super::verify_with).
pub(crate) async fn writer_beside<T>(
    app: &App,
    claim: &Claim,
    reads: impl AsyncFnOnce(&AnyReader) -> Result<T, Error>,
) -> Result<(Writer, T), Error> {
    let any = AnyReader { dialect: claim.dialect() };
    let (writer, read) = futures_util::join!(writer(app, claim), reads(&any));
    let writer = writer?;
    Ok((writer, read?))
}

async fn writer(app: &App, claim: &Claim) -> Result<Writer, Error> {
    let named = named(app, claim).await?;
    match &named {
        // Its row says all that the condition needs.
        Named::Device(claim, known) => {
            devices::touch(app, claim, known).await?;
            Ok(Writer { reader: named.reader(), epoch: known.row.epoch() })
        }
        Named::Session(_) => {
            let actor = prove(app, &named).await?;
            Ok(Writer { epoch: actor.profile().epoch, reader: named.reader() })
        }
    }
}
