//! The limits that a request can reach; `limits` says what each allows.

/// A limit; the table of `limits` says what each one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Codes sent to a phone in a short time.
    SendBurst,
    /// Codes sent to a phone in a day.
    SendDay,
    /// Codes asked for from an address, whether they could be sent or not (`docs/dialects/lightup.md#limits`).
    SendAddress,
    /// Codes sent to a phone in a minute, where an API has a gap between codes; the code itself remembers the second
    /// (`docs/dialects/sealtalk.md#limits-of-codes`).
    SendGap,
    /// Codes sent to a phone in an hour.
    SendHour,
    /// The same, where the deployment says how many (`docs/dialects/sealtalk.md#limits-of-codes`).
    VerificationAddress,
    /// The same, for codes that have a handle (`docs/dialects/live.md#send-a-code`).
    HandleHour,
    /// Codes with a handle asked for from an address (`docs/dialects/live.md#send-a-code`).
    HandleAddress,
    /// SMS sent by the deployment.
    SmsBudget,
    /// Codes tried from an address.
    CheckAddress,
    /// Failed sign-ins to a phone from an address.
    LoginPair,
    /// Failed sign-ins to a phone from anywhere; it holds for addresses from which nobody has signed in to it
    /// (`docs/dialects/lightup.md#limits`).
    LoginPhone,
    /// Failed sign-ins from an address to any phone.
    LoginAddress,
    /// Wrong codes for signing in to a phone from an address (`docs/dialects/sealtalk.md#verify_code_register`).
    CheckPair,
    /// Wrong passwords that the sessions of a user have given for the one before
    /// (`docs/dialects/sealtalk.md#change_password`).
    OldPassword,
    /// Numbers looked up from an address: whether they are taken (`docs/dialects/sealtalk.md#check_phone_available`).
    LookUpAddress,
    /// Captchas drawn for an address.
    CaptchaAddress,
    /// Pictures for accounts yet to be made that an address has uploaded (`docs/dialects/live.md#upload-an-avatar`).
    UploadAddress,
    /// People whom a user has looked up by number or account name (`docs/dialects/sealtalk.md#find-and-find_user`).
    LookUps,
    /// People whom a user has looked up by number in a minute (`docs/dialects/live.md#search`).
    Searches,
    /// People whom a user has asked to be friends (`docs/dialects/sealtalk.md#invite`).
    FriendRequests,
    /// Numbers of address books that a user has looked up (`docs/dialects/sealtalk.md#get_contacts_info`).
    Contacts,
    /// Accounts that an address has made for devices (`docs/dialects/m_user.md#limits`).
    NewDevices,
    /// Accounts with unproven numbers that an address has made (`docs/dialects/chat.md#limits`).
    NewUnproven,
    /// Sign-ins of devices from an address (`docs/dialects/m_user.md#limits`).
    DeviceLogins,
    /// Gifts that a user has given (`docs/dialects/m_user.md#limits`).
    Gifts,
    /// Keys of files that a user has asked for (`docs/dialects/m_user.md#uploads`).
    FileKeys,
    /// The same of a device that speaks for nobody yet.
    DeviceFileKeys,
    /// The same of an address from which such devices ask.
    AddressFileKeys,
    /// Files that a user has stored or asked for tickets of (`docs/dialects/chat.md#files`).
    Attachments,
    /// What a user has written to operators (`docs/dialects/m_user.md#feedback`).
    Feedback,
    /// What a user has reported to operators (`docs/dialects/m_user.md#reports`).
    Reports,
    /// Failed sign-ins of reviewers from an address (`docs/dialects/m_user.md#store-review`).
    ReviewAddress,
    /// Anonymous device tokens from an address.
    DeviceAddress,
    /// Posts that a user has made.
    Posts,
    /// Likes that a user has given.
    Likes,
    /// Comments that a user has written.
    Comments,
    /// Exports that a user has begun (`docs/dialects/lightup.md#export_account`).
    Exports,
    /// Archives of an export behind its first.
    FurtherArchives,
}
