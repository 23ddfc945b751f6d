//! The operator's data files, without a server: what each kind fills, which of several is used, and that no
//! file, however broken, takes the place of a good one.

use crate::support::{
    folder::Folder,
    geo::{anonymous, asn, city, connection, file, isp, put},
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use std::{fs, net::IpAddr, sync::LazyLock};
use switchyard::tracking::signals::{
    Country, Place,
    geoip::{Connection, DataFile, Database, GeoFiles, Kind, Standing},
};

const HERE: &str = "84.128.0.0/16";

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// What files tell of an address in [`HERE`], which the embedded table would put in Germany.
fn place(files: &GeoFiles) -> Place {
    files.place(ip("84.128.3.4"), || Country::of_code("DE"))
}

fn country(place: &Place) -> &str {
    place.country.as_ref().map_or("", Country::as_str)
}

fn opened(files: &[(&str, Vec<u8>)]) -> (Folder, GeoFiles) {
    let folder = Folder::new();
    for (name, bytes) in files {
        put(folder.path(), name, bytes);
    }
    let opened = GeoFiles::open(folder.path().to_owned());
    (folder, opened)
}

fn standing(files: &GeoFiles, name: &str) -> Standing {
    named(files, name).standing
}

fn named(files: &GeoFiles, name: &str) -> DataFile {
    files
        .files()
        .into_iter()
        .find(|file| file.name == name)
        .unwrap_or_else(|| panic!("{name} is not told of"))
}

/// The words of what is wrong with a file that is set aside.
fn problem(files: &GeoFiles, name: &str) -> String {
    match standing(files, name) {
        Standing::SetAside(problem) => problem,
        other => panic!("{name} is not set aside: {other:?}"),
    }
}

#[test]
fn a_file_is_known_by_the_words_of_its_type_whoever_made_it() {
    for (database_type, kind) in [
        ("GeoLite2-City", Some(Kind::City)),
        ("GeoIP2-City-North-America", Some(Kind::City)),
        ("GeoIP2-Enterprise", Some(Kind::City)),
        ("DBIP-City-Lite", Some(Kind::City)),
        ("DBIP-Location-ISP (compat=Enterprise)", Some(Kind::City)),
        ("GeoLite2-Country", Some(Kind::Country)),
        ("DBIP-Country-Lite", Some(Kind::Country)),
        ("GeoIP2-ISP", Some(Kind::Isp)),
        ("DBIP-ISP (compat=ISP)", Some(Kind::Isp)),
        ("GeoLite2-ASN", Some(Kind::Asn)),
        ("DBIP-ASN-Lite (compat=GeoLite2-ASN)", Some(Kind::Asn)),
        ("Acme-7 (compat=City)", Some(Kind::City)),
        ("GeoIP2-Connection-Type", Some(Kind::ConnectionType)),
        ("GeoIP2-Anonymous-IP", Some(Kind::AnonymousIp)),
        ("GeoIP-Anonymous-Plus", Some(Kind::AnonymousIp)),
        ("GeoIP2-Domain", None),
        ("", None),
    ] {
        assert_eq!(Kind::of_type(database_type), kind, "{database_type}");
        assert_eq!(Kind::of_type(&database_type.to_uppercase()), kind, "{database_type}");
    }
}

#[test]
fn each_kind_fills_its_signals() {
    let (_folder, files) = opened(&[
        ("city.mmdb", file("GeoLite2-City", 1, &[(HERE, city("AT", "Tyrol", "Hall in Tirol"))])),
        ("isp.mmdb", file("GeoIP2-ISP", 1, &[(HERE, isp("Example Telecom", 64_500, true))])),
        ("anonymous.mmdb", file("GeoIP2-Anonymous-IP", 1, &[(HERE, anonymous(&["is_anonymous_vpn"]))])),
    ]);
    let found = place(&files);
    assert_eq!((country(&found), found.region(), found.city()), ("AT", "Tyrol", "Hall in Tirol"));
    assert_eq!((found.isp(), found.carrier(), found.asn), ("Example Telecom", "Example Telecom", 64_500));
    assert_eq!((found.connection, found.proxy), (Connection::Mobile, Some(true)));
    let elsewhere = files.place(ip("192.0.2.1"), || Country::of_code("FR"));
    assert_eq!((country(&elsewhere), elsewhere.city(), elsewhere.isp()), ("FR", "", ""));
    assert_eq!((elsewhere.connection, elsewhere.proxy), (Connection::Unknown, Some(false)));
}

#[test]
fn without_files_only_the_embedded_table_tells() {
    let nowhere = Some("the folder is not there".to_owned());
    for (files, problem) in [(GeoFiles::none(), None), (GeoFiles::open("/nowhere/at/all".into()), nowhere)] {
        let found = place(&files);
        assert_eq!((country(&found), found.region(), found.city()), ("DE", "", ""));
        assert_eq!((found.isp(), found.carrier(), found.asn), ("", "", 0));
        assert_eq!((found.connection.name(), found.proxy), ("", None));
        assert_eq!((files.files().len(), files.problem()), (0, problem));
    }
}

#[test]
fn a_city_file_beats_a_country_file_and_both_the_embedded_table() {
    let nowhere = json!({ "city": { "names": { "en": "Somewhere" } } });
    let other = "84.129.0.0/16";
    let (_folder, files) = opened(&[
        ("city.mmdb", file("DBIP-City-Lite", 1, &[(HERE, nowhere), (other, city("CH", "Bern", "Thun"))])),
        (
            "country.mmdb",
            file("GeoLite2-Country", 1, &[(HERE, city("PL", "", "")), (other, city("SE", "", ""))]),
        ),
    ]);
    assert_eq!(country(&place(&files)), "PL", "the city file does not know the country");
    let found = files.place(ip("84.129.0.1"), || Country::of_code("DE"));
    assert_eq!((country(&found), found.city()), ("CH", "Thun"));
    assert_eq!(country(&files.place(ip("84.130.0.1"), || Country::of_code("DE"))), "DE");
}

#[test]
fn a_region_without_a_name_is_its_code() {
    let record = json!({ "country": { "iso_code": "US" }, "subdivisions": [{ "iso_code": "CA" }] });
    let (_folder, files) = opened(&[("city.mmdb", file("GeoLite2-City", 1, &[(HERE, record)]))]);
    assert_eq!(place(&files).region(), "CA");
}

#[test]
fn an_autonomous_system_stands_for_the_provider_where_no_isp_file_names_one() {
    let bare = json!({ "autonomous_system_number": 64_501 });
    let other = "84.129.0.0/16";
    let (folder, files) = opened(&[
        ("isp.mmdb", file("GeoIP2-ISP", 1, &[(HERE, isp("Provider", 64_500, false)), (other, bare)])),
        (
            "asn.mmdb",
            file("GeoLite2-ASN", 1, &[(HERE, asn("System", 64_502)), (other, asn("Other", 64_503))]),
        ),
    ]);
    let found = place(&files);
    assert_eq!((found.isp(), found.asn, found.carrier()), ("Provider", 64_502, ""));
    assert_eq!(files.place(ip("84.129.0.1"), || None).isp(), "Other");
    fs::remove_file(folder.path().join("isp.mmdb")).unwrap();
    files.look();
    assert_eq!((place(&files).isp(), place(&files).asn), ("System", 64_502));
}

#[test]
fn connections_are_known_by_the_words_of_vendors_and_never_guessed() {
    for (word, known) in [
        ("Cellular", "mobile"),
        ("cellular", "mobile"),
        ("WiFi", "wifi"),
        ("Wi-Fi", "wifi"),
        ("Cable/DSL", "cable"),
        ("Corporate", "cable"),
        ("Dialup", "cable"),
        ("Satellite", ""),
        ("Fixed Wireless", ""),
        ("Carrier pigeon", ""),
    ] {
        let (_folder, files) =
            opened(&[("connection.mmdb", file("GeoIP2-Connection-Type", 1, &[(HERE, connection(word))]))]);
        assert_eq!(place(&files).connection.name(), known, "{word}");
    }
}

#[test]
fn a_carrier_is_the_provider_of_a_mobile_connection() {
    let provider = |mobile| file("GeoIP2-ISP", 1, &[(HERE, isp("Provider", 64_500, mobile))]);
    let told = |word| file("GeoIP2-Connection-Type", 1, &[(HERE, connection(word))]);
    for (mobile, word, carrier, connection) in [
        (true, "Satellite", "Provider", "mobile"),
        (false, "Cellular", "Provider", "mobile"),
        (false, "Cable/DSL", "", "cable"),
        (true, "Corporate", "", "cable"),
        (false, "Satellite", "", ""),
    ] {
        let (_folder, files) = opened(&[("isp.mmdb", provider(mobile)), ("type.mmdb", told(word))]);
        let found = place(&files);
        assert_eq!((found.carrier(), found.connection.name()), (carrier, connection), "{mobile} {word}");
    }
}

#[test]
fn a_hosting_provider_alone_is_no_proxy() {
    for (fields, is_proxy) in [
        (&["is_anonymous"][..], true),
        (&["is_anonymous_vpn"], true),
        (&["is_public_proxy"], true),
        (&["is_residential_proxy"], true),
        (&["is_tor_exit_node"], true),
        (&["is_hosting_provider"], false),
        (&["is_hosting_provider", "is_anonymous"], true),
    ] {
        let (_folder, files) =
            opened(&[("proxy.mmdb", file("GeoIP2-Anonymous-IP", 1, &[(HERE, anonymous(fields))]))]);
        assert_eq!(place(&files).proxy, Some(is_proxy), "{fields:?}");
    }
}

#[test]
fn ipv6_is_read_and_ipv4_in_its_clothes_by_who_reads_requests() {
    let records = [("2001:db8::/32", city("FR", "Normandy", "Rouen")), (HERE, city("AT", "Tyrol", "Lienz"))];
    let (_folder, files) = opened(&[("city.mmdb", file("GeoLite2-City", 1, &records))]);
    assert_eq!(files.place(ip("2001:db8::7"), || None).city(), "Rouen");
    assert_eq!(files.place(ip("2001:db9::7"), || None).city(), "");
    let reader = switchyard::tracking::signals::SignalReader::new(Vec::new(), files);
    assert_eq!(reader.place_of(ip("::ffff:84.128.0.1")).city(), "Lienz");
}

#[test]
fn the_newest_of_a_kind_is_used_and_the_next_when_it_goes() {
    let of = |days, name| file("GeoLite2-City", days, &[(HERE, city("DE", "Hesse", name))]);
    let (folder, files) = opened(&[("new.mmdb", of(1, "New")), ("old.mmdb", of(9, "Old"))]);
    assert_eq!(place(&files).city(), "New");
    assert_eq!(standing(&files, "new.mmdb"), Standing::InUse);
    assert_eq!(standing(&files, "old.mmdb"), Standing::Outdone("new.mmdb".to_owned()));
    put(folder.path(), "newest.MMDB", &of(0, "Newest"));
    files.look();
    assert_eq!(place(&files).city(), "Newest");
    for (gone, left) in [("newest.MMDB", "New"), ("new.mmdb", "Old"), ("old.mmdb", "")] {
        fs::remove_file(folder.path().join(gone)).unwrap();
        files.look();
        assert_eq!(place(&files).city(), left, "{gone} is gone");
    }
    assert_eq!((country(&place(&files)), files.files().len()), ("DE", 0));
}

#[test]
fn a_file_that_is_spoilt_leaves_what_was_read_before_in_use_until_it_is_mended() {
    let good = |days, name| file("GeoLite2-City", days, &[(HERE, city("DE", "Hesse", name))]);
    let (folder, files) = opened(&[("city.mmdb", good(5, "First"))]);
    for spoilt in [Vec::new(), b"<html>Sign in to download</html>".to_vec(), good(1, "Cut")[..200].to_vec()] {
        put(folder.path(), "city.mmdb", &spoilt);
        files.look();
        assert_eq!(place(&files).city(), "First");
        assert!(matches!(standing(&files, "city.mmdb"), Standing::EarlierInUse(_)));
    }
    put(folder.path(), "city.mmdb", &good(1, "Second"));
    files.look();
    assert_eq!((place(&files).city(), standing(&files, "city.mmdb")), ("Second", Standing::InUse));
    put(folder.path(), "city.mmdb", b"again");
    put(folder.path(), "other.mmdb", &good(0, "Third"));
    files.look();
    assert_eq!(place(&files).city(), "Third");
    assert!(problem(&files, "city.mmdb").contains("no MMDB file"), "{:?}", standing(&files, "city.mmdb"));
}

#[test]
fn a_folder_that_is_away_takes_nothing_with_it() {
    let (folder, files) =
        opened(&[("city.mmdb", file("GeoLite2-City", 1, &[(HERE, city("DE", "Hesse", "Kassel"))]))]);
    let away = folder.path().with_extension("away");
    fs::rename(folder.path(), &away).unwrap();
    files.look();
    assert_eq!(
        (place(&files).city(), files.problem().as_deref()),
        ("Kassel", Some("the folder is not there"))
    );
    fs::rename(&away, folder.path()).unwrap();
    files.look();
    assert_eq!((place(&files).city(), files.problem()), ("Kassel", None));
}

#[test]
fn of_very_many_files_the_first_by_name_are_read_and_the_others_told_of() {
    let of = |name| file("GeoLite2-City", 1, &[(HERE, city("DE", "Hesse", name))]);
    let (folder, files) = opened(&[("a.mmdb", of("First")), ("z.mmdb", of("Last"))]);
    for number in 0..63 {
        put(folder.path(), &format!("b{number:02}.mmdb"), b"");
    }
    files.look();
    assert_eq!((files.files().len(), place(&files).city()), (64, "First"));
    assert!(
        files
            .problem()
            .is_some_and(|problem| problem.contains("more than 64 files, and none from z.mmdb on"))
    );
}

#[test]
fn what_is_wrong_with_a_file_is_told_in_words() {
    let records = [(HERE, city("DE", "Hesse", "Kassel"))];
    let whole = file("GeoLite2-City", 1, &records);
    let mut damaged = whole.clone();
    // The first bytes behind the tree and its separator are the record.
    let record = whole.windows(7).position(|window| window == b"country").unwrap();
    damaged[record - 1] = 0xff;
    for (name, bytes, words) in [
        ("empty.mmdb", Vec::new(), "it is empty"),
        ("text.mmdb", b"not a database".to_vec(), "it is no MMDB file, or not all of it"),
        ("cut.mmdb", whole[..whole.len() / 2].to_vec(), "it is no MMDB file, or not all of it"),
        ("damaged.mmdb", damaged, "it is damaged"),
        (
            "domain.mmdb",
            file("GeoIP2-Domain", 1, &records),
            "its type, “GeoIP2-Domain”, is none that is read here",
        ),
        ("layout.mmdb", file("Acme-City", 1, &[(HERE, json!({ "town": "Kassel" }))]), "none of the fields"),
        ("epoch.mmdb", file("GeoLite2-City", 40_000, &records), "when it was built"),
    ] {
        let (_folder, files) = opened(&[(name, bytes)]);
        assert!(problem(&files, name).contains(words), "{name}: {}", problem(&files, name));
        assert_eq!(place(&files).city(), "", "{name}");
    }
}

#[test]
fn what_is_no_file_is_left_alone_and_a_huge_one_is_not_read() {
    let (folder, files) = opened(&[("notes.txt", b"hello".to_vec())]);
    fs::create_dir(folder.path().join("folder.mmdb")).unwrap();
    let huge = fs::File::create(folder.path().join("huge.mmdb")).unwrap();
    // A file of holes takes no room on the disk.
    huge.set_len((1 << 30) + 1).unwrap();
    files.look();
    assert_eq!(files.files().len(), 1);
    assert!(problem(&files, "huge.mmdb").contains("larger than 1 GiB"));
}

#[test]
fn names_that_no_database_stores_or_that_are_endless_are_bounded() {
    let endless = "ß".repeat(5_000);
    let (_folder, files) = opened(&[
        ("city.mmdb", file("GeoLite2-City", 1, &[(HERE, city("DE", "He\0sse", &endless))])),
        ("isp.mmdb", file("GeoIP2-ISP", 1, &[(HERE, isp(&endless, 1, true))])),
    ]);
    let found = place(&files);
    assert_eq!((found.region(), found.city().len(), found.isp().len()), ("XX", 120, 120));
}

static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let records: Vec<(&str, Value)> = vec![
        (HERE, city("DE", "Hesse", "Kassel")),
        ("84.129.0.0/16", city("AT", "Tyrol", "Lienz")),
        ("2001:db8::/32", city("FR", "Normandy", "Rouen")),
    ];
    file("GeoLite2-City", 1, &records)
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_end_the_process(bytes in vec(any::<u8>(), 0..2_000)) {
        prop_assert!(Database::of_bytes(bytes.clone()).is_err());
        // With a good file's metadata behind them, so that the tree and the records are met.
        let marker = GOOD.windows(3).rposition(|window| window == b"\xab\xcd\xef").unwrap();
        let dressed = [&bytes, &GOOD[marker..]].concat();
        drop(Database::of_bytes(dressed));
    }

    #[test]
    fn a_file_with_some_bytes_changed_is_refused_or_answers(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        addresses in vec(any::<[u8; 4]>(), 20),
    ) {
        let mut bytes = GOOD.clone();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let (_folder, files) = opened(&[("city.mmdb", bytes)]);
        for address in addresses {
            let found = files.place(IpAddr::from(address), || None);
            prop_assert!(found.city().len() <= 120 && found.region().len() <= 120);
        }
    }
}
