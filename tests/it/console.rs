//! The console at `/` of the local server.

pub(crate) mod browser;
mod demo;
mod events;
mod guard;
mod objects;
mod people;
mod picture;
mod reports;
mod requests;
mod sockets;
mod wallet;

use crate::world::{Answer, Api};

impl Api {
    /// The text of a page of the console, which is there.
    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8", "{path}");
        answer.text
    }

    /// Sends a form of the console.
    async fn submits(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::of(self.http.post(self.url(path)).header("origin", &self.world.url).form(fields).send().await.unwrap())
            .await
    }

    /// The newest request that has come to this path, as its page shows it.
    async fn shown(&self, path: &str) -> String {
        let list = self.page("/").await;
        let row =
            list.split("<tr id=").find(|row| row.contains(&format!(">{path}</a>"))).unwrap_or_else(|| panic!("{list}"));
        let link = row.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        self.page(link).await
    }
}

/// Every page that there is without anything in the world.
const PAGES: [&str; 10] = [
    "/",
    "/console",
    "/console/sms",
    "/console/people",
    "/console/objects",
    "/console/sockets",
    "/console/wallet",
    "/console/reports",
    "/console/clock",
    "/demo",
];
