//! The picture of the console in the README: `just picture` makes it anew.

use super::browser::Browser;
use crate::world::Api;
use local::Options;
use shared::config::CodeText;
use std::{
    collections::HashMap,
    io::Cursor,
    path::{Path, PathBuf},
};

/// So large it may be, in bytes.
const LARGEST: u64 = 150 << 10;

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/console.png")
}

/// The same picture in the 256 colours that it has most of, which takes half the room: the others are at the edges of letters.
fn in_few_colours(picture: &[u8]) -> Vec<u8> {
    let mut decoder = png::Decoder::new(Cursor::new(picture));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let points = bytes[..info.buffer_size()].chunks_exact(info.color_type.samples());
    let points: Vec<[u8; 3]> = points.map(|point| [point[0], point[1], point[2]]).collect();

    let mut many: HashMap<[u8; 3], usize> = HashMap::new();
    points.iter().for_each(|point| *many.entry(*point).or_default() += 1);
    let mut colours: Vec<_> = many.keys().copied().collect();
    colours.sort_by_key(|colour| std::cmp::Reverse((many[colour], *colour)));
    let palette = &colours[..colours.len().min(256)];
    let apart = |one: [u8; 3], two: [u8; 3]| -> u32 {
        one.iter().zip(two).map(|(one, two)| u32::from(one.abs_diff(two)).pow(2)).sum()
    };
    let nearest = |colour: [u8; 3]| {
        let place = (0..palette.len()).min_by_key(|place| apart(palette[*place], colour)).unwrap();
        (colour, u8::try_from(place).unwrap())
    };
    let places: HashMap<_, _> = colours.iter().map(|colour| nearest(*colour)).collect();
    let places: Vec<u8> = points.iter().map(|point| places[point]).collect();

    let mut written = Vec::new();
    let mut encoder = png::Encoder::new(&mut written, info.width, info.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.write_header().unwrap().write_image_data(&places).unwrap();
    written
}

#[test]
fn the_picture_of_the_readme_is_there_and_small() {
    let readme = std::fs::read_to_string(path().with_file_name("../README.md")).unwrap();
    assert!(readme.contains("(docs/console.png)"));
    let picture = std::fs::read(path()).unwrap();
    assert!(picture.starts_with(b"\x89PNG"), "no PNG");
    assert!(u64::try_from(picture.len()).unwrap() <= LARGEST, "{} bytes", picture.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "writes docs/console.png; `just picture` runs it"]
async fn the_picture_is_made() {
    // In letters that every machine has.
    let text = CodeText::new("Your code is {code}. It is good for ten minutes.").unwrap();
    let api = Api::with(Options::ephemeral().config(|config| config.lightup.code_text = text)).await;
    Browser::used(async |browser| {
        let tony = api.complete("15172354423", "Tony", "male").await;
        let mia = api.complete("15172354424", "Mia", "female").await;
        for phone in ["15172354423", "15172354424"] {
            let body = serde_json::json!({ "region": "86", "phone": phone, "password": "secret12" }).to_string();
            api.bytes("/user/login", Some("application/json"), body).await;
        }
        api.signed(&tony, "account/get_user_info", &[("target_id", &mia.id)]).await;
        api.form("/v1/account/login", &[("phone_number", "15172354423"), ("password", "secret1")]).await;
        api.signed(&mia, "procedure/get_message", &[]).await;
        api.signed(&tony, "procedure/light_up", &[("target_id", &mia.id), ("order", "1"), ("light_status", "1")]).await;
        let number = api.page("/").await.matches("<tr id=\"request-").count();
        browser.size(1240, 720).await;
        browser.scheme("light").await;
        browser.goto(&api.url(&format!("/console/requests/{number}"))).await;
        browser.until("document.querySelector('#live.on')").await;
        std::fs::write(path(), in_few_colours(&browser.picture().await)).unwrap();
    })
    .await;
}
