//! `cargo run -- --demo`: a world with people in it. They are drawn and named by chance with a seed, and do what people do: they register,
//! upload portraits and answers, become friends, make groups, light each other up, write, go live, publish, like, comment and give.
//!
//! Nothing is written behind the product: all of it is calls of the APIs, made through the routers of the functions, files sent with signed
//! forms and messages over WebSockets. Operators' part alone, receipts and grants of coins, are calls of the domain.
//!
//! | module | what it holds |
//! |---|---|
//! | `plan` | who there is and who does what, from the seed alone |
//! | `words` | names, and what people say |
//! | `drawing` | portraits, pictures and melodies |
//! | `caller` | calls as apps make them |
//! | `people` | registering, and what people with numbers do |
//! | `members` | people who are devices, and what they publish |
//! | `talking` | messages over WebSockets |
//!
//! The same seed gives the same people, friends and posts. Ids, tokens and times are other ones each time.

mod caller;
mod drawing;
mod members;
mod people;
mod plan;
mod talking;
mod words;

use crate::world::World;
use caller::Gateway;
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use plan::Plan;
use serde::{Deserialize, Serialize};
use std::{fs, io, path::PathBuf, sync::Arc};

/// How many people `cargo run -- --demo` makes.
pub const PEOPLE: usize = 200;

/// The password of everybody with a number.
pub const PASSWORD: &str = "lamplight7";

/// So many do something at once. More would wait for each other's turn at the database.
const AT_ONCE: usize = 8;

/// Why a demo was not made, or not whole.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An operation refused what everybody may do, as in a folder in which somebody has one of the numbers or names.
    #[error("{call} was answered {answer}")]
    Refused {
        /// Method and path.
        call: String,
        /// The body of the answer.
        answer: String,
    },
    /// A demo was begun in this folder, and its process ended before it was whole.
    #[error("the demo in {} was not finished: remove that folder, or choose another with --data", .0.display())]
    Unfinished(PathBuf),
    /// What says whether a folder has a demo cannot be read or written.
    #[error("what says whether there is a demo cannot be used: {0}")]
    Mark(#[from] io::Error),
    /// A file did not reach the bucket.
    #[error("an upload failed: {0}")]
    Upload(#[from] reqwest::Error),
    /// A message was not accepted over a WebSocket.
    #[error("a socket failed: {0}")]
    Socket(String),
    /// An operation of the domain failed.
    #[error("coins were not given: {0}")]
    Coins(#[from] shared::Error),
    /// A picture could not be drawn.
    #[error("a picture could not be drawn")]
    Picture,
    /// The functions do not fit the template.
    #[error("the functions could not be called")]
    Routes,
    /// A task was cut off.
    #[error("a person was cut off: {0}")]
    Cut(#[from] tokio::task::JoinError),
}

/// What a folder says about the demo in it.
#[derive(Serialize, Deserialize)]
struct Mark {
    seed: u64,
    people: usize,
    whole: bool,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The people are there now.
    Made(Demo),
    /// They were there before: nothing was added.
    There(Demo),
}

/// What there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demo {
    /// What chance began with.
    pub seed: u64,
    /// How many people.
    pub people: usize,
    /// Numbers and names of those who have a number.
    pub numbers: Vec<(String, String)>,
    /// What the devices of the others call themselves, and their names.
    pub devices: Vec<(String, String)>,
}

impl Demo {
    fn of(plan: &Plan, seed: u64) -> Self {
        let numbers = plan.people.iter().map(|one| (one.phone.clone(), one.name.clone())).collect();
        let devices = plan.members.iter().map(|one| (one.device.clone(), one.name.clone())).collect();
        Self { seed, people: plan.people.len() + plan.members.len(), numbers, devices }
    }
}

/// What everybody's doings share.
struct Stage {
    gateway: Gateway,
    app: shared::App,
    outbox: crate::sns::Outbox,
    url: String,
    bar: ProgressBar,
}

impl Stage {
    /// Does the same for each of these, several at once, and gives back what came of it in their order.
    async fn each<T, D, F>(self: &Arc<Self>, items: Vec<T>, does: D) -> Result<Vec<F::Output>, Failure>
    where
        T: Send + 'static,
        D: Fn(Arc<Self>, T) -> F,
        F: Future + Send + 'static,
        F::Output: Send,
    {
        let doing = items.into_iter().map(|item| {
            let done = does(self.clone(), item);
            async move { tokio::spawn(done).await }
        });
        Ok(stream::iter(doing).buffered(AT_ONCE).inspect_ok(|_| self.bar.inc(1)).try_collect().await?)
    }
}

/// Puts so many people into a world, unless its folder has a demo. The bar's length is set, and its message says what is done.
///
/// # Errors
/// See [`Failure`]. What was made until then stays, and the folder says that it is not whole.
pub async fn fill(world: &World, seed: u64, people: usize, bar: ProgressBar) -> Result<Outcome, Failure> {
    let path = world.folder().join("demo.json");
    if let Some(mark) = read(&path)? {
        return match mark.whole {
            true => Ok(Outcome::There(Demo::of(&Plan::new(mark.seed, mark.people), mark.seed))),
            false => Err(Failure::Unfinished(world.folder().to_owned())),
        };
    }
    let mark = |whole| fs::write(&path, serde_json::json!(Mark { seed, people, whole }).to_string());
    mark(false)?;
    let plan = Plan::new(seed, people);
    bar.set_length(u64::try_from(plan.size()).unwrap_or_default());
    let (app, outbox, url) = (world.app.clone(), world.outbox.clone(), world.url.clone());
    let stage = Arc::new(Stage { gateway: Gateway::new(world)?, app, outbox, url, bar });
    people::live(&stage, &plan).await?;
    members::live(&stage, &plan).await?;
    mark(true)?;
    Ok(Outcome::Made(Demo::of(&plan, seed)))
}

fn read(path: &std::path::Path) -> io::Result<Option<Mark>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What `cargo run` says about it.
#[must_use]
pub fn said(outcome: &Outcome, seed: u64) -> String {
    let (demo, how) = match outcome {
        Outcome::Made(demo) => (demo, "are here now".to_owned()),
        Outcome::There(demo) if demo.seed == seed => (demo, "were here before: nothing was added".to_owned()),
        Outcome::There(demo) => {
            (demo, format!("are in these data; those of seed {seed} need a folder of their own, which --data names"))
        }
    };
    let mut text = format!("people       {} of seed {} {how}\n", demo.people, demo.seed);
    if let [(phone, name), .., (last, _)] = &*demo.numbers {
        text += &format!(
            "             in SealTalk, Live and Light Up sign in as {phone}, {name}, with the password {PASSWORD}, or by a code, which the console shows;\n"
        );
        text += &format!("             numbers go on up to {last}\n");
    }
    if let Some((device, name)) = demo.devices.first() {
        text += &format!("             in m_user the header X-Device-ID: {device} is the device of {name}\n");
    }
    text
}
