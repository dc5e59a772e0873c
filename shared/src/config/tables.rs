//! The tables, each with the name of the setting that says what it is called.

use std::collections::BTreeMap;

/// A table, by what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// People and what belongs to them.
    Users,
    /// Lights, days and messages.
    Lights,
    /// Friends, blocks and how far a user's changes have come.
    Friends,
    /// Groups and their members.
    Groups,
    /// Balances, their ledgers and receipts.
    Wallet,
    /// Posts with all that belongs to them, gifts, uploaded files, feedback and reports.
    Social,
    /// Queues of messages, connections, and what searches by name find.
    Chat,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Users, Self::Lights, Self::Friends, Self::Groups, Self::Wallet, Self::Social, Self::Chat];

    /// The environment variable that holds the table's name.
    #[must_use]
    pub fn setting(self) -> &'static str {
        match self {
            Self::Users => "USERS_TABLE",
            Self::Lights => "LIGHTS_TABLE",
            Self::Friends => "FRIENDS_TABLE",
            Self::Groups => "GROUPS_TABLE",
            Self::Wallet => "WALLET_TABLE",
            Self::Social => "SOCIAL_TABLE",
            Self::Chat => "CHAT_TABLE",
        }
    }

    /// The table's logical id in `template.yaml`, which is also its name on this machine.
    #[must_use]
    pub fn logical_id(self) -> &'static str {
        match self {
            Self::Users => "UsersTable",
            Self::Lights => "LightsTable",
            Self::Friends => "FriendsTable",
            Self::Groups => "GroupsTable",
            Self::Wallet => "WalletTable",
            Self::Social => "SocialTable",
            Self::Chat => "ChatTable",
        }
    }
}

/// The names of the tables in the account where this process runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables(BTreeMap<Table, String>);

impl Tables {
    /// The tables of `cargo run` and of the tests, which are called by their logical ids.
    #[must_use]
    pub fn local() -> Self {
        Self(Table::ALL.into_iter().map(|table| (table, table.logical_id().to_owned())).collect())
    }

    /// Gives a table another name.
    pub fn rename(&mut self, table: Table, name: impl Into<String>) {
        self.0.insert(table, name.into());
    }

    /// The name of a table. A table that this process was not given has the name of its setting, which is the name of
    /// no table, so that DynamoDB refuses every call.
    #[must_use]
    pub fn name(&self, table: Table) -> &str {
        self.0.get(&table).map_or(table.setting(), String::as_str)
    }

    /// The table of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| self.name(*table) == name)
    }
}

impl FromIterator<(Table, String)> for Tables {
    fn from_iter<T: IntoIterator<Item = (Table, String)>>(names: T) -> Self {
        Self(names.into_iter().collect())
    }
}
