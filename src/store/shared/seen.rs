//! Which partners a door shows, as a condition of its queries and as a check of what it stores.

use super::{Error, Executor, Managed, Scope};
use domain::shared::PartnerId;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};

impl Scope<'_> {
    /// The door to what hangs on the partners of one manager, where one is named.
    #[must_use]
    pub fn limited_to(self, manager: Option<domain::shared::UserId>) -> Self {
        Self { manager, ..self }
    }

    /// The door without that limit: for checks that must see everything, and never for showing.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { manager: None, ..self }
    }

    /// Whose partners alone are seen; none sees all.
    #[must_use]
    pub fn manager(self) -> Option<domain::shared::UserId> {
        self.manager
    }

    /// Whether only some partners are seen.
    #[must_use]
    pub fn is_limited(self) -> bool {
        self.manager.is_some()
    }

    /// The condition that a column names a partner who is seen; none where all are. It holds nothing but
    /// numbers of ours.
    #[must_use]
    pub fn seen_partners(self, column: &str) -> Option<String> {
        let (network, manager) = (self.network, self.manager?);
        Some(format!(
            "{column} IN (SELECT id FROM partners WHERE network_id = {network} AND manager_id = {manager})"
        ))
    }

    /// The same to be put behind other conditions; empty where all are seen.
    #[must_use]
    pub fn and_seen_partners(self, column: &str) -> String {
        self.seen_partners(column).map_or_else(String::new, |condition| format!(" AND {condition}"))
    }

    /// Whether a partner of the network is there and seen.
    ///
    /// # Errors
    /// What the database said.
    pub async fn sees_partner(self, partner: PartnerId) -> Result<bool, Error> {
        self.sees_partner_in(self.database.read(), partner.0).await
    }

    async fn sees_partner_in(self, executor: &impl Executor, partner: i64) -> Result<bool, Error> {
        let mut query = Query::select();
        query
            .expr(Expr::cust("1"))
            .from(Alias::new("partners"))
            .and_where(Expr::col(Alias::new("network_id")).eq(self.network.0))
            .and_where(Expr::col(Alias::new("id")).eq(partner));
        if let Some(condition) = self.seen_partners("id") {
            query.and_where(Expr::cust(condition));
        }
        Ok(executor.query_one(&query).await?.is_some())
    }

    /// Makes a document one that this door may store: a partner becomes the manager's, and what names a
    /// partner names one who is seen.
    pub(super) async fn admit<T: Managed>(self, executor: &impl Executor, mut body: T) -> Result<T, Error> {
        let Some(manager) = self.manager else { return Ok(body) };
        body.adopt(manager);
        if let Some(partner) = body.partner()
            && !self.sees_partner_in(executor, partner.0).await?
        {
            return Err(Error::conflict(
                "partner_id",
                format!("names {partner}, which this network does not have"),
            ));
        }
        Ok(body)
    }
}
