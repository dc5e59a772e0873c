//! What holds on the wire of every API: where fields of a write stand, how numbers may look, which headers answers have.

use crate::world::Api;

const JSON: Option<&str> = Some("application/json");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_any_size_gets_its_answer() {
    let api = Api::start().await;
    let body = vec![b'x'; 40 << 20];
    for path in ["/v1/account/register", "/user/login", "/"] {
        assert_eq!(api.bytes(path, JSON, body.clone()).await.status, 413, "{path}");
    }
    assert_eq!(api.bytes("/nobody", JSON, body).await.status, 404);
}
