//! A valid call of every operation, to be broken in every way.

use crate::world::{NOBODY, question_arr, questions};
use kit::Endpoint;

/// The documented fields of an operation besides the session, valid, with whether each is required.
pub fn fields(endpoint: &Endpoint) -> Vec<(&'static str, String, bool)> {
    let phone = ("phone_number", "15172354499".to_owned(), true);
    let target = ("target_id", NOBODY.to_owned(), true);
    let class = ("class", "value_concept".to_owned(), true);
    let text = |name, value: &str| (name, value.to_owned(), true);
    match endpoint.operation {
        "Register" | "ChangePasswordRequest" | "DeleteUser" => vec![phone],
        "ValidateSms" => vec![phone, text("validate_code", "123456"), text("validate_type", "register")],
        "Login" => vec![phone, text("login_type", "password"), text("password", "secret12")],
        "ChangePassword" => vec![phone, text("password", "secret12")],
        "ChangePersonalInfo" => vec![text("personal_info", r#"{"nickname":"x"}"#)],
        "RefreshAccessToken" | "UploadPortraitConfirm" | "GetMessage" | "GetBlockedUsers" => vec![],
        "ExportAccount" | "EraseAccount" => vec![("password", "secret12".to_owned(), false)],
        "GetUserInfo" | "LogHaveSeen" | "BlockUser" | "UnblockUser" => vec![target],
        "ReportUser" => vec![target, text("reason", "spam"), ("class", "value_concept".to_owned(), false)],
        "UploadPortraitRequest" => {
            vec![text("save_key", "/portrait/x.png"), text("expiration", "2222222222"), text("bucket", "portrait")]
        }
        "RefreshDeviceToken" | "RefreshDeviceTokenLib" => vec![text("device_token", "device")],
        "GetQuestions" => vec![class],
        // Old clients, which have other paths, name no limit.
        "GetRandomQuestions" => {
            vec![class, ("limit", "3".to_owned(), endpoint.path.ends_with("/get_random_questions"))]
        }
        "GetUserIdByLoveSex" | "GetUserIdsByLoveSex" => vec![text("love_sex", "both")],
        "GetMedia" => vec![target, class, text("file_type", "video")],
        "LightUp" => vec![target, text("order", "1"), text("light_status", "1")],
        "UploadRequest" | "UploadMedia" => vec![
            text("sex", "male"),
            text("file_type", "audio"),
            text("audio_class", "basic_info"),
            ("question_arr", question_arr(), true),
        ],
        "Confirm" => vec![text("file_type", "video"), text("file_id", NOBODY)],
        "DeleteMedia" => vec![text("file_type", "video"), class],
        other => panic!("{other} has no sample"),
    }
}

/// The video form of the operations that have two.
pub fn video_fields() -> Vec<(&'static str, String, bool)> {
    let text = |name, value: &str| (name, value.to_owned(), true);
    vec![
        text("sex", "male"),
        text("file_type", "video"),
        text("video_class", "value_concept"),
        text("save_key", "/value_concept/x.mp4"),
        ("questions", questions(), true),
    ]
}
