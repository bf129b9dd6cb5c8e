//! What a report is given that tells its place, and whether that is enough. Decided from what is written, never by asking
//! the resolver.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Kit, Place, chance};

/// Names of the kinds of evidence that were written.
pub type Written = Rc<RefCell<BTreeSet<&'static str>>>;

/// How one report may tell its place.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The regions above the body are named, and the path bears their names.
    pub regions: bool,
    /// Credit code, site code.
    pub codes: bool,
    pub area: bool,
    /// A folder of the county's own, which does not name it.
    pub folder: Option<String>,
    /// The host on which it was published.
    pub host: Option<String>,
}

/// A mirror on which reports of everywhere stand.
const MIRROR: &str = "news.mirror.example.com";

impl Allowed {
    /// Draws nothing where no report is bare, so that such an archive stays what it was.
    pub fn draw(kit: &Kit, place: &Place, rng: &mut fastrand::Rng) -> Allowed {
        let mut out = Allowed { regions: true, codes: true, area: true, folder: None, host: None };
        if kit.options.bare <= 0.0 {
            return out;
        }
        // The county's code in figures that mean nothing to a reader.
        let county: u32 = place.code.bytes().take(6).fold(7, |n, b| n * 31 % 9973 + u32::from(b));
        match county % 3 {
            0 => out.folder = Some(format!("set/{county:04}")),
            1 => out.host = Some(format!("w{county:04}.example.cn")),
            _ => {}
        }
        if chance(rng, 0.03) {
            out.host = Some(MIRROR.to_string());
        }
        if chance(rng, kit.options.bare) {
            (out.regions, out.codes, out.area) = (false, chance(rng, 0.25), chance(rng, 0.25));
        }
        out
    }
}

/// Whether what was written leaves this place alone of all that bear its name.
pub fn determines(place: &Place, written: &BTreeSet<&'static str>) -> bool {
    let six = |p: &Place| p.code.get(..6).map(String::from);
    let differs = |other: &Place| {
        written.iter().any(|kind| match *kind {
            "province" => other.province != place.province,
            "city" => other.city != place.city,
            "county" => other.county != place.county,
            "path" => (&other.province, &other.city, &other.county) != (&place.province, &place.city, &place.county),
            "code" | "site" => six(other) != six(place),
            "area" => other.area != place.area,
            _ => false,
        })
    };
    place.namesakes.iter().all(differs)
}
