//! What can be wrong with an input that has its form.

/// An input that has its form and cannot be used all the same. Which field it stood in is known to the dialect alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// No upload of that id and of that kind of file waits for the caller to confirm it, or no upload of that name waits for
    /// an account.
    #[error("no such upload")]
    Upload,
    /// Media of that class are files of another kind.
    #[error("the class has files of another kind")]
    Class,
    /// The questions of a set are not three at three different places.
    #[error("not three questions at the places 1, 2 and 3")]
    Questions,
    /// The time until which something was to be valid has passed.
    #[error("the time has passed")]
    Time,
    /// The bytes are no picture of a type that is taken.
    #[error("not a picture")]
    Picture,
    /// The bytes are more than a picture of that use may have.
    #[error("too large a picture")]
    Size,
    /// The cursor is none that was handed out for that list.
    #[error("no cursor of this list")]
    Cursor,
    /// More of a list was to be skipped than can be.
    #[error("too far into the list")]
    Offset,
    /// A password that is to be set is one of the most common.
    #[error("a common password")]
    Password,
    /// No file of that key may be used there. Holds its position among the keys of the call.
    #[error("no such file")]
    File(usize),
}
