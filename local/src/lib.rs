//! The whole product on one machine: DynamoDB, S3 and SNS stand-ins and the HTTP API, in one process.
//!
//! `cargo run` is this library with a command line. The tests run in the same [`World`], one each, so what they prove
//! holds for `cargo run` too. Tables and bucket come from `template.yaml`, the clients are the real AWS SDK.
//!
//! | module | what it holds |
//! |---|---|
//! | [`world`] | starts and ends everything |
//! | `api` | what answers at the port of the API |
//! | [`template`], `gateway` | tables, buckets and routes of `template.yaml` |
//! | [`dialects`] | the one list of the packages |
//! | [`events`] | the payloads in `events/` |
//! | [`database`], `image`, [`storage`], [`sns`] | the stand-ins |
//! | [`elsewhere`], `account` | services that are not this process's in their place, and by what calls are signed |
//! | [`cost`] | the `x-cost-*` headers: AWS calls of each request |
//! | [`faults`], `contention` | failures of AWS, on demand; transactions that meet |
//! | [`tasks`] | what the command line does besides running |
//! | [`demo`] | a world with people in it |
//! | [`greeting`], [`logging`] | what `cargo run` prints; where the lines of its log go |
//! | [`containers`] | a way from containers to the stand-ins |
//! | [`sockets`] | WebSockets, and `/@connections` by which functions post to them |
//! | [`admin`] | `/_local/...` |
//! | `console` | the pages at `/` |
//! | `docs` | the page at `/docs`: the OpenAPI documents in a viewer |
//! | `requests`, `news` | what the newest requests did, and that something has happened: the console shows both |
//! | `guard` | which web pages may use what only this machine has |
//! | [`error`] | why a world does not start |

mod account;
pub mod admin;
mod api;
mod clients;
mod console;
pub mod containers;
mod contention;
pub mod cost;
pub mod database;
pub mod demo;
pub mod dialects;
mod docs;
pub mod elsewhere;
pub mod error;
pub mod events;
pub mod faults;
mod folder;
mod gateway;
pub mod greeting;
mod guard;
mod image;
pub mod logging;
mod news;
mod objects;
mod requests;
mod server;
pub mod sns;
pub mod sockets;
pub mod storage;
pub mod tasks;
pub mod template;
mod transport;
pub mod world;

pub use clients::Endpoints;
pub use elsewhere::{AccessKey, Elsewhere};
pub use error::StartError;
pub use faults::{Fault, Faults};
pub use sockets::SocketLimits;
pub use world::{Options, World};
