//! Portraits and pictures, drawn from a number: the same number gives the same bytes. And a melody.

use super::Failure;
use tiny_skia::{
    Color, FillRule, GradientStop, LinearGradient, Paint, Path, PathBuilder, Pixmap, Point, Rect, Shader, SpreadMode,
    Stroke, Transform,
};

/// Width and height of a picture.
const SIDE: u32 = 160;

/// Colours, as `0xrrggbb`.
const SKINS: [u32; 6] = [0xf6d3b8, 0xefbf98, 0xdda276, 0xc0835a, 0x96613f, 0x6e452c];
const HAIRS: [u32; 7] = [0x2a2024, 0x4a2f22, 0x7a4a25, 0xb37a3c, 0xd9b061, 0x8d2f22, 0x8a8a92];
const SHIRTS: [u32; 7] = [0xd4516e, 0x2f6fb5, 0x3c8f66, 0xe08b2e, 0x6a55b8, 0x2d3142, 0xc9b458];
const SKIES: [(u32, u32); 7] = [
    (0xffe0c2, 0xffc2d4),
    (0xc9e4ff, 0xcdeedd),
    (0xe6dcff, 0xc4d6ff),
    (0xfff0b8, 0xffd3a1),
    (0xd5f2e3, 0xa9dccb),
    (0xf7d9e8, 0xd8c7f0),
    (0xdfe7ee, 0xb8c8d6),
];

/// Shares a number out among choices.
struct Choice(u32);

impl Choice {
    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        let count = u32::try_from(items.len()).unwrap_or(1);
        let item = items[usize::try_from(self.0 % count).unwrap_or_default()];
        // Mixed, so that one choice says nothing about the next.
        self.0 = (self.0 / count).wrapping_mul(2_654_435_761).wrapping_add(0x9e37) ^ (self.0 >> 7);
        item
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.of(&(0..many).collect::<Vec<_>>()) == 0
    }
}

fn color(rgb: u32) -> Color {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color::from_rgba8(red, green, blue, 255)
}

/// A picture being drawn. Places are in percent of its width.
struct Sheet(Pixmap);

impl Sheet {
    fn new((above, below): (u32, u32)) -> Option<Self> {
        let mut sheet = Self(Pixmap::new(SIDE, SIDE)?);
        let stops = vec![GradientStop::new(0.0, color(above)), GradientStop::new(1.0, color(below))];
        let end = Point::from_xy(20.0, 100.0);
        let shader = LinearGradient::new(Point::from_xy(0.0, 0.0), end, stops, SpreadMode::Pad, Transform::identity())?;
        sheet.fill(&PathBuilder::from_rect(Rect::from_xywh(0.0, 0.0, 100.0, 100.0)?), shader);
        Some(sheet)
    }

    fn scale() -> Transform {
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let scale = SIDE as f32 / 100.0;
        Transform::from_scale(scale, scale)
    }

    fn fill(&mut self, path: &Path, shader: Shader<'_>) {
        let paint = Paint { shader, anti_alias: true, ..Paint::default() };
        self.0.fill_path(path, &paint, FillRule::Winding, Self::scale(), None);
    }

    fn oval(&mut self, x: f32, y: f32, across: f32, down: f32, rgb: u32) -> Option<()> {
        let path = PathBuilder::from_oval(Rect::from_xywh(x - across, y - down, across * 2.0, down * 2.0)?)?;
        self.fill(&path, Shader::SolidColor(color(rgb)));
        Some(())
    }

    /// A curve from one point to another, bent towards a third; filled down to its chord, or a line of some width.
    fn curve(&mut self, [from, bent, to]: [(f32, f32); 3], width: Option<f32>, rgb: u32) -> Option<()> {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.quad_to(bent.0, bent.1, to.0, to.1);
        let (path, shader) = (path.finish()?, Shader::SolidColor(color(rgb)));
        let Some(width) = width else {
            self.fill(&path, shader);
            return Some(());
        };
        let paint = Paint { shader, anti_alias: true, ..Paint::default() };
        let stroke = Stroke { width, line_cap: tiny_skia::LineCap::Round, ..Stroke::default() };
        self.0.stroke_path(&path, &paint, &stroke, Self::scale(), None);
        Some(())
    }
}

/// A portrait, as a PNG file.
pub(super) fn portrait(number: u32, woman: bool) -> Result<Vec<u8>, Failure> {
    finished(face(number, woman))
}

/// A landscape, as a PNG file.
pub(super) fn landscape(number: u32) -> Result<Vec<u8>, Failure> {
    finished(hills(number))
}

fn finished(sheet: Option<Sheet>) -> Result<Vec<u8>, Failure> {
    sheet.and_then(|sheet| sheet.0.encode_png().ok()).ok_or(Failure::Picture)
}

fn face(number: u32, woman: bool) -> Option<Sheet> {
    let mut choice = Choice(number);
    let (sky, skin, hair, shirt) = (choice.of(&SKIES), choice.of(&SKINS), choice.of(&HAIRS), choice.of(&SHIRTS));
    let (wide, lower) = (choice.of(&[0.0, 1.5, 3.0]), choice.of(&[0.0, 2.0]));
    let mut sheet = Sheet::new(sky)?;
    let long = woman && !choice.one_in(3);
    if long {
        sheet.oval(50.0, 52.0, 28.0 + wide, choice.of(&[30.0, 36.0, 42.0]), hair)?;
    }
    sheet.oval(50.0, 108.0, 37.0 + wide, 33.0, shirt)?;
    sheet.oval(50.0, 71.0, 9.0, 13.0, shade(skin))?;
    for side in [-1.0, 1.0] {
        sheet.oval(50.0 + side * (20.0 + wide), 50.0, 4.0, 5.5, shade(skin))?;
    }
    if !woman && choice.one_in(4) {
        sheet.oval(50.0, 56.0, 20.5 + wide, 22.5, hair)?;
    }
    sheet.oval(50.0, 48.0 + lower / 2.0, 20.0 + wide, 23.0, skin)?;
    top(&mut sheet, &mut choice, hair, wide)?;
    eyes(&mut sheet, &mut choice, hair)?;
    let smile = choice.of(&[63.0, 65.0, 68.0]);
    if choice.one_in(3) {
        sheet.curve([(42.0, 58.0), (50.0, smile + 4.0), (58.0, 58.0)], None, 0xa3443f)?;
    } else {
        sheet.curve([(42.5, 59.0), (50.0, smile), (57.5, 59.0)], Some(1.8), 0xa3443f)?;
    }
    Some(sheet)
}

/// The hair over the forehead.
fn top(sheet: &mut Sheet, choice: &mut Choice, hair: u32, wide: f32) -> Option<()> {
    let (left, right) = (28.0 - wide, 72.0 + wide);
    match choice.of(&[0, 1, 2, 3]) {
        0 => sheet.curve([(left, 44.0), (50.0, 2.0), (right, 44.0)], None, hair),
        1 => {
            sheet.curve([(left, 46.0), (42.0, 0.0), (64.0, 34.0)], None, hair)?;
            sheet.curve([(44.0, 27.0), (74.0, 14.0), (right, 46.0)], None, hair)
        }
        2 => {
            for (x, y) in [(32.0, 36.0), (39.0, 28.0), (50.0, 25.0), (61.0, 28.0), (68.0, 36.0)] {
                sheet.oval(x, y, 8.5, 8.5, hair)?;
            }
            Some(())
        }
        _ => {
            sheet.curve([(left, 38.0), (50.0, 6.0), (right, 38.0)], None, hair)?;
            sheet.oval(50.0, 19.0, 8.0, 7.0, hair)
        }
    }
}

fn eyes(sheet: &mut Sheet, choice: &mut Choice, hair: u32) -> Option<()> {
    let glasses = choice.one_in(4);
    let raised = choice.of(&[40.0, 41.5]);
    for side in [-1.0_f32, 1.0] {
        let x = 50.0 + side * 8.0;
        sheet.oval(x + side * 4.0, 55.0, 3.4, 2.2, 0xe58f86)?;
        sheet.oval(x, 48.0, 1.9, 2.5, 0x27222b)?;
        sheet.curve([(x - 4.0, raised + 1.0), (x, raised - 1.5), (x + 4.0, raised + 1.0)], Some(1.4), shade(hair))?;
        if glasses {
            sheet.curve([(x - 5.5, 48.0), (x, 39.0), (x + 5.5, 48.0)], Some(1.0), 0x33333d)?;
            sheet.curve([(x - 5.5, 48.0), (x, 57.0), (x + 5.5, 48.0)], Some(1.0), 0x33333d)?;
        }
    }
    sheet.curve([(49.0, 53.5), (50.0, 55.0), (51.5, 53.5)], Some(1.0), 0x9a5f48)
}

fn hills(number: u32) -> Option<Sheet> {
    let mut choice = Choice(number);
    let mut sheet = Sheet::new(choice.of(&SKIES))?;
    let (x, y) = (choice.of(&[22.0, 38.0, 62.0, 78.0]), choice.of(&[22.0, 30.0, 40.0]));
    sheet.oval(x, y, 9.0, 9.0, choice.of(&[0xfff7dc, 0xffc53d, 0xf2765b]))?;
    for (height, rgb) in [(62.0, 0x8fb3a5), (74.0, 0x5d8f86), (86.0, 0x35615f)] {
        let middle = choice.of(&[10.0, 35.0, 60.0, 90.0]);
        sheet.oval(middle, height + 30.0, 85.0, 34.0, rgb)?;
        sheet.oval(100.0 - middle, height + 38.0, 90.0, 36.0, shade(rgb))?;
    }
    Some(sheet)
}

/// A little darker.
fn shade(rgb: u32) -> u32 {
    let [zero, red, green, blue] = rgb.to_be_bytes();
    let darker = |part: u8| part - part / 8;
    u32::from_be_bytes([zero, darker(red), darker(green), darker(blue)])
}

/// Samples a second.
const RATE: u32 = 8_000;

/// Four tones of a third of a second each, as a WAV file of one channel and 8 bits.
pub(super) fn melody(number: u32) -> Vec<u8> {
    let mut choice = Choice(number);
    let tones: Vec<u32> = (0..4).map(|_| choice.of(&[262, 294, 330, 392, 440, 523])).collect();
    let samples = tones.iter().flat_map(|tone| {
        // A triangle that goes up and down as often as the tone has waves, and fades.
        (0..RATE / 3).map(move |at| {
            let wave = (at * tone * 512 / RATE) % 512;
            let height = i64::from(if wave < 256 { wave } else { 511 - wave }) - 128;
            let fading = i64::from(RATE / 3 - at);
            u8::try_from(128 + height * fading / i64::from(RATE / 3) / 2).unwrap_or(128)
        })
    });
    let samples: Vec<u8> = samples.collect();
    let length = u32::try_from(samples.len()).unwrap_or_default();
    let mut file = Vec::with_capacity(samples.len() + 44);
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    for (number, bytes) in [(16, 4), (1, 2), (1, 2), (RATE, 4), (RATE, 4), (1, 2), (8, 2)] {
        file.extend(&u32::to_le_bytes(number)[..bytes]);
    }
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}
