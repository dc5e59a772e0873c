//! A zip file that is uploaded while it is written: no more of it is held than a part.

use crate::{
    app::App,
    error::Error,
    storage::{PART, Parts},
};
use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};
use zip::{
    CompressionMethod, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// What was written and not sent yet.
#[derive(Clone, Debug, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    /// Everything, if it is at least so much.
    fn take(&self, least: usize) -> Option<Vec<u8>> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (bytes.len() >= least).then(|| mem::take(&mut *bytes))
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive that is being written.
pub(super) struct Archive<'a> {
    zip: ZipWriter<StreamWriter<Pipe>>,
    pipe: Pipe,
    parts: Parts<'a>,
}

/// How a file lies in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// Compressed: text.
    Packed,
    /// As it is: pictures and films are compressed already.
    Plain,
}

impl<'a> Archive<'a> {
    /// An empty archive, of which nothing is stored yet.
    pub(super) fn begin(app: &'a App, key: String) -> Self {
        let pipe = Pipe::default();
        Self { zip: ZipWriter::new_stream(pipe.clone()), pipe, parts: app.storage.parts(key, "application/zip") }
    }

    /// Begins a file.
    pub(super) fn file(&mut self, name: &str, packing: Packing) -> Result<(), Error> {
        let method = match packing {
            Packing::Packed => CompressionMethod::Deflated,
            Packing::Plain => CompressionMethod::Stored,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        self.zip.start_file(name, options).map_err(Error::internal)
    }

    /// Adds bytes to the file that was begun last.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.zip.write_all(bytes).map_err(Error::internal)?;
        match self.pipe.take(PART) {
            Some(part) => self.parts.send(part).await,
            None => Ok(()),
        }
    }

    /// Ends it: the object is there afterwards.
    pub(super) async fn finish(self) -> Result<(), Error> {
        let Self { zip, pipe, parts } = self;
        match zip.finish() {
            Ok(_) => parts.finish(pipe.take(0).unwrap_or_default()).await,
            Err(error) => {
                parts.abandon().await;
                Err(Error::internal(error))
            }
        }
    }

    /// Forgets it.
    pub(super) async fn abandon(self) {
        self.parts.abandon().await;
    }
}
