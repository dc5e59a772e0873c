//! What holds for any nickname: which there are, and which two are the same.

use super::cases;
use proptest::{collection::vec, prelude::*, sample::select};
use shared::values::Nickname;
use std::ops::RangeInclusive;

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn folding_a_nickname_twice_changes_nothing(text in nickname_text()) {
        if let Some(folded) = folded(&text) {
            // Compatibility forms may make it longer than a nickname may be.
            if folded.chars().count() <= 32 {
                prop_assert_eq!(self::folded(&folded), Some(folded));
            }
        }
    }

    /// What is the same to whoever looks is the same nickname.
    #[test]
    fn case_and_what_cannot_be_seen_make_no_difference(
        text in "[a-zß-öø-ÿα-ωά-ώа-яA-ZÀ-ÖØ-ÞΑ-ΡΣ-ΩА-Я亮灯👩❤ ]{1,8}",
        unseen in vec((0..9_usize, unseen()), 0..6),
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        unseen.into_iter().for_each(|(at, char)| chars.insert(at.min(chars.len()), char));
        let strewn: String = chars.into_iter().collect();
        let expected = folded(&text);
        prop_assert_eq!(expected.is_none(), text.trim().is_empty());
        prop_assert_eq!(folded(&strewn), expected.clone());
        for other in [text.to_uppercase(), text.to_lowercase()] {
            prop_assert_eq!(folded(&other), expected.clone());
        }
    }

    #[test]
    fn a_nickname_is_1_to_32_characters_that_can_be_seen(text in nickname_text()) {
        let fits = (1..=32).contains(&text.chars().count());
        let seen = |char: char| !char.is_whitespace() && !UNSEEN.iter().any(|range| range.contains(&char));
        let plain = !text.chars().any(char::is_control) && text.chars().any(seen);
        prop_assert_eq!(Nickname::try_from(text).is_ok(), fits && plain);
    }
}

fn folded(text: &str) -> Option<String> {
    Nickname::try_from(text.to_owned()).ok().map(|nickname| nickname.folded())
}

/// Each character that has another form, alone and among such as it may combine with. What is left out has none:
/// ideographs, syllables, and characters for private use.
#[test]
fn every_character_folds_once_and_for_all() {
    for char in ('\0'..'\u{20000}').chain('\u{2f800}'..'\u{2fa20}').chain('\u{e0000}'..'\u{e1000}') {
        let alone = char.to_string();
        if matches!(char, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') || folded(&alone).as_ref() == Some(&alone)
        {
            continue;
        }
        for text in [alone, format!("a{char}"), format!("\u{3b1}\u{345}{char}\u{301}")] {
            let Some(folded) = folded(&text) else { continue };
            assert_eq!(self::folded(&folded), Some(folded), "{text:?}");
        }
    }
    for char in UNSEEN.into_iter().flatten() {
        assert_eq!(folded(&format!("a{char}b")).as_deref(), Some("ab"), "{char:?}");
        assert_eq!(folded(&char.to_string()), None, "{char:?}");
    }
}

#[test]
fn nicknames_that_are_the_same() {
    for same in [
        &["ß", "SS", "ẞ", "ſs"][..],
        &["ς", "σ", "Σ"],
        &["ﬃ", "FFI"],
        &["K", "k", "\u{212a}"],
        &["é", "E\u{301}", "É"],
        &["ᾳ", "ΑΙ", "ᾼ"],
        &["ǰ", "J\u{30c}"],
        &["ガ", "カ\u{3099}", "ｶﾞ"],
        &["Ꭰ", "ꭰ"],
        &["①", "1"],
        &["a b", "A\u{a0}B", "ａ\u{3000}ｂ"],
    ] {
        for text in same {
            assert_eq!(folded(text), folded(same[0]), "{text} and {}", same[0]);
        }
    }
    // Look-alikes of other scripts, the dotless i and accents are letters of their own.
    for (one, other) in [("a", "а"), ("i", "ı"), ("e", "é"), ("亮", "凉"), ("a b", "ab")] {
        assert_ne!(folded(one), folded(other));
    }
}

/// All that nobody sees: Default_Ignorable_Code_Point, places that Unicode keeps for more of them included; what separates
/// lines and formats text; what stacks or joins the letters around it; and blanks that no property names.
const UNSEEN: [RangeInclusive<char>; 39] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{1039}'..='\u{1039}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{17d2}'..='\u{17d2}',
    '\u{180b}'..='\u{180f}',
    '\u{1a60}'..='\u{1a60}',
    '\u{1bab}'..='\u{1bab}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{2800}'..='\u{2800}',
    '\u{2d7f}'..='\u{2d7f}',
    '\u{3164}'..='\u{3164}',
    '\u{aaf6}'..='\u{aaf6}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{fffc}'..='\u{fffc}',
    '\u{10a3f}'..='\u{10a3f}',
    '\u{1107f}'..='\u{1107f}',
    '\u{11133}'..='\u{11133}',
    '\u{113d0}'..='\u{113d0}',
    '\u{1193e}'..='\u{1193e}',
    '\u{11a47}'..='\u{11a47}',
    '\u{11a99}'..='\u{11a99}',
    '\u{11d45}'..='\u{11d45}',
    '\u{11d97}'..='\u{11d97}',
    '\u{11f42}'..='\u{11f42}',
    '\u{13430}'..='\u{1343f}',
    '\u{13440}'..='\u{13442}',
    '\u{16fe4}'..='\u{16fe4}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d159}'..='\u{1d159}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

fn unseen() -> impl Strategy<Value = char> {
    select(&UNSEEN[..]).prop_flat_map(|range| select(range.collect::<Vec<_>>()))
}

/// Any text, and often characters whose compatibility form is longer, starts with a space or has another case.
fn nickname_text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,32}", "(?s).{1,4}", "[ \u{a0}\u{3000}a-zA-Z#Ａ-Ｚ]{1,8}", "[¨´¸˘‾ﾞͺΣςσİıßẞ℡Ǆǅﬀ㍐Å a]{1,6}"]
}
