//! Where on earth somebody is.

use super::Unfit;

/// A place, to about a kilometre: what is finer is forgotten where it is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place {
    longitude: i16,
    latitude: i16,
}

/// Personal: nothing is shown.
impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(..)")
    }
}

impl Place {
    /// A place by its longitude, -180 to 180, and its latitude, -90 to 90, in degrees.
    ///
    /// # Errors
    /// One of them out of its range, or no number: see [`Place::is_longitude`] and [`Place::is_latitude`].
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, Unfit> {
        if !(Self::is_longitude(longitude) && Self::is_latitude(latitude)) {
            return Err(Unfit::Form);
        }
        Ok(Self { longitude: hundredths(longitude), latitude: hundredths(latitude) })
    }

    /// Whether a number is a longitude.
    #[must_use]
    pub fn is_longitude(degrees: f64) -> bool {
        (-180.0..=180.0).contains(&degrees)
    }

    /// Whether a number is a latitude.
    #[must_use]
    pub fn is_latitude(degrees: f64) -> bool {
        (-90.0..=90.0).contains(&degrees)
    }

    /// The longitude in hundredths of a degree.
    #[must_use]
    pub fn longitude(self) -> i16 {
        self.longitude
    }

    /// The latitude in hundredths of a degree.
    #[must_use]
    pub fn latitude(self) -> i16 {
        self.latitude
    }
}

/// The nearest hundredth of a degree; of two that are as near the one further from zero.
fn hundredths(degrees: f64) -> i16 {
    (degrees * 100.0).round() as i16
}
