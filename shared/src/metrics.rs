//! What operators count. The domain says that something has happened; who adds it up and where it is shown is not its business.
//!
//! Without anybody who listens, which is everywhere but on Lambda, nothing happens. There the kit writes down what a request has
//! counted when it is over. What is counted has a name, and nothing else: nobody whom it concerns.

use ::metrics::Unit;

/// Something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// A code was sent to a phone.
    CodesSent,
    /// A code was asked for and not sent: a limit, a captcha, a region, or the SMS service said no.
    CodesRefused,
    /// A code was presented that is not the one.
    CodesWrong,
    /// A fan-out that was cut was found, to be run to its end.
    FanOutsResumed,
    /// A socket was posted to that is not open any more, and that nobody had said the end of.
    StaleSockets,
    /// A letter went unread because too many others have followed it.
    LettersDropped,
    /// A request ended in a fault: of a service, or of this program.
    Faults,
}

/// Something that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The seconds that the oldest letter of a queue had waited when it was posted. Below a second nothing is measured.
    QueueAge,
}

impl Count {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::CodesSent,
        Self::CodesRefused,
        Self::CodesWrong,
        Self::FanOutsResumed,
        Self::StaleSockets,
        Self::LettersDropped,
        Self::Faults,
    ];

    /// The name, as alarms and dashboards know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CodesSent => "CodesSent",
            Self::CodesRefused => "CodesRefused",
            Self::CodesWrong => "CodesWrong",
            Self::FanOutsResumed => "FanOutsResumed",
            Self::StaleSockets => "StaleSockets",
            Self::LettersDropped => "LettersDropped",
            Self::Faults => "Faults",
        }
    }

    /// It has happened once.
    pub fn once(self) {
        self.times(1);
    }

    /// It has happened so many times.
    pub fn times(self, times: u64) {
        ::metrics::counter!(self.name()).increment(times);
    }
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::QueueAge];

    /// The name, as alarms and dashboards know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::QueueAge => "QueueAge",
        }
    }

    /// What it is measured in.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::QueueAge => Unit::Seconds,
        }
    }

    /// It was so much.
    pub fn is(self, value: f64) {
        ::metrics::histogram!(self.name()).record(value);
    }
}

/// Tells whoever listens in which units everything is.
pub fn describe() {
    for count in Count::ALL {
        ::metrics::describe_counter!(count.name(), Unit::Count, "");
    }
    for measure in Measure::ALL {
        ::metrics::describe_histogram!(measure.name(), measure.unit(), "");
    }
}
