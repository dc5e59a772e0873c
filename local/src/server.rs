//! An HTTP server on a port of this machine, with an end that nobody can delay for long.

use crate::error::StartError;
use axum::{Extension, Router, extract::ConnectInfo};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{oneshot, watch},
    task::JoinHandle,
    time::sleep,
};

/// How long the head of a request may take, if nothing else is said; also how long an unused connection is kept.
pub(crate) const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long the server waits when it cannot take a connection, which is so while the process has no file to spare.
pub(crate) const BREATHER: Duration = Duration::from_millis(100);

/// A server that runs until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Server {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// Takes a port of 127.0.0.1; 0 takes any that is free.
pub(crate) async fn bind(port: u16) -> Result<TcpListener, StartError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|reason| match reason.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(port),
        _ => StartError::Port { port, reason },
    })
}

/// The ports of the stand-ins: the three after the API's, or any that are free where those are taken or the API's is 0.
pub(crate) async fn bind_beside(port: u16) -> Result<[TcpListener; 3], StartError> {
    Ok([bind_after(port, 1).await?, bind_after(port, 2).await?, bind_after(port, 3).await?])
}

async fn bind_after(port: u16, distance: u16) -> Result<TcpListener, StartError> {
    match port.checked_add(distance).filter(|_| port != 0) {
        Some(port) => match bind(port).await {
            Ok(listener) => Ok(listener),
            Err(_) => bind(0).await,
        },
        None => bind(0).await,
    }
}

/// The address in a form that people and SDKs take.
pub(crate) fn url(listener: &TcpListener) -> Result<String, StartError> {
    let address = listener.local_addr().map_err(|reason| StartError::Port { port: 0, reason })?;
    Ok(format!("http://{address}"))
}

impl Server {
    /// Serves a router. Handlers find the peer's address in `ConnectInfo<SocketAddr>`. A connection, new or kept, on
    /// which no whole head of a request arrives for `head_time` is closed. One that a handler has upgraded is the handler's alone:
    /// this server neither limits nor ends it.
    pub(crate) fn start(listener: TcpListener, router: Router, head_time: Duration) -> Result<Self, StartError> {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(head_time);
        Self::run(listener, move |listener, mut stop| async move {
            // What is sent says that the end has come. Each connection listens until it has ended.
            let (ending, _) = watch::channel(());
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = &mut stop => break,
                };
                match accepted {
                    Ok((stream, peer)) => {
                        let connection = connection(&http, &router, stream, peer);
                        tokio::spawn(served(connection, ending.subscribe()));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "no connection could be taken");
                        sleep(BREATHER).await;
                    }
                }
            }
            drop(listener);
            let _ = ending.send(());
            ending.closed().await;
        })
    }

    /// Runs anything that serves a listener until the given future is ready.
    pub(crate) fn run<S, F>(listener: TcpListener, serve: S) -> Result<Self, StartError>
    where
        S: FnOnce(TcpListener, Stopped) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let url = url(&listener)?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, Stopped(stopped)));
        Ok(Self { url, stop: Some(stop), task })
    }

    /// Where it answers, without a trailing slash.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Takes no more connections, closes idle ones, lets running requests finish, and waits for that no longer than
    /// `patience`: a client that sends half a request must not hold up the end.
    pub(crate) async fn stop(mut self, patience: Duration) {
        drop(self.stop.take());
        if tokio::time::timeout(patience, &mut self.task).await.is_err() {
            tracing::debug!(url = self.url, "connections were still open at the end");
            self.task.abort();
        }
    }
}

type Connection = http1::UpgradeableConnection<TokioIo<TcpStream>, TowerToHyperService<Router>>;

fn connection(http: &http1::Builder, router: &Router, stream: TcpStream, peer: SocketAddr) -> Connection {
    // Small answers go out at once instead of waiting for an acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY is not possible");
    }
    let service = router.clone().layer(Extension(ConnectInfo(peer)));
    http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).with_upgrades()
}

/// A connection until it has ended: with the request under way, once the end of the server has come.
async fn served(connection: Connection, mut ending: watch::Receiver<()>) {
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        _ = ending.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection failed");
    }
}

/// Ready when the [`Server`] is stopped, or dropped.
#[derive(Debug)]
pub(crate) struct Stopped(oneshot::Receiver<()>);

impl Future for Stopped {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // Nothing is ever sent: the end of the sender is the signal.
        Pin::new(&mut self.0).poll(context).map(|_| ())
    }
}
