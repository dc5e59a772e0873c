//! Phone numbers: one is the same however it is written, and where SMS may be sent to.

mod countries;

use shared::{
    config::Regions,
    regions,
    values::{E164, Unfit},
};

fn dialled(region: &str, phone: &str) -> Result<String, Unfit> {
    E164::dialled(region, phone).map(|number| number.as_str().to_owned())
}

#[test]
fn a_number_is_the_same_however_it_is_written() {
    for (ways, number) in [
        (&[("44", "7418084106"), ("+44", "07418084106"), ("0044", "+44 7418 084106")][..], "+447418084106"),
        (&[("44", "00447418084106"), ("44", "447418084106"), ("４４", "（0）7418－084106")], "+447418084106"),
        (&[("1", "2025550123"), ("1", "12025550123"), ("+1", "+1 (202) 555-0123")], "+12025550123"),
        (&[("86", "15172354423"), (" 86", "8615172354423"), ("86", "015172354423")], "+8615172354423"),
        // As contacts and pages have them: dashes of every kind, spaces of every width, marks of direction around.
        (&[("86 ", "15172354423"), (" +86 ", "151\u{2011}7235\u{2011}4423")], "+8615172354423"),
        (&[("86", "151\u{2013}7235\u{2014}4423"), ("86", "151\u{2212}7235\u{a0}4423")], "+8615172354423"),
        (&[("86", "\u{202a}15172354423\u{202c}"), ("86", "\u{202d}+86 151-7235-4423\u{202c}")], "+8615172354423"),
        (
            &[("\u{200e}86", "\u{200e}15172354423\u{200f}"), ("86", "\u{feff}151\u{200b}7235\u{2060}4423")],
            "+8615172354423",
        ),
        (&[("86", "151\u{b7}7235\u{2022}4423"), ("86", "[151] 7235_4423,")], "+8615172354423"),
        (&[("＋８６", "１５１７２３５４４２３"), ("86", "0086 151 7235 4423")], "+8615172354423"),
        // The zero of Italy is part of the number, the eight of Russia is not.
        (&[("39", "0612345678"), ("39", "+39 06 1234 5678")], "+390612345678"),
        (&[("7", "9161234567"), ("7", "89161234567")], "+79161234567"),
        (&[("1876", "5551234"), ("1", "8765551234"), ("1", "18765551234")], "+18765551234"),
    ] {
        for (region, phone) in ways {
            assert_eq!(dialled(region, phone).as_deref(), Ok(number), "{region} {phone}");
        }
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for (region, phone) in [
        ("86", "20012341234"),
        ("86", "139"),
        ("86", "130qwerasdf"),
        ("86", "151 7235 4423x"),
        ("86", "tel:15172354423"),
        ("86", "15172354423\n"),
        ("86", "١٥١٧٢٣٥٤٤٢٣"),
        ("8 6", "15172354423"),
        ("8-6", "15172354423"),
        ("86x", "15172354423"),
        ("86", "+447418084106"),
        ("44", "0086 15172354423"),
        ("0", "13900000002"),
        ("", "13900000002"),
        ("86", ""),
        ("86", "+"),
        ("44", "7418+084106"),
        ("44", "1234"),
        ("44", &"1".repeat(300)),
    ] {
        assert!(dialled(region, phone).is_err(), "{region} {phone}");
    }
}

/// The tables know every region of the list, and take its numbers apart as the list does.
#[test]
fn every_region_of_the_list_has_numbers() {
    for region in regions::all() {
        let phone = if region.code == "86" { "13900000001" } else { "51234567" };
        let number = E164::dialled(region.code, phone).unwrap_or_else(|_| panic!("{region:?}"));
        assert_eq!(number.split().0, region.code, "{number:?}");
        let again = E164::written(number.as_str(), "86").unwrap();
        assert_eq!(again.as_str(), number.as_str());
    }
}

#[test]
fn an_address_book_writes_numbers_in_many_ways() {
    let tim = Ok("+8613900000002");
    for text in [
        "139 0000-0002",
        "+86 139 0000 0002",
        "0086 13900000002",
        "8613900000002",
        "１３９０００００００２",
        "013900000002",
        "\u{202d}+86 139-0000-0002\u{202c}",
        "17951 13900000002",
    ] {
        assert_eq!(E164::written(text, "86").as_ref().map(E164::as_str), tim.as_ref().map(|it| *it), "{text}");
    }
    assert_eq!(E164::written("+44 (0)7418 084106", "86").unwrap().as_str(), "+447418084106");
    for text in ["110", "x", "", "+", "010 6552 9988"] {
        assert!(E164::written(text, "86").is_err(), "{text}");
    }
}

/// Whatever an address book may have between the digits, but for letters, a number to sign in with may have too.
#[test]
fn there_is_one_reading_of_signs_for_all() {
    for sign in ('\0'..'\u{3100}').filter(|char| !char.is_alphanumeric() && !char.is_control() && *char != '+') {
        let phone = format!("{sign}139{sign}0000{sign}0002{sign}");
        let book = E164::written(&phone, "86").map(|number| number.as_str().to_owned());
        assert_eq!(dialled("86", &phone), book, "{sign:?}");
    }
}

#[test]
fn served_regions_are_calling_codes_narrowed_and_excluded() {
    let number = |digits: &str| E164::written(&format!("+{digits}"), "86").unwrap();
    let (us, canada) = (number("12025550123"), number("14165550123"));
    // Jamaica has two codes, the second of which is not in the list; the others are the islands'.
    let islands = ["18765551234", "16585551234", "18095551234", "12684641234", "17875551234"].map(number);
    let serves = |list: &str, number: &E164| list.parse::<Regions>().unwrap().allow_number(number);
    for island in &islands {
        for (list, served) in [("1", false), ("1,1-US,1-CA", false), ("all", true), ("86", false)] {
            assert_eq!(serves(list, island), served, "{list} {}", island.as_str());
        }
    }
    for (list, expected) in [
        ("1", [true, true, false]),
        ("1-US", [true, false, false]),
        ("1,!1-CA", [true, false, false]),
        ("1, 1876", [true, true, true]),
        ("1-JM", [false, false, true]),
        ("all,!1876", [true, true, false]),
        ("all,!1", [false, false, true]),
    ] {
        assert_eq!([&us, &canada, &islands[0]].map(|number| serves(list, number)), expected, "{list}");
    }
    let jersey = number("447797123456");
    assert!(serves("44", &jersey) && !serves("44-GB", &jersey) && !serves("44,!44-JE", &jersey));
    assert!(serves("86", &number("8613900000001")) && !serves("8", &number("8613900000001")));
    for list in ["", "86,", "+86", "86-c", "cn", "86-CHN", "!", "12345", "all-US"] {
        assert!(list.parse::<Regions>().is_err(), "{list}");
    }
}
