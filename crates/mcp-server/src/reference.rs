//! What events are judged beside: where addresses are, and what was ordinary before. Both may come from files of the
//! operator's, which are read once.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use analysis::baseline::{Baseline, MAX_BYTES};
use analysis::places::{MAX_MMDB_BYTES, Places};

use crate::error::Failure;
use crate::settings::Settings;

/// The files that the settings name. Nothing is read before it is asked for.
pub struct Reference {
    geoip: Vec<PathBuf>,
    baseline: Option<PathBuf>,
    read: OnceLock<Result<ReferenceData, String>>,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct ReferenceData {
    /// Where addresses are.
    pub places: Arc<Places>,
    /// What was ordinary, if the operator says.
    pub baseline: Option<Arc<Baseline>>,
}

impl Reference {
    /// What the settings ask for. Reads nothing yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let (geoip, baseline) = (settings.geoip.value.clone(), settings.baseline.value.clone());
        Self { geoip, baseline, read: OnceLock::new() }
    }

    /// The data, read on a thread that may take its time.
    ///
    /// # Errors
    /// [`Failure::Setting`] naming the setting, the file and what is wrong with it.
    pub async fn ready(self: &Arc<Self>) -> Result<ReferenceData, Failure> {
        if self.geoip.is_empty() && self.baseline.is_none() {
            return self.data();
        }
        let reference = Arc::clone(self);
        let reading = tokio::task::spawn_blocking(move || reference.data());
        reading.await.map_err(|error| Failure::Internal(error.to_string()))?
    }

    /// The data, read by whoever has nothing else to do meanwhile.
    ///
    /// # Errors
    /// As [`ready`](Self::ready).
    pub fn data(&self) -> Result<ReferenceData, Failure> {
        let read = || Ok(ReferenceData { places: places(&self.geoip)?, baseline: self.baseline()? });
        self.read.get_or_init(read).clone().map_err(Failure::Setting)
    }

    fn baseline(&self) -> Result<Option<Arc<Baseline>>, String> {
        let Some(path) = &self.baseline else { return Ok(None) };
        let wrong = |reason: String| format!("baseline: {}: {reason}", path.display());
        let bytes = bytes_of(path, MAX_BYTES).map_err(wrong)?;
        let baseline = Baseline::from_bytes(&bytes).map_err(|error| wrong(error.to_string()))?;
        Ok(Some(Arc::new(baseline)))
    }
}

fn places(databases: &[PathBuf]) -> Result<Arc<Places>, String> {
    if databases.is_empty() {
        return Ok(Places::shared());
    }
    let mut places = Places::embedded();
    for path in databases {
        let wrong = |reason: String| format!("geoip: {}: {reason}", path.display());
        let bytes = bytes_of(path, MAX_MMDB_BYTES).map_err(wrong)?;
        places = places.with_mmdb(bytes).map_err(|error| wrong(error.to_string()))?;
    }
    Ok(Arc::new(places))
}

/// The bytes of a file, and at most one more than it may have, so that too long a one is seen as such.
fn bytes_of(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let file = File::open(path).map_err(cannot)?;
    let about = file.metadata().map_err(cannot)?;
    if !about.is_file() {
        return Err("is no file; name the file itself".to_owned());
    }
    let length = usize::try_from(about.len()).unwrap_or(usize::MAX).min(most);
    let mut bytes = Vec::with_capacity(length.saturating_add(1));
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}
