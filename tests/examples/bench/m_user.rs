//! What requests of m_user cost. Everybody in it is known by a device, without a token.

use crate::{Caller, Outcome, sent};
use reqwest::Method;
use serde_json::{Value, json};

const ANN: &str = "bench-device-ann";
const BOB: &str = "bench-device-bob";

/// What begins like a picture.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\nbench";

/// Calls an operation for a device, with fields in a JSON body where it is no GET, and gives back its answer and its costs: rounds,
/// calls, read and write units.
async fn call(
    caller: &Caller,
    device: &str,
    method: Method,
    path: &str,
    fields: &Value,
) -> Outcome<(Value, [String; 4])> {
    let read = method == Method::GET;
    let request = caller.http.request(method, format!("{}{path}", caller.world.url)).header("x-device-id", device);
    let (answer, costs, _) = sent(if read { request } else { request.json(fields) }).await?;
    // A failure has its code in `status`, which no answer of a success has.
    if answer.get("status").is_some() {
        return Err(format!("{path}: {answer}").into());
    }
    Ok((answer, costs))
}

async fn post(caller: &Caller, device: &str, path: &str, fields: &Value) -> Outcome<Value> {
    Ok(call(caller, device, Method::POST, path, fields).await?.0)
}

async fn shown(
    caller: &Caller,
    label: &str,
    device: &str,
    (method, path): (Method, &str),
    fields: &Value,
) -> Outcome<Value> {
    let (answer, [rounds, calls, rru, wru]) = call(caller, device, method, path, fields).await?;
    println!("| {label} | {rounds} | {calls} | {rru} | {wru} |");
    Ok(answer)
}

/// Those of `docs/costs.md`, and a few more.
pub async fn costs(caller: &Caller) -> Outcome<()> {
    let nobody = json!({"nickname": "Ann", "gender": "female", "age": 24});
    let ann = shown(caller, "m_user register", ANN, (Method::POST, "/m_user/users"), &nobody).await?;
    shown(caller, "m_user login", ANN, (Method::POST, "/m_user/login"), &json!({})).await?;
    let bob = post(caller, BOB, "/m_user/users", &json!({"gender": "male", "age": 30})).await?;
    let (ann, bob) = (text(&ann["id"]), text(&bob["id"]));
    let (free, priced) = publish(caller).await?;
    reactions(caller, &free).await?;
    coins(caller, &ann, &bob, &priced).await?;
    let page = format!("/m_user/users/{ann}/homepage");
    let page = shown(caller, "m_user homepage, of 5 posts and a gift", BOB, (Method::GET, &page), &Value::Null).await?;
    if page["posts"].as_array().map(Vec::len) != Some(5) || page["her_gifts"].as_array().map(Vec::len) != Some(1) {
        return Err(format!("another page than it is called: {page}").into());
    }
    Ok(())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Lets Ann publish: a picture with a price, a text, five posts of pictures, and texts until a page of the feed is full. Gives back
/// the post of three pictures and the one with a price.
async fn publish(caller: &Caller) -> Outcome<(String, String)> {
    let new = (Method::POST, "/m_sns/posts");
    let fields = json!({"post_type": "picture", "price": 3, "media": pictures(caller, 1).await?});
    let priced = post(caller, ANN, new.1, &fields).await?;
    shown(caller, "m_user text, published", ANN, new.clone(), &json!({"post_type": "text", "content": "hello"}))
        .await?;
    let three = json!({"post_type": "picture", "media": pictures(caller, 3).await?});
    let free = shown(caller, "m_user post of three new pictures, published", ANN, new.clone(), &three).await?;
    let again = "m_user post of three pictures that are in use, published";
    shown(caller, again, ANN, new.clone(), &three).await?;
    for _ in 0..3 {
        post(caller, ANN, new.1, &three).await?;
    }
    for _ in 0..20 {
        post(caller, ANN, new.1, &json!({"post_type": "text", "content": "hello"})).await?;
    }
    let keys = (Method::GET, "/common/upload_tokens?num=3&res_type=picture");
    shown(caller, "m_user keys for three pictures", BOB, keys, &Value::Null).await?;
    let feed = (Method::GET, "/m_sns/posts?limit=20");
    let page = shown(caller, "m_user feed, a page of 20", BOB, feed, &Value::Null).await?;
    full(&page)?;
    Ok((text(&free["id"]), text(&priced["id"])))
}

/// Uploads so many pictures of Ann, and gives back their keys.
async fn pictures(caller: &Caller, count: u32) -> Outcome<Vec<Value>> {
    let path = format!("/common/upload_tokens?num={count}&res_type=picture");
    let (answer, _) = call(caller, ANN, Method::GET, &path, &Value::Null).await?;
    let tokens = answer["tokens"].as_array().ok_or("no tokens")?;
    for token in tokens {
        let mut put = caller.http.put(text(&token["url"])).body(PICTURE);
        for (name, value) in token["headers"].as_object().ok_or("no headers")? {
            put = put.header(name, text(value));
        }
        put.send().await?.error_for_status()?;
    }
    Ok(tokens.iter().map(|token| token["key"].clone()).collect())
}

/// Lets Bob like a post and comment on it.
async fn reactions(caller: &Caller, post_id: &str) -> Outcome<()> {
    let target = json!({"target_id": post_id, "target_type": "post"});
    let (likes, comments) = ("/m_user/likes", "/m_user/comments");
    shown(caller, "m_user like", BOB, (Method::POST, likes), &target).await?;
    shown(caller, "m_user like, taken back", BOB, (Method::DELETE, likes), &target).await?;
    let mut comment = target.clone();
    comment["content"] = "nice".into();
    shown(caller, "m_user comment", BOB, (Method::POST, comments), &comment).await?;
    for nth in 1..21 {
        // So many of one person in a minute are too many.
        post(caller, if nth % 2 == 0 { BOB } else { ANN }, comments, &comment).await?;
    }
    let page = format!("{comments}?target_id={post_id}&target_type=post");
    full(&shown(caller, "m_user comments, a page of 20", BOB, (Method::GET, &page), &Value::Null).await?)?;
    let post_path = format!("/m_sns/posts/{post_id}");
    shown(caller, "m_user post, looked at", BOB, (Method::GET, &post_path), &Value::Null).await?;
    Ok(())
}

/// Lets Bob buy a post and give Ann a rose.
async fn coins(caller: &Caller, ann: &str, bob: &str, priced: &str) -> Outcome<()> {
    let grant = json!({"user_id": bob, "coins": 100, "reason": "bench", "request_id": "bench-1"});
    let granted = caller.http.post(format!("{}/_local/grants", caller.world.url)).json(&grant).send().await?;
    granted.error_for_status()?;
    let purchase = format!("/m_sns/posts/{priced}/purchases");
    shown(caller, "m_user purchase of a post", BOB, (Method::POST, &purchase), &json!({})).await?;
    shown(caller, "m_user purchase, again", BOB, (Method::POST, &purchase), &json!({})).await?;
    let rose = json!({"to_user_id": ann, "gift": "rose"});
    shown(caller, "m_user gift", BOB, (Method::POST, "/m_gift/gifts"), &rose).await?;
    shown(caller, "m_user coin box", BOB, (Method::GET, "/m_coin/coin_box"), &Value::Null).await?;
    Ok(())
}

/// A page is as long as its label says.
fn full(page: &Value) -> Outcome<()> {
    let items = page["items"].as_array().map_or(0, Vec::len);
    if items == 20 { Ok(()) } else { Err(format!("a page of {items}").into()) }
}
