//! Keys of the table `users`: people and what belongs to them.

use super::{Key, partition};
use crate::{
    config::Table,
    values::{AttachmentName, Class, Dialect, E164, Purpose, QuestionId, Slot, TokenHash, UserId},
};

fn users(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Users, pk, sk: sk.into() }
}

/// The person.
#[must_use]
pub fn profile(uid: &UserId) -> Key {
    users(partition(uid), PROFILE)
}

/// What the row of a person is called.
pub const PROFILE: &str = "PROFILE";

/// The password.
#[must_use]
pub fn credential(uid: &UserId) -> Key {
    users(partition(uid), CREDENTIAL)
}

/// What the row of a password is called.
pub const CREDENTIAL: &str = "CREDENTIAL";

/// A session of a dialect that allows many.
#[must_use]
pub fn session(uid: &UserId, token: &TokenHash) -> Key {
    users(partition(uid), format!("{SESSIONS}{}", token.as_str()))
}

/// Every session of a user starts so.
pub const SESSIONS: &str = "SESSION#";

/// Whose the name of a file is.
#[must_use]
pub fn attachment(name: &AttachmentName) -> Key {
    users(format!("{ATTACHMENTS}{name}"), "OWNER")
}

/// That a name is a user's.
#[must_use]
pub fn own_attachment(uid: &UserId, name: &AttachmentName) -> Key {
    users(partition(uid), format!("{ATTACHMENTS}{name}"))
}

/// Every row of a file's name starts so.
pub(crate) const ATTACHMENTS: &str = "ATTACHMENT#";

/// The row that says whose a name is, beside that of its owner.
pub(crate) fn attachment_of_own(own: &Key) -> Option<Key> {
    own.sk.strip_prefix(ATTACHMENTS).map(|name| users(format!("{ATTACHMENTS}{name}"), "OWNER"))
}

/// What stands for a session of a user for a minute.
#[must_use]
pub fn ticket(uid: &UserId, ticket: &TokenHash) -> Key {
    users(partition(uid), format!("WSTICKET#{}", ticket.as_str()))
}

/// An address from which a user has signed in. `address` is a keyed hash.
#[must_use]
pub fn known_address(uid: &UserId, address: &str) -> Key {
    users(partition(uid), format!("ADDRESS#{address}"))
}

/// Whom a device speaks for.
#[must_use]
pub fn device_claim(device: &str) -> Key {
    users(format!("DEVICE#{device}"), "CLAIM")
}

/// That a device speaks for a user; `device` is a keyed hash.
#[must_use]
pub fn bound_device(uid: &UserId, device: &str) -> Key {
    users(partition(uid), format!("{BOUND_DEVICES}{device}"))
}

/// Every device that speaks for a user has a row that starts so.
pub const BOUND_DEVICES: &str = "BOUND#";

/// The row of the device that a row of its user names.
pub(crate) fn claim_of_bound_device(bound: &Key) -> Option<Key> {
    bound.sk.strip_prefix(BOUND_DEVICES).map(device_claim)
}

/// What a person tells about themselves that only one API shows.
#[must_use]
pub fn about_facet(uid: &UserId) -> Key {
    users(partition(uid), ABOUT_FACET)
}

/// What its row is called.
pub const ABOUT_FACET: &str = "FACET#about";

/// What a person is called and shows in the API of usernames.
#[must_use]
pub fn chat_facet(uid: &UserId) -> Key {
    users(partition(uid), CHAT_FACET)
}

/// What its row is called.
pub const CHAT_FACET: &str = "FACET#chat";

/// The questions drawn for a user.
#[must_use]
pub fn drawn_questions(uid: &UserId) -> Key {
    users(partition(uid), DRAWN_QUESTIONS)
}

/// What their row is called.
pub const DRAWN_QUESTIONS: &str = "QUESTIONS";

/// The live media of a class.
#[must_use]
pub fn media(uid: &UserId, class: Class) -> Key {
    users(partition(uid), format!("{MEDIA}{}", class.as_str()))
}

/// All live media of a user start so.
pub const MEDIA: &str = "MEDIA#";

/// What waits to be confirmed.
#[must_use]
pub fn upload(uid: &UserId, slot: Slot) -> Key {
    users(partition(uid), format!("{UPLOADS}{}", slot.as_str()))
}

/// Everything of a user that waits to be confirmed starts so.
pub const UPLOADS: &str = "UPLOAD#";

/// A user's push token.
#[must_use]
pub fn device(uid: &UserId, token: &TokenHash) -> Key {
    users(partition(uid), format!("DEVICE#{}", token.as_str()))
}

/// A user's live room.
#[must_use]
pub fn room(uid: &UserId) -> Key {
    users(partition(uid), ROOM)
}

/// What its row is called.
pub const ROOM: &str = "ROOM";

/// Whose live stream a publishing server calls so.
#[must_use]
pub fn stream(title: &str) -> Key {
    users(format!("STREAM#{title}"), "OWNER")
}

/// Every push token of a user starts so.
pub const DEVICES: &str = "DEVICE#";

/// The user of a proven phone number.
#[must_use]
pub fn phone(phone: &E164) -> Key {
    users(format!("PHONE#{}", phone.as_str()), "CLAIM")
}

/// The user whose account was made with a number that nobody has proven.
#[must_use]
pub fn unproven_phone(phone: &E164) -> Key {
    users(format!("CHATPHONE#{}", phone.as_str()), "CLAIM")
}

/// The user of a username; takes the folded form.
#[must_use]
pub fn username(folded: &str) -> Key {
    users(format!("USERNAME#{folded}"), "CLAIM")
}

/// The user of a nickname; takes the folded form.
#[must_use]
pub fn nickname(folded: &str) -> Key {
    users(format!("NICKNAME#{folded}"), "CLAIM")
}

/// The user of an account name; takes the lower-case form.
#[must_use]
pub fn account_name(lower: &str) -> Key {
    users(format!("ACCOUNT#{lower}"), "CLAIM")
}

/// The partition of all codes of a number, and of the names of their tokens. `subject` is a keyed hash of it.
#[must_use]
pub fn codes(subject: &str) -> String {
    format!("CODE#{subject}")
}

/// The newest code of a number in one dialect and for one purpose.
#[must_use]
pub fn code(subject: &str, dialect: Dialect, purpose: Purpose) -> Key {
    users(codes(subject), format!("CODE#{}#{}", dialect.as_str(), purpose.as_str()))
}

/// That a code, whose key this is, was exchanged for a token.
#[must_use]
pub fn exchanged_token(code: &Key, token: &TokenHash) -> Key {
    users(code.pk.clone(), format!("{EXCHANGED_TOKENS}{}", token.as_str()))
}

/// Every token of a number starts so.
pub const EXCHANGED_TOKENS: &str = "TOKEN#";

/// The token or the handle that a row beside a code names, if this is the key of such a row.
pub(crate) fn token_or_handle_of(named: &Key) -> Option<Key> {
    match named.sk.strip_prefix(EXCHANGED_TOKENS) {
        Some(hash) => Some(users(format!("VERIFYTOKEN#{hash}"), "TOKEN")),
        None => named.sk.strip_prefix(HANDLES).map(handle),
    }
}

/// The hash of the token that a row beside a code names.
pub(crate) fn token_hash_of(exchanged: &Key) -> Option<TokenHash> {
    TokenHash::parse(exchanged.sk.strip_prefix(EXCHANGED_TOKENS)?).ok()
}

/// For which number's code a handle stands. `handle` is a keyed hash.
#[must_use]
pub fn handle(handle: &str) -> Key {
    users(format!("{HANDLES}{handle}"), "CODE")
}

/// That a handle stands for a code, whose key this is.
#[must_use]
pub fn handle_of_code(code: &Key, handle: &str) -> Key {
    users(code.pk.clone(), format!("{HANDLES}{handle}"))
}

/// Every handle starts so.
pub const HANDLES: &str = "HANDLE#";

/// What a code was exchanged for.
#[must_use]
pub fn verification_token(token: &TokenHash) -> Key {
    users(format!("VERIFYTOKEN#{}", token.as_str()), "TOKEN")
}

/// What a picture shows.
#[must_use]
pub fn captcha(id: &str) -> Key {
    users(format!("CAPTCHA#{id}"), "CAPTCHA")
}

/// Whose push token it is.
#[must_use]
pub fn device_owner(token: &TokenHash) -> Key {
    users(format!("DEVTOKEN#{}", token.as_str()), "OWNER")
}

/// The owner's row of a user's push token.
#[must_use]
pub fn owner_of_device(device: &Key) -> Key {
    users(format!("DEVTOKEN#{}", device.sk.trim_start_matches(DEVICES)), "OWNER")
}

/// A counter. `subject` is a keyed hash or a shard's number.
#[must_use]
pub fn limit(scope: &str, subject: &str, window: i64) -> Key {
    users(format!("LIMIT#{scope}#{subject}"), window.to_string())
}

/// That a nonce has been used. `nonce` is a keyed hash.
#[must_use]
pub fn nonce(nonce: &str) -> Key {
    users(format!("NONCE#{nonce}"), "NONCE")
}

/// The account of somebody who reviews apps for a store; takes the lower-case form.
#[must_use]
pub fn review_account(lower: &str) -> Key {
    users(format!("AUDIT#{lower}"), "ACCOUNT")
}

/// That a user is the person of such an account.
#[must_use]
pub fn own_review_account(uid: &UserId, lower: &str) -> Key {
    users(partition(uid), format!("{OWN_REVIEW_ACCOUNTS}{lower}"))
}

/// Every such row of a user starts so.
const OWN_REVIEW_ACCOUNTS: &str = "REVIEWS#";

/// The account that a row of its person names.
pub(crate) fn review_account_of_own(own: &Key) -> Option<Key> {
    own.sk.strip_prefix(OWN_REVIEW_ACCOUNTS).map(review_account)
}

/// The partition of a class's question pool.
#[must_use]
pub fn question_pool(class: Class) -> String {
    format!("QUESTIONS#{}", class.as_str())
}

/// A question of a pool.
#[must_use]
pub fn question(class: Class, id: &QuestionId) -> Key {
    users(question_pool(class), id.as_str())
}
