//! The numbers that say why a click is not valid: those of DOMAIN.md, section 2, with their words, and
//! the status of INTERFACE.md.

use crate::tracking::Code;

const DOCUMENTED: [(u16, &str, u16); 32] = [
    (1, "offer ended", 410),
    (2, "offer cap reached", 403),
    (4, "operating system not targeted", 403),
    (5, "device type not targeted", 403),
    (6, "browser not targeted", 403),
    (7, "OS version not targeted", 403),
    (8, "language not targeted", 403),
    (9, "country not targeted", 403),
    (10, "region not targeted", 403),
    (11, "city not targeted", 403),
    (13, "IP range not targeted", 403),
    (14, "source blocked", 403),
    (16, "ISP not targeted", 403),
    (17, "outside the schedule", 403),
    (18, "connection type not targeted", 403),
    (19, "carrier not targeted", 403),
    (20, "no matching offer", 403),
    (21, "duplicate click", 403),
    (23, "proxy not targeted", 403),
    (24, "traffic control", 403),
    (27, "already converted", 403),
    (28, "blocked by SmartSwitch", 200),
    (29, "forwarded", 403),
    (200, "bot", 403),
    (201, "partner not approved", 403),
    (202, "offer not active", 410),
    (203, "partner not active", 410),
    (204, "network suspended", 410),
    (205, "unknown link", 404),
    (206, "site down", 403),
    (207, "rate limited", 429),
    (208, "source or sub value not targeted", 403),
];

#[test]
fn every_code_is_the_documented_one() {
    assert_eq!(Code::ALL.map(|code| (code.number(), code.words(), code.http_status())), DOCUMENTED);
    for (number, _, _) in DOCUMENTED {
        let code = Code::of_number(number).expect("a code leads back");
        assert_eq!(code.digits(), number.to_string());
    }
}
