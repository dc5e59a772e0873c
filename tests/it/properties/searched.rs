//! What searches by parts of names go by: grams, and names as they are compared.

use super::cases;
use proptest::prelude::*;
use shared::{
    store::keys,
    values::{FoldedName, GroupId},
};

/// Names and texts with what folding treats in a way of its own.
fn written() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-cA-C]{1,24}",
        "[ab #\t\n]{0,22}",
        "\\PC{0,24}",
        "[aeAE\u{301}\u{308}éÉ\u{fb01}ﷺㄱ각ßς\u{200b}\u{feff}👩\u{200d}🚀]{1,20}",
        "(?s).{0,30}"
    ]
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_name_has_at_most_39_grams_and_folding_it_again_changes_nothing(name in written()) {
        let folded = FoldedName::of(&name);
        prop_assert!(folded.as_str().chars().count() <= 20);
        prop_assert!(folded.grams().len() <= 39, "{:?}", folded.grams());
        prop_assert_eq!(FoldedName::of(folded.as_str()), folded.clone());
        prop_assert!(!folded.as_str().contains('\t'));
        if let Some(sought) = FoldedName::sought(&name) {
            prop_assert_eq!(FoldedName::sought(sought.as_str()), Some(sought.clone()));
            prop_assert_eq!(sought, folded);
        }
    }

    /// Wherever the text is in the name, the name lies under each gram that a search of the text can look under.
    #[test]
    fn whoever_holds_a_text_has_its_widest_grams(name in written(), from in 0_usize..20, length in 1_usize..20) {
        let name = FoldedName::of(&name);
        let part: String = name.as_str().chars().skip(from).take(length).collect();
        let Some(text) = FoldedName::sought(&part) else { return Ok(()) };
        prop_assert!(!text.widest_grams().is_empty());
        if name.as_str().contains(text.as_str()) {
            prop_assert!(text.widest_grams().is_subset(&name.grams()), "{:?} {:?}", name.grams(), text.widest_grams());
        }
        let width = text.as_str().chars().count().min(2);
        prop_assert!(text.widest_grams().iter().all(|gram| gram.chars().count() == width));
    }

    /// Sort keys are in the order of names, then of ids, also where one name is the beginning of another.
    #[test]
    fn places_are_in_the_order_of_names(one in written(), other in written(), ids in ["[0-9a-f]{24}", "[0-9a-f]{24}"]) {
        let ids = ids.map(|id| GroupId::try_from(id).unwrap());
        let (one, other) = (FoldedName::of(&one), FoldedName::of(&other));
        let places = [keys::named(&one, ids[0].as_str()), keys::named(&other, ids[1].as_str())];
        prop_assert_eq!(places[0].cmp(&places[1]), (one, &ids[0]).cmp(&(other, &ids[1])));
    }
}

#[test]
fn names_are_compared_without_case_width_and_what_cannot_be_seen() {
    let same =
        [("CLUB", "club"), ("Ｃｌｕｂ", "club"), ("cl\u{200b}ub", "club"), ("  club ", "club"), ("STRASSE", "straße")];
    for (one, other) in same {
        assert_eq!(FoldedName::of(one), FoldedName::of(other), "{one:?} {other:?}");
    }
    assert_eq!(FoldedName::of("e\u{301}").as_str(), "é");
    assert_ne!(FoldedName::of("e\u{301}"), FoldedName::of("e"));
    let grams: Vec<_> = FoldedName::of("Abab").grams().into_iter().map(str::to_owned).collect();
    assert_eq!(grams, ["a", "ab", "b", "ba"]);
}

#[test]
fn a_text_of_nothing_that_can_be_seen_or_of_too_much_is_in_no_name() {
    for text in ["", " ", "\u{200b}", "\t", "\u{202e}\u{200d}", &"x".repeat(21), "ﷺﷺ"] {
        assert_eq!(FoldedName::sought(text), None, "{text:?}");
    }
    assert_eq!(FoldedName::sought(&"x".repeat(20)).map(|text| text.as_str().len()), Some(20));
    // Of a longer name the beginning is looked in.
    assert_eq!(FoldedName::of(&format!("{}y", "x".repeat(20))), FoldedName::of(&"x".repeat(20)));
    assert_eq!(FoldedName::of("\u{200b}").grams().len(), 0);
}
