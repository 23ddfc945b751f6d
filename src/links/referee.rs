//! `switchyard optimizer --stdio`: the optimisers behind the protocol of the referee, JSON a line. The same
//! engine that serves traffic, at the defaults that a new rotator or Smart Link ships with.

use domain::links::optimizer::{
    Chance, Evolution, Figures, Grid, Kpi, Rotation, SERVING_DRAWS, Terms, best_shares,
};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Write};

/// A line of the referee's.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Init(Init),
    Step(Step),
    End,
}

#[derive(Deserialize)]
struct Init {
    runs: usize,
    arms: Vec<Arm>,
    segments: Vec<String>,
    tick_s: f64,
    global_weights: bool,
    kpi: String,
    goal: Option<f64>,
    seed: u64,
}

#[derive(Deserialize)]
struct Arm {
    value_hint: Option<f64>,
}

#[derive(Deserialize)]
struct Step {
    hour: f64,
    eligible: Vec<Vec<u8>>,
    runs: Vec<News>,
}

/// What is new of one run: clicks since the step before, and conversions reported since.
#[derive(Deserialize)]
struct News {
    clicks: Vec<Vec<f64>>,
    /// Segment, option, tick of the click, delay in hours, value.
    conv: Vec<(usize, usize, f64, f64, f64)>,
}

#[derive(Serialize)]
struct Ready {
    ok: bool,
}

#[derive(Serialize)]
struct Weights {
    weights: Vec<Served>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Served {
    /// One vector for the whole link.
    Link(Vec<f64>),
    /// One a segment.
    Segments(Vec<Vec<f64>>),
}

/// Why it ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the referee is gone: {0}")]
    Io(#[from] io::Error),
    #[error("a line does not read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Protocol(&'static str),
}

/// Answers the referee until it says the end.
///
/// # Errors
/// A line that does not read, or that the protocol does not allow there.
pub fn answer(input: impl BufRead, mut output: impl Write) -> Result<(), Error> {
    let mut links: Option<Links> = None;
    for line in input.lines() {
        match serde_json::from_str(&line?)? {
            Line::Init(init) => {
                links = Some(Links::new(&init));
                write(&mut output, &Ready { ok: true })?;
            }
            Line::Step(step) => {
                let links = links.as_mut().ok_or(Error::Protocol("a step came before init"))?;
                write(&mut output, &Weights { weights: links.step(&step)? })?;
            }
            Line::End => break,
        }
    }
    Ok(())
}

fn write(output: &mut impl Write, answer: &impl Serialize) -> Result<(), Error> {
    serde_json::to_writer(&mut *output, answer)?;
    output.write_all(b"\n")?;
    Ok(output.flush()?)
}

/// The runs of a world, each a link of its own.
struct Links {
    kpi: Kpi,
    goal: Option<f64>,
    is_global: bool,
    tick: f64,
    /// The hour of the step before: when the clicks that a step tells of came.
    before: f64,
    links: Vec<Link>,
}

struct Link {
    figures: Figures,
    chance: Chance,
    rotation: Rotation,
    evolution: Evolution,
    weights: Vec<f64>,
}

impl Links {
    fn new(init: &Init) -> Self {
        let kpi = match init.kpi.as_str() {
            "cv" | "cvr" => Kpi::Conversions,
            "evr" => Kpi::ValuePerConversion,
            _ => Kpi::Value,
        };
        let hints: Vec<Option<f64>> = init.arms.iter().map(|arm| arm.value_hint).collect();
        let options = hints.len();
        let mut seeds = Chance::of_seed(init.seed);
        let link = |_| Link {
            figures: Figures::new(hints.clone(), init.segments.len()),
            chance: Chance::of_seed(seeds.next_seed()),
            rotation: Rotation::default(),
            evolution: Evolution::default(),
            weights: vec![1.0 / options.max(1) as f64; options],
        };
        Self {
            kpi,
            goal: init.goal,
            is_global: init.global_weights,
            tick: init.tick_s / 3600.0,
            before: 0.0,
            links: (0..init.runs).map(link).collect(),
        }
    }

    fn knows(&self, news: &News) -> bool {
        let Some(figures) = self.links.first().map(|link| &link.figures) else { return true };
        let (segments, options) = (figures.segments, figures.options());
        let clicks = news.clicks.len() <= segments && news.clicks.iter().all(|row| row.len() <= options);
        clicks && news.conv.iter().all(|(segment, option, ..)| *segment < segments && *option < options)
    }

    fn step(&mut self, step: &Step) -> Result<Vec<Served>, Error> {
        if step.runs.len() != self.links.len() {
            return Err(Error::Protocol("a step tells of another number of runs than init"));
        }
        if step.runs.iter().any(|news| !self.knows(news)) {
            return Err(Error::Protocol("a step names an option or a segment that init did not"));
        }
        let may = |segment: usize, option: usize| {
            step.eligible.get(segment).and_then(|row| row.get(option)).is_some_and(|may| *may > 0)
        };
        let (tick, before) = (self.tick, self.before);
        let mut served = Vec::with_capacity(self.links.len());
        for (link, news) in self.links.iter_mut().zip(&step.runs) {
            link.hear(news, tick, (before, step.hour));
            served.push(match self.is_global {
                true => Served::Link(link.evolve(step.hour, (self.kpi, self.goal), may)),
                false => Served::Segments(link.rotate(step.hour, self.kpi, may)),
            });
        }
        self.before = step.hour;
        Ok(served)
    }
}

impl Link {
    /// Clicks are told by the step alone: they are spread over its hours evenly.
    fn hear(&mut self, news: &News, tick: f64, (from, to): (f64, f64)) {
        if to > from {
            let mut at = from;
            while at < to - 1e-9 {
                let end = (at.floor() + 1.0).min(to);
                let part = (end - at) / (to - from);
                let cohort = self.figures.cohort(at.floor());
                for (segment, row) in news.clicks.iter().enumerate() {
                    for (option, clicks) in row.iter().enumerate() {
                        cohort.clicks.add(segment, option, clicks * part);
                    }
                }
                at = end;
            }
        }
        for (segment, option, click_tick, delay, value) in &news.conv {
            let Some(cohort) = self.figures.find_mut((click_tick * tick + 1e-9).floor()) else { continue };
            cohort.conversions.add(*segment, *option, 1.0);
            cohort.value.add(*segment, *option, *value);
            cohort.squares.add(*segment, *option, value * value);
            self.figures.reports[*option].count += 1.0;
            self.figures.reports[*option].hours += delay;
        }
    }

    fn rotate(&mut self, now: f64, kpi: Kpi, may: impl Fn(usize, usize) -> bool) -> Vec<Vec<f64>> {
        let posterior = self.rotation.learn(&self.figures, now, kpi == Kpi::Value);
        let shares: Grid = best_shares(&posterior, SERVING_DRAWS, &mut self.chance, may);
        (0..shares.segments()).map(|segment| shares.row(segment).to_vec()).collect()
    }

    fn evolve(
        &mut self,
        now: f64,
        (kpi, goal): (Kpi, Option<f64>),
        may: impl Fn(usize, usize) -> bool,
    ) -> Vec<f64> {
        let terms = Terms { kpi, goal, ..Terms::default() };
        if self.figures.clicks() >= terms.threshold {
            let seed = self.chance.next_seed();
            self.weights = self.evolution.run((&self.figures, now), &terms, &self.weights, seed, may).weights;
        }
        self.weights.clone()
    }
}
