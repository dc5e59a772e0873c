//! Draws the picture: black letters of one height, each turned a little, on waves and behind noise.

use embedded_graphics::{
    geometry::{OriginDimensions, Point, Size},
    image::GetPixel,
    mono_font::{MonoFont, ascii::FONT_10X20},
    pixelcolor::BinaryColor,
};
use fastrand::Rng;
use std::f32::consts::TAU;

/// The picture's width and height in pixels.
const SIZE: (u32, u32) = (220, 120);

/// How much wider and higher a letter is than the font has it.
const SCALE: f32 = 3.5;

/// How far a letter is turned at most, to the left or to the right, in radians.
const TURN: f32 = 0.3;

/// How far a letter is from its place at most, in each direction.
const STRAY: f32 = 6.0;

/// How far a wave moves a pixel at most, and how long it is.
const WAVE: (f32, f32) = (8.0, 200.0);

/// How much of the picture is noise.
const NOISE: f32 = 0.2;

/// A letter at its place.
struct Letter {
    /// The left upper corner in the font's image.
    glyph: Point,
    middle: (f32, f32),
    /// Sine and cosine of its angle.
    turn: (f32, f32),
}

/// A PNG of black and white pixels. The noise comes from the seed.
pub(super) fn png(letters: &[char], seed: u64) -> Result<Vec<u8>, png::EncodingError> {
    let rng = &mut Rng::with_seed(seed);
    let letters: Vec<_> =
        (0..).zip(letters).map(|(place, letter)| placed(*letter, place, letters.len(), rng)).collect();
    let phases = (rng.f32() * TAU, rng.f32() * TAU);
    let mut rows = Vec::new();
    for y in 0..SIZE.1 {
        let mut row = vec![0_u8; SIZE.0.div_ceil(8) as usize];
        for x in 0..SIZE.0 {
            let at = waved((x as f32, y as f32), phases);
            let black = rng.f32() < NOISE || letters.iter().any(|letter| letter.covers(at));
            row[(x / 8) as usize] |= u8::from(!black) << (7 - x % 8);
        }
        rows.extend(row);
    }
    encoded(&rows)
}

fn placed(letter: char, place: u16, all: usize, rng: &mut Rng) -> Letter {
    let mut within = |most: f32| (rng.f32() * 2.0 - 1.0) * most;
    let (width, height) = (SIZE.0 as f32, SIZE.1 as f32);
    let middle = width * (f32::from(place) + 1.0) / (all as f32 + 1.0);
    Letter {
        glyph: glyph(&FONT_10X20, letter),
        middle: (middle + within(STRAY), height / 2.0 + within(STRAY)),
        turn: within(TURN).sin_cos(),
    }
}

/// Where the font's image has a letter.
fn glyph(font: &MonoFont<'_>, letter: char) -> Point {
    let size = font.character_size;
    let columns = font.image.size().width / size.width;
    let index = u32::try_from(font.glyph_mapping.index(letter)).unwrap_or_default();
    Point::zero() + Size::new(index % columns * size.width, index / columns * size.height)
}

impl Letter {
    /// Whether the letter is black there.
    fn covers(&self, at: (f32, f32)) -> bool {
        let size = FONT_10X20.character_size;
        let (x, y) = (at.0 - self.middle.0, at.1 - self.middle.1);
        let (sine, cosine) = self.turn;
        let column = (x * cosine + y * sine) / SCALE + size.width as f32 / 2.0;
        let row = (y * cosine - x * sine) / SCALE + size.height as f32 / 2.0;
        let inside = (0.0..size.width as f32).contains(&column) && (0.0..size.height as f32).contains(&row);
        inside && FONT_10X20.image.pixel(self.glyph + Point::new(column as i32, row as i32)) == Some(BinaryColor::On)
    }
}

/// What the waves show at a place: another one, nearby.
fn waved(at: (f32, f32), phases: (f32, f32)) -> (f32, f32) {
    let (most, length) = WAVE;
    let moved = |along: f32, phase: f32| most * (along * TAU / length + phase).sin();
    (at.0 + moved(at.1, phases.0), at.1 + moved(at.0, phases.1))
}

/// One bit a pixel, the first one the highest of its byte; white is 1.
fn encoded(rows: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rows)?;
    writer.finish()?;
    Ok(bytes)
}
