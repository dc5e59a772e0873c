//! Everything the project promises, in one binary. Each test runs in a world of its own: in-memory DynamoDB, S3 and SNS
//! on free ports of 127.0.0.1, gone with the test.
//!
//! | module | what it shows |
//! |---|---|
//! | [`world`] | the harness: worlds, people, requests |
//! | [`crowd`] | many people at once, the tables behind the API, the time of day |
//! | `storage`, `sms` | signed forms against boto3's, S3 and SNS as the product uses them |
//! | `openapi` | the checked-in documents are those of the routes |
//! | `local` | `cargo run` itself: starting, costs, faults, objects |
//! | `logs` | what a log may hold |
//! | `lightup` | the contract of Light Up, operation by operation, and its call flows |
//! | `storms` | many lights and guests at once: exact quotas, true counts |
//! | `concurrency` | races: each has one winner, and the counts stay true |
//! | `faults` | failures of AWS |

mod concurrency;
mod crowd;
mod faults;
mod lightup;
mod local;
mod logs;
mod openapi;
mod sms;
mod storage;
mod storms;
mod world;
