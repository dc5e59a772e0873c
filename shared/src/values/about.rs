//! What people say about themselves beside their name and picture (`docs/dialects/m_user.md#people`).

use super::Unfit;
use serde::{Deserialize, Serialize};

/// How old somebody says they are: 18 to 120 years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct Age(u8);

impl Age {
    /// In years.
    #[must_use]
    pub fn years(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Age {
    type Error = Unfit;

    fn try_from(years: i64) -> Result<Self, Unfit> {
        u8::try_from(years).ok().filter(|years| (18..=120).contains(years)).map(Self).ok_or(Unfit::Form)
    }
}

/// What a minute of somebody's calls costs, in coins: nothing, until they say something else. `None`: they take no such calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallPrice(pub Option<u32>);

impl Default for CallPrice {
    fn default() -> Self {
        Self(Some(0))
    }
}

/// What a change does to a fact that may be unset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is unset.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> Change<T> {
    /// What a new value, or none, does to the fact.
    #[must_use]
    pub fn to(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }

    /// The same of another type.
    pub fn map<U>(self, value: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(one) => Change::Set(value(one)),
        }
    }

    /// The new value, if there is one.
    pub fn set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

/// A type whose values are the words of a list, each of them stored and shown as its word.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $value:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$of])* #[serde(rename = $word)] $value,)+
        }

        impl $name {
            /// All of them, in the order of the documents.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// Its word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }
    )+};
}

words! {
    /// What somebody thinks of sex. Personal: it is shown to who may see the person, and never logged.
    SexAttitude {
        /// Conservative.
        Conservative = "conservative",
        /// As nature has it.
        Nature = "nature",
        /// Without experience.
        Virgin = "virgin",
        /// If both want it.
        EachOther = "each_other",
        /// Open.
        Open = "open",
        /// Crazy.
        Crazy = "crazy",
    }

    /// What somebody works as.
    Job {
        /// Freelance.
        Soho = "soho",
        /// Student.
        Student = "student",
        /// Owner of a business.
        PrivateOwner = "private_owner",
        /// Office worker.
        WhiteCollar = "white_collar",
        /// Employee of a public institution.
        Institution = "institution",
        /// Farmer.
        Agricultural = "agricultural",
    }

    /// What school somebody has finished.
    Degree {
        /// Lower secondary school.
        JuniorMiddle = "junior_middle",
        /// Upper secondary school.
        MiddleSchool = "middle_school",
        /// Vocational college.
        ProTraining = "pro_training",
        /// Bachelor's degree.
        Bachelor = "bachelor",
        /// Master's degree.
        Master = "master",
        /// Doctorate.
        Doctor = "doctor",
    }

    /// Whether somebody is with somebody.
    Marriage {
        /// Married.
        Married = "married",
        /// Single.
        Single = "single",
        /// Does not say.
        Secret = "secret",
        /// In love.
        InLove = "in_love",
    }

    /// When somebody can be called.
    OnlinePeriod {
        /// At any time.
        Anytime = "anytime",
        /// In working hours.
        WorkTime = "work_time",
        /// After work.
        RestTime = "rest_time",
    }
}
