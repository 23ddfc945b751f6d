//! Finds the patterns that recognise browsers and operating systems: `regexes.yaml` of the uap-core
//! project (Apache-2.0), which lies inside the published `ua-parser` crate and is not part of its
//! interface. The code includes it from there by the variable `UAP_REGEXES`; this repository holds no copy.

#![allow(clippy::print_stdout, reason = "printing is how a build script speaks to cargo")]

use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

fn main() {
    let root = directory("CARGO_MANIFEST_DIR");
    let regexes = companion_of_ua_parser(&root).join("uap-core").join("regexes.yaml");
    assert!(regexes.is_file(), "{} is missing: has ua-parser changed its layout?", regexes.display());
    println!("cargo:rustc-env=UAP_REGEXES={}", regexes.display());
    for input in [root.join("src/build.rs"), root.join("Cargo.lock"), regexes] {
        println!("cargo:rerun-if-changed={}", input.display());
    }
}

fn directory(variable: &str) -> PathBuf {
    PathBuf::from(env::var_os(variable).unwrap_or_else(|| panic!("cargo sets {variable} for a build script")))
}

/// Where cargo keeps the sources of the locked `ua-parser`: a registry's folder or a vendored one.
fn companion_of_ua_parser(root: &Path) -> PathBuf {
    let answer = metadata(root, &write_probe(root));
    let packages = answer["packages"].as_array().expect("cargo metadata lists packages");
    let manifest = packages
        .iter()
        .find(|package| package["name"] == "ua-parser")
        .and_then(|package| package["manifest_path"].as_str())
        .expect("the probe depends on ua-parser");
    Path::new(manifest).parent().expect("a manifest lies in a folder").to_path_buf()
}

/// A package that depends on `ua-parser` alone, under our lock file. Asking about the whole workspace
/// would fail offline wherever a plain build has not downloaded what only tests or other systems need.
fn write_probe(root: &Path) -> PathBuf {
    let probe = directory("OUT_DIR").join("probe");
    fs::create_dir_all(&probe).expect("OUT_DIR is writable");
    let manifest = probe.join("Cargo.toml");
    let text = "[workspace]\n\n[package]\nname = \"probe\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
                [dependencies]\nua-parser = \"*\"\n";
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
