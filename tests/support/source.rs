//! The project's own sources as text: code without comments and literals, and the paths that it
//! names, `use` trees read to their leaves.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One source file.
pub struct Source {
    /// From the repository's root, with `/`.
    pub file: String,
    /// As it is written.
    pub text: String,
    /// The same lines with comments and literals blanked.
    code: String,
}

/// A path of two or more names in the code, such as `crate::offers::Offer`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    pub line: usize,
    pub names: Vec<String>,
}

/// The repository's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under the project's folders.
pub fn sources() -> Vec<Source> {
    let rust = files().into_iter().filter(|file| file.ends_with(".rs"));
    let found: Vec<_> = rust
        .map(|file| {
            let text = fs::read_to_string(root().join(&file)).expect("a source file is text");
            Source::new(&file, text)
        })
        .collect();
    assert!(!found.is_empty(), "no sources under {}", root().display());
    found
}

/// Every file of the project by its path from the root, in order.
pub fn files() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["src", "templates", "static", "migrations", "jobs", "tests"] {
        collect(&root().join(folder), folder, &mut found);
    }
    found.sort();
    found
}

fn collect(folder: &Path, name: &str, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.expect("a folder can be read");
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &path, found);
        } else {
            found.push(path);
        }
    }
}

impl Source {
    /// A file of this text.
    pub fn new(file: &str, text: String) -> Self {
        let code = blanked(&text);
        Self { file: file.to_owned(), text, code }
    }

    /// Whether the whole file is a test.
    pub fn is_test(&self) -> bool {
        self.file.starts_with("tests/") || self.file.contains("/tests/") || self.file.ends_with("tests.rs")
    }

    /// The lines of code with their numbers, up to the module of tests at the file's end.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.tests_begin();
        self.code.lines().enumerate().take(end).map(|(index, line)| (index + 1, line))
    }

    /// The paths that the code names, up to the module of tests at the file's end.
    pub fn named(&self) -> Vec<Named> {
        let end = self.tests_begin();
        let tokens: Vec<_> = tokens(&self.code).into_iter().filter(|token| token.line <= end).collect();
        let mut reader = Reader { tokens: &tokens, at: 0, found: Vec::new() };
        reader.all();
        reader.found
    }

    /// `file:line`.
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.file)
    }

    /// A path and where it stands.
    pub fn shown(&self, named: &Named) -> String {
        format!("{}: {}", self.place(named.line), named.names.join("::"))
    }

    /// A line as it is written, trimmed; its number counts from 1.
    pub fn written(&self, line: usize) -> &str {
        self.text.lines().nth(line - 1).unwrap_or_default().trim()
    }

    /// How many lines stand before `#[cfg(test)] mod … {`.
    fn tests_begin(&self) -> usize {
        if self.is_test() {
            return usize::MAX;
        }
        let lines: Vec<_> = self.code.lines().map(str::trim).collect();
        let begins = |pair: &[&str]| {
            pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
        };
        lines.windows(2).position(begins).unwrap_or(lines.len())
    }
}

/// Comments and the insides of literals become spaces, so that lines keep their numbers.
fn blanked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let skipped = skipped(&bytes[at..], at > 0 && is_name(bytes[at - 1]));
        let end = at + skipped.max(1);
        for &byte in &bytes[at..end.min(bytes.len())] {
            let keep = byte == b'\n' || (skipped == 0 && byte.is_ascii());
            code.push(if keep { char::from(byte) } else { ' ' });
        }
        at = end;
    }
    code
}

/// The length of the comment or literal that begins here; 0 where none does.
fn skipped(rest: &[u8], within_name: bool) -> usize {
    if rest.starts_with(b"//") {
        return rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    }
    if rest.starts_with(b"/*") {
        return find(rest, b"*/", 2);
    }
    match rest[0] {
        b'"' => quoted(rest),
        b'r' if !within_name => raw(&rest[1..]).map_or(0, |length| length + 1),
        b'b' if !within_name && rest.get(1) == Some(&b'r') => raw(&rest[2..]).map_or(0, |length| length + 2),
        b'\'' => character(rest),
        _ => 0,
    }
}

fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// The length of `#…"…"#…` behind the `r` of a raw string.
fn raw(rest: &[u8]) -> Option<usize> {
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return None;
    }
    let end: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    Some(find(rest, &end, hashes + 1))
}

/// A character literal, told from a lifetime by its closing quote.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        return rest.iter().skip(3).position(|byte| *byte == b'\'').map_or(0, |at| at + 4);
    }
    let closing = rest.iter().take(6).skip(2).position(|byte| *byte == b'\'').map(|at| at + 2);
    // `'a, 'b` holds two quotes but no literal: a literal is one character, of up to four bytes.
    closing.filter(|at| *at == 2 || !rest[1].is_ascii()).map_or(0, |at| at + 1)
}

fn find(rest: &[u8], end: &[u8], from: usize) -> usize {
    let found = rest[from..].windows(end.len()).position(|window| window == end);
    found.map_or(rest.len(), |at| from + at + end.len())
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

struct Token<'a> {
    line: usize,
    text: &'a str,
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while !rest.is_empty() {
            let name = rest.bytes().take_while(|byte| is_name(*byte)).count();
            let length = if name > 0 {
                name
            } else if rest.starts_with("::") {
                2
            } else {
                1
            };
            found.push(Token { line: index + 1, text: &rest[..length] });
            rest = rest[length..].trim_start();
        }
    }
    found
}

/// Reads paths and trees of paths from a row of tokens.
struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    found: Vec<Named>,
}

impl Reader<'_> {
    fn all(&mut self) {
        while self.at < self.tokens.len() {
            if self.is_name() && self.text(self.at + 1) == "::" {
                self.tree(&[]);
            } else {
                self.at += 1;
            }
        }
    }

    /// One path behind `before`, with all its branches.
    fn tree(&mut self, before: &[String]) {
        let mut names = before.to_vec();
        let line = self.tokens[self.at].line;
        while self.is_name() || self.text(self.at) == "*" {
            names.push(self.text(self.at).to_owned());
            self.at += 1;
            if self.text(self.at) != "::" {
                break;
            }
            self.at += 1;
        }
        if self.text(self.at) == "{" && self.text(self.at.wrapping_sub(1)) == "::" {
            self.branches(&names);
        } else if names.len() > 1 {
            self.found.push(Named { line, names });
        }
    }

    fn branches(&mut self, before: &[String]) {
        self.at += 1;
        while self.at < self.tokens.len() && self.text(self.at) != "}" {
            if self.text(self.at) == "as" {
                self.at += 2;
            } else if self.is_name() || matches!(self.text(self.at), "*" | "{") {
                self.tree(before);
            } else {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    fn is_name(&self) -> bool {
        self.text(self.at).bytes().next().is_some_and(is_name)
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text)
    }
}
