//! Charts: round ticks, drawings that are numbers throughout whatever comes in, nothing foreign unescaped.

use switchyard::web::chart::{
    Heat, Interval, Intervals, Plot, Scale, Series, Unit, area, bars, cell_bar, heat, intervals, line, meter,
    sparkline, stacked,
};
use switchyard::web::markup::Markup;

const DRAWINGS: [fn(&Plot<'_>) -> Markup; 4] = [line, area, bars, stacked];

fn slots(count: usize) -> Vec<String> {
    (0..count).map(|hour| format!("{hour:02}:00")).collect()
}

fn plot<'a>(slots: &'a [String], series: &'a [Series]) -> Plot<'a> {
    Plot { id: "clicks", title: "Clicks by hour", slot: "Hour", slots, series, unit: Unit::Count }
}

fn series(name: &str, values: &[f64]) -> Series {
    Series::new(name, values.iter().copied().map(Some).collect())
}

/// Every coordinate of a drawing, from the attributes that hold some.
fn coordinates(svg: &str) -> Vec<f64> {
    let attributes = [
        " x=\"",
        " y=\"",
        " x1=\"",
        " x2=\"",
        " y1=\"",
        " y2=\"",
        " cx=\"",
        " cy=\"",
        " width=\"",
        " height=\"",
        " d=\"",
    ];
    let texts =
        attributes.iter().flat_map(|name| svg.split(name).skip(1).filter_map(|rest| rest.split('"').next()));
    // Drawings that grow by the row have their height in letters.
    let texts = texts.filter(|text| !text.ends_with("em"));
    let numbers =
        texts.flat_map(|text| text.split(['M', 'L', 'Z', 'h', ' ', '%']).filter(|word| !word.is_empty()));
    numbers.map(|word| word.parse().unwrap_or_else(|_| panic!("`{word}` is no number"))).collect()
}

fn assert_sound(svg: &Markup) {
    let svg = svg.as_str();
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    for number in coordinates(svg) {
        assert!((-1.0..=101.0).contains(&number), "{number} lies outside the plot: {svg}");
    }
}

#[test]
fn ticks_are_one_two_or_five_times_a_power_of_ten() {
    for high in [0.003, 0.02, 0.9, 1.0, 3.0, 7.0, 96.0, 100.0, 1_203.0, 6_512.0, 58_214.0, 9.9e9] {
        let scale = Scale::of([high].into_iter(), false);
        let step = scale.ticks[1] - scale.ticks[0];
        let lead = step / 10_f64.powf(step.log10().floor());
        assert!(
            [1.0, 2.0, 5.0, 10.0].iter().any(|round| (lead - round).abs() < 1e-6),
            "{high}: a step of {step}"
        );
        assert!((3..=8).contains(&scale.ticks.len()), "{high}: {:?}", scale.ticks);
        assert!(scale.high >= high * (1.0 - 1e-6) && scale.low == 0.0, "{high}: {scale:?}");
    }
}

#[test]
fn ticks_of_figures_seen_every_day_are_the_expected_ones() {
    assert_eq!(
        Scale::of([6_512.0, 2_300.0].into_iter(), true).ticks,
        [0.0, 2_000.0, 4_000.0, 6_000.0, 8_000.0]
    );
    assert_eq!(Scale::of([1.000_000_000_2].into_iter(), false).ticks.len(), 6);
    assert_eq!(Scale::of([-40.0, 90.0].into_iter(), true).ticks, [-50.0, 0.0, 50.0, 100.0]);
}

#[test]
fn counts_have_no_ticks_between_whole_numbers() {
    for high in [0.0, 1.0, 2.0, 3.0] {
        let scale = Scale::of([high].into_iter(), true);
        assert!(scale.ticks.iter().all(|tick| tick.fract() == 0.0), "{high}: {:?}", scale.ticks);
    }
}

#[test]
fn a_scale_of_nothing_or_of_zeros_still_has_a_span() {
    for values in [vec![], vec![0.0; 5], vec![f64::NAN, f64::INFINITY]] {
        let scale = Scale::of(values.into_iter(), false);
        assert!(scale.high > scale.low);
        assert_eq!(scale.place(0.0), 100.0);
    }
}

#[test]
fn no_figures_are_said_instead_of_drawn() {
    let hours = slots(24);
    let nothing = [Series::new("Today", vec![None; 24]), series("Odd", &[f64::NAN, f64::INFINITY])];
    for draw in DRAWINGS {
        for (slots, series) in [(&[][..], &[][..]), (&hours[..], &nothing[..]), (&[][..], &nothing[..])] {
            let drawn = draw(&plot(slots, series));
            assert!(drawn.as_str().contains("No figures yet") && !drawn.as_str().contains("<svg"), "{drawn}");
        }
    }
    assert!(sparkline("By hour", &[None, Some(f64::NAN)], Unit::Count).is_empty());
}

#[test]
fn a_single_point_is_seen() {
    let hour = slots(1);
    let one = [series("Today", &[42.0])];
    for draw in DRAWINGS {
        assert_sound(&draw(&plot(&hour, &one)));
    }
    let drawn = line(&plot(&hour, &one));
    assert!(
        drawn.as_str().contains(r#"d="M50 16h0""#)
            && drawn.as_str().contains(r#"<circle class="present" cx="50%" cy="16%""#),
        "{drawn}"
    );
}

#[test]
fn zeros_lie_on_the_base_line() {
    let hours = slots(3);
    let zeros = [series("Today", &[0.0; 3])];
    assert!(line(&plot(&hours, &zeros)).as_str().contains(r#"d="M0 100L50 100L100 100""#));
    DRAWINGS.iter().for_each(|draw| assert_sound(&draw(&plot(&hours, &zeros))));
}

#[test]
fn whatever_comes_in_only_numbers_come_out() {
    let hours = slots(6);
    let odd = [
        series("Today", &[f64::NAN, f64::INFINITY, -5.0, 1e300, 12.0, f64::MIN_POSITIVE]),
        Series::new("Short", vec![Some(3.0)]),
        series("Long", &[1.0; 40]),
        Series::new("Gaps", vec![None, Some(2.0), None, None, Some(4.0), None]),
    ];
    for draw in DRAWINGS {
        for unit in [Unit::Count, Unit::Share, Unit::Money("EUR".parse().expect("a code"))] {
            assert_sound(&draw(&Plot { unit, ..plot(&hours, &odd) }));
        }
    }
    assert_sound(&sparkline("By hour", &[Some(f64::NAN), Some(3.0), None, Some(-2.0)], Unit::Count));
    for (part, whole) in [(1.0, 0.0), (0.0, 0.0), (f64::NAN, 1.0), (-4.0, 2.0), (9.0, 2.0)] {
        assert_sound(&cell_bar(part, whole));
        assert_sound(&meter(part, whole));
    }
}

#[test]
fn a_gap_breaks_the_line_instead_of_falling_to_zero() {
    let hours = slots(5);
    let gap = [Series::new("Today", vec![Some(1.0), Some(2.0), None, Some(2.0), Some(1.0)])];
    let drawn = line(&plot(&hours, &gap)).to_string();
    assert_eq!(drawn.matches(r#"class="line""#).count(), 2, "{drawn}");
}

#[test]
fn names_from_outside_are_escaped() {
    let hours = vec!["<b>".to_owned(), "\"q\"".to_owned()];
    let hostile = [series("<script>alert(1)</script>", &[1.0, 2.0]), series("a\" onload=\"x", &[2.0, 1.0])];
    for draw in DRAWINGS {
        let drawn = draw(&Plot { id: "a\"b", title: "</title><img>", slot: "<i>", ..plot(&hours, &hostile) })
            .to_string();
        for raw in ["<script", "<img", "<b>", "<i>", "onload=\"", "id=\"a\"b"] {
            assert!(!drawn.contains(raw), "{raw} in {drawn}");
        }
    }
}

#[test]
fn a_chart_tells_its_figures_without_being_seen() {
    let hours = slots(3);
    let two = [series("Today", &[1_000.0, 2_500.0, 2_000.0]), series("Yesterday", &[900.0, 800.0, 700.0])];
    for draw in DRAWINGS {
        let drawn = draw(&plot(&hours, &two)).to_string();
        assert!(drawn.contains(r#"role="img" aria-labelledby="clicks-title clicks-desc""#));
        assert!(drawn.contains("Today: between 1,000 and 2,500, at last 2,000 (02:00)."), "{drawn}");
        assert!(
            drawn.contains(r#"<th scope="row">01:00</th><td class="num">2,500</td><td class="num">800</td>"#),
            "{drawn}"
        );
        assert!(!drawn.contains("style="), "an inline style is forbidden by the CSP");
    }
}

#[test]
fn the_areas_of_a_whole_lie_on_top_of_each_other() {
    let hours = slots(2);
    let shares = [series("Low", &[0.25, 0.5]), series("High", &[0.75, 0.5])];
    let drawn = stacked(&Plot { unit: Unit::Share, ..plot(&hours, &shares) }).to_string();
    assert!(
        drawn.contains(r#"d="M0 75L100 50L100 100L0 100Z""#)
            && drawn.contains(r#"d="M0 0L100 0L100 50L0 75Z""#),
        "{drawn}"
    );
}

#[test]
fn labels_at_the_same_height_are_moved_apart() {
    let hours = slots(2);
    let same: Vec<_> = ["A", "B", "C", "D"].into_iter().map(|name| series(name, &[1.0, 0.0])).collect();
    let drawn = stacked(&plot(&hours, &same)).to_string();
    let mut heights: Vec<f64> = drawn
        .split(r#"<text class="label beside"#)
        .skip(1)
        .filter_map(|rest| rest.split(" y=\"").nth(1)?.split('%').next()?.parse().ok())
        .collect();
    heights.sort_by(f64::total_cmp);
    assert_eq!(heights.len(), 4);
    assert!(heights.windows(2).all(|pair| pair[1] - pair[0] > 9.9), "{heights:?}");
}

#[test]
fn the_sign_of_money_stands_before_its_currency() {
    let days = slots(2);
    let drawn = bars(&Plot {
        unit: Unit::Money("USD".parse().expect("a code")),
        ..plot(&days, &[series("Profit", &[-500.0, 900.0])])
    });
    assert!(drawn.as_str().contains(">−$ 500<") && drawn.as_str().contains("−$ 500.00"), "{drawn}");
}

#[test]
fn an_area_tints_the_first_line_and_what_is_compared_is_dashed() {
    let hours = slots(2);
    let two = [series("Today", &[1.0, 2.0]), series("Yesterday", &[2.0, 1.0]).compared()];
    let (filled, plain) = (area(&plot(&hours, &two)).to_string(), line(&plot(&hours, &two)).to_string());
    assert_eq!((filled.matches(r#"class="area""#).count(), plain.matches(r#"class="area""#).count()), (1, 0));
    assert!(
        plain.contains(r#"class="line compared""#) && plain.contains(r#"class="label compared"#),
        "{plain}"
    );
    let equals = [series("Revenue", &[1.0, 2.0]), series("Payout", &[2.0, 1.0])];
    let drawn = line(&plot(&hours, &equals)).to_string();
    assert!(drawn.contains(r#"class="line stroke-2""#) && drawn.contains(r#"class="label ink-2"#), "{drawn}");
}

fn estimates<'a>(rows: &'a [Interval], mark: Option<(&'a str, f64)>) -> Intervals<'a> {
    Intervals { id: "cvr", title: "CVR by offer", row: "Offer", rows, unit: Unit::Share, mark }
}

#[test]
fn an_estimate_lies_on_its_reach_and_tells_both_ends() {
    let rows = [Interval::new("Aurora", 0.02, 0.01, 0.03), Interval::new("Meridian", 0.0, 0.0, 0.0)];
    let drawn = intervals(&estimates(&rows, Some(("Network", 0.02))));
    assert_sound(&drawn);
    let svg = drawn.as_str();
    assert!(svg.contains("Aurora: 2.00 %, between 1.00 % and 3.00 %."), "{svg}");
    assert!(svg.contains(r#"<line class="reach" x1="33.33%" x2="100%" y1="25%" y2="25%"/>"#), "{svg}");
    assert!(svg.contains(r#"cx="66.67%" cy="25%""#) && svg.contains(">Network<"), "{svg}");
    assert!(svg.contains(r#"<td class="num">1.00 %</td><td class="num">3.00 %</td>"#), "{svg}");
}

#[test]
fn estimates_that_are_no_numbers_are_said_and_not_drawn() {
    let odd = [
        Interval::new("Known", 0.5, 0.4, 0.6),
        Interval::new("<b>", f64::NAN, 0.0, f64::INFINITY),
        Interval::new("Turned", 0.5, 0.9, 0.1),
        Interval::new("Vast", 1e300, 0.0, 1e300),
    ];
    let drawn = intervals(&estimates(&odd, Some(("None", f64::NAN))));
    assert_sound(&drawn);
    assert_eq!(drawn.as_str().matches(r#"class="reach""#).count(), 2);
    assert!(!drawn.as_str().contains("<b>"), "{drawn}");
    for rows in [&odd[1..2], &[]] {
        assert!(intervals(&estimates(rows, None)).as_str().contains("No figures yet"));
    }
}

#[test]
fn estimates_far_from_zero_have_a_scale_around_them() {
    let scale = Scale::around([0.95, 0.97].into_iter());
    assert!(scale.low >= 0.9 && scale.high <= 1.0 && scale.ticks.len() >= 3, "{scale:?}");
    assert_eq!(Scale::around([0.01, 0.03].into_iter()).low, 0.0);
    for odd in [vec![], vec![0.5; 3], vec![0.0], vec![-0.2; 2], vec![f64::NAN, f64::INFINITY]] {
        let scale = Scale::around(odd.into_iter());
        assert!(scale.high > scale.low && scale.ticks.iter().all(|tick| tick.is_finite()), "{scale:?}");
    }
}

fn map<'a>(rows: &'a [String], columns: &'a [String], values: &'a [Vec<Option<f64>>]) -> Heat<'a> {
    Heat { id: "week", title: "Clicks by day and hour", row: "Day", rows, columns, values, unit: Unit::Count }
}

#[test]
fn a_heat_map_is_as_strong_as_its_values_and_names_the_highest() {
    let days = ["Mon", "Tue"].map(str::to_owned);
    let hours = slots(3);
    let values = [vec![Some(0.0), Some(10.0), Some(60.0)], vec![None, Some(-4.0), Some(f64::NAN)]];
    let drawn = heat(&map(&days, &hours, &values));
    assert_sound(&drawn);
    let svg = drawn.as_str();
    assert!(svg.contains("Most: Mon 02:00 · 60."), "{svg}");
    let strong = |step: usize| svg.matches(&format!("hit heat-{step}\"")).count();
    assert_eq!([strong(0), strong(1), strong(6)], [4, 1, 1], "{svg}");
    assert!(svg.contains(
        r#"<th scope="row">Mon</th><td class="num">0</td><td class="num">10</td><td class="num">60</td>"#
    ));
    let (missing, short) = ([vec![None; 3]], [vec![Some(1.0)]]);
    assert!(heat(&map(&days, &hours, &missing)).as_str().contains("No figures yet"));
    assert_sound(&heat(&map(&days, &hours, &short)));
    assert_sound(&heat(&map(&days, &hours, &[vec![Some(0.0); 3]])));
}

#[test]
fn what_fills_up_warns_before_it_is_full() {
    let state = |part: f64| meter(part, 200.0).to_string();
    assert!(state(68.0).contains("meter-free") && state(160.0).contains("meter-near"));
    assert!(
        state(200.0).contains("meter-full")
            && state(900.0).contains(r#"width="100%" height="100%" rx="3"/></svg>"#)
    );
}
