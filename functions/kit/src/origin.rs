//! Which web pages may call, where browsers send a session of their own accord: an allow-list with credentials. Native
//! clients send no origin. Pages of other origins read what is public; what changes something is refused them, by whatever
//! method ([`At::changing`](crate::At::changing)). An API whose session stands in the request itself lets
//! [any page](crate::plain::any_origin) call.

use crate::{Caller, Context, Dialect};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use shared::{App, Error, config::WebOrigins};

const METHODS: HeaderValue = HeaderValue::from_static("GET,HEAD,PUT,PATCH,POST,DELETE");

/// Which pages an application lets call.
type Allowed = fn(&App) -> &WebOrigins;

/// The router, for pages of these origins and of the API's own alone. It answers preflights, and tells browsers who may read. What a page of any
/// other origin wants to change is refused with [`Error::ForeignOrigin`] in the dialect's words.
pub fn allow_list<D: Dialect>(app: &App, router: Router, allowed: Allowed) -> Router {
    router.layer(from_fn_with_state((app.clone(), allowed), check::<D>))
}

async fn check<D: Dialect>(State((app, allowed)): State<(App, Allowed)>, mut request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let welcome = origin.clone().filter(|origin| is_welcome(origin, &request, allowed(&app)));
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let foreign = origin.map_or_else(|| is_led_here(request.headers()), |_| welcome.is_none());
    let mut response = if *request.method() == Method::OPTIONS {
        preflight()
    } else if foreign && !reads {
        let (head, _) = request.into_parts();
        D::encode::<()>(&Context { app: &app, head: &head, operation: None }, Err(&Error::ForeignOrigin))
    } else {
        if foreign {
            request.extensions_mut().insert(Foreign);
        }
        next.run(request).await
    };
    let preflight = response.status() == StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = welcome {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        if preflight {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.extend(asked.map(|asked| (header::ACCESS_CONTROL_ALLOW_HEADERS, asked)));
        }
    }
    response
}

/// That a page of a foreign origin made a request which only reads by its method.
#[derive(Clone, Copy, Debug)]
struct Foreign;

/// Whether a page of a foreign origin made a request, as far as its browser says so.
pub(crate) fn is_foreign(head: &Parts) -> bool {
    head.extensions.get::<Foreign>().is_some()
}

/// Whether another site's page made a request that names no origin: a link to here, a picture, a form, a call whose answer
/// the page cannot read. Browsers say so in a header of their own, which no page can set.
fn is_led_here(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

fn is_welcome(origin: &HeaderValue, request: &Request, allowed: &WebOrigins) -> bool {
    origin.to_str().is_ok_and(|origin| Caller::is_own_origin(request, origin) || allowed.allow(origin))
}

fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    response
}
