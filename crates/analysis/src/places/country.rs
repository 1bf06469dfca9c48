//! Countries, and how far apart they are.

use std::fmt;

use super::country_table::COUNTRIES;

/// A country or territory that ISO 3166-1 lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Country {
    /// The two letters of ISO 3166-1, e.g. `DE`.
    pub code: &'static str,
    /// Its English short name.
    pub name: &'static str,
    /// Latitude of its middle, in whole degrees.
    pub latitude: i8,
    /// Longitude of its middle, in whole degrees.
    pub longitude: i16,
}

impl Country {
    /// The country of a two-letter code, in either case. `None` for codes that are no country's: `EU` and `AP` stand for
    /// regions in registries' data, `ZZ` for nobody.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        let upper = code.to_ascii_uppercase();
        let at = COUNTRIES.binary_search_by(|country| country.code.cmp(upper.as_str())).ok()?;
        COUNTRIES.get(at).copied()
    }

    /// The middle of the country.
    #[must_use]
    pub fn middle(self) -> Coordinates {
        Coordinates { latitude: f64::from(self.latitude), longitude: f64::from(self.longitude) }
    }

    /// Kilometres between the middles of two countries: crude for large ones and for neighbours, whose people live nearer
    /// to each other than their middles are.
    #[must_use]
    pub fn distance_km(self, other: Self) -> f64 {
        self.middle().distance_km(other.middle())
    }

    /// Kilometres that surely lie between a place in one country and a place in the other: the distance of their middles,
    /// less how far each reaches. Nothing between neighbours.
    #[must_use]
    pub fn least_distance_km(self, other: Self) -> f64 {
        if self == other { 0.0 } else { (self.distance_km(other) - self.reach_km() - other.reach_km()).max(0.0) }
    }

    /// How far it reaches from its middle, by eye and rather too far.
    fn reach_km(self) -> f64 {
        match self.code {
            "RU" => 4_500.0,
            // Without Alaska and Hawaii, where few live.
            "US" => 2_600.0,
            "CA" => 3_000.0,
            "BR" | "CN" | "AU" | "ID" | "CL" | "FR" | "KI" | "PF" => 2_800.0,
            "AR" | "IN" | "KZ" | "MX" | "GL" | "MN" | "NO" | "PT" | "ES" | "EC" | "NZ" | "ZA" => 2_000.0,
            "AO" | "CD" | "DZ" | "EG" | "ET" | "IR" | "LY" | "ML" | "NE" | "NG" | "PE" | "SA" | "SD" | "TD" | "CO"
            | "BO" | "VE" | "MZ" | "NA" | "TZ" | "ZM" | "SE" | "FI" | "TR" | "PK" | "MM" | "JP" | "PH" | "MY"
            | "VN" | "UA" | "SO" | "SJ" => 1_200.0,
            _ => 700.0,
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.code)
    }
}

/// A point on the globe, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    /// North is positive.
    pub latitude: f64,
    /// East is positive.
    pub longitude: f64,
}

impl Coordinates {
    /// A point; `None` if it is not on the globe.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_on_globe = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        is_on_globe.then_some(Self { latitude, longitude })
    }

    /// Kilometres along the great circle (haversine formula, mean radius of the earth).
    #[must_use]
    pub fn distance_km(self, other: Self) -> f64 {
        const EARTH_RADIUS_KM: f64 = 6371.0;
        let half_sine = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let across = self.latitude.to_radians().cos() * other.latitude.to_radians().cos();
        let angle = half_sine(other.latitude - self.latitude) + across * half_sine(other.longitude - self.longitude);
        2.0 * EARTH_RADIUS_KM * angle.clamp(0.0, 1.0).sqrt().asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_on_the_globe() {
        assert!(COUNTRIES.windows(2).all(|pair| pair[0].code < pair[1].code));
        for country in COUNTRIES {
            assert!(country.code.len() == 2 && country.code.bytes().all(|b| b.is_ascii_uppercase()), "{country}");
            assert!(!country.name.is_empty());
            let Coordinates { latitude, longitude } = country.middle();
            assert!(Coordinates::new(latitude, longitude).is_some(), "{country}");
        }
    }

    #[test]
    fn codes_are_countries_or_nothing() {
        assert_eq!(Country::of_code("de").map(|country| country.name), Some("Germany"));
        for code in ["EU", "AP", "ZZ", "", "D", "DEU", "é"] {
            assert_eq!(Country::of_code(code), None, "{code}");
        }
    }

    #[test]
    fn distances_are_those_of_an_atlas() {
        let distance = |a, b| Country::of_code(a).unwrap().distance_km(Country::of_code(b).unwrap());
        assert_eq!(distance("DE", "DE"), 0.0);
        // Roughly: Germany to Japan 9,100 km; France to Germany 800 km; New Zealand to Spain, its antipode, 19,900 km.
        assert!((8_500.0..9_700.0).contains(&distance("DE", "JP")), "{}", distance("DE", "JP"));
        assert!((600.0..1_000.0).contains(&distance("FR", "DE")), "{}", distance("FR", "DE"));
        assert!((19_500.0..20_020.0).contains(&distance("NZ", "ES")), "{}", distance("NZ", "ES"));
        // Fiji and Samoa are neighbours across the date line.
        assert!(distance("FJ", "WS") < 1_500.0, "{}", distance("FJ", "WS"));
        // Some live in the west of one and the east of the other, next to each other.
        let least = |a, b| Country::of_code(a).unwrap().least_distance_km(Country::of_code(b).unwrap());
        for (a, b) in [("US", "CA"), ("US", "MX"), ("RU", "FI"), ("DE", "FR"), ("CN", "KZ"), ("DE", "DE")] {
            assert_eq!(least(a, b), 0.0, "{a} {b}");
        }
        assert!(least("DE", "JP") > 6_000.0 && least("GB", "US") > 3_000.0 && least("NL", "SG") > 8_000.0);
        assert_eq!(Coordinates::new(f64::NAN, 0.0), None);
        assert_eq!(Coordinates::new(91.0, 0.0), None);
    }
}
