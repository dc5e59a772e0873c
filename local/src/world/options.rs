//! How a world is to be.

use crate::{elsewhere::Elsewhere, sockets::SocketLimits, template::Template};
use kit::registry::Function;
use shared::{Config, random::Random};
use std::{fmt, path::PathBuf, time::Duration};

/// How long a request may take: API Gateway's limit.
const REQUEST_TIME: Duration = Duration::from_secs(30);
/// The same in a test over another DynamoDB, which may be much slower than the stand-in.
const SLOW_REQUEST_TIME: Duration = Duration::from_secs(300);

type Tweak = Box<dyn FnOnce(&mut Config) + Send>;

/// How a world is to be.
pub struct Options {
    pub(super) folder: Option<PathBuf>,
    pub(super) port: u16,
    pub(super) template: PathBuf,
    pub(super) questions: bool,
    pub(super) random: Random,
    pub(super) request_time: Duration,
    pub(super) containers: bool,
    pub(super) sockets: SocketLimits,
    pub(super) functions: Vec<Function>,
    pub(super) elsewhere: Elsewhere,
    pub(super) tweak: Tweak,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, port, template, questions, .. } = self;
        let mut shown = f.debug_struct("Options");
        shown.field("folder", folder).field("port", port).field("template", template).field("questions", questions);
        shown.finish_non_exhaustive()
    }
}

impl Options {
    /// Data in memory and in a temporary folder, all of it gone with the world; a free port; the project's own template;
    /// the question pool loaded.
    #[must_use]
    pub fn ephemeral() -> Self {
        let elsewhere = Elsewhere::of_tests(None);
        Self {
            folder: None,
            port: 0,
            template: Template::default_path(),
            questions: true,
            random: Random::system(),
            request_time: if elsewhere.is_nowhere() { REQUEST_TIME } else { SLOW_REQUEST_TIME },
            containers: false,
            sockets: SocketLimits::default(),
            functions: Vec::new(),
            elsewhere,
            tweak: Box::new(|_| {}),
        }
    }

    /// The same, with data that stays in a folder.
    #[must_use]
    pub fn persistent(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self { elsewhere: Elsewhere::of_tests(Some(&folder)), folder: Some(folder), ..Self::ephemeral() }
    }

    /// The port of the HTTP API; 0 is any that is free. The stand-ins are on the three ports after it, or wherever else one is
    /// free.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// Opens the stand-ins, and the API for what is posted to sockets, to containers of this machine too.
    #[must_use]
    pub fn for_containers(self) -> Self {
        Self { containers: true, ..self }
    }

    /// Another template.
    #[must_use]
    pub fn template(self, path: impl Into<PathBuf>) -> Self {
        Self { template: path.into(), ..self }
    }

    /// Leaves the question pool empty.
    #[must_use]
    pub fn without_questions(self) -> Self {
        Self { questions: false, ..self }
    }

    /// Randomness of its own, such as a seeded one. It also makes the hash key of a new data folder.
    #[must_use]
    pub fn random(self, random: Random) -> Self {
        Self { random, ..self }
    }

    /// How long the API waits for the head of a request, and then how long that request may take, its body included;
    /// 30 seconds if not said. Who is late is cut off, or gets a 408 if there is a head to answer.
    #[must_use]
    pub fn request_time(self, request_time: Duration) -> Self {
        Self { request_time, ..self }
    }

    /// How long WebSockets may be open; as long as on API Gateway if not said.
    #[must_use]
    pub fn sockets(self, sockets: SocketLimits) -> Self {
        Self { sockets, ..self }
    }

    /// One more function of WebSockets than the packages have.
    #[must_use]
    pub fn function(mut self, function: Function) -> Self {
        self.functions.push(function);
        self
    }

    /// Takes services of somebody else's in the place of stand-ins.
    #[must_use]
    pub fn elsewhere(self, elsewhere: Elsewhere) -> Self {
        Self { elsewhere, ..self }
    }

    /// Changes settings, starting from [`Config::local`].
    #[must_use]
    pub fn config(self, tweak: impl FnOnce(&mut Config) + Send + 'static) -> Self {
        Self { tweak: Box::new(tweak), ..self }
    }
}
