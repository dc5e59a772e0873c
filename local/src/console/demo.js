// Two people live their story: every step is what an app would send, to the URLs that apps send it to. No request sends or keeps a cookie,
// because two people share this browser: sessions are fields, and sockets are opened with a token.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const sleep = (time) => new Promise((done) => setTimeout(done, time));
  const digits = (count) => Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => byte % 10).join("");

  // People.

  const person = (key) => {
    const card = document.getElementById(key);
    const parts = Object.fromEntries(all("[data-part]", card).map((part) => [part.dataset.part, part]));
    const phone = `199${digits(8)}`;
    const { name, sex } = card.dataset;
    return { key, name, sex, phone, password: `demo${digits(8)}`, nickname: `${name} ${phone.slice(-5)}`, parts, heard: [], waits: [], at: 0 };
  };
  const [ann, ben] = [person("ann"), person("ben")];
  const other = (who) => (who === ann ? ben : ann);
  const both = (does) => Promise.all([ann, ben].map(does));

  // The list of calls. What is secret is shortened, what is long is cut.

  let list = null;
  const counts = { calls: 0, uploads: 0, texts: 0 };
  const SECRET = /^(password|access_token|token|receipt|im_token|policy|signature|signatrue|x-amz-.*)$/i;
  const short = (value, most) => (value.length > most ? `${value.slice(0, most)}…` : value);
  const shown = (value, most = 220) => {
    const hidden = (name, inner) => (SECRET.test(name) && typeof inner === "string" && inner ? short(inner, 4) : inner);
    return short(typeof value === "string" ? value : JSON.stringify(value, hidden), most);
  };
  const entry = (who, verb, place, sent) => {
    const state = make("span", { className: "chip", textContent: "…" });
    const answer = make("p", { className: "answer" });
    const line = make("p", { className: "line" },
      make("span", { className: `who ${who.key}`, textContent: who.name }), make("span", { className: "verb", textContent: verb }),
      make("span", { className: "path", textContent: place }), state);
    const item = make("li", {}, line);
    if (sent && Object.keys(sent).length) item.append(make("p", { className: "sent", textContent: shown(sent) }));
    item.append(answer);
    list.append(item);
    const count = list.children.length;
    $(".count", list.closest("li[data-step]")).textContent = `${count} ${count === 1 ? "line" : "lines"}`;
    return (status, good, text) => {
      state.textContent = status;
      state.classList.add(good ? "s2" : "s5");
      answer.textContent = shown(text);
    };
  };

  // Calls.

  const send = async (who, method, path, sent, options, judge) => {
    const answered = entry(who, method, path, sent);
    counts.calls += 1;
    try {
      const answer = await fetch(path, { method, credentials: "omit", cache: "no-store", ...options });
      const text = await answer.text();
      let body = null;
      try { body = JSON.parse(text); } catch { /* Judged below: no JSON is no answer of an API. */ }
      const good = answer.ok && body !== null && judge(body);
      answered(answer.status, good, body ?? text);
      if (!good) throw new Error(`${method} ${path} was answered ${answer.status} ${shown(body ?? text, 160)}`);
      return body;
    } catch (error) {
      if (error instanceof TypeError) answered("failed", false, error.message);
      throw error;
    }
  };
  const form = (fields) => ({ body: new URLSearchParams(fields) });
  const lightUp = async (who, operation, fields = {}) =>
    (await send(who, "POST", `/v1/${operation}`, fields, form(who.token ? { user_id: who.id, access_token: who.token, ...fields } : fields), () => true)).data;
  const live = async (who, path, fields) =>
    (await send(who, "POST", path, fields, form(who.live ? { token: who.live, ...fields } : fields), (body) => body.result === "0000")).message;
  const sealTalk = async (who, path, body) => {
    const options = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return (await send(who, "POST", path, body, options, (answer) => answer.code === 200)).result;
  };
  const local = (who, method, path, body) => send(who, method, path, body, body ? { body: JSON.stringify(body) } : {}, () => true);
  // Light Up's apps do this before every other call: a token lives for 15 minutes, and steps may be far apart.
  const fresh = async (who) => { who.token = (await lightUp(who, "account/refresh_access_token")).access_token; };

  // A file goes to the bucket itself: all fields of the signed form, and then the file.
  const upload = async (who, { url, fields }, file) => {
    const answered = entry(who, "S3", new URL(url).pathname, { key: fields.key, "Content-Type": fields["Content-Type"] ?? file.type, bytes: file.size });
    const parts = new FormData();
    for (const [name, value] of Object.entries(fields)) parts.append(name, value);
    parts.append("file", file);
    const answer = await fetch(url, { method: "POST", credentials: "omit", body: parts });
    answered(answer.status, answer.ok, answer.ok ? "uploaded" : await answer.text());
    if (!answer.ok) throw new Error(`the upload was answered ${answer.status}`);
    counts.uploads += 1;
  };

  // Pictures, sound and films, made here.

  const draw = (context, who, time = 0) => {
    const { width } = context.canvas;
    const [hair, shirt, ground] = who === ann ? ["#7a3b1d", "#d4516e", ["#ffe0c2", "#ffc2d4"]] : ["#2b2b38", "#2f6fb5", ["#c9e4ff", "#cdeedd"]];
    const disc = (x, y, across, down, color) => {
      context.fillStyle = color;
      context.beginPath();
      context.ellipse(x * width, y * width, across * width, down * width, 0, 0, 7);
      context.fill();
    };
    const sky = context.createLinearGradient(0, 0, width, width);
    ground.forEach((color, place) => sky.addColorStop(place, color));
    context.fillStyle = sky;
    context.fillRect(0, 0, width, width);
    disc(0.5, 1.05, 0.36, 0.34, shirt);
    if (who === ann) disc(0.5, 0.5, 0.27, 0.34, hair);
    disc(0.5, 0.7, 0.09, 0.12, "#e3ab86");
    disc(0.5, 0.48, 0.2, 0.24, "#f2c29e");
    context.save();
    context.beginPath();
    context.rect(0, 0, width, 0.4 * width);
    context.clip();
    disc(0.5, 0.42, 0.22, 0.21, hair);
    context.restore();
    const blink = Math.sin(time * 6) > 0.95 ? 0.004 : 0.026;
    for (const side of [-1, 1]) disc(0.5 + side * 0.075, 0.48, 0.02, blink, "#27222b");
    context.strokeStyle = "#a3443f";
    context.lineWidth = 0.016 * width;
    context.lineCap = "round";
    context.beginPath();
    context.arc(0.5 * width, 0.55 * width, (0.07 + 0.02 * Math.sin(time * 9)) * width, 0.5, 2.64);
    context.stroke();
  };
  const canvas = (width) => make("canvas", { width, height: width }).getContext("2d");
  const portrait = (who) => {
    const context = canvas(256);
    draw(context, who);
    return new Promise((done) => context.canvas.toBlob(done, "image/png"));
  };
  const RATE = 8000;
  // Four tones of a scale that begins where the person and the question say, as a WAV file.
  const sound = (who, order) => {
    const tones = [0, 4, 7, 12].map((step) => (who === ann ? 330 : 220) * 2 ** ((step + 2 * order) / 12));
    const length = RATE * 1.2;
    const bytes = new DataView(new ArrayBuffer(44 + length * 2));
    const text = (at, letters) => [...letters].forEach((letter, place) => bytes.setUint8(at + place, letter.charCodeAt(0)));
    text(0, "RIFF"); bytes.setUint32(4, 36 + length * 2, true); text(8, "WAVEfmt "); bytes.setUint32(16, 16, true);
    bytes.setUint16(20, 1, true); bytes.setUint16(22, 1, true); bytes.setUint32(24, RATE, true); bytes.setUint32(28, RATE * 2, true);
    bytes.setUint16(32, 2, true); bytes.setUint16(34, 16, true); text(36, "data"); bytes.setUint32(40, length * 2, true);
    for (let at = 0; at < length; at += 1) {
      const [within, tone] = [(at % (length / 4)) / (length / 4), tones[Math.floor((at * 4) / length)]];
      bytes.setInt16(44 + at * 2, 9000 * Math.sin((2 * Math.PI * tone * at) / RATE) * Math.sin(Math.PI * within), true);
    }
    return new Blob([bytes.buffer], { type: "audio/wav" });
  };
  const film = async (who) => {
    const type = ["video/webm;codecs=vp8", "video/webm", "video/mp4"].find((type) => window.MediaRecorder?.isTypeSupported(type));
    if (!type) throw new Error("this browser records no films (it has no MediaRecorder)");
    const context = canvas(192);
    draw(context, who);
    const recorder = new MediaRecorder(context.canvas.captureStream(20), { mimeType: type, videoBitsPerSecond: 400_000 });
    const parts = [];
    recorder.ondataavailable = (event) => parts.push(event.data);
    const ended = new Promise((done) => { recorder.onstop = done; });
    recorder.start();
    for (let frame = 0; frame < 20; frame += 1) {
      draw(context, who, frame / 20);
      await sleep(50);
    }
    recorder.stop();
    await ended;
    recorder.stream.getTracks().forEach((track) => track.stop());
    return new Blob(parts, { type: type.split(";")[0] });
  };

  // Sockets. What arrives is acknowledged, and somebody may be waiting for it.

  const say = (who, status, message) => who.wire.send(JSON.stringify({ status, pushId: who.pushId ?? "", message }));
  const tell = (who, text, kind) => {
    who.parts.talk.append(make("li", { className: kind, textContent: text }));
    who.parts.talk.scrollTop = who.parts.talk.scrollHeight;
  };
  const arrived = (who, text) => {
    const packet = JSON.parse(text);
    who.pushId = packet.pushId;
    const heard = Array.isArray(packet.message) ? packet.message : [{ accepted: packet.message === "ok" }];
    for (const message of heard) {
      if ("accepted" in message) continue;
      counts.texts += 1;
      const content = [message.info].flat()[0].content;
      const answered = entry(who, "⇠", "socket", { fromId: message.fromId, type: message.type });
      answered("heard", true, content);
      if (Number(message.type) === 1) { message.text = content; tell(who, content, "theirs"); continue; }
      try { Object.assign(message, { notice: JSON.parse(content) }); } catch { message.notice = { type: content }; }
      const { type, operation } = message.notice;
      tell(who, { light_last_light: "switched on your third light", Request: "wants to be friends", AcceptResponse: "has agreed: friends" }[operation ?? type] ?? type, "notice");
    }
    if (Array.isArray(packet.message)) say(who, 1, "ok");
    who.heard.push(...heard);
    who.waits.splice(0).forEach((look) => look());
  };
  const hears = async (who, what, holds) => {
    const until = performance.now() + 15_000;
    for (;;) {
      const place = who.heard.findIndex(holds);
      if (place >= 0) return who.heard.splice(place, 1)[0];
      if (who.wire.readyState > WebSocket.OPEN) throw new Error(`the socket of ${who.name} was closed`);
      if (performance.now() > until) throw new Error(`${who.name} heard nothing of ${what} for 15 seconds`);
      await Promise.race([new Promise((done) => who.waits.push(done)), sleep(500)]);
    }
  };
  const write = async (from, text) => {
    const message = { chatId: `demo-${ann.phone}`, fromId: from.id, toId: other(from).id, type: 1, info: [{ category: 0, content: text }] };
    const answered = entry(from, "⇢", "socket", { toId: message.toId, type: 1, content: text });
    tell(from, text, "own");
    say(from, 1, [message]);
    await hears(from, "its message", (heard) => heard.accepted);
    answered("ok", true, "accepted: it is stored");
    await hears(other(from), `“${text}”`, (heard) => heard.text === text);
  };

  // The steps.

  const CLASSES = ["basic_info", "emotion_experience", "value_concept"];
  const lamps = async (who) => {
    const info = await lightUp(who, "account/get_user_info", { target_id: who.id });
    const lit = CLASSES.map((name) => info[`${name}_light_number`] > 0);
    all("i", who.parts.lamps).forEach((lamp, place) => lamp.classList.toggle("on", lit[place]));
    who.parts.lamps.setAttribute("aria-label", `${lit.filter(Boolean).length} of 3 lights`);
    return info;
  };
  const coins = async (who) => {
    const { coins: held } = await live(who, "/golden", { balance: 1 });
    const part = who.parts.coins;
    part.textContent = /^\d/.test(part.textContent) ? `${part.textContent} → ${held}` : String(held);
    return held;
  };
  const questions = async (who, name) =>
    (await lightUp(who, "account/get_questions", { class: name })).questions.map((one) => ({ question_id: one.problem_id, question_order: one.problem_order }));

  const steps = {
    register: () => both(async (who) => {
      await lightUp(who, "account/register", { phone_number: who.phone });
      const inbox = await local(who, "GET", `/_local/sms?phone=${who.phone}`);
      const code = inbox.at(-1)?.message.match(/\d{6}/)?.[0];
      if (!code) throw new Error(`no SMS with a code came to ${who.phone}`);
      const proven = await lightUp(who, "account/validate_sms", { phone_number: who.phone, validate_code: code, validate_type: "register" });
      await lightUp(who, "account/change_password", { phone_number: who.phone, password: who.password });
      Object.assign(who, { id: proven.user_id, token: proven.access_token });
      who.parts.phone.textContent = who.phone;
      Object.assign(who.parts.rows, { href: `/console/people/${who.id}`, hidden: false, textContent: `What is stored of ${who.name}` });
    }),
    profile: () => both(async (who) => {
      await fresh(who);
      const info = { nickname: who.nickname, sex: who.sex, love_sex: other(who).sex, birthday: who === ann ? 820_454_400 : 757_382_400, location: "Chengdu" };
      await lightUp(who, "account/change_personal_info", { personal_info: JSON.stringify(info) });
      const wanted = { save_key: `/portrait/${who.key}.png`, expiration: "2222222222", bucket: "portrait" };
      await upload(who, await lightUp(who, "account/upload_portrait_request", wanted), await portrait(who));
      await lightUp(who, "account/upload_portrait_confirm");
      const { portrait: url } = await lightUp(who, "account/get_user_info", { target_id: who.id });
      Object.assign(who.parts.portrait, { src: url, hidden: false });
    }),
    answer: () => both(async (who) => {
      await fresh(who);
      const asked = (await questions(who, "basic_info")).map((one) => ({ ...one, save_key: `/basic_info/${who.id}-${one.question_order}.wav` }));
      const wanted = { sex: who.sex, file_type: "audio", audio_class: "basic_info", question_arr: JSON.stringify(asked) };
      const forms = await lightUp(who, "media/upload_request", wanted);
      await Promise.all(forms.audios.map((one) => upload(who, one, sound(who, one.question_order))));
      await lightUp(who, "media/confirm", { file_type: "audio", file_id: forms.audio_buffer_id });
      for (const name of CLASSES.slice(1)) {
        const recorded = await film(who);
        const key = `/${name}/${who.id}.${recorded.type.split("/")[1]}`;
        const filmed = { sex: who.sex, file_type: "video", video_class: name, save_key: key, questions: JSON.stringify(await questions(who, name)) };
        const form = await lightUp(who, "media/upload_request", filmed);
        await upload(who, form, recorded);
        await lightUp(who, "media/confirm", { file_type: "video", file_id: form.video_buffer_id });
      }
    }),
    connect: () => both(async (who) => {
      const { token } = await sealTalk(who, "/user/login", { region: "86", phone: who.phone, password: who.password });
      const answered = entry(who, "WS", "/android/websocket/", { token });
      const url = new URL(`/android/websocket/?token=${encodeURIComponent(token)}`, location.href);
      url.protocol = url.protocol.replace("http", "ws");
      who.wire = new WebSocket(url);
      who.wire.onmessage = (event) => arrived(who, event.data);
      who.wire.onclose = () => { who.parts.socket.textContent = "closed"; who.waits.splice(0).forEach((look) => look()); };
      await new Promise((done, failed) => {
        who.wire.onopen = done;
        who.wire.onerror = () => { answered("refused", false, ""); failed(new Error(`the socket of ${who.name} was refused`)); };
      });
      say(who, 0, "start");
      await hears(who, "its start", (heard) => heard.accepted);
      answered(101, true, { pushId: who.pushId });
      who.parts.socket.textContent = "open";
    }),
    guests: () => both(async (who) => {
      await fresh(who);
      const target = other(who);
      const drawn = await lightUp(who, "procedure/get_user_id_by_love_sex", { love_sex: target.sex });
      if (drawn.target_id !== target.id) tell(who, `chance has shown somebody else; ${target.name} comes by themselves`, "notice");
      const at = { target_id: target.id };
      const [info, tape, ...films] = await Promise.all([
        lightUp(who, "account/get_user_info", at),
        ...CLASSES.map((name, place) => lightUp(who, "procedure/get_media", { ...at, class: name, file_type: place ? "video" : "audio" })),
      ]);
      const label = (what) => `${what} of ${info.nickname}`;
      const audio = make("audio", { controls: true, src: tape.questions[0].save_key });
      audio.setAttribute("aria-label", label("An answer"));
      const videos = films.map((one) => {
        const video = make("video", { muted: true, loop: true, autoplay: true, playsInline: true, src: one.save_key });
        video.setAttribute("aria-label", label("A film"));
        return video;
      });
      who.parts.seen.replaceChildren(make("p", { className: "muted", textContent: `${who.name} sees ${info.nickname}, ${info.age}` }), ...videos, audio);
      who.parts.seen.hidden = false;
    }),
    lights: async () => {
      for (const who of [ann, ben]) {
        await fresh(who);
        const at = { target_id: other(who).id };
        for (const order of [1, 2, 3]) await lightUp(who, "procedure/light_up", { ...at, order, light_status: 1 });
        await lightUp(who, "procedure/log_have_seen", at);
        await hears(other(who), "the third light", (heard) => heard.notice?.type === "light_last_light");
      }
      await both(async (who) => {
        await lamps(who);
        for (const log of (await lightUp(who, "procedure/get_message")).logs) tell(who, log.content, "theirs");
      });
    },
    friends: async () => {
      await both(async (who) => { who.live = await live(who, "/log", { userId: who.phone, password: who.password, expire_in: 604800 }); });
      await live(ann, "/friend", { add: 1, userId: ben.phone });
      await hears(ben, "the request", (heard) => heard.notice?.operation === "Request");
      await live(ben, "/list", { messagelist: 1 });
      await live(ben, "/friend", { dealMessage: 1, userId: ann.phone, behaviour: "accept" });
      await hears(ann, "the answer", (heard) => heard.notice?.operation === "AcceptResponse");
      await both((who) => live(who, "/list", { friendlist: 1 }));
    },
    chat: async () => {
      await write(ben, "Hello Ann, is this thing on?");
      await write(ann, "It is. Three lights, no less!");
      await write(ben, "Tea by the river on Sunday?");
      await write(ann, "Gladly. I bring the cake.");
    },
    gift: async () => {
      await both(coins);
      const { receipt } = await local(ben, "POST", "/_local/receipts", { amount: 10 });
      await live(ben, "/golden", { refill: 1, money: 10, receipt });
      await coins(ben);
      await live(ben, "/golden", { send_gift: 1, value: 4, object: ann.phone, description: "rose" });
      const [of_ann, of_ben] = await both(coins);
      if (of_ann !== 4 || of_ben !== 6) throw new Error(`Ann has ${of_ann} coins and Ben ${of_ben}, and not 4 and 6`);
      tell(ann, "a rose, for 4 coins", "notice");
    },
  };

  // One step after the other.

  const items = all("li[data-step]");
  const story = $("#demo");
  let next = 0;
  const state = (item, is) => { item.dataset.state = is; $(".state", item).textContent = is; };
  const buttons = () => {
    const [ended, busy] = [next >= items.length, story.dataset.state === "running"];
    $("#next").textContent = ended ? "No step is left" : `Next step: ${$("strong", items[next]).textContent}`;
    $("#next").disabled = $("#all").disabled = ended || busy;
    $("#again").disabled = busy || (next === 0 && story.dataset.state === "ready");
  };
  const step = async () => {
    const item = items[next];
    items.forEach((one) => { if (one.dataset.state === "done") $("details", one).open = false; });
    list = $(".calls-of-step", item);
    list.replaceChildren();
    $("details", item).open = true;
    state(item, "runs");
    // Only where the two stay in sight meanwhile.
    if (matchMedia("(min-width: 1021px)").matches) item.scrollIntoView({ block: "nearest" });
    try {
      await steps[item.dataset.step]();
    } catch (error) {
      list.append(make("li", { className: "said bad", textContent: error.message }));
      state(item, "failed");
      throw error;
    }
    state(item, "done");
    next += 1;
  };
  const run = async (many) => {
    story.dataset.state = "running";
    buttons();
    const began = performance.now();
    try {
      for (let done = 0; done < many && next < items.length; done += 1) {
        $("#said").textContent = `${$("strong", items[next]).textContent} …`;
        await step();
      }
      const end = next >= items.length;
      story.dataset.state = end ? "done" : "ready";
      const sums = `${counts.calls} calls, ${counts.uploads} uploads, ${counts.texts} texts over sockets`;
      $("#said").textContent = end ? `Done: ${sums}; the last ${((performance.now() - began) / 1000).toFixed(1)} s.` : `${next} of ${items.length} steps: ${sums}.`;
    } catch (error) {
      story.dataset.state = "failed";
      $("#said").textContent = `It failed: ${error.message}. “Next step” tries this step again, “Begin again” takes two new people.`;
    }
    buttons();
  };
  $("#next").addEventListener("click", () => run(1));
  $("#all").addEventListener("click", () => run(items.length));
  // Other numbers, and everything as it was at first: those two have been registered.
  $("#again").addEventListener("click", () => location.reload());
  buttons();
})();
