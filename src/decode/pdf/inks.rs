//! The inks of a PDF's page and the masks of its pictures, as far as they can be told.

use hayro_interpret::kurbo::Affine;
use hayro_interpret::{BlendMode, Paint};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_syntax::page::Resources;

use super::bounds::{self, Budget, spend};
use crate::decode::page::glyph::Colour;
use crate::decode::page::painted::{Ink, Veil};

/// Whether components add up to white in a space of a page's own. Of other spaces nothing is known here: one of a single
/// ink is darkest where another is lightest.
pub(super) fn is_additive(space: &[u8], resources: &Resources) -> bool {
    if matches!(space, b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"Pattern" | b"G" | b"RGB" | b"CMYK") {
        return true;
    }
    let Some(array) = resources.color_spaces.get::<Array>(space) else { return false };
    let mut parts = array.iter::<Object>();
    let Some(Object::Name(kind)) = parts.next() else { return false };
    match (&*kind as &[u8], parts.next()) {
        (b"CalRGB" | b"CalGray", _) => true,
        (b"ICCBased", Some(Object::Stream(profile))) => profile.dict().get::<i32>(b"N").is_some_and(|n| n == 1 || n == 3),
        _ => false,
    }
}

/// With what something is drawn. `known`: colours of this part of the page can be told.
pub(super) fn ink(paint: &Paint, blend: BlendMode, known: bool) -> Ink {
    let (mut colour, mut alpha) = (None, 1.0);
    if let Paint::Color(c) = paint {
        // The library takes patterns that it does not know for nothing at all.
        let opacity = c.to_rgba().components()[3];
        if opacity > 0.0 {
            alpha = opacity;
            colour = rgb(c.components()).filter(|_| known);
        }
    }
    let darkens = matches!(blend, BlendMode::Darken);
    Ink { colour, alpha, darkens, odd: !darkens && !matches!(blend, BlendMode::Normal) }
}

fn rgb(components: &[f32]) -> Option<Colour> {
    match *components {
        [grey] => Some([grey; 3]),
        [r, g, b] => Some([r, g, b]),
        [c, m, y, k] => Some([c, m, y].map(|ink| (1.0 - ink - k).max(0.0))),
        _ => None,
    }
}

/// What a picture's mask says; none where it has none, or where it cannot be read.
pub(super) fn veil(picture: &Stream, place: Affine, budget: &mut Budget) -> Option<Veil> {
    let dict = picture.dict();
    let is_stencil = is_stencil(dict);
    let soft = dict.get::<Stream>(b"SMask");
    let mask = soft.clone().or_else(|| dict.get::<Stream>(b"Mask"));
    let (mask, is_soft) = if is_stencil { (picture.clone(), false) } else { (mask?, soft.is_some()) };
    let keys = mask.dict();
    let number = |long: &[u8], short: &[u8]| keys.get::<u32>(long).or_else(|| keys.get::<u32>(short)).map(|n| n as usize);
    let (width, height) = (number(b"Width", b"W")?, number(b"Height", b"H")?);
    let bits = if is_soft { number(b"BitsPerComponent", b"BPC")? } else { 1 };
    if width == 0 || height == 0 || !matches!(bits, 1 | 2 | 4 | 8) || place.determinant() == 0.0 {
        return None;
    }
    let size = (width * bits).div_ceil(8).checked_mul(height)?;
    spend(&mut budget.veils, size, "").ok()?;
    let data = bounds::unpack(&mask).ok()??.into_owned();
    let turned = keys.get::<Array>(b"Decode").or_else(|| keys.get::<Array>(b"D")).and_then(|d| d.iter::<f32>().next()) == Some(1.0);
    (data.len() >= size).then(|| Veil { inward: place.inverse(), width, height, bits, low: !is_soft ^ turned, data: data.into() })
}

pub(super) fn is_stencil(picture: &Dict) -> bool {
    picture.get::<bool>(b"ImageMask").or_else(|| picture.get::<bool>(b"IM")) == Some(true)
}

/// How something is mixed with what lies below, and how opaque it is, as a page says it: names of states in `STATES`.
pub(super) fn states(own: &Dict, masked: &mut bool) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, letter) in [(&b"ca"[..], b'f'), (b"CA", b's')] {
        if let Some(alpha) = own.get::<f32>(key) {
            let level = (alpha.clamp(0.0, 1.0) * 10.0).round() as u8;
            let letters = if level == 10 { *b"10" } else { [b'0', b'0' + level] };
            out.extend([&b" /~"[..], &[letter], &letters, b" gs "].concat());
        }
    }
    let mask = own.get::<Object>(b"SMask");
    if let Some(mask) = &mask {
        *masked = !matches!(mask, Object::Name(_));
    }
    let blend = match own.get::<Object>(b"BM") {
        Some(Object::Array(all)) => all.iter::<Name>().next(),
        Some(Object::Name(name)) => Some(name),
        _ => None,
    };
    let blend = match blend.as_deref() {
        _ if *masked => Some(b'x'),
        None => mask.is_some().then_some(b'n'),
        Some(b"Normal" | b"Compatible") => Some(b'n'),
        Some(b"Multiply" | b"Darken") => Some(b'd'),
        Some(_) => Some(b'x'),
    };
    if let Some(letter) = blend {
        out.extend([&b" /~b"[..], &[letter], b" gs "].concat());
    }
    out
}

/// All states that the library is given. A page's own may refer to each other in circles.
pub(super) const STATES: &[u8] = b"<</~bn<</BM/Normal>>/~bd<</BM/Darken>>/~bx<</BM/Luminosity>>\
/~f00<</ca .02>>/~f01<</ca .1>>/~f02<</ca .2>>/~f03<</ca .3>>/~f04<</ca .4>>/~f05<</ca .5>>/~f06<</ca .6>>/~f07<</ca .7>>/~f08<</ca .8>>/~f09<</ca .9>>/~f10<</ca 1>>\
/~s00<</CA .02>>/~s01<</CA .1>>/~s02<</CA .2>>/~s03<</CA .3>>/~s04<</CA .4>>/~s05<</CA .5>>/~s06<</CA .6>>/~s07<</CA .7>>/~s08<</CA .8>>/~s09<</CA .9>>/~s10<</CA 1>>>>";
