#!/usr/bin/env python3
"""Writes events/<function>/<operation>.json: payloads of API Gateway's HTTP API, version 2.0, one per operation.

Forms are base64, as the HTTP API hands them over; cookies stand beside the headers. Run it after a change of an operation; it needs nothing but Python.
"""
import base64
import hashlib
import json
import pathlib
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent / "events"
API = "a1b2c3d4e5"
HOST = f"{API}.execute-api.ap-east-1.amazonaws.com"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
BOUNDARY = "7f3c0a52d1b84e69"

PHONE = "15172354423"
USER = "5702a4a5589613964cafdc76"
TARGET = "5703f1c27b6ef053a330e8c9"
SESSION = {"user_id": USER, "access_token": "87ec2279c7b10a1c6f0a41e60349aa46"}
QUESTIONS = ["570cfa06b2c2e07d9f1d69f7", "5703afeb401c8dc22de77771", "5703b00439d5448cf19e4540"]
TEXTS = [{"question_id": question, "question_order": order} for order, question in enumerate(QUESTIONS, 1)]
FILES = [{"save_key": f"/basic_info/{USER}-146000000{n['question_order']}.mp3", **n} for n in TEXTS]
AUDIO = {"sex": "male", "file_type": "audio", "audio_class": "basic_info", "question_arr": FILES}
VIDEO = {
    "sex": "male",
    "file_type": "video",
    "video_class": "value_concept",
    "save_key": f"/value_concept/{USER}-1460000000.mp4",
    "questions": TEXTS,
}
PERSON = {
    "nickname": "Tony",
    "birthday": "694195200",
    "location": "湖北 武汉",
    "sex": "male",
    "love_sex": "female",
    "portrait": "http://ss.bdimg.com/static/superman/img/logo/bd_logo1_31bdc765.png",
}
PORTRAIT = {"save_key": f"/portrait/{USER}-1460000000.png", "expiration": 2222222222, "bucket": "portrait"}
CODE = {"phone_number": PHONE, "validate_code": 123456}

# Fields of each operation, by function. An operation with two forms has an event for each.
OPERATIONS = {
    "account": {
        "register": {"phone_number": PHONE},
        "validate_sms": {**CODE, "validate_type": "register"},
        "login": {"phone_number": PHONE, "login_type": "password", "password": "correct horse"},
        "change_password_request": {"phone_number": PHONE},
        "change_password": {"phone_number": PHONE, "password": "correct horse"},
        "change_personal_info": {**SESSION, "personal_info": PERSON},
        "refresh_access_token": SESSION,
        "get_user_info": {**SESSION, "target_id": TARGET},
        "upload_portrait_request": {**SESSION, **PORTRAIT},
        "upload_portrait_confirm": SESSION,
        "refresh_device_token": {**SESSION, "device_token": "5fd1a9c0e2b84d37"},
        "refresh_device_token_lib": {"device_token": "5fd1a9c0e2b84d37"},
        "get_questions": {**SESSION, "class": "basic_info"},
        "get_account_questions": {**SESSION, "class": "emotion_experience"},
        "delete_user": {"phone_number": PHONE},
    },
    "procedure": {
        "get_random_questions": {**SESSION, "class": "value_concept", "limit": 3},
        "get_questions": {**SESSION, "class": "basic_info"},
        "get_problems": {**SESSION, "class": "basic_info", "limit": 3},
        "get_user_id_by_love_sex": {**SESSION, "love_sex": "female"},
        "get_user_ids_by_love_sex": {**SESSION, "love_sex": "both"},
        "get_media audio": {**SESSION, "target_id": TARGET, "audio_class": "basic_info", "file_type": "audio"},
        "get_media video": {**SESSION, "target_id": TARGET, "class": "value_concept", "file_type": "video"},
        "light_up": {**SESSION, "target_id": TARGET, "order": 1, "light_status": 1},
        "log_have_seen": {**SESSION, "target_id": TARGET},
        "get_message": SESSION,
    },
    "media": {
        "upload_request audio": {**SESSION, **AUDIO},
        "upload_request video": {**SESSION, **VIDEO},
        "confirm": {**SESSION, "file_type": "video", "file_id": "5703b31aed2139366e73b718"},
        "upload_media audio": {**SESSION, **AUDIO},
        "upload_media video": {**SESSION, **VIDEO},
        "delete_media": {**SESSION, "file_type": "video", "class": "value_concept"},
    },
}

COOKIE = f"rong_auth_cookie={USER}b9a86e1d74c0352fa81d6c93e75b02f4d8c61a37"
GROUP = "5703b8f0a2c4e6081b3d5f79"
NUMBER = {"region": "86", "phone": PHONE}
TOKEN = "75dd0f90-9b0d-41e5-803f-59b82644bc50"
FRIEND = {"friendId": TARGET}
OF_GROUP = {"groupId": GROUP}

# SealTalk: method, path with query, body. The name of the event is that of the operation.
PUBLIC = [
    ("POST", "/user/send_code", {"region": 86, "phone": int(PHONE)}),
    ("POST", "/user/send_code_yp", NUMBER),
    ("POST", "/user/verify_code", {**NUMBER, "code": "123456"}),
    ("POST", "/user/verify_code_yp", {**NUMBER, "code": "123456"}),
    ("GET", "/user/regionlist", None),
    ("POST", "/user/check_phone_available", NUMBER),
    ("POST", "/user/register", {"nickname": "Tony", "password": "secret12", "verification_token": TOKEN}),
    ("POST", "/user/login", {**NUMBER, "password": "secret12"}),
    ("POST", "/user/reset_password", {"password": "secret12", "verification_token": TOKEN}),
    ("POST", "/user/verify_code_register", {**NUMBER, "code": "123456"}),
    ("GET", "/user/get_sms_img_code", None),
    ("GET", "/user/pic_code", None),
    ("GET", "/misc/client_version", None),
    ("GET", "/misc/mobile_version", None),
    ("GET", "/misc/demo_square", None),
    ("GET", "/ping", None),
    ("POST", "/user//logout", {}),
]
SIGNED = [
    ("POST", "/user/change_password", {"oldPassword": "secret12", "newPassword": "secret34"}),
    ("POST", "/user/set_nickname", {"nickname": "Tony 🙂"}),
    ("POST", "/user/set_portrait_uri", {"portraitUri": "http://img.example.com/tony.png"}),
    ("GET", "/user/blacklist", None),
    ("POST", "/user/add_to_blacklist", FRIEND),
    ("POST", "/user/remove_from_blacklist", FRIEND),
    ("GET", "/user/get_token", None),
    ("GET", "/user/get_image_token", None),
    ("GET", "/user/groups", None),
    ("GET", "/user/sync/0", None),
    ("GET", f"/user/find/86/{PHONE}", None),
    ("GET", f"/user/find_user?region=86&phone={PHONE}", None),
    ("GET", f"/user/batch?id={USER}&id={TARGET}", None),
    ("GET", f"/user/{TARGET}", None),
    ("GET", "/user/favgroups?limit=1&offset=0", None),
    ("POST", "/user/set_st_account", {"stAccount": "tony_2016"}),
    ("POST", "/user/set_gender", {"gender": "male"}),
    ("POST", "/user/set_privacy", {"phoneVerify": 1, "friVerify": 0}),
    ("GET", "/user/get_privacy", None),
    ("POST", "/user/set_poke", {"pokeStatus": 1}),
    ("GET", "/user/get_poke", None),
    ("POST", "/friendship/invite", {**FRIEND, "message": "I am Tony"}),
    ("POST", "/friendship/agree", FRIEND),
    ("POST", "/friendship/ignore", FRIEND),
    ("POST", "/friendship/delete", FRIEND),
    ("POST", "/friendship/batch_delete", {"friendIds": [TARGET]}),
    ("POST", "/friendship/set_display_name", {**FRIEND, "displayName": ""}),
    ("GET", "/friendship/all", None),
    ("GET", f"/friendship/{TARGET}/profile", None),
    ("POST", "/friendship/get_contacts_info", {"contactList": [PHONE]}),
    ("POST", "/friendship/set_friend_description", {**FRIEND, "description": "Met in Wuhan"}),
    ("POST", "/friendship/get_friend_description", FRIEND),
    ("POST", "/group/create", {"name": "Team 1", "memberIds": [USER, TARGET]}),
    ("POST", "/group/add", {**OF_GROUP, "memberIds": [TARGET]}),
    ("POST", "/group/join", OF_GROUP),
    ("POST", "/group/quit", OF_GROUP),
    ("POST", "/group/kick", {**OF_GROUP, "memberIds": [TARGET]}),
    ("POST", "/group/dismiss", OF_GROUP),
    ("POST", "/group/transfer", {**OF_GROUP, "userId": TARGET}),
    ("POST", "/group/rename", {**OF_GROUP, "name": "Team 2"}),
    ("POST", "/group/set_portrait_uri", {**OF_GROUP, "portraitUri": "http://img.example.com/team.png"}),
    ("POST", "/group/set_display_name", {**OF_GROUP, "displayName": "Ironman"}),
    ("POST", "/group/fav", OF_GROUP),
    ("DELETE", "/group/fav", OF_GROUP),
    ("GET", f"/group/{GROUP}", None),
    ("GET", f"/group/{GROUP}/members", None),
    ("GET", "/group/notice_info", None),
    ("POST", "/group/agree", {**OF_GROUP, "receiverId": USER, "status": 1}),
    ("POST", "/group/clear_notice", {}),
    ("POST", "/group/set_certification", {**OF_GROUP, "certiStatus": 0}),
    ("POST", "/group/set_manager", {**OF_GROUP, "memberIds": [TARGET]}),
    ("POST", "/group/remove_manager", {**OF_GROUP, "memberIds": [TARGET]}),
    ("POST", "/group/mute_all", {**OF_GROUP, "muteStatus": 1}),
    ("POST", "/group/set_bulletin", {**OF_GROUP, "content": "Meet at eight"}),
    ("GET", f"/group/get_bulletin?groupId={GROUP}", None),
    ("POST", "/group/set_member_info", {**OF_GROUP, "memberId": TARGET, "groupNickname": "Iron"}),
    ("POST", "/group/get_member_info", {**OF_GROUP, "memberId": TARGET}),
    ("POST", "/group/set_member_protection", {**OF_GROUP, "memberProtection": 1}),
]


def text(value):
    """A form's text for a value: numbers and strings as they are, lists and objects as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def form(fields):
    return FORM, urllib.parse.urlencode({name: text(value) for name, value in fields.items()}).encode()


def multipart(fields):
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text(value)}\r\n'
        for name, value in fields.items()
    ]
    return f"multipart/form-data; boundary={BOUNDARY}", ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def as_json(fields):
    return "application/json", json.dumps(fields, ensure_ascii=False).encode()


def event(route, method, path, body=None, cookies=None):
    path, _, query = path.partition("?")
    headers = {
        "accept": "*/*",
        "accept-encoding": "gzip",
        "host": HOST,
        "user-agent": "okhttp/3.2.0",
        "x-amzn-trace-id": "Root=1-5733f9e0-3f5a1c0e2b7d4a6c8e9f0a1b",
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    content = {"isBase64Encoded": False}
    if body is not None:
        content_type, data = body
        headers |= {"content-length": str(len(data)), "content-type": content_type}
        is_text = content_type == "application/json"
        body_text = data.decode() if is_text else base64.b64encode(data).decode()
        content = {"body": body_text, "isBase64Encoded": not is_text}
    prefix = route.removeprefix("ANY ").removesuffix("{proxy+}")
    request_id = base64.b64encode(hashlib.sha256(f"{method} {path}".encode()).digest()[:11]).decode()
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": query,
        **({"cookies": cookies} if cookies else {}),
        "headers": dict(sorted(headers.items())),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": API,
            "domainName": HOST,
            "domainPrefix": API,
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "okhttp/3.2.0",
            },
            "requestId": request_id,
            "routeKey": route,
            "stage": "$default",
            "time": "12/May/2016:03:35:28 +0000",
            "timeEpoch": 1463024128000,
        },
        **({"pathParameters": {"proxy": path.removeprefix(prefix)}} if "{proxy+}" in route else {}),
        **content,
    }


def write(group, name, payload):
    folder = ROOT / group
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.replace(' ', '_')}.json"
    path.write_text(json.dumps(payload, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def sealtalk_name(method, path):
    """`GET /group/<id>/members` is `group_members`, `DELETE /group/fav` is `delete_group_fav`."""
    words = [word for word in path.partition("?")[0].split("/") if word and word not in (USER, TARGET, GROUP, PHONE)]
    known = [word for word in words if word not in ("0", "86")]
    return "_".join((["delete"] if method == "DELETE" else []) + known)


def sealtalk():
    for operations, cookies in ((PUBLIC, None), (SIGNED, [COOKIE])):
        for method, path, fields in operations:
            first = path.split("/")[1]
            route = "ANY /ping" if first == "ping" else f"ANY /{first}/{{proxy+}}"
            body = None if fields is None else as_json(fields)
            write("sealtalk", sealtalk_name(method, path), event(route, method, path, body, cookies))
    picture = multipart({"token": "a:b:c"})
    write("sealtalk", "upload", event("ANY /", "POST", "/", picture))
    # A client whose base address ends with a slash.
    write("sealtalk", "two slashes", event("$default", "GET", "//user/regionlist"))


def main():
    for group, operations in OPERATIONS.items():
        for name, fields in operations.items():
            path = f"/v1/{group}/{name.split(' ')[0]}"
            write(group, name, event(f"ANY /v1/{group}/{{proxy+}}", "POST", path, form(fields)))
    # The other ways to send a body.
    account = "ANY /v1/account/{proxy+}"
    login = OPERATIONS["account"]["login"]
    write("account", "login multipart", event(account, "POST", "/v1/account/login", multipart(login)))
    info = OPERATIONS["account"]["change_personal_info"]
    path = "/v1/account/change_personal_info"
    write("account", "change_personal_info json", event(account, "POST", path, as_json(info)))
    # A portrait's stable URL.
    path = f"/media/{USER}/0f1e2d3c4b5a6978{PORTRAIT['save_key']}"
    write("files", "file", event("ANY /media/{proxy+}", "GET", path))
    sealtalk()


if __name__ == "__main__":
    main()
