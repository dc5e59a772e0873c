//! What others have to be shown of a change: versions, and the fan-out, which hands a change to everybody whom it
//! concerns (`docs/dialects/sealtalk.md#fan-out`).
//!
//! | module | what it holds |
//! |---|---|
//! | `fan_out` | how a fan-out is run and resumed: the lease, the passes, the end |
//! | `rows` | `VERSION`: how far the rows that a user syncs have come |
//! | `rows::owed` | what a row says of the fan-out of its changes: the mark and the lease |
//! | `rows::delivery` | a recipient's row and their `VERSION` in one transaction |
//!
//! # The fan-out
//!
//! A change is written once, to its *subject*: a new nickname to the person's profile, a new name of a group to the
//! group. A sync reads only rows of the user's own, so each *recipient* has a row that has to get the change and a new
//! version. There may be hundreds of them, too many for one transaction. So a fan-out takes four steps, and each may be
//! the last one of a call that dies.
//!
//! 1. **Mark.** The transaction that changes the subject marks it ([`mark`], [`mark_and_hold`]): the change counts as
//!    owed from then on. Where the subject is a row that the author's sync does not read, the author's `VERSION` names
//!    it as well (`begin_fan_out`).
//! 2. **Lease.** One call at a time runs the fan-out of a subject. It holds the lease for [`LEASE`] milliseconds, by
//!    the application's clock ([`Lease`]).
//! 3. **Passes.** The call reads what is owed and delivers it to every recipient, 50 of them side by side
//!    ([`to_each`]). A recipient's row knows the newest change that has reached it ([`deliver_newer`]), so a change that
//!    is delivered twice changes nothing, and one pass delivers all changes up to the one that was read. If the subject
//!    has changed meanwhile, another pass follows, for some seconds at most.
//! 4. **End.** One write takes the mark and the lease away, on condition that the subject is as it was read for the last
//!    pass and that the call still holds the lease. The mark of the author whose call this is goes
//!    in the same transaction; that of any other author goes with their next sync.
//!
//! **Resume.** The marks are left if a call dies. The fan-out counts as cut when its newest change is [`LEASE`] old and
//! no call holds the lease ([`Owed::is_cut`]). Then it is run again from the second step ([`resume`]). The room
//! says by which calls: for a look the person's own sign-in, sync and list of friends, for a group whoever reads or changes it
//! and the author's next sync. A call that fails without dying gives the lease back, so that the next change
//! need not wait for it.
//!
//! Who has something to fan out implements [`Delivery`]: which row is the subject, what is owed and to whom, and what is
//! written to a recipient. Looks of people (`looks.rs`), changes of groups (`groups/rows/fanout.rs`) and what people say to groups (`chat/said.rs`) do. The subject's
//! row holds [`Owed`], flattened into its value.

mod fan_out;
mod rows;

pub use fan_out::{Delivery, LEASE, Lease, fan_out, resume, try_to_fan_out};
pub(crate) use rows::{
    Version, advance, advance_by, changes,
    owed::{begin_fan_out, begin_fan_out_by},
    version,
};
pub use rows::{
    delivery::{deliver_newer, deliver_row, to_each},
    owed::{Owed, is_held_since, mark, mark_and_hold},
};
