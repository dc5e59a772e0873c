//! What telling people and closing their sockets needs, in every function that does either.

use super::{Recorder, watched};
use futures_util::future::{BoxFuture, FutureExt};
use kit::registry::Function;
use local::World;
use shared::{
    App,
    inbox::{
        self, Key, News, Which, Wishes,
        packet::{Notice, Stored},
        rules::Inbox,
    },
    push::{Connections, Failed, Posted},
    random::Random,
    sessions::Claim,
    values::{ConnectionId, Dialect, MessageId, UserId},
};

/// Takes everything, for nobody.
#[derive(Debug)]
pub(super) struct Anybody;

impl Connections for Anybody {
    fn post<'a>(&'a self, _: &'a ConnectionId, _: &'a str) -> BoxFuture<'a, Result<Posted, Failed>> {
        async { Ok(Posted::Sent) }.boxed()
    }

    fn close<'a>(&'a self, _: &'a ConnectionId) -> BoxFuture<'a, Result<(), Failed>> {
        async { Ok(()) }.boxed()
    }
}

/// A function tells somebody something who reads their queue, in which something waits that another call has not posted; then it
/// closes what is open.
pub(super) async fn story(world: &World, function: &Function, recorder: &Recorder, token: &str) {
    let app = watched(world, recorder, function);
    app.push.attach(Anybody);
    let others = App::new((*world.app.config).clone(), world.clients.clone(), world.clock.clone(), Random::system());
    others.push.attach(Anybody);
    let connection = ConnectionId::try_from(format!("{}=", function.name)).unwrap();
    let claim = Claim::of_token(Dialect::Chat, token).unwrap();
    let uid: UserId = inbox::open(&others, &connection, &Key::Session(claim), Wishes::default()).await.unwrap();
    let opened = inbox::connection(&others, &connection).await.unwrap();
    inbox::start(&others, &connection, &opened).await.unwrap();
    let id = MessageId::new(&others.clock, &others.random);
    let at = others.clock.millis();
    let text = Notice { from: &uid, to: uid.as_str(), chat: "chat", kind: 0, content: "waits", at };
    drop(inbox::store(&others, &uid, &Inbox::default(), vec![Stored::made(&text, &id).unwrap()]).await.unwrap());
    let news = News { from: &uid, group: None, kind: 0, content: "news", everybody: false };
    inbox::tell(&app, std::slice::from_ref(&uid), &news).await;
    inbox::close_of(&app, &uid, Which::AllBut(None)).await;
}
