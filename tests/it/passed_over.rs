//! What is passed over where the tests run over another DynamoDB (`TEST_DYNAMODB`;
//! `docs/operations.md#the-tests-over-another-dynamodb`), and why.

use std::io::Write;

/// What a test looks at that another DynamoDB does not have as AWS has it.
#[derive(Clone, Copy, Debug)]
pub enum LooksAt {
    /// The capacity that DynamoDB reports.
    Units,
    /// That calls which meet get through in the few seconds in which they are tried again.
    Time,
    /// The stand-in of this process itself: where it listens, and which tables it keeps in a folder.
    StandIn,
}

impl LooksAt {
    fn reason(self) -> &'static str {
        match self {
            Self::Units => {
                "DynamoDB Local 1.11 counts one part of a transaction for each table, twice, and nothing for reads that find nothing"
            }
            Self::Time => "DynamoDB Local carries out one write after the other, too slowly for so many that meet",
            Self::StandIn => "this is about the stand-in of this process, which does not run",
        }
    }
}

/// Whether the tests run over another DynamoDB, so that what looks at this is passed over; says so and why, even if the test passes.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "which service the tests run over is no setting of the product")]
pub fn passed_over(what: LooksAt) -> bool {
    let is_so = std::env::var("TEST_DYNAMODB").is_ok_and(|url| !url.is_empty());
    if is_so {
        let place = std::panic::Location::caller();
        // Not by a macro, whose output is shown for a test that fails.
        let _ = writeln!(std::io::stderr(), "passed over: {}:{}: {}", place.file(), place.line(), what.reason());
    }
    is_so
}
