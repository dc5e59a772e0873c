//! The signature of apps around a whole router, in three headers (`docs/dialects/m_user.md#signatures`). What it is good for is said
//! at [`shared::signatures`].

use crate::{Dialect, routes::refuse};
use axum::{
    Router,
    extract::{Request, State},
    http::HeaderName,
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use shared::{
    App,
    signatures::{self, Signature},
};

const NONCE: HeaderName = HeaderName::from_static("x-api-nonce");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-api-timestamp");
const SIGN: HeaderName = HeaderName::from_static("x-api-sign");

/// The router, for requests that are signed as the deployment wants it. Others are refused with
/// [`BadSignature`](shared::Error::BadSignature) in the dialect's words, before anything else of them is looked at.
pub fn checked<D: Dialect>(app: &App, router: Router) -> Router {
    router.layer(from_fn_with_state(app.clone(), check::<D>))
}

async fn check<D: Dialect>(State(app): State<App>, request: Request, next: Next) -> Response {
    // A header that is there twice is none that is right.
    let one = |name: HeaderName| {
        let mut values = request.headers().get_all(name).iter();
        let first = values.next()?.to_str().ok()?;
        values.next().is_none().then(|| first.to_owned())
    };
    let [nonce, timestamp, sign] = [NONCE, TIMESTAMP, SIGN].map(one);
    let signature = Signature { nonce: nonce.as_deref(), timestamp: timestamp.as_deref(), sign: sign.as_deref() };
    match signatures::check(&app, &signature).await {
        Ok(()) => next.run(request).await,
        Err(error) => refuse::<D>(app, request, error).await,
    }
}
