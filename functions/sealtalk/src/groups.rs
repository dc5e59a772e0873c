//! Groups and their members (contract 2.20, 2.24, 3.2, 3.4).
//!
//! | module | operations |
//! |---|---|
//! | `reads` | groups, favourites, a group, its members |
//! | `membership` | making a group, adding, joining, quitting, kicking, the end, favourites |
//! | `settings` | what the creator and managers change, and what members say of themselves |
//! | `info` | what a group knows of a member |
//! | `notices` | invitations |

mod info;
mod membership;
mod notices;
mod reads;
mod settings;

use crate::{
    Op, Routes,
    refusal::{business, transport},
};
use axum::{http::StatusCode, response::Response};
use shared::{Error, error::Why};

/// More than that are in no group, so nobody names more.
const MOST: usize = 500;

const FULL: &str = "Group's member count is out of max group member count limit (500).";
const TOO_MANY: &str = "Current user's group count is out of max user group count limit (500).";
/// The reason that `add` gives for an empty list, which has a code of its own.
const LIMIT: &str = "Limit error.";

pub(crate) fn routes() -> Routes {
    reads::routes().and(membership::routes()).and(settings::routes()).and(info::routes()).and(notices::routes())
}

/// What these operations say in words of their own.
pub(crate) fn refusal(op: Op, error: &Error) -> Option<Response> {
    of_one(op, error).or_else(|| of_any(error))
}

/// What one operation says.
fn of_one(op: Op, error: &Error) -> Option<Response> {
    let (status, message) = match (op, error) {
        (Op::AddMembers, Error::Invalid { why: Why::Rule(LIMIT), .. }) => return Some(business(20_002, LIMIT)),
        (
            Op::RenameGroup | Op::SetGroupPortrait | Op::DismissGroup,
            Error::NoSuchGroup | Error::NotAMember | Error::NotGroupCreator,
        ) => (400, "Unknown group or not creator."),
        (Op::TransferGroup, Error::GroupCreator) => (403, "Can not transfer creator role to yourself."),
        (Op::TransferGroup, Error::NoSuchGroup | Error::NoSuchMember) => (400, "Invalid groupId or userId."),
        (Op::TransferGroup, Error::NotGroupCreator) => (400, "Current user is not group creator."),
        (Op::SetMemberDisplayName, Error::NotAMember) => (404, "Unknown group."),
        (Op::GroupMembers, Error::NotAMember) => (403, "Only group member can get group member info."),
        (Op::KickMembers, Error::GroupCreator) => (405, "Can not kick the host."),
        (Op::KickMembers, Error::NoSuchMember) => (400, "Can not kick none-member from the group."),
        (Op::SetManager | Op::RemoveManager, Error::NotGroupCreator) => (401, "No permission to set up an manager."),
        (Op::SetManager | Op::RemoveManager, Error::NotAMember | Error::NoSuchMember | Error::NoSuchGroup) => {
            (402, "Not in the group.")
        }
        (Op::SetManager | Op::RemoveManager, Error::GroupCreator) => (403, "Cannot set the group creator."),
        (Op::SetCertification | Op::AgreeNotice, Error::NotGroupManager) => {
            return Some(business(20_001, "No permission."));
        }
        (Op::AgreeNotice, Error::NoSuchGroup) => return Some(business(20_003, "Not found.")),
        _ => return None,
    };
    Some(transport(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), message))
}

/// What all of them say.
fn of_any(error: &Error) -> Option<Response> {
    Some(match error {
        Error::NoSuchGroup => transport(StatusCode::NOT_FOUND, "Unknown group."),
        Error::NotAMember => transport(StatusCode::FORBIDDEN, "Current user is not group member."),
        Error::NotGroupManager => transport(StatusCode::FORBIDDEN, "Current user is not group manager."),
        Error::NoSuchMember => transport(StatusCode::BAD_REQUEST, "Not a group member."),
        Error::GroupFull => transport(StatusCode::BAD_REQUEST, FULL),
        Error::TooManyGroups => business(1_000, TOO_MANY),
        Error::AlreadyFavourite => transport(StatusCode::METHOD_NOT_ALLOWED, "Group already exists."),
        Error::NoBulletin => transport(StatusCode::PAYMENT_REQUIRED, "No group bulletin."),
        Error::NoSuchNotice => business(20_003, "Not found."),
        _ => return None,
    })
}
