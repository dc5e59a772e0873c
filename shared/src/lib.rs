//! The domain of the social backend: people, sessions, media, guests, lights, friends, groups, live rooms, coins, gifts,
//! posts. No HTTP and no Lambda in here.
//!
//! | module | what it holds |
//! |---|---|
//! | [`accounts`] | register, validate, sign in, passwords, erase |
//! | [`person`] | a person's record, names and looks |
//! | [`profiles`] | what a person tells about themselves, and how one sees another's |
//! | [`visibility`] | whether somebody can be seen, and whether a block keeps two people apart |
//! | [`changes`], [`looks`], [`sync`] | what others have to be shown of a change, a new nickname or portrait among them, and what has changed for a user |
//! | [`sessions`] | a [`sessions::Claim`] and how it becomes an [`sessions::Actor`] |
//! | [`codes`], [`passwords`] | verification codes and password hashes |
//! | [`captcha`] | pictures that ask for a person |
//! | [`limits`] | every attempt limit, in one table |
//! | [`paging`] | lists that are read a page at a time |
//! | [`questions`] | the question pools and each user's draw |
//! | [`media`], [`images`] | uploads, live media, portraits; pictures that are public |
//! | [`attachments`] | files that people send each other and show |
//! | [`uploads`] | files under keys: uploaded, used, shown, deleted |
//! | [`guests`], [`lights`] | finding people, lighting lights, messages |
//! | [`facets`] | what a person is called and shows in the API of usernames |
//! | [`friends`] | friends, blocks, and finding people one knows |
//! | [`groups`] | groups, their members, invitations |
//! | [`inbox`], [`chat`] | queues of messages and who reads them; what people say to each other and to groups |
//! | [`grams`] | search by parts of names |
//! | [`posts`] | what people publish, likes, comments, purchases |
//! | [`wallet`] | coins: balances, ledgers, receipts, grants, transfers |
//! | [`gifts`] | what is bought with coins and given at once |
//! | [`homepage`] | the page of a person |
//! | [`devices`] | push tokens |
//! | [`feedback`], [`tracks`] | what people write and report to operators; where they were last |
//! | [`exports`] | the copy of their data that a person is given |
//! | [`signatures`] | whether a request comes from the app of this product |
//! | [`rooms`] | live rooms |
//! | [`regions`] | country calling codes |
//! | [`store`] | DynamoDB: conditions, transactions, and every key |
//! | [`app`], [`clients`] | what every operation takes; the clients of AWS |
//! | [`storage`], [`sms`], [`notices`], [`streams`], [`push`] | S3, SMS and notices to operators through SNS, who takes and plays live streams, and who posts to open WebSockets |
//! | [`metrics`] | what operators count |
//! | [`values`], [`time`], [`random`], [`config`], [`error`] | what all of them use |
//!
//! A capability is a module of plain async functions that take the [`App`] first. A dialect calls exactly one of them
//! for a request.

pub mod accounts;
pub mod app;
pub mod attachments;
pub mod captcha;
pub mod changes;
pub mod chat;
pub mod clients;
pub mod codes;
pub mod config;
pub mod devices;
pub mod error;
pub mod exports;
pub mod facets;
pub mod feedback;
pub mod friends;
pub mod gifts;
pub mod grams;
pub mod groups;
pub mod guests;
pub mod homepage;
pub mod images;
pub mod inbox;
pub mod lights;
pub mod limits;
pub mod looks;
pub mod media;
pub mod metrics;
pub mod notices;
pub mod paging;
pub mod passwords;
pub mod person;
pub mod posts;
pub mod profiles;
pub mod push;
pub mod questions;
pub mod random;
pub mod regions;
pub mod rooms;
pub mod sessions;
pub mod signatures;
pub mod sms;
pub mod storage;
pub mod store;
pub mod streams;
pub mod sync;
pub mod time;
pub mod tracks;
pub mod uploads;
pub mod values;
pub mod visibility;
pub mod wallet;

pub use crate::{
    clients::OnDemand,
    config::Config,
    error::{Error, ErrorKind, Result},
};

pub use crate::{
    app::{App, Parts},
    clients::Clients,
};
