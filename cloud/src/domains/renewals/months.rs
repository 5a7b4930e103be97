//! What agreements that end are worth, month by month: where the year's income stands to be kept.

use super::model::Renewal;
use super::views;
use super::words::Words;
use crate::platform::base::{Total, in_zone};
use crate::platform::web::chart::{Bar, Bars, Group};
use crate::platform::web::layout::View;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// This month and those after it.
const MONTHS: i64 = 12;

/// A chart for each currency in which an agreement of the months to come is worth anything. An agreement counts once, in
/// the month in which the first of its devices comes up.
pub(super) fn months(renewals: &[Renewal], view: &View) -> Vec<Bars> {
    let first = view.reader.civil(view.now_ms).date().first_of_month();
    let mut counted = BTreeSet::new();
    let months: Vec<(Date, Total)> = (0..MONTHS)
        .map(|nth| {
            let month = first.saturating_add(nth.months());
            let here = renewals.iter().filter(|renewal| {
                let ends = in_zone(renewal.at_ms, &renewal.zone).date();
                renewal.band.is_renewable()
                    && ends.first_of_month() == month
                    && !counted.contains(&renewal.agreement_id)
            });
            let here: Vec<&Renewal> = here.collect();
            let worth = views::worth(here.iter().copied());
            counted.extend(here.iter().map(|renewal| renewal.agreement_id.clone()));
            (month, worth)
        })
        .collect();
    let currencies: BTreeSet<String> =
        months.iter().flat_map(|(_, worth)| worth.sums()).map(|sum| sum.currency).collect();
    currencies.iter().map(|currency| chart(&months, currency, view)).collect()
}

fn chart(months: &[(Date, Total)], currency: &str, view: &View) -> Bars {
    let words = Words(view.language());
    let group = |(month, worth): &(Date, Total)| {
        let bar = match worth.sums().find(|sum| sum.currency == currency) {
            Some(sum) => Bar::new(sum.cents as f64 / 100.0, sum.to_string()),
            None => Bar::none(words.nothing_ends()),
        };
        Group { label: view.reader.short_month(*month), bars: vec![bar] }
    };
    Bars {
        id: format!("ending-{}", currency.to_lowercase()),
        label: words.worth_by_month(currency),
        of: words.month().to_owned(),
        series: vec![words.value().to_owned()],
        groups: months.iter().map(group).collect(),
        language: view.language(),
    }
}
