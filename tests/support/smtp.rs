//! A server that takes mail, as one on the internet does: it speaks SMTP over TCP, asks for a login where
//! it is told to, and keeps what came, so that a test can read it as its receiver would.

use super::machine::{eventually, free_port};
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

/// How long mail may take from the act to its receiver.
const PATIENCE: Duration = Duration::from_secs(20);

/// A letter as it came.
#[derive(Clone, Debug)]
pub struct Letter {
    pub from: String,
    pub to: String,
    /// Headers and body, dots and line ends as the sender meant them.
    pub source: String,
}

/// What the server is to answer instead of taking the next letters.
type Refusals = VecDeque<&'static str>;

#[derive(Default)]
struct Kept {
    letters: Vec<Letter>,
    refusals: Refusals,
    logins: Vec<String>,
}

/// A running server; it ends with the process.
pub struct Smtp {
    port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Smtp {
    pub fn start() -> Self {
        let port = free_port();
        let smtp = Self::at(port);
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        smtp.listen(listener);
        smtp
    }

    /// One that does not answer yet.
    pub fn at(port: u16) -> Self {
        Self { port, kept: Arc::default() }
    }

    fn listen(&self, listener: TcpListener) {
        let kept = Arc::clone(&self.kept);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                // A client that hangs up early is the client's affair.
                std::thread::spawn(move || drop(talk(stream, &kept)));
            }
        });
    }

    /// The value of `--smtp-url`.
    pub fn url(&self) -> String {
        format!("smtp://postman:secret%20word@127.0.0.1:{}", self.port)
    }

    /// Answers the next letter with this line instead of taking it.
    pub fn refuse(&self, line: &'static str) {
        self.kept.lock().expect("no thread died").refusals.push_back(line);
    }

    /// The letters that came.
    pub fn letters(&self) -> Vec<Letter> {
        self.kept.lock().expect("no thread died").letters.clone()
    }

    /// Who has logged in, as the base64 of the PLAIN mechanism.
    pub fn logins(&self) -> Vec<String> {
        self.kept.lock().expect("no thread died").logins.clone()
    }

    /// Waits for a letter to this address.
    pub async fn letter_to(&self, email: &str) -> Letter {
        let what = format!("a letter to {email}");
        eventually(&what, PATIENCE, async || self.letters().into_iter().find(|letter| letter.to == email))
            .await
    }

    /// Waits for the letter of this number, from 1.
    pub async fn letter(&self, number: usize) -> Letter {
        let what = format!("letter {number}");
        eventually(&what, PATIENCE, async || self.letters().get(number - 1).cloned()).await
    }
}

fn talk(stream: TcpStream, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut out = stream;
    out.write_all(b"220 test.example ESMTP\r\n")?;
    let (mut from, mut to) = (String::new(), String::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-test.example\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
            "HELO" | "RSET" | "NOOP" => "250 fine".to_owned(),
            "AUTH" => {
                kept.lock().expect("no thread died").logins.push(line.to_owned());
                "235 welcome".to_owned()
            }
            "MAIL" => {
                from = address(line);
                "250 fine".to_owned()
            }
            "RCPT" => {
                to = address(line);
                "250 fine".to_owned()
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let source = data(&mut reader)?;
                let mut kept = kept.lock().expect("no thread died");
                match kept.refusals.pop_front() {
                    Some(refusal) => refusal.to_owned(),
                    None => {
                        kept.letters.push(Letter { from: from.clone(), to: to.clone(), source });
                        "250 taken".to_owned()
                    }
                }
            }
            "QUIT" => return out.write_all(b"221 bye\r\n"),
            _ => "500 what".to_owned(),
        };
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
}

/// What stands between `<` and `>`.
fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

fn data(reader: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut source = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == ".\r\n" {
            return Ok(source);
        }
        source.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

impl Letter {
    /// A header's value.
    pub fn header(&self, name: &str) -> String {
        let begin = format!("{}:", name.to_lowercase());
        let line = self.source.lines().find(|line| line.to_lowercase().starts_with(&begin));
        line.unwrap_or_else(|| panic!("no {name} in {}", self.source))[begin.len()..].trim().to_owned()
    }

    /// The part of this type, decoded.
    pub fn part(&self, kind: &str) -> String {
        let mark = format!("Content-Type: {kind}");
        let part = self.source.split(&mark).nth(1).unwrap_or_else(|| panic!("no {kind} in {}", self.source));
        let (headers, body) = part.split_once("\r\n\r\n").expect("a part has a body");
        let body = body.split("\r\n--").next().unwrap_or_default();
        if headers.contains("quoted-printable") { unquoted(body) } else { body.to_owned() }
    }

    /// The first address of our pages in the text, without host.
    pub fn way(&self) -> String {
        let text = self.part("text/plain");
        let url =
            text.split_whitespace().find(|word| word.starts_with("http")).expect("the letter has a link");
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        format!("/{path}")
    }
}

/// Quoted-printable undone.
fn unquoted(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = (*first == b'=').then(|| behind.get(..2)).flatten();
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8(bytes).expect("a letter is text")
}
