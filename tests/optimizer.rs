//! `switchyard optimizer --stdio` as the referee speaks to it. How well it does is the referee's own to say:
//! `tests/load/referee`.

use crate::support::server::product;
use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Output, Stdio},
};

fn told(lines: &[String]) -> Output {
    let mut command = product();
    let command = command.args(["optimizer", "--stdio"]);
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut input = process.stdin.take().expect("it listens");
    // One that has refused a line no longer reads.
    let _refused = input.write_all((lines.join("\n") + "\n").as_bytes());
    drop(input);
    process.wait_with_output().expect("it ends")
}

fn init(is_global: bool) -> String {
    json!({
        "type": "init", "protocol": 1, "scenario": "test", "runs": 2, "update_every": 1, "horizon_h": 24,
        "arms": [{ "id": 0, "value_hint": 10.0 }, { "id": 1, "value_hint": null }],
        "segments": ["US-ios", "EU-desktop"], "tick_s": 900, "global_weights": is_global,
        "kpi": "revenue", "goal": null, "seed": 7,
    })
    .to_string()
}

fn step(hour: f64, conversions: &Value) -> String {
    let run = json!({ "clicks": [[400, 400], [400, 400]], "conv": conversions });
    let eligible = json!([[1, 1], [0, 1]]);
    json!({ "type": "step", "tick": hour * 4.0, "hour": hour, "eligible": eligible, "runs": [run, run] })
        .to_string()
}

fn weights(output: &Output, line: usize) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().nth(line).unwrap_or_else(|| panic!("no line {line}: {text}"));
    let answer: Value = serde_json::from_str(line).expect("an answer is JSON");
    answer["weights"].clone()
}

#[test]
fn a_rotator_is_told_by_segment_and_learns() {
    let converted: Vec<Value> = (0..40).map(|number| json!([0, 0, number % 4, 0.1, 10.0])).collect();
    let lines =
        [init(false), step(0.0, &json!([])), step(1.0, &json!(converted)), r#"{"type":"end"}"#.to_owned()];
    let output = told(&lines);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let learnt = weights(&output, 2);
    for run in 0..2 {
        let share = |segment: usize, option: usize| learnt[run][segment][option].as_f64().expect("a share");
        assert!(share(0, 0) > 0.9, "it has 40 conversions, the other none: {learnt}");
        assert!(
            share(1, 0).abs() < 1e-9 && share(1, 1) > 0.99,
            "it may not take the second segment: {learnt}"
        );
    }
    assert_eq!(output.stdout, told(&lines).stdout, "the same again");
}

#[test]
fn a_link_is_told_one_vector() {
    let output = told(&[init(true), step(0.0, &json!([])), step(12.0, &json!([[0, 0, 2, 0.1, 10.0]]))]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(weights(&output, 1), json!([[0.5, 0.5], [0.5, 0.5]]), "equal before the threshold");
    let vector = weights(&output, 2);
    let sum: f64 = vector[0].as_array().expect("a vector").iter().filter_map(Value::as_f64).sum();
    assert!((sum - 1.0).abs() < 1e-6, "{vector}");
}

#[test]
fn a_line_that_does_not_read_ends_it_with_the_reason() {
    let first_step = step(0.0, &json!([]));
    let outside = json!({
        "type": "step", "tick": 4, "hour": 1.0, "eligible": [[1, 1], [1, 1]],
        "runs": [{ "clicks": [[1, 1, 1]], "conv": [[9, 9, 0, 0.1, 1.0]] }, { "clicks": [], "conv": [] }],
    });
    let cases = [
        (vec!["{".to_owned()], "does not read"),
        (vec![first_step.clone()], "before init"),
        (vec![init(false), first_step, outside.to_string()], "names an option"),
    ];
    for (lines, reason) in cases {
        let output = told(&lines);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && error.contains(reason), "{reason}: {error}");
    }
}
