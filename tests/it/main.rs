//! Everything the project promises, in one binary. Each test runs in a world of its own: in-memory DynamoDB, S3 and SNS
//! on free ports of 127.0.0.1, gone with the test.
//!
//! | module | what it shows |
//! |---|---|
//! | [`world`] | the harness: worlds, people, requests |
//! | `openapi` | the checked-in documents are those of the routes |
//! | `logs` | what a log may hold |
//! | `lightup` | the contract of Light Up, operation by operation, and its call flows |

mod lightup;
mod logs;
mod openapi;
mod world;
