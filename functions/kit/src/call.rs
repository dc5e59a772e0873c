//! A request read whole, and who sent it.

use crate::decode;
use axum::{
    body::{Body, Bytes},
    extract::{ConnectInfo, FromRequestParts, RawPathParams, Request},
    http::{Extensions, HeaderMap, HeaderName, Uri, header, request::Parts},
};
use bytes::BytesMut;
use http_body_util::BodyExt;
use lambda_http::request::RequestContext;
use shared::{
    App, Error,
    sessions::Claim,
    values::{Address, ClientApp},
};
use std::{collections::BTreeMap, fmt, net::SocketAddr};

/// So much of a body is used. What is longer is read to its end and thrown away: a client that is still sending would see
/// a broken pipe instead of the refusal. How long that may take is up to the server.
pub const LARGEST_BODY: usize = 6 << 20;

/// One request, read whole. `Debug` shows neither headers nor body.
pub struct Call {
    /// Method, URI, headers, extensions.
    pub head: Parts,
    /// Path parameters, without their percent-encoding.
    pub path: BTreeMap<String, String>,
    /// The body.
    pub body: Bytes,
    /// The text parts of a multipart body.
    pub parts: Option<Vec<(String, String)>>,
    /// Who sent it.
    pub caller: Caller,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { method, uri, .. } = &self.head;
        f.debug_struct("Call").field("method", method).field("path", &uri.path()).finish_non_exhaustive()
    }
}

/// Where a request comes from and which URL it came to.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The address of the network connection, never of a header of the client's.
    pub address: Address,
    /// Scheme and host that the client used, without a trailing slash.
    pub base: String,
    /// What the app says about itself, in headers that not every API has.
    pub app: ClientApp,
}

/// The headers in which an app says which it is, its version and where it comes from (`docs/dialects/m_user.md#requests`).
const APP: [HeaderName; 3] = [
    HeaderName::from_static("x-app-code"),
    HeaderName::from_static("x-app-version"),
    HeaderName::from_static("x-channel-id"),
];

/// A caller who says that they are somebody.
#[derive(Clone, Debug)]
pub struct Signed {
    /// What they say. Nothing is proven.
    pub claim: Claim,
    /// Where they call from.
    pub caller: Caller,
}

impl Caller {
    /// The URL in front of `/media/...`: the deployment's own, or the one that the client used.
    #[must_use]
    pub fn media_base<'a>(&'a self, app: &'a App) -> &'a str {
        app.config.media_base.as_deref().unwrap_or(&self.base)
    }

    /// Whether an origin is the one that the request itself was sent to. Its pages are never foreign.
    #[must_use]
    pub fn is_own_origin(request: &Request, origin: &str) -> bool {
        Self::of(request.extensions(), request.headers()).base == origin
    }

    fn of(extensions: &Extensions, headers: &HeaderMap) -> Self {
        let [code, version, channel] = APP.map(|name| text_header(headers, name));
        let app = ClientApp::new(code, version, channel);
        if let Some(RequestContext::ApiGatewayV2(context)) = extensions.get::<RequestContext>() {
            let address = context.http.source_ip.clone().unwrap_or_default();
            let host = context.domain_name.clone().unwrap_or_default();
            return Self { address: Address::new(address), base: format!("https://{host}"), app };
        }
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        let address = peer.map(|ConnectInfo(peer)| peer.ip().to_string()).unwrap_or_default();
        let host = text_header(headers, header::HOST).unwrap_or("localhost");
        Self { address: Address::new(address), base: format!("http://{host}"), app }
    }
}

fn text_header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

impl Call {
    /// The media type without its parameters, in lower case.
    #[must_use]
    pub fn content_type(&self) -> Option<String> {
        let value = text_header(&self.head.headers, header::CONTENT_TYPE)?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// Reads a request. A body that cannot be used leaves the call without one, and the reason beside it.
    pub async fn read(request: Request) -> (Self, Result<(), Error>) {
        let (mut head, body) = request.into_parts();
        let path = match RawPathParams::from_request_parts(&mut head, &()).await {
            Ok(params) => params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            Err(_) => BTreeMap::new(),
        };
        let caller = Caller::of(&head.extensions, &head.headers);
        let mut call = Self { head, path, body: Bytes::new(), parts: None, caller };
        let outcome = match whole(body).await {
            Ok(body) => {
                call.body = call.unmarked(body);
                call.read_parts().await
            }
            Err(error) => Err(error),
        };
        (call, outcome)
    }

    /// The same without the query of its URL: a write takes its fields from the body alone, because URLs are kept in logs and
    /// can be made links of.
    pub(crate) fn without_query(mut self) -> Self {
        if self.head.uri.query().is_some() {
            let path: Result<Uri, _> = self.head.uri.path().parse();
            self.head.uri = path.unwrap_or_default();
        }
        self
    }

    /// The bytes of a file in a multipart body; `None`: there is no such part.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a body that is no multipart body, and for a second part of this name.
    pub async fn file(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(mut multipart) = self.multipart() else { return Ok(None) };
        let mut file = None;
        while let Some(field) = multipart.next_field().await.map_err(broken)? {
            if field.name() != Some(name) {
                continue;
            }
            if file.is_some() {
                return Err(Error::twice(name));
            }
            file = Some(field.bytes().await.map_err(broken)?.to_vec());
        }
        Ok(file)
    }

    fn multipart(&self) -> Option<multer::Multipart<'static>> {
        let boundary = multer::parse_boundary(text_header(&self.head.headers, header::CONTENT_TYPE)?).ok()?;
        let body = self.body.clone();
        let stream = futures_util::stream::once(std::future::ready(Ok::<_, std::convert::Infallible>(body)));
        Some(multer::Multipart::new(stream, boundary))
    }

    /// A body without the byte-order mark that some clients write before text. A multipart body is no text as a whole.
    fn unmarked(&self, body: Bytes) -> Bytes {
        if self.content_type().as_deref() == Some("multipart/form-data") {
            return body;
        }
        body.slice_ref(decode::unmarked(&body))
    }

    async fn read_parts(&mut self) -> Result<(), Error> {
        let Some(mut multipart) = self.multipart() else { return Ok(()) };
        let mut parts = Vec::new();
        while let Some(field) = multipart.next_field().await.map_err(broken)? {
            if field.file_name().is_some() {
                continue;
            }
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(broken)?;
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| Error::invalid("body", "not UTF-8"))?;
            parts.push((name, text));
        }
        self.parts = Some(parts);
        Ok(())
    }
}

fn broken(_: multer::Error) -> Error {
    Error::invalid("body", "not a multipart body")
}

async fn whole(mut body: Body) -> Result<Bytes, Error> {
    let (mut kept, mut read) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Error::invalid("body", "broken off"))?;
        let Ok(data) = frame.into_data() else { continue };
        read += data.len();
        if read <= LARGEST_BODY {
            kept.extend_from_slice(&data);
        } else {
            kept = BytesMut::new();
        }
    }
    if read > LARGEST_BODY { Err(Error::TooLarge) } else { Ok(kept.freeze()) }
}
