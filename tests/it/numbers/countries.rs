//! Every country's mobile numbers, in every way that people write them.

use super::dialled;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};
use shared::{regions, values::E164};
use std::collections::HashSet;

/// How many numbers of each country are tried besides its example.
const NUMBERS: usize = 3;

/// The region and phone of a number in every way: without and with what is dialled inside of the country, with the calling
/// code, with and without its sign, with signs between the digits, full-width.
fn ways(number: &PhoneNumber) -> Vec<(String, String)> {
    let whole = number.format_as(PhoneNumberFormat::E164).into_owned();
    let code = number.country_code.to_string();
    let plain = &whole[1 + code.len()..];
    let inside = number.format_as(PhoneNumberFormat::National).into_owned();
    let dialled: String = inside.chars().filter(char::is_ascii_digit).collect();
    let wide = |text: &str| -> String {
        text.chars().map(|char| if char.is_ascii_digit() { WIDE[char as usize - '0' as usize] } else { char }).collect()
    };
    let (first, rest) = plain.split_at(2);
    let mut phones = vec![
        plain.to_owned(),
        format!("{first} {rest}"),
        format!("({first}) {rest}"),
        format!("{code}{plain}"),
        format!("{code}-{first}-{rest}"),
        format!("{code}{dialled}"),
        format!("00{code}{plain}"),
        format!("00 {code} ({first}) {rest}"),
        format!("+{code}{dialled}"),
        number.format_as(PhoneNumberFormat::International).into_owned(),
        wide(plain),
        wide(&inside),
        inside,
        whole.clone(),
    ];
    // The islands of North America have a code of their own in the list of regions.
    let own = Some(whole[1..5].to_owned()).filter(|own| code == "1" && regions::known(own));
    if code == "1" {
        phones.push(format!("1 ({}) {}-{}", &plain[..3], &plain[3..6], &plain[6..]));
    }
    let island = own.iter().map(|own| (own.clone(), plain[3..].to_owned()));
    let mut ways: Vec<_> = island.collect();
    for phone in phones {
        ways.extend(own.iter().map(|own| (own.clone(), phone.clone())));
        ways.push((code.clone(), phone));
    }
    ways
}

const WIDE: [char; 10] = ['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'];

fn receives_sms(number: &PhoneNumber) -> bool {
    matches!(number.get_type(), PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile)
}

/// The example of a country, and numbers that differ from it in their last digits.
fn mobiles(country: Region) -> Vec<PhoneNumber> {
    let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(country, PhoneNumberType::Mobile);
    let Ok(example) = example else { return Vec::new() };
    let whole = example.format_as(PhoneNumberFormat::E164).into_owned();
    let others = (1..200_u64).filter_map(|step| {
        let digits = 2 + step as usize % (whole.len() - 4).min(6);
        let (front, _) = whole.split_at(whole.len() - digits);
        let end = step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let text = format!("{front}{:0digits$}", end % 10_u64.pow(u32::try_from(digits).unwrap()));
        let number = PhoneNumber::parse(&text, None).ok()?;
        // Two zeros at the start are read as the sign of a calling code.
        let zeros = number.number_of_leading_zeros() > 1;
        (!zeros && receives_sms(&number) && number.format_as(PhoneNumberFormat::E164) == text).then_some(number)
    });
    let others: Vec<_> = others.take(NUMBERS).collect();
    std::iter::once(example).chain(others).collect()
}

/// Each way is read as the number that it was made of, so two numbers never become one.
#[test]
fn a_mobile_number_of_any_country_is_one_however_it_is_written() {
    let mut countries = HashSet::new();
    for country in PHONE_NUMBER_UTIL.get_supported_regions() {
        for number in mobiles(country) {
            let whole = number.format_as(PhoneNumberFormat::E164).into_owned();
            let known = regions::known(&number.country_code.to_string());
            for (region, phone) in ways(&number) {
                let read = dialled(&region, &phone);
                if known {
                    assert_eq!(read.as_ref(), Ok(&whole), "{country} {region} {phone}");
                    let book = E164::written(&phone, &region).unwrap();
                    assert_eq!(book.as_str(), whole, "{country} {region} {phone}");
                    countries.insert(country.to_string());
                } else {
                    assert!(read.is_err(), "{country} {region} {phone}");
                }
            }
        }
    }
    for country in ["AR", "BR", "CA", "DE", "GB", "IT", "JM", "KZ", "MX", "RU", "US", "VA"] {
        assert!(countries.contains(country), "{country}");
    }
    assert!(countries.len() > 220, "{}", countries.len());
}

#[test]
fn the_calling_code_may_be_repeated_without_its_sign() {
    // The first is a possible landline in Leer as well, which gets no SMS.
    for phone in ["4915123456780", "49 15123456780", "49-15123456780", "49 (0) 1512 3456780", "015123456780"] {
        assert_eq!(dialled("49", phone).unwrap(), "+4915123456780", "{phone}");
    }
    for (region, phone, whole) in [
        // With its zero it can be the landline only.
        ("49", "0491 5123456780", "+494915123456780"),
        ("49", "30 1234567", "+49301234567"),
        // An Italian mobile number, and not a landline with its code repeated.
        ("39", "3906323967", "+393906323967"),
        ("55", "55 99912 3456", "+5555999123456"),
        // Either would be a landline: the code is no repetition.
        ("31", "318008935", "+31318008935"),
        ("43", "435375751", "+43435375751"),
        ("7", "7712345678", "+77712345678"),
        ("7", "77712345678", "+77712345678"),
        ("7", "87712345678", "+77712345678"),
        ("1876", "876 555 1234", "+18765551234"),
        ("1876", "1 876 555 1234", "+18765551234"),
        ("1", "1 876 555 1234", "+18765551234"),
    ] {
        assert_eq!(dialled(region, phone).as_deref(), Ok(whole), "{region} {phone}");
    }
}

#[test]
fn mexico_has_no_prefixes_any_longer() {
    for phone in [
        "5541234567",
        "525541234567",
        "15541234567",
        "1 55 4123 4567",
        "0445541234567",
        "044 55 4123 4567",
        "0455541234567",
        "015541234567",
        "5215541234567",
        "+52 1 55 4123 4567",
        "+52 01 55 4123 4567",
        "0052 1 55 4123 4567",
    ] {
        assert_eq!(dialled("52", phone).as_deref(), Ok("+525541234567"), "{phone}");
        assert_eq!(E164::written(phone, "52").unwrap().as_str(), "+525541234567", "{phone}");
    }
    // Where ten digits stand already, or what would be left is no number, nothing is cut.
    for (phone, whole) in
        [("1554123456", "+521554123456"), ("0155412345", "+520155412345"), ("11234567890", "+5211234567890")]
    {
        assert_eq!(dialled("52", phone).as_deref(), Ok(whole), "{phone}");
    }
}

#[test]
fn a_mobile_number_of_argentina_has_its_nine() {
    for phone in [
        "+54 9 11 2345-6789",
        "+54 11 2345-6789",
        "+54 011 15 2345-6789",
        "+54 9 11 15 2345-6789",
        "011 15 2345-6789",
        "11 15 2345-6789",
        "9 11 2345-6789",
        "11 2345-6789",
        "011 2345-6789",
        "54 11 2345-6789",
        "5491123456789",
        "54 11 15 2345-6789",
        "0054 9 11 2345-6789",
    ] {
        assert_eq!(dialled("54", phone).as_deref(), Ok("+5491123456789"), "{phone}");
        assert_eq!(E164::written(phone, "54").unwrap().as_str(), "+5491123456789", "{phone}");
    }
    // An area code of four digits, and a number of companies.
    assert_eq!(dialled("54", "03735 15 46-5678").unwrap(), "+5493735465678");
    assert_eq!(dialled("54", "3735 46-5678").unwrap(), "+5493735465678");
    assert_eq!(dialled("54", "0800 123 4567").unwrap(), "+548001234567");
}

#[test]
fn a_mobile_number_of_brazil_has_nine_digits() {
    for phone in ["11 98765-4321", "(011) 98765-4321", "0 15 11 98765-4321", "5511987654321", "+55 11 98765-4321"] {
        assert_eq!(dialled("55", phone).as_deref(), Ok("+5511987654321"), "{phone}");
    }
    // Eight digits are no mobile number since 2016, and no other one is guessed from them.
    assert_eq!(dialled("55", "11 8765-4321").unwrap(), "+551187654321");
    assert!(!receives_sms(&PhoneNumber::parse("+551187654321", None).unwrap()));
    // But for the 7 of radio phones, which have eight.
    assert_eq!(dialled("55", "11 7765-4321").unwrap(), "+551177654321");
    assert!(receives_sms(&PhoneNumber::parse("+551177654321", None).unwrap()));
}
