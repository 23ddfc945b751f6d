//! How long the optimisers take: a run of the genetic algorithm over 10 offers and 20 segments, and a refresh of
//! 10,000 rotators of four options after a week. `cargo bench --bench optimizer`; it fails where a bound is
//! broken.

use divan::black_box;
use domain::links::optimizer::{Chance, Evolution, Figures, Rotation, SERVING_DRAWS, Terms, best_shares};
use std::{
    num::NonZero,
    thread,
    time::{Duration, Instant},
};

/// The bounds of issue 4.
const RUN_BOUND: Duration = Duration::from_millis(50);
const REFRESH_BOUND: Duration = Duration::from_secs(1);
const ROTATORS: u64 = 10_000;
const RUNS: u64 = 21;

/// Hours of clicks whose conversions are about one in fifty.
fn figures(options: usize, segments: usize, hours: u32, chance: &mut Chance) -> Figures {
    let mut figures = Figures::new(vec![Some(10.0); options], segments);
    for hour in 0..hours {
        for segment in 0..segments {
            for option in 0..options {
                let clicks = 20 + chance.next_seed() % 60;
                let conversions =
                    (0..clicks).filter(|_| chance.next_seed().is_multiple_of(50)).count() as f64;
                let cohort = figures.cohort(f64::from(hour));
                cohort.clicks.add(segment, option, clicks as f64);
                cohort.conversions.add(segment, option, conversions);
                cohort.value.add(segment, option, conversions * 10.0);
                cohort.squares.add(segment, option, conversions * 100.0);
                figures.reports[option].count += conversions;
                figures.reports[option].hours += conversions * 2.0;
            }
        }
    }
    figures
}

fn median_run(link: &Figures, terms: &Terms) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|seed| {
            let began = Instant::now();
            let weights = vec![0.1; 10];
            black_box(Evolution::default().run((link, 168.0), terms, &weights, seed, |_, _| true));
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn refresh(rotator: &Figures, count: u64, seed: u64) {
    let (mut rotation, mut chance) = (Rotation::default(), Chance::of_seed(seed));
    for _ in 0..count {
        let posterior = rotation.learn(black_box(rotator), 168.0, true);
        black_box(best_shares(&posterior, SERVING_DRAWS, &mut chance, |_, _| true));
    }
}

#[allow(clippy::print_stdout, reason = "a measurement says what it found")]
fn main() {
    let mut chance = Chance::of_seed(1);
    let link = figures(10, 20, 168, &mut chance);
    let most = median_run(&link, &Terms::default());
    let nearing = median_run(&link, &Terms { goal: Some(0.2), ..Terms::default() });

    let rotator = figures(4, 1, 168, &mut chance);
    let threads = thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let began = Instant::now();
    thread::scope(|scope| {
        for seed in 0..threads {
            let rotator = &rotator;
            scope.spawn(move || refresh(rotator, ROTATORS / threads, seed));
        }
    });
    let refresh = began.elapsed();

    println!("a run of the genetic algorithm, 10 offers, 20 segments: {most:?} (bound {RUN_BOUND:?})");
    println!("the same with a goal: {nearing:?} (bound {RUN_BOUND:?})");
    println!(
        "a refresh of {ROTATORS} rotators of 4 options by {threads} threads: {refresh:?} (bound {REFRESH_BOUND:?})"
    );
    assert!(most.max(nearing) <= RUN_BOUND && refresh <= REFRESH_BOUND, "a bound is broken");
}
