//! Nicknames: one person each (`docs/dialects/lightup.md#nicknames`).

use super::{CHANGED, INVALID, change, view};
use crate::world::{Api, Person};
use serde_json::json;

const TAKEN: &str = "This nickname has already been used";

async fn name(api: &Api, who: &Person, nickname: &str) -> crate::world::Answer {
    change(api, who, &json!({ "nickname": nickname }).to_string()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn which_ones_there_are() {
    let api = Api::start().await;
    let who = api.verified("15172354423").await;
    let (long, too_long) = ("亮".repeat(30), "亮".repeat(31));
    for good in ["a", "亮灯", "a b", " padded ", "👩‍👩‍👧", "❤\u{fe0f}", "\"quoted\" \\ <b>", "'; DROP TABLE", &long]
    {
        name(&api, &who, good).await.is(200, CHANGED);
        assert_eq!(view(&api, &who, &who).await["nickname"], *good);
    }
    for wrong in [" ", "\t", "　", "a\nb", "\u{0}", "\u{7f}", &too_long] {
        name(&api, &who, wrong).await.fails(400, INVALID);
    }
    // Nothing of these can be seen: spaces of no width, marks, fillers, an empty cell of Braille.
    let pairs = ["\u{202e}\u{feff}", "\u{ffa0}\u{115f}", "\u{e0041}\u{ad}"];
    for unseen in ["\u{200b}", " \u{200d}\u{fe0f} ", "\u{3164}", "\u{2800}"].into_iter().chain(pairs) {
        name(&api, &who, unseen).await.fails(400, INVALID);
    }
    // A note without a head, blanks and formats of hieroglyphs, the place of an object, a separator of lines.
    for blank in ["\u{1d159}", "\u{13441}", "\u{13442}", "\u{13440}\u{13430}", "\u{fffc}", "\u{16fe4}", "\u{2028}"] {
        name(&api, &who, blank).await.fails(400, INVALID);
    }
    // Joiners of Tifinagh and of numbers in Brahmi, and what stacks letters in Khmer and Kharoshthi.
    for joiner in ["\u{2d7f}", "\u{1107f}", "\u{17d2}", "\u{10a3f}\u{1039}"] {
        name(&api, &who, joiner).await.fails(400, INVALID);
    }
    assert_eq!(view(&api, &who, &who).await["nickname"], long);
}

/// Unique without regard to case, compatibility forms and what cannot be seen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nickname_is_one_persons() {
    let api = Api::start().await;
    let tony = api.person("15172354423", "Tony", "male").await;
    let ann = api.verified("15172354424").await;
    for taken in ["Tony", "tony", "TONY", "Ｔｏｎｙ", " Tony "] {
        name(&api, &ann, taken).await.fails(409, TAKEN);
    }
    // Nothing else of the refused change happens.
    let both = r#"{"nickname":"tony","location":"x","sex":"female"}"#;
    change(&api, &ann, both).await.fails(409, TAKEN);
    let own = view(&api, &ann, &ann).await;
    assert_eq!(json!([own["nickname"], own["location"], own["sex"]]), json!(["", "", ""]));
    // One's own may be written in another way.
    for own in ["Tony", "TONY", "Ｔony"] {
        name(&api, &tony, own).await.is(200, CHANGED);
        assert_eq!(view(&api, &tony, &tony).await["nickname"], own);
        name(&api, &ann, "tony").await.fails(409, TAKEN);
    }
    name(&api, &ann, "Ann").await.is(200, CHANGED);
    name(&api, &tony, "ANN").await.fails(409, TAKEN);
    for (own, same) in [
        ("Strauß", "STRAUSS"),
        ("Ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ"),
        ("👩\u{200d}👩\u{200d}👧", "👩👩👧"),
        ("❤\u{fe0f}", "❤"),
        ("亮灯", "亮\u{200b}灯\u{3164}"),
        ("Lily", "\u{13441}Li\u{1d159}ly\u{13442}"),
        ("Mary", "Ma\u{2029}ry\u{fffc}"),
        ("Sam", "Sa\u{2d7f}m\u{17d2}"),
        ("ខ្មែរ", "ខមែរ"),
        ("İstanbul", "i\u{307}stanbul"),
        ("Ǆ", "dž"),
    ] {
        name(&api, &ann, own).await.is(200, CHANGED);
        assert_eq!(view(&api, &ann, &ann).await["nickname"], own, "as it was written");
        name(&api, &tony, same).await.fails(409, TAKEN);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nickname_that_is_given_up_is_free() {
    let api = Api::start().await;
    let tony = api.person("15172354423", "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    name(&api, &tony, "Anthony").await.is(200, CHANGED);
    name(&api, &ann, "Tony").await.is(200, CHANGED);
    name(&api, &tony, "Tony").await.fails(409, TAKEN);
    name(&api, &tony, "Ann").await.is(200, CHANGED);
    let claims = api.rows("UsersTable").await;
    let claims = claims.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("NICKNAME#"));
    let mut claims: Vec<_> =
        claims.map(|row| (row["pk"].as_s().unwrap().as_str(), row["uid"].as_s().unwrap())).collect();
    claims.sort_unstable();
    assert_eq!(claims, [("NICKNAME#ann", &tony.id), ("NICKNAME#tony", &ann.id)]);
}
