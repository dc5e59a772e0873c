//! Texts that people write over several lines.

use super::cases;
use proptest::prelude::*;
use shared::values::{FreeText, Unfit};

#[test]
fn a_text_is_kept_as_it_was_written() {
    for text in ["hi", " hi ", "a\nb", "a\r\nb\n", "你好\u{3000}", "\u{1f600}", "<b>&amp;", "\u{202e}abc"] {
        let kept = FreeText::new(text, 1..=20).unwrap();
        assert_eq!(kept.as_str(), text);
        assert_eq!(format!("{kept:?}"), "FreeText(..)");
    }
}

#[test]
fn a_text_that_shows_nothing_is_none() {
    for text in [" ", "\n", "\r\n \u{3000}", "\u{200b}", "\u{200d}\u{fe0f}", "\u{3164}", "\u{2800}", "\u{ad}"] {
        assert_eq!(FreeText::new(text, 1..=20), Err(Unfit::Form), "{text:?}");
    }
}

#[test]
fn of_the_control_characters_only_ends_of_lines_may_be_in_a_text() {
    for control in ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}') {
        let fits = FreeText::new(format!("a{control}b"), 1..=20).is_ok();
        assert_eq!(fits, matches!(control, '\n' | '\r'), "{control:?}");
    }
}

#[test]
fn the_length_is_counted_in_characters_and_comes_before_the_form() {
    assert!(FreeText::new("你".repeat(20), 1..=20).is_ok());
    assert_eq!(FreeText::new("你".repeat(21), 1..=20), Err(Unfit::Length));
    assert_eq!(FreeText::new("", 1..=20), Err(Unfit::Length));
    assert_eq!(FreeText::new("", 0..=20), Err(Unfit::Form));
    assert_eq!(FreeText::new("\0".repeat(21), 1..=20), Err(Unfit::Length));
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_stored_text_is_read_back(text in "[\\PC\n\r]{1,30}") {
        let Ok(kept) = FreeText::new(text.clone(), 1..=30) else { return Ok(()) };
        let stored = serde_json::to_value(&kept).unwrap();
        prop_assert_eq!(&stored, &serde_json::Value::String(text));
        prop_assert_eq!(serde_json::from_value::<FreeText>(stored).unwrap(), kept);
    }
}
