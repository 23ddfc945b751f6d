//! Finds the patterns that recognise browsers and operating systems: `regexes.yaml` of the uap-core
//! project (Apache-2.0), which lies inside the published `ua-parser` crate and is not part of its
//! interface. The code includes it from there by the variable `UAP_REGEXES`; this repository holds no copy.
//! Beside it, when the table of countries inside `tor-geoip-db` was made, which only its notes tell.

#![allow(clippy::print_stdout, reason = "printing is how a build script speaks to cargo")]

use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

fn main() {
    let root = directory("CARGO_MANIFEST_DIR");
    let known = metadata(&root, &write_probe(&root));
    let (parser, patterns) = package(&known, "ua-parser");
    let regexes = parser.join("uap-core").join("regexes.yaml");
    assert!(regexes.is_file(), "{} is missing: has ua-parser changed its layout?", regexes.display());
    println!("cargo:rustc-env=UAP_REGEXES={}", regexes.display());
    println!("cargo:rustc-env=UAP_VERSION={patterns}");
    let (countries, version) = package(&known, "tor-geoip-db");
    println!("cargo:rustc-env=COUNTRIES_VERSION={version}");
    println!("cargo:rustc-env=COUNTRIES_GENERATED={}", generated(&countries));
    for input in [root.join("src/build.rs"), root.join("Cargo.lock"), regexes] {
        println!("cargo:rerun-if-changed={}", input.display());
    }
}

fn directory(variable: &str) -> PathBuf {
    PathBuf::from(env::var_os(variable).unwrap_or_else(|| panic!("cargo sets {variable} for a build script")))
}

/// Where cargo keeps the sources of a locked package, a registry's folder or a vendored one, and its version.
fn package(known: &Value, name: &str) -> (PathBuf, String) {
    let packages = known["packages"].as_array().expect("cargo metadata lists packages");
    let package = packages.iter().find(|package| package["name"] == name).expect("the probe depends on it");
    let manifest = package["manifest_path"].as_str().expect("a package has a manifest");
    let folder = Path::new(manifest).parent().expect("a manifest lies in a folder").to_path_buf();
    (folder, package["version"].as_str().expect("a package has a version").to_owned())
}

/// When the table was made, as its notes write it; empty where they don't tell.
fn generated(countries: &Path) -> String {
    let notes = fs::read_to_string(countries.join("doc/export-info-v4.txt")).unwrap_or_default();
    let told = notes.lines().find_map(|line| line.strip_prefix("Generated:"));
    told.map_or_else(String::new, |moment| moment.trim().to_owned())
}

/// A package that depends on these two alone, under our lock file. Asking about the whole workspace
/// would fail offline wherever a plain build has not downloaded what only tests or other systems need.
fn write_probe(root: &Path) -> PathBuf {
    let probe = directory("OUT_DIR").join("probe");
    fs::create_dir_all(&probe).expect("OUT_DIR is writable");
    let manifest = probe.join("Cargo.toml");
    let text = "[workspace]\n\n[package]\nname = \"probe\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
                [dependencies]\nua-parser = \"*\"\ntor-geoip-db = \"*\"\n";
    fs::write(&manifest, text).expect("OUT_DIR is writable");
    fs::write(probe.join("lib.rs"), "").expect("OUT_DIR is writable");
    fs::copy(root.join("Cargo.lock"), probe.join("Cargo.lock")).expect("Cargo.lock is in the repository");
    manifest
}

/// What `cargo metadata` says of the probe, without network. It runs in the workspace's folder, so that
/// the same `.cargo/config.toml` holds, vendored sources for example.
fn metadata(root: &Path, manifest: &Path) -> Value {
    let output = Command::new(directory("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(manifest)
        .current_dir(root)
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}
