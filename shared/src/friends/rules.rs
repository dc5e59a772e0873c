//! What becomes of a relation: pure rules (`docs/dialects/sealtalk.md`).
//!
//! A rule takes the relation as one of the two sees it and gives back what it is to be. One that changes nothing gives
//! it back as it was: an operation can be repeated.

use crate::{
    error::Error,
    friends::rows::{Block, Edge, Relation, Status},
    person::{Look, Profile},
};

/// What an invitation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The other had asked or was a friend still: friends at once.
    Added,
    /// The other is asked.
    Sent,
    /// Nothing changes.
    Nothing,
    /// The other takes everybody: friends at once.
    AddedDirectly,
}

/// A request that was ignored can be sent again after so many milliseconds: a day.
pub const AGAIN_AFTER_IGNORED: i64 = 86_400_000;

/// A request without an answer can be sent again after so many milliseconds: three days.
pub const AGAIN_AFTER_SILENCE: i64 = 3 * AGAIN_AFTER_IGNORED;

impl Relation {
    fn status(edge: Option<&Edge>) -> Option<Status> {
        edge.map(|edge| edge.status)
    }

    /// Whether the other has asked me or has me as a friend: then to ask them is no new request.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        matches!(Self::status(self.theirs.as_ref()), Some(Status::Requested | Status::Friends))
    }

    /// Whether the other has or had me as a friend, or has asked me: then they have let me know who they are.
    #[must_use]
    pub fn has_been_wanted(&self) -> bool {
        let wanted = [Status::Requested, Status::Friends, Status::Deleted, Status::Blocked];
        Self::status(self.theirs.as_ref()).is_some_and(|status| wanted.contains(&status))
    }

    /// Whether I have to do with the other already, by what either has done.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.is_wanted() || self.mine.is_some()
    }

    /// Whether the other blocks me; what deleting a friend leaves behind is no block here.
    #[must_use]
    pub fn is_shut_out(&self) -> bool {
        self.their_block.as_ref().is_some_and(|block| block.active && !block.hidden)
    }

    /// Whether each blocks the other.
    #[must_use]
    pub fn is_shut_both_ways(&self) -> bool {
        self.is_shut_out() && self.my_block.as_ref().is_some_and(|block| block.active)
    }

    /// I ask the other to be friends. `approves`: whether they want to be asked first.
    ///
    /// A block of theirs is stronger than everything else; the block that deleting a friend leaves is none here
    /// (`docs/dialects/sealtalk.md#deleting-friends`).
    ///
    /// # Errors
    /// [`Error::AlreadyFriends`].
    pub fn invited(self, approves: bool, message: &str, now: i64) -> Result<(Action, Self), Error> {
        use Status::{Asked, Deleted, Friends, Ignored, Requested};
        let befriended = |before: Self| before.clone().befriended(message, now).announced(&before, now);
        let (mine, theirs) = (Self::status(self.mine.as_ref()), Self::status(self.theirs.as_ref()));
        let blocked = self.is_shut_out();
        let waited = self.mine.as_ref().map_or(i64::MAX, |edge| now - edge.updated_at);
        match (mine, theirs) {
            (_, Some(Status::Blocked)) => Ok((Action::Nothing, self)),
            _ if blocked => Ok((Action::Nothing, self)),
            (Some(Friends), Some(Friends)) if approves => Err(Error::AlreadyFriends(self.other.to_string())),
            _ if !approves => Ok((Action::AddedDirectly, befriended(self))),
            (_, Some(Requested | Friends)) => Ok((Action::Added, befriended(self))),
            (Some(Requested), Some(Ignored)) if waited < AGAIN_AFTER_IGNORED => Ok((Action::Nothing, self)),
            (Some(Requested), Some(Asked)) if waited < AGAIN_AFTER_SILENCE && !self.unread() => {
                Ok((Action::Nothing, self))
            }
            (_, None | Some(Asked | Ignored | Deleted)) => Ok((Action::Sent, self.requested(message, now))),
        }
    }

    /// I agree to be friends. Who is my friend already stays what they are: nobody becomes a friend again, or lifts a
    /// block, on the strength of an old request.
    ///
    /// # Errors
    /// [`Error::NoSuchFriend`] unless the other has asked me and neither blocked me nor left me since.
    pub fn agreed(self, now: i64) -> Result<Self, Error> {
        match Self::status(self.mine.as_ref()) {
            Some(Status::Asked) if self.is_wanted() && !self.taken_back() => Ok(self.befriended("", now)),
            Some(Status::Friends) => Ok(self),
            _ => Err(Error::NoSuchFriend),
        }
    }

    /// Whether the other has blocked me after asking me. Who asks somebody they block already wants them as a friend.
    fn taken_back(&self) -> bool {
        let asked_at = self.theirs.as_ref().map_or(i64::MAX, |edge| edge.updated_at);
        self.their_block.as_ref().is_some_and(|block| block.active && !block.hidden && block.updated_at >= asked_at)
    }

    /// I agree to what a message in my list asks, also if I have ignored the request.
    ///
    /// # Errors
    /// As [`Relation::agreed`]; [`Error::AlreadyFriends`].
    pub fn accepted(mut self, now: i64) -> Result<Self, Error> {
        if self.is_mutual() {
            return Err(Error::AlreadyFriends(self.other.to_string()));
        }
        if let Some(edge) = self.mine.as_mut().filter(|edge| edge.status == Status::Ignored) {
            edge.status = Status::Asked;
        }
        if self.is_blocked() { Err(Error::NoSuchFriend) } else { self.agreed(now) }
    }

    /// Both sides end a friendship, without a block.
    ///
    /// # Errors
    /// [`Error::NoSuchFriend`] unless each has the other as a friend.
    pub fn ended(mut self, now: i64) -> Result<Self, Error> {
        if !self.is_mutual() {
            return Err(Error::NoSuchFriend);
        }
        for edge in [&mut self.mine, &mut self.theirs].into_iter().flatten() {
            edge.cleared(Status::Deleted, now);
        }
        Ok(self)
    }

    /// Whether either blocks the other; what deleting a friend leaves behind is no block here.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        let blocks = |block: &Block| block.active && !block.hidden;
        [&self.my_block, &self.their_block].into_iter().flatten().any(blocks)
    }

    /// Whether the one whom I have asked has thrown away the message of my request, of which I have my copy.
    fn unread(&self) -> bool {
        let waits = |edge: &Option<Edge>| edge.as_ref().is_some_and(|edge| edge.message_at.is_some());
        waits(&self.mine) && !waits(&self.theirs)
    }

    /// Both get a message that they are friends, unless one waited that says it now, or neither became it.
    fn announced(mut self, before: &Self, now: i64) -> Self {
        let waited = [&before.mine, &before.theirs].into_iter().flatten().any(|edge| edge.message_at.is_some());
        if !waited && !before.is_mutual() {
            self.announced = Some(now);
        }
        self
    }

    /// I have the other as a friend, whatever they have me as. Who has asked me is agreed to.
    ///
    /// # Errors
    /// [`Error::NoSuchUser`] across a block; [`Error::AlreadyFriends`].
    pub fn added(mut self, now: i64) -> Result<Self, Error> {
        if self.is_blocked() {
            return Err(Error::NoSuchUser);
        }
        if Self::status(self.mine.as_ref()) == Some(Status::Friends) {
            return Err(Error::AlreadyFriends(self.other.to_string()));
        }
        if Self::status(self.theirs.as_ref()) == Some(Status::Requested) {
            return Ok(self.befriended("", now));
        }
        match &mut self.mine {
            Some(edge) => (edge.status, edge.updated_at) = (Status::Friends, now),
            None => self.mine = Some(Edge::new(self.other.clone(), Status::Friends, "", now)),
        }
        self.lift_mine(now);
        Ok(self)
    }

    /// I have the other as a friend no more, and do not block them. They keep me.
    ///
    /// # Errors
    /// [`Error::NoSuchFriend`] for anybody who is no friend.
    pub fn removed(mut self, now: i64) -> Result<Self, Error> {
        let friend = self.mine.as_mut().filter(|edge| edge.status == Status::Friends);
        friend.ok_or(Error::NoSuchFriend)?.cleared(Status::Deleted, now);
        Ok(self)
    }

    /// I ignore a request; who sent it sees nothing of that.
    ///
    /// # Errors
    /// [`Error::NoSuchFriend`] unless the other has asked me.
    pub fn ignored(mut self, now: i64) -> Result<Self, Error> {
        let edge = self.mine.as_mut().filter(|edge| edge.status == Status::Asked).ok_or(Error::NoSuchFriend)?;
        (edge.status, edge.updated_at) = (Status::Ignored, now);
        Ok(self)
    }

    /// I end a friendship, and block the other where that does not show (`docs/dialects/sealtalk.md#deleting-friends`).
    /// The other keeps me.
    ///
    /// # Errors
    /// [`Error::NoSuchFriend`] for anybody who is no friend.
    pub fn deleted(mut self, now: i64) -> Result<Self, Error> {
        let friend = |edge: &&mut Edge| matches!(edge.status, Status::Friends | Status::Blocked);
        let edge = self.mine.as_mut().filter(friend).ok_or(Error::NoSuchFriend)?;
        edge.cleared(Status::Deleted, now);
        // A block that I made myself stays in my list.
        if self.my_block.as_ref().is_none_or(|block| !block.active) {
            self.my_block = Some(self.block(true, true, now));
        }
        Ok(self)
    }

    /// I block the other, friend or not. Again, it changes nothing, unless I have asked them to be friends in between:
    /// it takes that back.
    #[must_use]
    pub fn blocked(mut self, now: i64) -> Self {
        let asked = self.mine.as_ref().filter(|edge| edge.status == Status::Requested);
        let asked_at = asked.map_or(i64::MIN, |edge| edge.updated_at);
        let holds = |block: &Block| block.active && !block.hidden && block.updated_at >= asked_at;
        if !self.my_block.as_ref().is_some_and(holds) {
            self.my_block = Some(self.block(true, false, now));
        }
        if let Some(edge) = self.mine.as_mut().filter(|edge| edge.status == Status::Friends) {
            edge.cleared(Status::Blocked, now);
        }
        self
    }

    /// I lift my block, if there is one.
    #[must_use]
    pub fn unblocked(mut self, now: i64) -> Self {
        self.lift_mine(now);
        if let Some(edge) = self.mine.as_mut().filter(|edge| edge.status == Status::Blocked) {
            (edge.status, edge.updated_at) = (Status::Friends, now);
        }
        self
    }

    /// I give a friend a name of mine; `None` leaves what there is, an empty one removes it.
    ///
    /// # Errors
    /// [`Error::NoSuchFriend`] for anybody who is no friend.
    pub fn named(mut self, name: Option<&str>, now: i64) -> Result<Self, Error> {
        let edge = self.mine.as_mut().filter(|edge| edge.status == Status::Friends).ok_or(Error::NoSuchFriend)?;
        if let Some(name) = name.filter(|name| *name != edge.display_name) {
            name.clone_into(&mut edge.display_name);
            edge.updated_at = now;
        }
        Ok(self)
    }

    /// Friends on both sides, with nothing between them. What was said stays; who was no friend and has no request
    /// gets the message.
    fn befriended(mut self, message: &str, now: i64) -> Self {
        let (me, other) = (self.me.clone(), self.other.clone());
        for (edge, end) in [(&mut self.mine, other), (&mut self.theirs, me)] {
            match edge {
                Some(edge) if edge.status == Status::Friends => {}
                Some(edge) => (edge.status, edge.updated_at, edge.message_at) = (Status::Friends, now, None),
                None => *edge = Some(Edge::new(end, Status::Friends, message, now)),
            }
        }
        self.lift_mine(now);
        if let Some(block) = self.their_block.as_mut().filter(|block| block.active) {
            block.lifted(now);
        }
        self
    }

    /// A request from me to the other. I want to see them again: what deleting them left behind is lifted.
    fn requested(mut self, message: &str, now: i64) -> Self {
        let (me, other) = (self.me.clone(), self.other.clone());
        let sides = [(&mut self.mine, other, Status::Requested), (&mut self.theirs, me, Status::Asked)];
        for (edge, end, status) in sides {
            match edge {
                Some(edge) => {
                    (edge.status, edge.updated_at) = (status, now);
                    message.clone_into(&mut edge.message);
                }
                None => *edge = Some(Edge::new(end, status, message, now)),
            }
            if let Some(edge) = edge {
                edge.message_at = Some(now);
            }
        }
        if self.my_block.as_ref().is_some_and(|block| block.hidden) {
            self.lift_mine(now);
        }
        self
    }

    fn lift_mine(&mut self, now: i64) {
        if let Some(block) = self.my_block.as_mut().filter(|block| block.active) {
            block.lifted(now);
        }
    }

    fn block(&self, active: bool, hidden: bool, now: i64) -> Block {
        let (version, look) =
            self.my_block.as_ref().map(|block| (block.version, block.look.clone())).unwrap_or_default();
        Block { other: self.other.clone(), active, hidden, updated_at: now, version, look }
    }
}

impl Edge {
    fn new(other: crate::values::UserId, status: Status, message: &str, now: i64) -> Self {
        let (display_name, message) = (String::new(), message.to_owned());
        // The store knows how they look.
        let (version, message_at, look) = (0, None, Look::default());
        Self { other, status, display_name, message, updated_at: now, version, message_at, look }
    }

    fn cleared(&mut self, status: Status, now: i64) {
        (self.status, self.updated_at) = (status, now);
        self.display_name.clear();
        self.message.clear();
    }
}

impl Block {
    /// Who is blocked as they looked then, with their gender and age, and nothing else of them: what becomes of them is hidden from the
    /// owner, and so is whether they block the owner as well.
    #[must_use]
    pub fn as_they_looked(&self, person: Profile) -> Profile {
        let Look { nickname, portrait, .. } = self.look.clone();
        let nickname_claim = person.nickname_claim.and_then(|_| nickname.clone());
        let Profile { uid, phone, created_at, state, dialects, gender, age, .. } = person;
        let shown = Profile { uid, phone, created_at, state, dialects, gender, age, ..Profile::default() };
        Profile { nickname_claim, nickname, portrait, ..shown }
    }

    fn lifted(&mut self, now: i64) {
        (self.active, self.hidden, self.updated_at) = (false, false, now);
    }
}
