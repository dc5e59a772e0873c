//! A world: the stand-ins and the HTTP API, started together and ended together.

use crate::{
    api::Parts,
    clients::{self, Endpoints},
    containers::Bridge,
    database::Database,
    elsewhere::{self, Elsewhere},
    error::StartError,
    faults::Faults,
    folder::Folder,
    news::Wire,
    requests::Requests,
    server::{self, Server},
    sns::{self, Outbox},
    sockets::{Host, Lines, SocketLimits},
    storage,
    template::Template,
};
use kit::registry::Function;
use shared::{App, Clients, Config, config::Table, random::Random, time::Clock};
use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long running requests may take to finish at the end.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same for the stand-ins, which nobody calls by then.
const STANDINS_PATIENCE: Duration = Duration::from_millis(500);

/// How long a request may take: API Gateway's limit.
const REQUEST_TIME: Duration = Duration::from_secs(30);
/// The same in a test over another DynamoDB, which may be much slower than the stand-in.
const SLOW_REQUEST_TIME: Duration = Duration::from_secs(300);

type Tweak = Box<dyn FnOnce(&mut Config) + Send>;

/// How a world is to be.
pub struct Options {
    folder: Option<PathBuf>,
    port: u16,
    template: PathBuf,
    questions: bool,
    random: Random,
    request_time: Duration,
    containers: bool,
    sockets: SocketLimits,
    functions: Vec<Function>,
    elsewhere: Elsewhere,
    tweak: Tweak,
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

/// The whole product, running. Dropped, it ends at once; [`World::shutdown`] lets running requests finish.
///
/// It lives on the runtime that started it. DynamoDB blocks a thread for each request, so that should be a multi-threaded
/// one where speed matters.
#[derive(Debug)]
pub struct World {
    /// The base URL of the HTTP API, without a trailing slash.
    pub url: String,
    /// The application behind it.
    pub app: App,
    /// The stand-ins.
    pub endpoints: Endpoints,
    /// The application's own SDK clients. Calls outside of a request cost nobody anything.
    pub clients: Clients,
    /// The SMS sent so far.
    pub outbox: Outbox,
    /// The application's clock.
    pub clock: Clock,
    /// Failures of AWS, on demand.
    pub faults: Faults,
    /// How tables and buckets are defined.
    pub template: Template,
    bridge: Option<Bridge>,
    sockets: OpenSockets,
    // The fields below are dropped in this order: nobody calls a stand-in that is gone, the folder goes last.
    api: Server,
    standins: StandIns,
    folder: Folder,
    /// Has the access key of its tables, which go to another world after this one.
    _elsewhere: Elsewhere,
}

/// The services of this process.
#[derive(Debug)]
struct StandIns {
    database: Option<Database>,
    storage: Option<Server>,
    sns: Option<Server>,
}

impl StandIns {
    /// Where the services are: here, or elsewhere.
    fn endpoints(&self, elsewhere: &Elsewhere) -> Endpoints {
        let url = |here: Option<&str>, elsewhere: &Option<String>| {
            elsewhere.as_deref().or(here).unwrap_or_default().to_owned()
        };
        Endpoints {
            dynamodb: url(self.database.as_ref().map(Database::url), &elsewhere.dynamodb),
            s3: url(self.storage.as_ref().map(Server::url), &elsewhere.s3),
            sns: url(self.sns.as_ref().map(Server::url), &elsewhere.sns),
        }
    }

    /// Whether the question pool has to be loaded. On AWS an operator does that, once.
    fn wants_questions(&self, elsewhere: &Elsewhere) -> bool {
        match (&self.database, &elsewhere.dynamodb) {
            (Some(database), _) => !database.has_questions(),
            (None, url) => !url.as_deref().is_some_and(elsewhere::is_aws),
        }
    }

    async fn stop(self) {
        let server = |server: Option<Server>| async {
            if let Some(server) = server {
                server.stop(STANDINS_PATIENCE).await;
            }
        };
        let database = async {
            if let Some(database) = self.database {
                database.stop(STANDINS_PATIENCE).await;
            }
        };
        tokio::join!(database, server(self.storage), server(self.sns));
    }
}

impl World {
    /// Starts everything; when it returns, everything answers.
    ///
    /// # Errors
    /// See [`StartError`]. Nothing keeps running then.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let Options {
            folder,
            port,
            template,
            questions,
            random,
            request_time,
            containers,
            sockets,
            functions,
            elsewhere,
            tweak,
        } = options;
        let listener = server::bind(port).await?;
        let template = Template::read(&template)?;
        let folder = match folder {
            Some(path) => Folder::open(&path)?,
            None => Folder::temporary()?,
        };
        let mut config = Config::local(folder.hash_key(&random)?);
        config.push.endpoint = Some(server::url(&listener)?);
        tweak(&mut config);
        elsewhere.name(&mut config);
        check(&template, &config, &elsewhere)?;

        let wire = Wire::default();
        let outbox = Outbox::telling(wire.clone());
        let listeners = server::bind_beside(port).await?;
        // The API too: functions in containers post to its sockets.
        let reached = listeners.iter().chain([&listener]);
        let ports: Vec<_> = reached.filter_map(|it| it.local_addr().ok()).map(|it| it.port()).collect();
        let [for_database, for_storage, for_sns] = listeners;
        let bridge = if containers { Bridge::to_docker(&ports).await } else { None };
        let standins = StandIns {
            database: match elsewhere.dynamodb {
                None => Some(Database::start(for_database, &folder, &template.tables, questions)?),
                Some(_) => None,
            },
            storage: match elsewhere.s3 {
                None => Some(storage::start(for_storage, &folder, &template.buckets)?),
                Some(_) => None,
            },
            sns: match elsewhere.sns {
                None => Some(sns::start(for_sns, outbox.clone())?),
                Some(_) => None,
            },
        };
        let endpoints = standins.endpoints(&elsewhere);

        let (clock, faults) = (Clock::default(), Faults::default());
        let clients = clients::clients(&endpoints, &elsewhere, &config.media_bucket, &faults);
        elsewhere::prepare(&elsewhere, &clients, &config, &template).await?;
        let app = App::new(config, clients.clone(), clock.clone(), random);
        if questions && standins.wants_questions(&elsewhere) {
            shared::questions::seed(&app).await?;
            if let Some(database) = &standins.database {
                database.keep_questions(&folder, &template.tables)?;
            }
        }
        let url = server::url(&listener)?;
        clients::attach_push(&app);
        clients::attach_schedules(&app, &url);
        let domain = listener.local_addr().map(|address| address.to_string()).unwrap_or_default();
        let lines = Lines::new(Host {
            domain,
            limits: sockets,
            clock: clock.clone(),
            requests: Requests::telling(wire.clone()),
            wire: wire.clone(),
        });
        let parts = Parts {
            app: &app,
            template: &template,
            functions: &functions,
            lines: &lines,
            outbox: &outbox,
            elsewhere: &elsewhere,
        };
        let router = parts.router(&endpoints, &url, request_time)?;
        let api = Server::start(listener, router, request_time)?;
        Ok(Self {
            url,
            app,
            endpoints,
            clients,
            outbox,
            clock,
            faults,
            template,
            bridge,
            sockets: OpenSockets(lines),
            api,
            standins,
            folder,
            _elsewhere: elsewhere,
        })
    }

    /// Where the data lies: the folder given, or a temporary one.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends everything in order: open WebSockets, which are closed with 1001, then the API, each with up to two seconds for what is
    /// under way, then the stand-ins.
    pub async fn shutdown(self) {
        let Self { bridge, sockets, api, standins, folder, .. } = self;
        if let Some(bridge) = bridge {
            bridge.close();
        }
        sockets.0.host().wire.end();
        sockets.0.shutdown(PATIENCE).await;
        api.stop(PATIENCE).await;
        standins.stop().await;
        drop(folder);
    }
}

/// The sockets of a world, which end with it.
#[derive(Debug)]
struct OpenSockets(Lines);

impl Drop for OpenSockets {
    fn drop(&mut self) {
        self.0.end();
        self.0.host().wire.end();
    }
}

/// The settings name tables and a bucket that exist here, unless these are elsewhere.
fn check(template: &Template, config: &Config, elsewhere: &Elsewhere) -> Result<(), StartError> {
    let missing = |reason: String| StartError::Template { path: template.path.clone(), reason };
    for table in Table::ALL.into_iter().filter(|_| elsewhere.dynamodb.is_none()) {
        let table = config.tables.name(table);
        if !template.tables.iter().any(|defined| defined.name == *table) {
            return Err(missing(format!("it has no AWS::DynamoDB::Table called {table}")));
        }
    }
    if elsewhere.s3.is_none() && !template.buckets.contains(&config.media_bucket) {
        return Err(missing(format!("it has no AWS::S3::Bucket for the bucket {}", config.media_bucket)));
    }
    Ok(())
}
