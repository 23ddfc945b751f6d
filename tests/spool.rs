//! The spool as the tracking side uses it, against a folder that is not as it left it.

use crate::support::{folder::Folder, run};
use std::fs;
use store::tracking::{Folder as SpoolFolder, Position, Spool, spool};

/// The size of a segment.
const SEGMENT: usize = 32 << 20;

fn open(folder: &Folder) -> Spool {
    let spool_folder = SpoolFolder::open(folder.path()).expect("the folder can be made");
    Spool::open(spool_folder, Position::default(), true).expect("the spool opens")
}

/// Everything between the start and the spool's end.
fn read_all(spool: &Spool) -> Vec<Vec<u8>> {
    let (mut from, mut bodies) = (Position::default(), Vec::new());
    while let Some(chunk) =
        spool::read_between(spool.folder(), from, spool.end(), usize::MAX).expect("the spool reads")
    {
        bodies.extend(spool::frames(&chunk.bytes).0.into_iter().map(<[u8]>::to_vec));
        from = chunk.end;
    }
    bodies
}

#[test]
fn a_file_in_the_place_of_the_next_segment_does_not_stop_the_spool() {
    run(async {
        let folder = Folder::new();
        let spool = open(&folder);
        for number in 2..=3 {
            fs::write(spool.folder().segment(number), b"").expect("the disk takes it");
        }
        let body = vec![7; SEGMENT / 40];
        for number in 0..100 {
            spool.append(&body).await.unwrap_or_else(|full| panic!("record {number}: {full}"));
        }
        assert!(spool.end().segment > 4, "the spool went on behind the files: {:?}", spool.end());
        assert_eq!(read_all(&spool).len(), 100);
    });
}
