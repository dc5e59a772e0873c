//! A world: the stand-ins and the HTTP API, started together and ended together.

mod options;
mod standins;

pub use options::Options;
use standins::StandIns;

use crate::{
    api::Parts,
    clients::{self, Endpoints},
    containers::Bridge,
    elsewhere::{self, Elsewhere},
    error::StartError,
    faults::Faults,
    folder::Folder,
    news::Wire,
    requests::Requests,
    server::{self, Server},
    sns::Outbox,
    sockets::{Host, Lines},
    template::Template,
};
use shared::{App, Clients, Config, config::Table, time::Clock};
use std::{path::Path, time::Duration};

/// How long running requests may take to finish at the end.
const PATIENCE: Duration = Duration::from_secs(2);

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
        let bridge = if containers { Bridge::to_docker(&ports).await } else { None };
        let standins = StandIns::start(listeners, &elsewhere, &folder, &template, questions, outbox.clone())?;
        let endpoints = standins.endpoints(&elsewhere);

        let (clock, faults) = (Clock::default(), Faults::default());
        let clients = clients::clients(&endpoints, &elsewhere, &config.media_bucket, &faults);
        elsewhere::prepare(&elsewhere, &clients, &config, &template).await?;
        let app = App::new(config, clients.clone(), clock.clone(), random);
        if questions {
            standins.load_questions(&elsewhere, &app, &folder, &template).await?;
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
