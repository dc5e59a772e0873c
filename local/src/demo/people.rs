//! People with numbers: they register in Light Up with a code, sign in to SealTalk, some to Live, and meet.

use super::{
    Failure, PASSWORD, Stage,
    caller::Caller,
    drawing,
    plan::{Person, Plan},
    talking::{self, Writer},
};
use serde_json::{Value, json};
use shared::{values::Yuan, wallet};
use std::sync::Arc;

/// The film of everybody: moving colours, a second and a half, WebM.
const FILM: &[u8] = include_bytes!("film.webm");

/// Somebody who is signed in everywhere.
#[derive(Clone)]
struct Signed {
    id: String,
    /// The push token of SealTalk, which opens sockets.
    push_token: String,
    phone: String,
    app: Caller,
    /// The session of Light Up.
    token: String,
    /// The session of SealTalk, as a cookie.
    cookie: String,
    /// The session of Live; none of who has never been there.
    live: Option<String>,
}

/// Everything that people with numbers do.
pub(super) async fn live(stage: &Arc<Stage>, plan: &Plan) -> Result<(), Failure> {
    stage.bar.set_message("people");
    let people: Vec<_> = plan.people.iter().cloned().enumerate().collect();
    let signed = stage.each(people, |stage, (place, person)| registered(stage, place, person)).await?;
    let signed = signed.into_iter().collect::<Result<Vec<_>, _>>()?;
    let pair = |(one, other): (usize, usize)| (signed[one].clone(), signed[other].clone());

    stage.bar.set_message("friends");
    let friends = plan.friends.iter().map(|friends| pair(*friends)).collect();
    all(stage.each(friends, |_, (one, other)| befriended(one, other)).await?)?;
    let groups = plan.groups.iter().map(|(name, members)| {
        (name.clone(), members.iter().map(|member| signed[*member].clone()).collect::<Vec<_>>())
    });
    all(stage.each(groups.collect(), |_, (name, members)| grouped(name, members)).await?)?;

    stage.bar.set_message("lights");
    let lights = plan.lights.iter().map(|(one, other, most)| (pair((*one, *other)), *most)).collect();
    all(stage.each(lights, |_, ((one, other), most)| lit(one, other, most)).await?)?;

    stage.bar.set_message("messages");
    let messages = plan.messages.iter().map(|(one, other, lines)| {
        let one = &signed[*one];
        let writer = Writer { id: one.id.clone(), push_token: one.push_token.clone() };
        (writer, signed[*other].id.clone(), lines.clone())
    });
    all(stage.each(messages.collect(), |stage, (one, other, lines)| talking::write(stage, one, other, lines)).await?)?;

    stage.bar.set_message("rooms and gifts");
    let rooms = plan.rooms.iter().map(|(who, title)| (signed[*who].clone(), *title)).collect();
    all(stage.each(rooms, |_, (who, title)| opened(who, title)).await?)?;
    let gifts = plan.coins.iter().map(|(one, other, coins)| (pair((*one, *other)), *coins)).collect();
    all(stage.each(gifts, |stage, ((one, other), coins)| given(stage, one, other, coins)).await?)
}

/// The first failure among these, if there is one.
pub(super) fn all(done: Vec<Result<(), Failure>>) -> Result<(), Failure> {
    done.into_iter().collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn registered(stage: Arc<Stage>, place: usize, person: Person) -> Result<Signed, Failure> {
    let app = stage.gateway.caller(place);
    let phone = ("phone_number", person.phone.as_str());
    app.form("/v1/account/register", &[phone]).await?;
    let sms = stage.outbox.to(&person.phone).pop().map(|sms| sms.message).unwrap_or_default();
    let code: String = sms.chars().filter(char::is_ascii_digit).collect();
    let proven = [phone, ("validate_code", &code), ("validate_type", "register")];
    let proven = app.form("/v1/account/validate_sms", &proven).await?;
    app.form("/v1/account/change_password", &[phone, ("password", PASSWORD)]).await?;
    let fields = json!({ "region": "86", "phone": person.phone, "password": PASSWORD });
    let in_sealtalk = app.json("/user/login", "", &fields).await?;
    let mut signed = Signed {
        id: text(&proven["data"]["user_id"]),
        push_token: text(&in_sealtalk.body["result"]["token"]),
        phone: person.phone.clone(),
        token: text(&proven["data"]["access_token"]),
        cookie: in_sealtalk.cookie.unwrap_or_default(),
        live: None,
        app,
    };
    signed.shows_themselves(&person).await?;
    if person.answers {
        signed.answers(&person).await?;
    }
    if person.live {
        let fields = [("userId", &*person.phone), ("password", PASSWORD), ("expire_in", "2592000")];
        signed.live = Some(text(&signed.app.form("/log", &fields).await?["message"]));
    }
    Ok(signed)
}

fn sex(woman: bool) -> &'static str {
    if woman { "female" } else { "male" }
}

impl Signed {
    /// Calls an operation of Light Up; gives back its data.
    async fn light_up(&self, operation: &str, fields: &[(&str, &str)]) -> Result<Value, Failure> {
        let session = [("user_id", self.id.as_str()), ("access_token", self.token.as_str())];
        let mut answer = self.app.form(&format!("/v1/{operation}"), &[&session[..], fields].concat()).await?;
        Ok(answer["data"].take())
    }

    /// Calls an operation of SealTalk; gives back its result.
    async fn sealtalk(&self, path: &str, fields: &Value) -> Result<Value, Failure> {
        Ok(self.app.json(path, &self.cookie, fields).await?.body["result"].take())
    }

    /// Calls an operation of Live.
    async fn in_live(&self, path: &str, fields: &[(&str, &str)]) -> Result<Value, Failure> {
        let token = [("token", self.live.as_deref().unwrap_or_default())];
        self.app.form(path, &[&token[..], fields].concat()).await
    }

    async fn shows_themselves(&self, person: &Person) -> Result<(), Failure> {
        let form = [("save_key", "/portrait/me.png"), ("expiration", "4102444800"), ("bucket", "portrait")];
        let form = self.light_up("account/upload_portrait_request", &form).await?;
        self.app.upload(&form, drawing::portrait(person.face, person.woman)?).await?;
        let loves = ["male", "female", "both"][usize::try_from(person.face % 3).unwrap_or_default()];
        let info = json!({
            "nickname": person.name,
            "sex": sex(person.woman),
            "love_sex": loves,
            "birthday": person.birthday,
            "location": person.place,
            "portrait": "/portrait/me.png",
        });
        self.light_up("account/change_personal_info", &[("personal_info", &info.to_string())]).await?;
        Ok(())
    }

    /// Sound for three questions and a film for each of the other classes.
    async fn answers(&self, person: &Person) -> Result<(), Failure> {
        let sex = ("sex", sex(person.woman));
        let asked = self.questions("basic_info").await?;
        let named = asked.iter().map(|question| {
            let mut question = question.clone();
            question["save_key"] = format!("/basic_info/{}.wav", question["question_order"]).into();
            question
        });
        let named = Value::from_iter(named).to_string();
        let fields = [sex, ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*named)];
        let forms = self.light_up("media/upload_request", &fields).await?;
        for (form, more) in forms["audios"].as_array().into_iter().flatten().zip(0u32..) {
            self.app.upload(form, drawing::melody(person.face.wrapping_add(more))).await?;
        }
        self.confirmed("audio", &forms["audio_buffer_id"]).await?;
        for class in ["emotion_experience", "value_concept"] {
            let (asked, key) = (Value::from(self.questions(class).await?).to_string(), format!("/{class}/film.webm"));
            let fields =
                [sex, ("file_type", "video"), ("video_class", class), ("questions", &asked), ("save_key", &key)];
            let form = self.light_up("media/upload_request", &fields).await?;
            self.app.upload(&form, FILM.to_vec()).await?;
            self.confirmed("video", &form["video_buffer_id"]).await?;
        }
        Ok(())
    }

    async fn questions(&self, class: &str) -> Result<Vec<Value>, Failure> {
        let drawn = self.light_up("account/get_questions", &[("class", class)]).await?;
        let drawn = drawn["questions"].as_array().into_iter().flatten();
        let asked = |one: &Value| json!({ "question_id": one["problem_id"], "question_order": one["problem_order"] });
        Ok(drawn.map(asked).collect())
    }

    async fn confirmed(&self, kind: &str, id: &Value) -> Result<(), Failure> {
        self.light_up("media/confirm", &[("file_type", kind), ("file_id", &text(id))]).await?;
        Ok(())
    }
}

async fn befriended(one: Signed, other: Signed) -> Result<(), Failure> {
    one.sealtalk("/friendship/invite", &json!({ "friendId": other.id, "message": "Hello!" })).await?;
    other.sealtalk("/friendship/agree", &json!({ "friendId": one.id })).await?;
    Ok(())
}

async fn grouped(name: String, members: Vec<Signed>) -> Result<(), Failure> {
    let ids: Vec<_> = members.iter().map(|member| &member.id).collect();
    members[0].sealtalk("/group/create", &json!({ "name": name, "memberIds": ids })).await?;
    Ok(())
}

async fn lit(one: Signed, other: Signed, most: u32) -> Result<(), Failure> {
    let target = ("target_id", other.id.as_str());
    for order in 1..=most {
        let order = order.to_string();
        one.light_up("procedure/light_up", &[target, ("order", &order), ("light_status", "1")]).await?;
    }
    Ok(())
}

async fn opened(who: Signed, title: &'static str) -> Result<(), Failure> {
    who.in_live("/room", &[("live", "1"), ("title", title)]).await?;
    Ok(())
}

/// Somebody pays for ten coins and gives some of them away.
async fn given(stage: Arc<Stage>, one: Signed, other: Signed, coins: u32) -> Result<(), Failure> {
    let receipt = wallet::issue_receipt(&stage.app, Yuan::Ten).await?;
    one.in_live("/golden", &[("refill", "1"), ("money", "10"), ("receipt", receipt.expose())]).await?;
    let fields =
        [("send_gift", "1"), ("value", &coins.to_string()), ("object", &*other.phone), ("description", "rose")];
    one.in_live("/golden", &fields).await?;
    Ok(())
}
