//! Anything in any order: calls that send, start, acknowledge and post are cut into their steps, and the steps of all of them are
//! mixed, each time in another way. Clients lose their connections, calls die between two steps, answers are lost, frames are handed
//! over twice or refused.
//!
//! Whatever happens: nothing that was accepted is lost, nothing reaches anybody else, what one person has sent to another keeps its
//! order, and what comes twice has the same id. A run is its seed: `MODEL_SEED=<seed>` runs that one again, `MODEL_RUNS=<n>` so many.

mod calls;
mod clients;
mod steps;

use clients::Clients;
use steps::Steps;

/// So many runs are a test. Each takes some milliseconds.
const RUNS: u64 = 1_000;

#[expect(clippy::disallowed_methods, reason = "how many runs there are is nothing that the product is set to")]
pub(super) fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The runs are shared out to so many threads.
const THREADS: u64 = 4;

#[test]
fn nothing_is_lost_in_any_order() {
    let seeds = match variable("MODEL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..variable("MODEL_RUNS").unwrap_or(RUNS),
    };
    std::thread::scope(|scope| {
        for part in 0..THREADS {
            let seeds = seeds.clone().filter(move |seed| seed % THREADS == part);
            scope.spawn(move || seeds.for_each(run_and_name));
        }
    });
}

fn run_and_name(seed: u64) {
    let ran = std::panic::catch_unwind(|| run(seed));
    assert!(ran.is_ok(), "MODEL_SEED={seed} fails");
}

/// A run: some hundred things happen, then everything ends well, and everybody reads to the end.
fn run(seed: u64) {
    // In one run of four nothing fails but connections.
    let steps = Steps::new(seed, !seed.is_multiple_of(4));
    let clients = Clients::new(&steps);
    for _ in 0..steps.within(20, 120) {
        clients.do_something();
        for _ in 0..steps.within(0, 12) {
            steps.go_on();
            clients.go_on();
        }
        if steps.within(0, 3) == 0 {
            steps.settle();
            clients.go_on();
        }
    }
    steps.end_well();
    if seed.is_multiple_of(4) {
        clients.nothing_waits();
    }
    clients.end_well();
    clients.check();
}
