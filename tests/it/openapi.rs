//! The checked-in OpenAPI documents are those that the routes give, and the routes are those that the pages of the dialects describe.

pub(crate) mod answers;
mod valid;

use std::collections::BTreeSet;

#[test]
fn the_checked_in_documents_are_current() {
    for package in local::dialects::packages() {
        let (dialect, document) = (package.name, local::dialects::document(&package).unwrap());
        let checked_in: serde_json::Value =
            serde_json::from_str(&crate::template::file(&format!("docs/api/{dialect}.json"))).unwrap();
        assert!(checked_in == document, "run `just openapi` and commit docs/api/{dialect}.json");
    }
}

/// SealTalk's operations. Reads are GET as clients call them, and POST where that is documented
/// (`docs/dialects/sealtalk.md#methods-and-paths`).
#[test]
fn every_operation_of_sealtalk_is_there() {
    let reads = [
        "/user/regionlist",
        "/user/blacklist",
        "/user/get_token",
        "/user/get_image_token",
        "/user/get_sms_img_code",
        "/user/groups",
        "/user/sync/{version}",
        "/user/find/{region}/{phone}",
        "/user/{id}",
        "/user/favgroups",
        "/user/get_privacy",
        "/user/get_poke",
    ];
    let writes = [
        "/user/send_code",
        "/user/send_code_yp",
        "/user/verify_code",
        "/user/verify_code_yp",
        "/user/check_phone_available",
        "/user/register",
        "/user/login",
        "/user/logout",
        "/user/reset_password",
        "/user/change_password",
        "/user/set_nickname",
        "/user/set_portrait_uri",
        "/user/add_to_blacklist",
        "/user/remove_from_blacklist",
        "/user/set_st_account",
        "/user/set_gender",
        "/user/set_privacy",
        "/user/set_poke",
    ];
    assert_eq!(reads.len() + writes.len(), 30);
    let more_reads = [
        "/friendship/all",
        "/friendship/{id}/profile",
        "/friendship/get_friend_description",
        "/user/batch",
        "/user/find_user",
    ];
    let neighbours = [
        "GET /misc/client_version",
        "GET /misc/demo_square",
        "GET /misc/mobile_version",
        "GET /group/get_bulletin",
        "GET /group/notice_info",
        "GET /group/{id}",
        "GET /group/{id}/members",
        "GET /ping",
        "GET /user/pic_code",
        "DELETE /group/fav",
        "POST /",
        "POST /user/verify_code_register",
        "POST /user/report",
        "POST /user/export",
        "POST /user/erase",
    ];
    let friendship = [
        "invite",
        "agree",
        "ignore",
        "delete",
        "batch_delete",
        "set_display_name",
        "get_contacts_info",
        "set_friend_description",
    ];
    let group = [
        "create",
        "add",
        "join",
        "quit",
        "kick",
        "dismiss",
        "transfer",
        "rename",
        "set_portrait_uri",
        "set_display_name",
        "fav",
        "agree",
        "clear_notice",
        "set_certification",
        "set_manager",
        "remove_manager",
        "mute_all",
        "set_bulletin",
        "set_member_info",
        "get_member_info",
        "set_member_protection",
    ];
    let mut expected: BTreeSet<String> = neighbours.into_iter().map(str::to_owned).collect();
    expected.extend(writes.iter().map(|path| format!("POST {path}")));
    expected.extend(reads.iter().chain(&more_reads).flat_map(|path| [format!("GET {path}"), format!("POST {path}")]));
    expected.extend(friendship.iter().map(|name| format!("POST /friendship/{name}")));
    expected.extend(group.iter().map(|name| format!("POST /group/{name}")));
    let endpoints = sealtalk::package().endpoints();
    let served: BTreeSet<_> = endpoints.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    let missing: Vec<_> = expected.difference(&served).collect();
    let unexpected: Vec<_> = served.difference(&expected).collect();
    assert!(missing.is_empty() && unexpected.is_empty(), "missing {missing:?}, unexpected {unexpected:?}");
    assert_eq!(endpoints.len(), expected.len());
}

/// Live's operations: several of them share a path, and the two of coins have a second one
/// (`docs/dialects/live.md#calling-the-api`).
#[test]
fn every_operation_of_live_is_there() {
    let expected: BTreeSet<&str> = [
        "POST /register SendCode",
        "GET /register SendCode",
        "POST /register CheckCode",
        "POST /register CreateAccount",
        "POST /upload UploadAvatar",
        "GET /static/user_imgs/{name} Avatar",
        "POST /log LogIn",
        "POST /account ExportAccount",
        "POST /account EraseAccount",
        "DELETE /log LogOut",
        "POST /room OpenRoom",
        "POST /room CloseRoom",
        "POST /list FriendList",
        "POST /list MessageList",
        "POST /room ReportRoom",
        "POST /list BlockList",
        "POST /friend Report",
        "POST /friend Block",
        "POST /friend Unblock",
        "POST /friend Search",
        "POST /friend Add",
        "POST /friend DealMessage",
        "POST /friend Delete",
        "POST /friend Refill",
        "POST /friend SendGift",
        "POST /golden Refill",
        "POST /golden SendGift",
        "POST /golden Balance",
        "POST /upload UploadAvatar",
        "GET /static/user_imgs/{name} Avatar",
        "POST /live/hooks/publish PublishHook",
        "POST /live/hooks/publish_done PublishDoneHook",
    ]
    .into();
    let endpoints = live::package().endpoints();
    let served: BTreeSet<String> =
        endpoints.iter().map(|it| format!("{} {} {}", it.method, it.path, it.operation)).collect();
    assert_eq!(served, expected.into_iter().map(str::to_owned).collect());
    assert_eq!(endpoints.len(), served.len());
}

/// The operations of m_user (`docs/dialects/m_user.md`).
#[test]
fn every_operation_of_m_user_is_there() {
    let expected: BTreeSet<&str> = [
        "POST /m_user/login LogIn",
        "POST /m_user/users Register",
        "DELETE /m_user/users EraseAccount",
        "POST /m_user/exports ExportAccount",
        "POST /m_user/audit_login ReviewLogIn",
        "GET /m_user/im_token PushToken",
        "GET /m_user/users/{user_id} Profile",
        "PUT /m_user/users/{user_id} ReplaceProfile",
        "PATCH /m_user/users/{user_id} ChangeProfile",
        "GET /m_user/users/{user_id}/homepage Homepage",
        "GET /m_user/user_chat_media CallMedia",
        "GET /m_user/blocks Blocks",
        "POST /m_user/blocks Block",
        "DELETE /m_user/blocks Unblock",
        "GET /m_sns/posts Posts",
        "POST /m_sns/posts CreatePost",
        "GET /m_sns/posts/{id} Post",
        "DELETE /m_sns/posts/{id} DeletePost",
        "POST /m_sns/posts/{id}/purchases BuyPost",
        "POST /m_user/likes Like",
        "DELETE /m_user/likes Unlike",
        "GET /m_user/comments Comments",
        "POST /m_user/comments CreateComment",
        "GET /common/upload_tokens UploadTokens",
        "GET /m_gift/price GiftPrices",
        "GET /m_gift/gifts ReceivedGifts",
        "POST /m_gift/gifts GiveGift",
        "GET /m_coin/coin_box CoinBox",
        "POST /m_user/feedbacks SendFeedback",
        "POST /m_user/reports Report",
        "POST /m_user/user_tracks Track",
    ]
    .into();
    let endpoints = m_user::package().endpoints();
    let served: BTreeSet<String> =
        endpoints.iter().map(|it| format!("{} {} {}", it.method, it.path, it.operation)).collect();
    assert_eq!(served, expected.into_iter().map(str::to_owned).collect());
    assert_eq!(endpoints.len(), served.len());
}

/// The operations of Chat (`docs/dialects/chat.md`).
#[test]
fn every_operation_of_chat_is_there() {
    let expected: BTreeSet<&str> = [
        "POST /android/register Register",
        "POST /android/export ExportAccount",
        "POST /android/erase EraseAccount",
        "POST /android/login LogIn",
        "POST /android/complete_account CompleteAccount",
        "GET /android/push_id/{push_id} BindPushId",
        "GET /android/ws_ticket SocketTicket",
        "POST /android/save_file SaveFile",
        "POST /android/file_ticket FileTicket",
        "GET /android/user_contacts Contacts",
        "GET /android/add_friend/{uid} AddFriend",
        "POST /android/add_friend/{uid} AddFriend",
        "GET /android/delete_friend/{uid} DeleteFriend",
        "POST /android/delete_friend/{uid} DeleteFriend",
        "POST /android/change_friend ChangeFriend",
        "GET /android/search/{uid} SearchById",
        "POST /android/report Report",
        "GET /android/block/{uid} Block",
        "POST /android/block/{uid} Block",
        "GET /android/unblock/{uid} Unblock",
        "POST /android/unblock/{uid} Unblock",
        "GET /android/user_blocks Blocks",
        "GET /android/out SignOut",
        "POST /android/out SignOut",
        "GET /android/user_search/{field}/{page} UserSearch",
        "GET /android/group_search/{field}/{page} GroupSearch",
        "POST /android/create_group CreateGroup",
        "GET /android/user_groups UserGroups",
        "GET /android/group_members/{gid}/{page} GroupMembers",
        "GET /android/join_group/{gid} JoinGroup",
        "POST /android/join_group/{gid} JoinGroup",
        "GET /android/quit_group/{gid} QuitGroup",
        "POST /android/quit_group/{gid} QuitGroup",
        "GET /android/time_search TimeSearch",
        "GET /android/task_search TaskSearch",
        "GET /android/topic_search TopicSearch",
        "GET /android/notice_search NoticeSearch",
    ]
    .into();
    let endpoints = chat::package().endpoints();
    let served: BTreeSet<String> =
        endpoints.iter().map(|it| format!("{} {} {}", it.method, it.path, it.operation)).collect();
    assert_eq!(served, expected.into_iter().map(str::to_owned).collect());
    assert_eq!(endpoints.len(), served.len());
}

/// Light Up's 28 documented operations.
#[test]
fn every_operation_of_light_up_is_there() {
    let account = [
        "register",
        "validate_sms",
        "login",
        "change_password_request",
        "change_password",
        "change_personal_info",
        "refresh_access_token",
        "get_user_info",
        "upload_portrait_request",
        "upload_portrait_confirm",
        "refresh_device_token",
        "refresh_device_token_lib",
        "get_questions",
        "delete_user",
        "export_account",
        "erase_account",
        "get_account_questions",
        "report_user",
        "block_user",
        "unblock_user",
        "get_blocked_users",
    ];
    let procedure = [
        "get_random_questions",
        "get_user_id_by_love_sex",
        "get_user_ids_by_love_sex",
        "get_media",
        "light_up",
        "log_have_seen",
        "get_message",
        "get_questions",
        "get_problems",
    ];
    let media = ["upload_request", "confirm", "upload_media", "delete_media"];
    let under = |group: &str, names: &[&str]| -> Vec<String> {
        names.iter().map(|name| format!("POST /v1/{group}/{name}")).collect()
    };
    let mut expected: BTreeSet<_> = under("account", &account).into_iter().collect();
    expected.extend(under("procedure", &procedure));
    expected.extend(under("media", &media));
    assert_eq!(expected.len(), 28 + 2 + 4, "and what current apps need, and strangers");
    let endpoints = lightup::package().endpoints();
    let served: BTreeSet<_> = endpoints.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(served, expected);
    assert_eq!(endpoints.len(), expected.len());
    let document = lightup::package().openapi(&serde_json::json!({}));
    assert_eq!(document["paths"].as_object().unwrap().len(), expected.len());
}

/// The stable URLs of media and the documents belong to no dialect.
#[test]
fn every_operation_on_files_is_there() {
    let served: Vec<_> = files::package().endpoints().iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(served, ["GET /media/{*path}", "GET /openapi/{name}"]);
}
