//! Granting coins and VIP days, as an operator does.

use super::{NoStack, config, deployed_clients, local_clients};
use clap::Args;
use shared::{
    App, Clients, Error,
    config::Table,
    random::Random,
    time::Clock,
    values::{RequestId, Unfit, UserId},
    wallet::{self, Grant},
};

/// The options of a grant.
#[derive(Debug, Args)]
pub struct GrantArguments {
    /// Grants this user coins or VIP days or both, and ends. The server that runs on this machine at --port knows it then; with
    /// --users-table and --wallet-table, a deployed stack.
    #[arg(long, value_name = "USER", value_parser = user, requires = "reason", group = "reasoned",
        conflicts_with_all = ["data", "ephemeral", "template", "issue_receipt"])]
    grant: Option<UserId>,
    /// So many coins are granted, 1 to 1,000,000,000; needs --request-id.
    #[arg(long, value_name = "N", requires_all = ["grant", "request_id"])]
    coins: Option<u64>,
    /// So many days are granted, 1 to 3,650.
    #[arg(long, value_name = "N", requires = "grant")]
    vip_days: Option<u32>,
    /// Why: 1 to 200 characters of a grant, 1 to 500 of a decision about a report.
    #[arg(long, value_name = "TEXT", requires = "reasoned")]
    reason: Option<String>,
    /// What this grant is called, 1 to 64 of A-Z a-z 0-9 . _ -; the same grant under the same id is made once.
    #[arg(long, value_name = "ID", value_parser = request, requires = "grant")]
    request_id: Option<RequestId>,
    /// The table of users, of the AWS account in the environment, for --grant or --audit-account.
    #[arg(long, value_name = "TABLE")]
    users_table: Option<String>,
    /// The table of wallets of the same account.
    #[arg(long, value_name = "TABLE", requires_all = ["grant", "users_table"])]
    wallet_table: Option<String>,
}

fn user(text: &str) -> Result<UserId, &'static str> {
    UserId::try_from(text.to_owned()).map_err(|_| "wanted the 24 hex digits of a user")
}

fn request(text: &str) -> Result<RequestId, &'static str> {
    RequestId::try_from(text.to_owned()).map_err(|_| "wanted 1 to 64 of A-Z a-z 0-9 . _ -")
}

/// The tables of a deployed stack that a grant is written to.
#[derive(Debug)]
pub struct GrantTables {
    /// The table of people.
    pub users: String,
    /// The table of wallets.
    pub wallet: String,
}

/// A grant that the options ask for.
#[derive(Debug)]
pub struct WantedGrant {
    uid: UserId,
    grant: Grant,
    tables: Option<GrantTables>,
}

impl GrantArguments {
    /// The table of users of a deployed stack.
    #[must_use]
    pub fn users_table(&self) -> Option<&str> {
        self.users_table.as_deref()
    }

    /// Why somebody does what they do.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Which option is missing beside those that are given, where the list of options cannot say it.
    #[must_use]
    pub fn missing(&self, reviewer: bool) -> Option<&'static str> {
        if self.grant.is_some() && self.coins.is_none() && self.vip_days.is_none() {
            return Some("--grant needs --coins or --vip-days");
        }
        match (self.users_table.is_some(), self.grant.is_some()) {
            (true, true) if self.wallet_table.is_none() => Some("--grant with --users-table needs --wallet-table"),
            (true, false) if !reviewer => Some("--users-table is for --grant and --audit-account"),
            _ => None,
        }
    }

    /// What the options ask for; `None`: no grant.
    ///
    /// # Errors
    /// What [`Grant::new`] refuses.
    pub fn wanted(&self) -> Result<Option<WantedGrant>, Unfit> {
        let Some(uid) = self.grant.clone() else { return Ok(None) };
        let reason = self.reason.clone().unwrap_or_default();
        let grant = Grant::new(self.coins, self.vip_days, reason, self.request_id.clone())?;
        let tables = self
            .users_table
            .clone()
            .zip(self.wallet_table.clone())
            .map(|(users, wallet)| GrantTables { users, wallet });
        Ok(Some(WantedGrant { uid, grant, tables }))
    }
}

impl WantedGrant {
    /// The clients of the stack that it is for: a deployed one, or that of the server at this port of this machine.
    ///
    /// # Errors
    /// There is none.
    pub async fn clients(&self, port: u16) -> Result<Clients, NoStack> {
        if self.tables.is_some() { Ok(deployed_clients()?) } else { local_clients(port).await }
    }

    /// Makes it.
    ///
    /// # Errors
    /// Those of [`grant`].
    pub async fn make(self, clients: Clients) -> Result<(), Error> {
        grant(clients, self.tables, &self.uid, &self.grant).await
    }
}

/// Grants somebody coins and VIP days. `tables` are those of a deployed stack; `None`: those of this machine.
///
/// # Errors
/// Those of [`wallet::grant`].
pub async fn grant(clients: Clients, tables: Option<GrantTables>, uid: &UserId, grant: &Grant) -> Result<(), Error> {
    let mut config = config();
    if let Some(GrantTables { users, wallet }) = tables {
        config.tables.rename(Table::Users, users);
        config.tables.rename(Table::Wallet, wallet);
    }
    let app = App::new(config, clients, Clock::default(), Random::system());
    wallet::grant(&app, uid, grant).await
}
