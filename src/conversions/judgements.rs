//! Who waits for the judgement of a postback.

use domain::shared::ClickId;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::{
    pin::Pin,
    task::{Context, Poll},
};
use store::conversions::Judged;
use tokio::sync::oneshot;

/// Who waits for the judgement of a postback.
#[derive(Default)]
pub struct Judgements(Mutex<FxHashMap<ClickId, oneshot::Sender<Judged>>>);

/// The wait for one judgement; none where it is not told here. Dropped, it is given up: the caller may
/// leave, and another node may judge.
pub struct Judgement<'j> {
    judgements: &'j Judgements,
    id: ClickId,
    told: oneshot::Receiver<Judged>,
}

impl Judgements {
    /// Waits for the judgement of the postback `id`.
    pub fn wait_for(&self, id: ClickId) -> Judgement<'_> {
        let (sender, told) = oneshot::channel();
        self.0.lock().insert(id, sender);
        Judgement { judgements: self, id, told }
    }

    /// Answers whoever waits for the postback `id`.
    pub fn tell(&self, id: ClickId, judged: Judged) {
        if let Some(sender) = self.0.lock().remove(&id) {
            // Whoever asked may have gone; the log has the judgement.
            let _gone = sender.send(judged);
        }
    }
}

impl Future for Judgement<'_> {
    type Output = Option<Judged>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Judged>> {
        Pin::new(&mut self.told).poll(context).map(Result::ok)
    }
}

impl Drop for Judgement<'_> {
    fn drop(&mut self) {
        self.judgements.0.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::Judgements;
    use domain::{conversions::ConversionCode, shared::ClickId};
    use store::conversions::Judged;

    fn refused() -> Judged {
        Judged::Refused { code: ConversionCode::ClickNotFound, conversion: None, problem: None }
    }

    #[tokio::test]
    async fn a_judgement_reaches_whoever_waits_for_it() {
        let judgements = Judgements::default();
        let judgement = judgements.wait_for(ClickId(1));
        judgements.tell(ClickId(1), refused());
        assert!(matches!(judgement.await, Some(Judged::Refused { .. })));
    }

    #[test]
    fn a_caller_who_leaves_waits_no_longer() {
        let judgements = Judgements::default();
        drop(judgements.wait_for(ClickId(1)));
        assert!(judgements.0.lock().is_empty());
    }
}
