//! One task of mail: reads the fact, makes the letter, sends it, and settles the fact, or tries again
//! later with longer and longer pauses. Done twice it sends nothing twice but what was cut off between
//! sending and settling.

use crate::{
    Error,
    mail::{Letter, Sender, Sent},
    outgoing::Outgoing,
    queue::{Queue, Task},
    rotators::Refreshing,
};
use domain::shared::{NetworkId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use store::{
    Database,
    identity::{Purpose, User, UserStatus, credentials, issue_token, network, user},
    shared::{Fact, Told, now_millis, settle_fact, unsettled_fact},
};

/// The pauses before the second try and those after it, in seconds: eight tries in a day.
const PAUSES: [u64; 7] = [10, 60, 300, 1_200, 3_600, 14_400, 64_800];

/// A fact that is to become mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Post {
    /// The fact's id in the outbox.
    pub fact: i64,
    /// Counts from 1.
    pub attempt: u32,
}

impl Task for Post {
    const QUEUE: &'static str = "mail";

    fn key(&self) -> String {
        format!("{}:{}", self.fact, self.attempt)
    }

    async fn work(self, worker: &Worker) -> Result<(), Error> {
        worker.deliver(self).await
    }
}

/// What tasks need.
pub(crate) struct Worker {
    pub database: Database,
    pub public_url: String,
    pub sender: Sender,
    pub queue: Queue<Post>,
    pub outgoing: Outgoing,
    pub refreshing: Refreshing,
}

/// To whom a letter goes.
struct Addressed {
    email: String,
    letter: Letter,
}

impl Worker {
    /// Does one task.
    pub async fn deliver(&self, post: Post) -> Result<(), Error> {
        let Some(told) = unsettled_fact(&self.database, post.fact).await? else { return Ok(()) };
        let Some(Addressed { email, letter }) = self.letter(&told).await? else {
            return Ok(settle_fact(&self.database, post.fact, None).await?);
        };
        match self.sender.send(&email, &letter).await {
            Sent::Yes => {
                tracing::info!(fact = post.fact, kind = told.fact.kind(), "mail is sent");
                Ok(settle_fact(&self.database, post.fact, None).await?)
            }
            Sent::Never(why) => self.give_up(post, &why).await,
            Sent::NotNow(why) => self.later(post, &why).await,
        }
    }

    async fn later(&self, post: Post, why: &str) -> Result<(), Error> {
        let tried = usize::try_from(post.attempt).unwrap_or(usize::MAX);
        let Some(pause) = PAUSES.get(tried.saturating_sub(1)) else { return self.give_up(post, why).await };
        tracing::warn!(fact = post.fact, why, pause, "mail was not sent; it is tried again");
        let next = Post { attempt: post.attempt + 1, ..post };
        self.queue.push(next, Duration::from_secs(*pause)).await
    }

    async fn give_up(&self, post: Post, why: &str) -> Result<(), Error> {
        tracing::error!(fact = post.fact, why, "mail is given up");
        Ok(settle_fact(&self.database, post.fact, Some(why)).await?)
    }

    /// The letter that a fact becomes; none where nobody is to be written to.
    async fn letter(&self, told: &Told) -> Result<Option<Addressed>, Error> {
        match &told.fact {
            Fact::UserInvited { user_id, by } => self.invitation(told, *user_id, by).await,
            Fact::PasswordResetAsked { email } => self.reset(told, email).await,
            Fact::PasswordChanged { user_id, ip } => {
                let written =
                    |_: &User, network: &str| Letter::password_changed(network, ip, &self.public_url);
                self.to_active(told, *user_id, written).await
            }
            Fact::TwoStepChanged { user_id, is_on, by } => {
                let written =
                    |_: &User, network: &str| Letter::two_step_changed(network, *is_on, by, &self.public_url);
                self.to_active(told, *user_id, written).await
            }
            Fact::Conversion { .. }
            | Fact::PartnerApplied { .. }
            | Fact::ApplicationAnswered { .. }
            | Fact::SmartLinkHeld { .. }
            | Fact::RotatorHeld { .. }
            | Fact::SiteDown { .. }
            | Fact::SiteUp { .. }
            | Fact::CapNear { .. }
            | Fact::CapReached { .. }
            | Fact::SourceToBeBlocked { .. }
            | Fact::SourceBlocked { .. }
            | Fact::SourceRecovered { .. }
            | Fact::SourceWhitelisted { .. }
            | Fact::SourceLifted { .. } => Ok(None),
        }
    }

    async fn invitation(&self, told: &Told, id: UserId, by: &str) -> Result<Option<Addressed>, Error> {
        let Some(person) = self.person(told, id).await? else { return Ok(None) };
        if person.status != UserStatus::Invited || is_late(told, Purpose::Invitation) {
            return Ok(None);
        }
        let network_name = network(&self.database, told.network).await?.name;
        let token = self.token(told.network, id, Purpose::Invitation).await?;
        let url = format!("{}/invitation?token={token}", self.public_url);
        Ok(Some(Addressed { email: person.email, letter: Letter::invitation(&network_name, by, &url) }))
    }

    async fn reset(&self, told: &Told, email: &str) -> Result<Option<Addressed>, Error> {
        let found = credentials(&self.database, email).await?;
        let Some(found) = found.filter(|found| found.active && !is_late(told, Purpose::Reset)) else {
            return Ok(None);
        };
        let network_name = network(&self.database, found.network).await?.name;
        let token = self.token(found.network, found.user, Purpose::Reset).await?;
        let url = format!("{}/password/reset?token={token}", self.public_url);
        Ok(Some(Addressed { email: email.to_owned(), letter: Letter::reset(&network_name, &url) }))
    }

    async fn to_active(
        &self,
        told: &Told,
        id: UserId,
        letter: impl FnOnce(&User, &str) -> Letter,
    ) -> Result<Option<Addressed>, Error> {
        let person = self.person(told, id).await?.filter(|person| person.status == UserStatus::Active);
        let Some(person) = person else { return Ok(None) };
        let network_name = network(&self.database, told.network).await?.name;
        let letter = letter(&person, &network_name);
        Ok(Some(Addressed { email: person.email, letter }))
    }

    async fn person(&self, told: &Told, id: UserId) -> Result<Option<User>, Error> {
        match user(self.database.read(), told.network, id).await {
            Ok(person) => Ok(Some(person)),
            Err(store::Error::Missing) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    /// A fresh token: made when the letter is, so that it lies nowhere but in the letter. One tried again
    /// carries another, and the one before ends.
    async fn token(&self, network: NetworkId, id: UserId, purpose: Purpose) -> Result<String, Error> {
        let token = hex::encode(rand::random::<[u8; 32]>());
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        issue_token(&self.database, (network, id), purpose, hash).await?;
        Ok(token)
    }
}

/// Whether the letter would come later than what it is for would last.
fn is_late(told: &Told, purpose: Purpose) -> bool {
    now_millis() - told.at > purpose.lifetime()
}
