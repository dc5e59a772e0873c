//! The page at `/docs` of the local server: the OpenAPI documents of all dialects in a viewer, where "Try it out" calls this server.
//!
//! The viewer is Swagger UI, whose files lie in `docs/viewer/`. The page asks for nothing from anywhere else, and the
//! Content-Security-Policy holds it to that. The documents themselves are served by the function `files`, as in a deployment.

use crate::{
    dialects,
    guard::{own_pages, secured},
};
use axum::{
    Router,
    extract::Path,
    middleware::from_fn,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode, header};
use maud::{DOCTYPE, html};

/// The page, what it runs and how it looks.
pub(crate) fn routes() -> Router {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    const STYLE: &str = "text/css; charset=utf-8";
    let file = |kind: &'static str, text: &'static str| get(async move || ([(header::CONTENT_TYPE, kind)], text));
    Router::new()
        .route("/docs", get(async || page(dialects::packages().first().map_or("", |package| package.name))))
        .route("/docs/{dialect}", get(async |Path(dialect): Path<String>| page(&dialect)))
        .route("/docs/docs.js", file(SCRIPT, include_str!("docs/docs.js")))
        .route("/docs/docs.css", file(STYLE, include_str!("docs/docs.css")))
        .route("/docs/viewer.js", file(SCRIPT, include_str!("docs/viewer/swagger-ui-bundle.js")))
        .route("/docs/viewer.css", file(STYLE, include_str!("docs/viewer/swagger-ui.css")))
        .layer(from_fn(secured(POLICY)))
        .layer(from_fn(own_pages))
}

/// The viewer draws its signs from data, and calls operations of this server alone.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

/// The page with the document of a dialect.
fn page(shown: &str) -> Response {
    let packages = dialects::packages();
    let Some(dialect) = packages.iter().find(|package| package.name == shown) else {
        return (StatusCode::NOT_FOUND, "There is no such API.").into_response();
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (dialect.title) " · docs" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/docs/viewer.css";
                link rel="stylesheet" href="/docs/docs.css";
                script src="/docs/viewer.js" defer {}
                script src="/docs/docs.js" defer {}
            }
            body {
                header {
                    a href="/" { "Console" }
                    nav aria-label="APIs" {
                        ul {
                            @for package in &packages {
                                li {
                                    a href={ "/docs/" (package.name) } aria-current=[(package.name == shown).then_some("page")] {
                                        (package.title)
                                    }
                                }
                            }
                        }
                    }
                    a href={ "/openapi/" (shown) ".json" } { "OpenAPI document" }
                }
                main #viewer data-document={ "/openapi/" (shown) ".json" } {}
                noscript { "The viewer is a script. The OpenAPI document itself can be read without one." }
            }
        }
    };
    Html(page.into_string()).into_response()
}
