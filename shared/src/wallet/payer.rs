//! Whose coins are taken: somebody who has been proven, or whose proof is a part of the transaction.

use crate::{
    sessions::{Actor, Reader, Writer},
    store::Write,
    values::UserId,
};

/// Who pays.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payer<'a> {
    /// Their session has been proven.
    Proven(&'a Actor),
    /// Their proof is a part of the transaction.
    Writes(&'a Writer),
}

impl<'a> Payer<'a> {
    /// For reads of what is theirs.
    pub(super) fn reader(self) -> &'a Reader {
        match self {
            Self::Proven(actor) => actor,
            Self::Writes(writer) => writer.reader(),
        }
    }

    /// The user.
    pub(super) fn uid(self) -> &'a UserId {
        self.reader().uid()
    }

    /// What the transaction has to hold so that they may pay.
    pub(super) fn proof(self) -> Option<Write> {
        match self {
            Self::Proven(_) => None,
            Self::Writes(writer) => Some(writer.proof()),
        }
    }
}
