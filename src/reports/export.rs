//! A report as CSV: plain figures for spreadsheets. A name that begins like a formula gets an apostrophe,
//! so that no partner's sub id is carried out in somebody's office.

use super::{address::Address, ask::Asked, figures, groups, page, table::metrics, told::Told};
use crate::web::{
    Access, Answer, Failure, Form,
    download::{self, safe_cell},
};
use actix_web::HttpRequest;
use domain::{
    reports::{Measures, Metric, Unit},
    shared::Currency,
};
use store::reports::Pair;

/// `GET /reports/csv`
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let (address, _) = Address::read(&Form::read(request.query_string().as_bytes()));
    let asked = page::asked(&access, &address)?;
    if asked.question.is_free() {
        return Err(Failure::field(
            "group_by",
            "is counted over rows first; its result has a CSV of its own",
        ));
    }
    let told = Told::of(&access, &asked).await?;
    file(&access, &asked, &told).await
}

/// An answer as a file.
///
/// # Errors
/// What the database said of the names.
pub(super) async fn file(access: &Access, asked: &Asked, told: &Told) -> Answer {
    let cuts = &asked.question.cuts;
    let names = groups::names(access.scope(), cuts, told.pairs.iter().map(|pair| &pair.line)).await?;
    let currency = access.entrant().network.currency;
    let is_compared = told.before.is_some();
    let rows = told.pairs.iter().map(|pair| {
        let labels = cuts.iter().zip(&pair.line.values);
        let labels = labels.map(|(cut, value)| safe_cell(&groups::written(&names, *cut, value)));
        labels.chain(figures_of(asked, pair, is_compared)).collect()
    });
    let name = if told.is_cut { "report-first-groups.csv" } else { "report.csv" };
    download::csv(name, std::iter::once(head(asked, is_compared, currency)).chain(rows))
}

fn head(asked: &Asked, is_compared: bool, currency: Currency) -> Vec<String> {
    let word = |metric: &Metric| match metric.unit() {
        Unit::Money => format!("{} ({})", metric.words(), currency.code()),
        Unit::Seconds => format!("{} (s)", metric.words()),
        Unit::Count | Unit::Ratio => metric.words().to_owned(),
    };
    let cuts = asked.question.cuts.iter().map(|cut| cut.words().to_owned());
    let now: Vec<String> = metrics(asked).iter().map(word).collect();
    let before = now.iter().map(|word| format!("{word}, before")).filter(|_| is_compared);
    cuts.chain(now.clone()).chain(before.collect::<Vec<_>>()).collect()
}

fn figures_of(asked: &Asked, pair: &Pair, is_compared: bool) -> Vec<String> {
    let of = |measures: &Measures| -> Vec<String> {
        metrics(asked).iter().map(|metric| figures::plain(*metric, measures)).collect()
    };
    let mut figures = of(&pair.line.measures);
    if is_compared {
        let unknown = || metrics(asked).iter().map(|_| String::new()).collect();
        figures.extend(pair.before.as_ref().map_or_else(unknown, of));
    }
    figures
}
