//! Who waits for the judgement of a postback.

use domain::shared::ClickId;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use store::conversions::Judged;
use tokio::sync::oneshot;

/// Who waits for the judgement of a postback.
#[derive(Default)]
pub struct Judgements(Mutex<FxHashMap<ClickId, oneshot::Sender<Judged>>>);

impl Judgements {
    /// Waits for the judgement of the postback `id`.
    pub fn wait_for(&self, id: ClickId) -> oneshot::Receiver<Judged> {
        let (sender, receiver) = oneshot::channel();
        self.0.lock().insert(id, sender);
        receiver
    }

    /// Stops waiting.
    pub fn give_up(&self, id: ClickId) {
        self.0.lock().remove(&id);
    }

    /// Answers whoever waits for the postback `id`.
    pub fn tell(&self, id: ClickId, judged: Judged) {
        if let Some(sender) = self.0.lock().remove(&id) {
            // Whoever asked may have gone; the log has the judgement.
            let _gone = sender.send(judged);
        }
    }
}
