//! Checking rows against what is there: every row is resolved to what it will do, or it is wrong.

use super::{
    Effect, Upload, known,
    staged::{FromTo, Order, Staged, body, order},
};
use crate::{
    Error,
    conversions::{Conversion, Made, Moved, row::click_facts},
    shared::Database,
    tracking::Click,
};
use chrono::{DateTime, Utc};
use domain::{
    conversions::{
        ConversionCode, ConversionStatus, Earned, Frozen, Identity, Judgement, Stored, Terms, by_hand,
        corrected, judge,
        upload::{Amounts, CellError, Header, NewRow, Row, Which},
    },
    offers::OverCap,
    shared::{ClickId, ClickIdParts, EventId, Micros},
    tracking::Plan,
};
use rustc_hash::FxHashMap;
use sea_orm::Value;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Checks the rows of one file.
pub(super) struct Check<'a> {
    database: &'a Database,
    plan: &'a Plan,
    upload: &'a Upload,
    header: &'a Header,
    now: DateTime<Utc>,
    /// On which line an identity or a conversion came first.
    seen: FxHashMap<String, i64>,
    pub effect: Effect,
    pub staged: Vec<(Order, Vec<u8>)>,
    pub errors: Vec<(i64, CellError)>,
    pub unchanged: i64,
}

/// Clicks that are being read.
pub(super) struct Ahead(JoinHandle<Result<FxHashMap<ClickId, Click>, Error>>);

/// A row that would be a new conversion.
struct Resolved {
    line: i64,
    identity: Identity,
    conversion: Conversion,
    over_cap: OverCap,
}

impl<'a> Check<'a> {
    /// Nothing checked yet.
    pub fn new(database: &'a Database, plan: &'a Plan, upload: &'a Upload, header: &'a Header) -> Self {
        let now = Utc::now();
        let (seen, effect, staged, errors) = Default::default();
        Self { database, plan, upload, header, now, seen, effect, staged, errors, unchanged: 0 }
    }

    /// Begins to read the clicks of rows, so that they are there when the rows before have been checked.
    pub fn ahead(&self, rows: &[(i64, Row)]) -> Ahead {
        let (database, network) = (self.database.clone(), self.upload.network());
        let ids: Vec<ClickId> =
            rows.iter().filter_map(new_row).filter_map(|(_, row)| row.call.click).collect();
        Ahead(tokio::spawn(async move { known::clicks(database.read(), network, ids.into_iter()).await }))
    }

    /// Checks some rows, whose clicks are being read.
    ///
    /// # Errors
    /// What the database said.
    pub async fn rows(&mut self, rows: &[(i64, Row)], clicks: Ahead) -> Result<(), Error> {
        let clicks =
            clicks.0.await.map_err(|error| Error::Broken(format!("clicks were not read: {error}")))??;
        let news: Vec<(i64, &NewRow)> = rows.iter().filter_map(new_row).collect();
        if !news.is_empty() {
            self.new_rows(&news, &clicks).await?;
        }
        let changes: Vec<(i64, &Which, &Row)> = rows.iter().filter_map(change_row).collect();
        if !changes.is_empty() {
            self.changes(&changes).await?;
        }
        Ok(())
    }

    fn wrong(&mut self, line: i64, error: CellError) {
        self.errors.push((line, error));
    }

    async fn new_rows(
        &mut self,
        rows: &[(i64, &NewRow)],
        clicks: &FxHashMap<ClickId, Click>,
    ) -> Result<(), Error> {
        let network = self.upload.network();
        let reader = self.database.read();
        let mut resolved = Vec::with_capacity(rows.len());
        for (line, row) in rows {
            match self.resolve(*line, row, row.call.click.and_then(|click| clicks.get(&click))) {
                Ok(one) => resolved.push(one),
                Err(error) => self.wrong(*line, error),
            }
        }
        let there =
            known::of_identities(reader, network, resolved.iter().map(|one| &one.identity), "").await?;
        for one in resolved {
            let Resolved { line, identity, conversion, over_cap } = one;
            let key = format!("{} {:?} {}", identity.offer.0, identity.event, identity.key);
            if let Some(first) = self.seen.insert(key, line) {
                self.wrong(line, CellError::of_row(format!("is the same conversion as row {first}")));
            } else if there.contains_key(&identity) {
                self.unchanged += 1;
            } else {
                self.effect.add(&Moved::into(&conversion));
                self.staged.push((order(&conversion), body(&Staged::New(Box::new(conversion), over_cap))?));
            }
        }
        Ok(())
    }

    /// What a row would store, judged as a postback of the same parameters would be.
    fn resolve(&self, line: i64, row: &NewRow, click: Option<&Click>) -> Result<Resolved, CellError> {
        let call = &row.call;
        let at_click = |message: &str| {
            self.header.error_at(
                "transaction_id",
                &call.click.map_or_else(String::new, |id| id.to_string()),
                message,
            )
        };
        let click = click.ok_or_else(|| at_click("no click has this id"))?;
        let facts = click_facts(click);
        let terms =
            Terms::of(self.plan, Some(&facts)).map_err(|_| at_click("the click belongs to no offer"))?;
        let event = terms.event(call).map_err(|_| {
            self.header.error_at("event", &call.event, "the offer of this click has no such event")
        })?;
        if event.is_some() && call.txn_id.is_empty() {
            let message = "an event needs a txn_id, by which it is known when the file comes again";
            return Err(self.header.error_at("txn_id", "", message));
        }
        self.check_given(row, &terms, click)?;
        let at = row.at.map_or(self.upload.at, |at| at.timestamp_millis());
        let moment = DateTime::from_timestamp_millis(at).unwrap_or_default();
        let Judgement::Store(stored) = judge(call, &facts, &terms, None, false, moment) else {
            return Err(CellError::of_row("the row can't be judged"));
        };
        let identity = Identity::of(call, &terms).ok().flatten();
        let identity = identity.ok_or_else(|| CellError::of_row("the row can't be told from others"))?;
        let conversion = self.conversion(line, at, (row, click), identity.clone(), &stored);
        Ok(Resolved { line, identity, conversion, over_cap: terms.offer().over_cap })
    }

    /// What a postback would overlook is told to whoever wrote the file.
    fn check_given(&self, row: &NewRow, terms: &Terms<'_>, click: &Click) -> Result<(), CellError> {
        let offer = terms.offer();
        let given = [
            ("payout", row.call.payout, offer.allow_payout_override),
            ("revenue", row.call.revenue, offer.allow_revenue_override),
        ];
        for (name, amount, is_allowed) in given {
            if let Some(amount) = amount.filter(|_| !is_allowed) {
                let message =
                    format!("the offer does not let the {name} be given; leave it out, or allow it there");
                return Err(self.header.error_at(name, &amount.to_string(), message));
            }
        }
        let Some(at) = row.at else { return Ok(()) };
        let clicked = DateTime::from_timestamp_millis(click.id().parts().millis).unwrap_or_default();
        let wrong = |message: &str| Err(self.header.error_at("at", &at.to_rfc3339(), message));
        match () {
            () if at > self.now => wrong("is in the future"),
            // Files have whole seconds.
            () if at.timestamp() < clicked.timestamp() => wrong("is before its click"),
            () => Ok(()),
        }
    }

    fn conversion(
        &self,
        line: i64,
        at: i64,
        (row, click): (&NewRow, &Click),
        identity: Identity,
        stored: &Stored,
    ) -> Conversion {
        // The row's own place makes the id, so that no two rows of one moment get the same.
        let place = (self.upload.id.unsigned_abs() & 0xffff) << 24 | (line.unsigned_abs() & 0xff_ffff);
        let of_click = click.id().parts();
        let millis = at.max(of_click.millis);
        let id = ClickId::new(ClickIdParts {
            millis,
            node: of_click.node,
            network: self.upload.network(),
            tail: place,
        });
        let identity = Some(identity);
        Conversion::made(
            self.plan,
            Made { id, call: &row.call, blank: Conversion::of_click(click), identity, stored },
        )
    }

    async fn changes(&mut self, rows: &[(i64, &Which, &Row)]) -> Result<(), Error> {
        let there = self.candidates(rows).await?;
        let ids = there.iter().map(Conversion::click_id);
        let clicks = match rows.iter().any(|(_, _, row)| matches!(row, Row::Amounts(_, _))) {
            true => known::clicks(self.database.read(), self.upload.network(), ids).await?,
            false => FxHashMap::default(),
        };
        for (line, which, row) in rows {
            if let Err(error) = self.change(*line, which, row, &there, &clicks)? {
                self.wrong(*line, error);
            }
        }
        Ok(())
    }

    /// Every conversion that the rows may mean.
    async fn candidates(&self, rows: &[(i64, &Which, &Row)]) -> Result<Vec<Conversion>, Error> {
        let uuid = |id: ClickId| Value::from(Uuid::from_u128(id.0));
        let (mut ids, mut orders, mut clicks) = (Vec::new(), Vec::new(), Vec::new());
        for (_, which, _) in rows {
            match (which.conversion, which.txn_id.as_str(), which.click) {
                (Some(id), _, _) => ids.push(uuid(id)),
                (None, "", Some(click)) => clicks.push(uuid(click)),
                (None, order, _) => orders.push(Value::from(order)),
            }
        }
        let mut found = Vec::new();
        for (column, tail, values) in
            [("id", "", ids), ("txn_id", " AND txn_id <> ''", orders), ("click_id", "", clicks)]
        {
            let reader = self.database.read();
            found.extend(known::conversions(reader, self.upload.network(), (column, tail), values).await?);
        }
        Ok(found)
    }

    fn change(
        &mut self,
        line: i64,
        which: &Which,
        row: &Row,
        there: &[Conversion],
        clicks: &FxHashMap<ClickId, Click>,
    ) -> Result<Result<(), CellError>, Error> {
        let before = match self.meant(which, there) {
            Ok(before) => before,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(first) = self.seen.insert(before.id.to_string(), line) {
            return Ok(Err(CellError::of_row(format!("means the same conversion as row {first}"))));
        }
        let after = match row {
            Row::Status(_, status) => decided(before, *status),
            Row::Amounts(_, set) => match self.amounts(before, set, clicks.get(&before.click_id())) {
                Ok(after) => after,
                Err(error) => return Ok(Err(error)),
            },
            Row::New(_) => None,
        };
        let Some(after) = after else {
            self.unchanged += 1;
            return Ok(Ok(()));
        };
        self.effect.add(&Moved::out(before));
        self.effect.add(&Moved::into(&after));
        let staged = match row {
            Row::Status(_, status) => {
                Staged::Status(before.id, FromTo { from: before.status(), to: *status })
            }
            Row::Amounts(_, _) | Row::New(_) => {
                Staged::Amounts(before.id, FromTo { from: before.amounts(), to: after.amounts() })
            }
        };
        self.staged.push((order(before), body(&staged)?));
        Ok(Ok(()))
    }

    /// The one conversion that a row means.
    fn meant<'c>(&self, which: &Which, there: &'c [Conversion]) -> Result<&'c Conversion, CellError> {
        let fits = |found: &&Conversion| {
            which.conversion.is_none_or(|id| found.id() == id)
                && (which.txn_id.is_empty() || found.txn_id == which.txn_id)
                && which.click.is_none_or(|click| found.click_id() == click)
                && which.offer.is_none_or(|offer| found.offer_id == offer.0)
                && ((which.conversion.is_some() && which.event.is_empty()) || found.event == which.event)
        };
        let mut found: Vec<&Conversion> = there.iter().filter(fits).collect();
        found.dedup_by_key(|one| one.id);
        let (name, value) = match (which.conversion, which.txn_id.as_str(), which.click) {
            (Some(id), _, _) => ("conversion_id", id.to_string()),
            (None, "", click) => ("transaction_id", click.map_or_else(String::new, |id| id.to_string())),
            (None, order, _) => ("txn_id", order.to_owned()),
        };
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(self.header.error_at(name, &value, "no conversion fits this row")),
            several => {
                let message = format!(
                    "{} conversions fit this row; give offer_id, event or conversion_id too",
                    several.len()
                );
                Err(self.header.error_at(name, &value, message))
            }
        }
    }

    fn amounts(
        &self,
        before: &Conversion,
        set: &Amounts,
        click: Option<&Click>,
    ) -> Result<Option<Conversion>, CellError> {
        let never = [ConversionCode::Bot, ConversionCode::InvalidClick].map(|code| i64::from(code.number()));
        if never.contains(&before.code) {
            return Err(CellError::of_row(
                "its click was invalid, so that it is never paid; its amounts stay 0",
            ));
        }
        let gone = || CellError::of_row("its offer or click is gone, so that nothing can be worked out");
        let facts = click_facts(click.ok_or_else(gone)?);
        let terms = Terms::of(self.plan, Some(&facts)).map_err(|_| gone())?;
        let earned = Earned { payout: Micros(before.payout), revenue: Micros(before.revenue) };
        let frozen = Frozen { amount: Micros(before.amount), earned };
        let event = (before.event_id != 0).then_some(EventId(before.event_id));
        let now = corrected(frozen, set, &terms, event, facts.paid);
        let mut after = before.clone();
        (after.amount, after.payout, after.revenue) =
            (now.amount.0, now.earned.payout.0, now.earned.revenue.0);
        Ok((after != *before).then_some(after))
    }
}

fn new_row((line, row): &(i64, Row)) -> Option<(i64, &NewRow)> {
    match row {
        Row::New(row) => Some((*line, row)),
        Row::Status(_, _) | Row::Amounts(_, _) => None,
    }
}

fn change_row((line, row): &(i64, Row)) -> Option<(i64, &Which, &Row)> {
    match row {
        Row::New(_) => None,
        Row::Status(which, _) | Row::Amounts(which, _) => Some((*line, which, row)),
    }
}

/// The conversion after a decision by hand; none where that changes nothing.
pub(super) fn decided(before: &Conversion, status: ConversionStatus) -> Option<Conversion> {
    let change = by_hand(&before.existing(), status)?;
    let mut after = before.clone();
    after.status = change.status.name().to_owned();
    after.code = change.code.map_or(0, |code| i64::from(code.number()));
    after.by_hand = 1;
    Some(after)
}
