// Keeps the pages of the console fresh, and lets the keyboard do what the mouse does. Every page works without it.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (text) => { $("#announcer").textContent = text; };

  // Fragments. A page is fetched as it is and the parts that are wanted are taken from it.

  const fetched = async (url) => {
    const answer = await fetch(url, { headers: { accept: "text/html" } });
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  // Puts a part of another document in the place of the one with its id. What was open stays open, and the focus where it was.
  const replace = (fresh) => {
    const old = fresh && document.getElementById(fresh.id);
    if (!old || old.innerHTML === fresh.innerHTML) return;
    const opened = new Map(all("details", old).map((details) => [details.id, details.open]));
    const focused = old.contains(document.activeElement) ? path(document.activeElement, old) : null;
    old.replaceChildren(...document.importNode(fresh, true).childNodes);
    for (const details of all("details", old)) details.open = opened.get(details.id) ?? details.open;
    if (focused) focused(old)?.focus({ preventScroll: true });
    prepare(old);
  };

  // How an element is found again after its surroundings have been replaced.
  const path = (element, root) => {
    const href = element.getAttribute("href");
    const place = all("a, button, input, summary", root).indexOf(element);
    return (within) => (href && $(`a[href="${CSS.escape(href)}"]`, within)) || all("a, button, input, summary", within)[place];
  };

  const waiting = new Set();
  let timer = 0;
  // Several news in a row cost one look at the page.
  const refresh = (name) => {
    const follows = (element) => element.dataset.follows.split(" ").includes(name);
    for (const element of all("[data-follows]").filter(follows)) waiting.add(element.id);
    if (waiting.size && !timer) timer = setTimeout(look, 150);
  };
  // The requests that come while a page is fetched, which knows nothing of them.
  let late = null;
  const look = async () => {
    const ids = [...waiting];
    waiting.clear();
    late = [];
    try {
      const fresh = await fetched(location.href);
      for (const id of ids) replace(fresh.getElementById(id));
    } catch { /* The server has ended; the next news look again. */ }
    const missed = late;
    late = null;
    missed.forEach(add);
    timer = 0;
    if (waiting.size) timer = setTimeout(look, 150);
  };

  // The list of requests: new rows in front.

  let paused = false;
  let held = [];
  const KEPT = 100;
  const add = ({ number, row }) => {
    const rows = $("[data-rows] #rows");
    if (!rows || document.getElementById(`request-${number}`)) return;
    if (paused) { held.push({ number, row }); return count(); }
    late?.push({ number, row });
    const template = document.createElement("template");
    template.innerHTML = row;
    template.content.firstElementChild.classList.add("new");
    rows.prepend(template.content);
    const nothing = $("[data-rows] .nothing");
    if (nothing) nothing.remove();
    while (rows.children.length > KEPT) rows.lastElementChild.remove();
    refresh("request");
  };
  const count = () => {
    const button = $("#pause");
    button.setAttribute("aria-pressed", String(paused));
    button.textContent = paused ? (held.length ? `Show ${held.length} new` : "Paused") : "Pause";
  };
  const pause = () => {
    if (!$("#pause")) return;
    paused = !paused;
    const missed = held;
    held = [];
    if (!paused) missed.forEach(add);
    count();
  };

  // News.

  let source = null;
  const live = (is) => {
    const shown = $("#live");
    shown.textContent = is ? "live" : "not live";
    shown.classList.toggle("on", is);
  };
  const everything = () => {
    const kept = $("[data-rows]");
    if (kept && !paused) waiting.add(kept.id);
    for (const name of ["request", "message", "sockets", "clock"]) refresh(name);
    if (waiting.size && !timer) timer = setTimeout(look, 150);
  };
  const listen = () => {
    if (source) return;
    source = new EventSource("/_local/events");
    // What has happened since the page was made is seen now, and whatever comes is heard.
    source.onopen = () => { live(true); everything(); };
    source.onerror = () => live(false);
    source.addEventListener("request", (event) => {
      add(JSON.parse(event.data));
      if (!$("[data-rows]")) refresh("request");
    });
    source.addEventListener("message", () => { refresh("message"); say("A message was sent."); });
    source.addEventListener("sockets", () => refresh("sockets"));
    source.addEventListener("clock", () => refresh("clock"));
    source.addEventListener("lost", everything);
  };
  // A browser has few connections to a server: a page that nobody looks at gives its own back.
  const looked = () => {
    if (document.visibilityState === "visible") return listen();
    source?.close();
    source = null;
    live(false);
  };

  // One request beside the list.

  const show = async (url, push) => {
    const fresh = await fetched(url);
    const detail = $("#detail", fresh);
    if (!detail || !$("#detail")) { location.href = url; return; }
    $("#detail").replaceWith(document.importNode(detail, true));
    const opened = $(".split", fresh).classList.contains("opened");
    $(".split").classList.toggle("opened", opened);
    all("tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
    const number = new URL(url, location.href).pathname.split("/").pop();
    document.getElementById(`request-${number}`)?.setAttribute("aria-current", "true");
    document.title = fresh.title;
    if (push) history.pushState(null, "", url);
    prepare($("#detail"));
    if (opened) $("#detail").focus({ preventScroll: true });
  };
  const isRequest = (link) => link && $(".split") && link.pathname.startsWith("/console/requests/");
  const close = () => {
    const selected = $("tr[aria-current] a");
    const search = new URLSearchParams(location.search);
    show(search.size ? `/?${search}` : "/", true).then(() => selected?.focus());
  };

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => {
        copy.textContent = "Copied";
        say("Copied.");
        setTimeout(() => { copy.textContent = "Copy"; }, 1500);
      });
      return;
    }
    const row = event.target.closest("table.requests tbody tr, table.people tbody tr");
    const link = event.target.closest("a") || (row && !getSelection().toString() && $("a", row));
    if (isRequest(link)) {
      event.preventDefault();
      show(link.pathname + location.search, true);
    } else if (event.target.closest("a.close")) {
      event.preventDefault();
      close();
    } else if (row && link && !event.target.closest("a")) {
      location.href = link.href;
    }
  });
  addEventListener("popstate", () => { if ($(".split")) show(location.href, false); });

  // Keys.

  const ways = () => new Map(all("nav [data-key]").map((link) => [link.dataset.key, link]));
  const rows = () => all("tbody tr a:first-of-type, details.row > summary, ul.objects a");
  const step = (by) => {
    const targets = rows();
    const at = targets.indexOf(document.activeElement);
    const target = targets[at < 0 ? (by > 0 ? 0 : targets.length - 1) : at + by];
    target?.focus();
    target?.scrollIntoView({ block: "nearest" });
  };
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = event.target.closest("input, textarea, select");
    if (event.key === "Escape") {
      if (field?.type === "search" && field.value) return;
      if (field) return field.blur();
      if ($("#help").open) return;
      if ($(".split.opened")) close();
      return;
    }
    if (field || $("#help").open) return;
    if (going && Date.now() - going < 1500 && ways().has(event.key)) {
      going = 0;
      event.preventDefault();
      return ways().get(event.key).click();
    }
    going = 0;
    const does = {
      g: () => { going = Date.now(); },
      "?": () => $("#help").showModal(),
      "/": () => $("#find")?.focus(),
      j: () => step(1),
      k: () => step(-1),
      p: pause,
    }[event.key];
    if (does) { event.preventDefault(); does(); }
  });

  // The clock goes on by itself, between one news of it and the next.
  setInterval(() => {
    const shown = $("#now time");
    if (!shown) return;
    const now = new Date(Date.now() + Number(shown.dataset.ahead) * 1000);
    shown.textContent = now.toISOString().slice(11, 19);
  }, 1000);

  const prepare = (within) => all("[data-copy]", within).forEach((button) => { button.hidden = false; });
  prepare(document);
  for (const id of ["pause", "help-button"]) document.getElementById(id)?.removeAttribute("hidden");
  $("#pause")?.addEventListener("click", pause);
  $("#help-button").addEventListener("click", () => $("#help").showModal());
  document.addEventListener("visibilitychange", looked);
  looked();
})();
