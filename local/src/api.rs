//! Everything that answers at the port of the API.

use crate::{
    admin::{self, Admin},
    clients::{self, Endpoints},
    console::{self, Console, Tables},
    cost, dialects, docs,
    elsewhere::Elsewhere,
    error::StartError,
    faults::Faults,
    gateway, requests,
    sns::Outbox,
    sockets::{self, Lines},
    template::Template,
};
use axum::{Router, middleware};
use http::StatusCode;
use kit::registry::Function;
use shared::App;
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// What answers at the port of the API is made of these.
pub(crate) struct Parts<'a> {
    pub(crate) app: &'a App,
    pub(crate) template: &'a Template,
    pub(crate) functions: &'a [Function],
    pub(crate) lines: &'a Lines,
    pub(crate) outbox: &'a Outbox,
    pub(crate) elsewhere: &'a Elsewhere,
}

impl Parts<'_> {
    /// Everything that answers there: what only this machine has, WebSockets, and the functions. The console's first page lies at a
    /// path that a function has with other methods.
    pub(crate) fn router(
        &self,
        endpoints: &Endpoints,
        url: &str,
        request_time: Duration,
    ) -> Result<Router, StartError> {
        let Self { app, template, lines, outbox, .. } = self;
        let wire = lines.host().wire.clone();
        let admin = Admin {
            endpoints: endpoints.clone(),
            outbox: (*outbox).clone(),
            app: (*app).clone(),
            sockets: (*lines).clone(),
            wire,
        };
        let of_packages = gateway::router(app, &template.routes)
            .map_err(|reason| StartError::Template { path: template.path.clone(), reason })?;
        let functions = [dialects::functions(), self.functions.to_vec()].concat();
        let console = self.console(endpoints, url);
        let home = console::home(&console, &endpoints.s3).fallback_service(of_packages.clone());
        let router = admin::routes(admin)
            .merge(console::events(console.clone()))
            .merge(console::routes(console, &endpoints.s3))
            .merge(docs::routes())
            .route("/", home)
            .merge(sockets::routes(lines, app, &functions))
            .fallback_service(of_packages);
        let kept = middleware::from_fn_with_state(lines.host().requests.clone(), requests::keep);
        Ok(router.layer(middleware::from_fn(cost::headers)).layer(late(request_time)).layer(kept))
    }

    fn console(&self, endpoints: &Endpoints, url: &str) -> Console {
        let config = &self.app.config;
        // No failure on demand strikes these: it is for calls of functions.
        let clients = clients::clients(endpoints, self.elsewhere, &config.media_bucket, &Faults::default());
        Console {
            app: self.app.clone(),
            tables: Tables::new(clients.dynamodb, config.tables.clone()),
            s3: clients.s3,
            requests: self.lines.host().requests.clone(),
            outbox: self.outbox.clone(),
            sockets: self.lines.clone(),
            wire: self.lines.host().wire.clone(),
            url: url.to_owned(),
        }
    }
}

/// Nobody holds a request open for longer, by sending a body slowly for example.
fn late(request_time: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, request_time)
}
