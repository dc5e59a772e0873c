//! Everything the project promises, in one binary. Each test runs in a world of its own: in-memory DynamoDB, S3 and SNS
//! on free ports of 127.0.0.1, gone with the test.
//!
//! | module | what it shows |
//! |---|---|
//! | [`world`] | the harness: worlds, people, requests |
//! | [`crowd`] | many people at once, the tables behind the API, the time of day |
//! | `notices` | what operators are told, and which apps the local server takes for reviewed |
//! | `numbers` | phone numbers, however they are written, and where SMS may go |
//! | `storage`, `sms` | signed forms against boto3's, S3 and SNS as the product uses them |
//! | `openapi` | the checked-in documents are those of the routes |
//! | `local` | `cargo run` itself: starting, costs, faults, objects |
//! | `tour` | the README and `docs/tour.md` as they stand: every shell block is run |
//! | `console` | the console at `/`: its pages, who may use them, and a browser that does |
//! | `docs` | the OpenAPI documents as they are served, and the page that shows them, with a browser |
//! | `demo` | the people of `cargo run -- --demo`: the same for the same seed, and added once |
//! | `logs` | what a log may hold |
//! | `dialect` | a dialect that is only a test's: what the kit can do |
//! | `lightup` | Light Up, operation by operation, and its call flows |
//! | `live` | Live, operation by operation, and its call flows, with the fields in each of the places where they are read |
//! | `m_user` | m_user: devices, people, posts, gifts, uploads |
//! | `chat` | Chat: queues, messages, and the connections over which they are read |
//! | `chat_people` | Chat over HTTP: accounts, friends, files |
//! | `addresses` | what limits count as one address |
//! | `passed_over` | what is passed over where the tests run over another DynamoDB |
//! | `person` | the attributes of a person's row: documented, and written for one unit |
//! | `rooms` | live rooms: one stream a person, what publishing servers ask, a service with channels |
//! | `own` | a person's own data: all of it is deleted, and exported |
//! | `parity` | one person in several dialects |
//! | `concurrency` | races of accounts and media: each has one winner |
//! | `storms` | many lights and guests at once: exact quotas, true counts |
//! | `fan_out` | the fan-out itself, with a delivery that is only a test's |
//! | `faults` | failures of AWS: ridden out, or answered without a change |
//! | `metrics` | what is counted, how it is written down, and that alarms and the dashboard name nothing else |
//! | `front` | who called, where CloudFront stands in front |
//! | `template`, `policies` | `template.yaml` against the code: routes, settings, tables; what functions may do and do |
//! | [`payloads`], `events` | every payload of `events/` through lambda_http's decoder to its function |
//! | `properties` | what holds for any input |
//! | `reports` | what people report, what is kept of it, how operators decide; blocks of every API |
//! | `uploads` | files under keys: what may be used, where, by whom, and what is left of it |
//! | `signatures` | which requests are signed by the app, and that a nonce is good once |
//! | `wallet` | coins: gifts, receipts, races, storms of faults, and their end with their owner |
//! | `gifts` | gifts with a price: paid, counted and earned, in storms as well |
//! | `grams` | Chat: search by parts of names, and groups |
//! | `workflows` | what CI and the deployment run, with which rights |
//! | `wire` | what holds on the wire of every API |
//! | `deployed` | what is deployed answers, wherever `BASE_URL` says that it is |
//! | `words` | no references to what is not in the repository; links to headings resolve |
//! | `structure` | floors of `shared`, where attributes and keys are named, no circles of files |

mod addresses;
mod chat;
mod chat_people;
mod concurrency;
mod console;
mod crowd;
mod demo;
mod deployed;
mod dialect;
mod docs;
mod events;
mod fan_out;
mod faults;
mod front;
mod gifts;
mod grams;
mod lightup;
mod live;
mod local;
mod logs;
mod m_user;
mod metrics;
mod notices;
mod numbers;
mod openapi;
mod operators;
mod own;
mod parity;
mod passed_over;
mod payloads;
mod person;
mod policies;
mod properties;
mod reports;
mod rooms;
mod sealtalk;
mod signatures;
mod sms;
mod storage;
mod storms;
mod structure;
mod template;
mod tour;
mod uploads;
mod wallet;
mod wire;
mod words;
mod workflows;
mod world;
