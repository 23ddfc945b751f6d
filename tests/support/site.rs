//! A web site as monitors meet them: it answers, refuses, hangs, breaks off, as it is told for each path, and
//! counts who asks.

use super::machine::free_port;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

/// What a path answers.
#[derive(Clone, Debug)]
pub enum Way {
    /// A status with this body.
    Status(u16, &'static str),
    /// 302 to there.
    Redirect(String),
    /// Nothing: the connection is closed.
    Close,
    /// Nothing, for longer than anybody waits.
    Hang,
    /// Ten megabytes without a word.
    Large,
    /// The begin of a body, and then nothing more.
    Stall,
}

#[derive(Default)]
struct Kept {
    ways: BTreeMap<String, Way>,
    asked: BTreeMap<String, usize>,
}

/// A running site; it ends with the process.
#[derive(Clone)]
pub struct Site {
    pub url: String,
    kept: Arc<Mutex<Kept>>,
}

impl Site {
    pub fn start() -> Self {
        let port = free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let site = Self { url: format!("http://127.0.0.1:{port}"), kept: Arc::clone(&kept) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                // Who hangs up early does so.
                std::thread::spawn(move || drop(talk(stream, &kept)));
            }
        });
        site
    }

    /// From now on this path answers so.
    pub fn answers(&self, path: &str, way: Way) -> String {
        self.kept.lock().expect("no thread died").ways.insert(path.to_owned(), way);
        format!("{}{path}", self.url)
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.kept.lock().expect("no thread died").asked.get(path).copied().unwrap_or(0)
    }
}

fn talk(stream: TcpStream, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let way = {
        let mut kept = kept.lock().expect("no thread died");
        *kept.asked.entry(path.clone()).or_default() += 1;
        kept.ways.get(&path).cloned().unwrap_or(Way::Status(404, ""))
    };
    answer(stream, &way)
}

fn answer(mut out: TcpStream, way: &Way) -> std::io::Result<()> {
    let hang = || std::thread::sleep(Duration::from_secs(60));
    match way {
        Way::Status(status, body) => {
            let length = body.len();
            write!(
                out,
                "HTTP/1.1 {status} As told\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            )
        }
        Way::Redirect(to) => {
            write!(
                out,
                "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        }
        Way::Close => Ok(()),
        Way::Hang => {
            hang();
            Ok(())
        }
        Way::Large => {
            write!(out, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", 10 << 20)?;
            let part = vec![b'.'; 64 << 10];
            (0..160).try_for_each(|_| out.write_all(&part))
        }
        Way::Stall => {
            write!(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nthe begin")?;
            hang();
            Ok(())
        }
    }
}
