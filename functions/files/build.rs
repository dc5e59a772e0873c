//! Packs the OpenAPI documents of `docs/api/` for `src/documents.rs`: compressed, with an ETag each, in a list by their names.

use flate2::{Compression, write::GzEncoder};
use std::{
    env,
    error::Error,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::{Path, PathBuf},
};

const FOLDER: &str = "../../docs/api";

#[expect(clippy::disallowed_methods, reason = "what cargo tells a build script, and no setting of the product's")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={FOLDER}");
    let target = PathBuf::from(env::var("OUT_DIR")?);
    let mut files: Vec<PathBuf> =
        fs::read_dir(FOLDER)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let rows = files.iter().map(|file| packed(file, &target)).collect::<Result<Vec<_>, _>>()?;
    fs::write(target.join("documents.rs"), format!("&[\n{}]", rows.concat()))?;
    Ok(())
}

/// Writes a document as it is sent, and gives back its row of the list.
fn packed(file: &Path, target: &Path) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", file.display());
    let name = file.file_name().and_then(|name| name.to_str()).ok_or("a name that is no text")?;
    // As compact as it can be: whoever reads it has a viewer.
    let text = serde_json::from_str::<serde_json::Value>(&fs::read_to_string(file)?)?.to_string();
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes())?;
    fs::write(target.join(format!("{name}.gz")), encoder.finish()?)?;
    let etag = format!("W/\"{:016x}\"", hasher.finish());
    // Found through the variable, not by its whole path: a target folder may be moved, or come out of a cache.
    let included = format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.gz\"))");
    Ok(format!("Document {{ name: {name:?}, etag: {etag:?}, packed: {included} }},\n"))
}
