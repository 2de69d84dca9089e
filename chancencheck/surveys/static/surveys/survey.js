// Pages of a survey. Everything works without this script; it adds reading aloud, the title of the
// step, answers that wait for the internet, and the screen on site that begins anew.
"use strict";

const body = document.body;
const form = document.getElementById("survey");
const isKiosk = "kiosk" in body.dataset;
const KEY = "chancencheck-waiting";

/* ------------------------------------------------------------- where we are */

function showStep() {
  const step = document.querySelector(".cz-step:target");
  const title = step && step.querySelector("[data-title]");
  if (title) document.title = title.textContent;
  const field = document.querySelector("[data-step]");
  if (field && step) field.value = step.id;
  if (step) step.focus({ preventScroll: true });
}

if (form) {
  window.addEventListener("hashchange", showStep);
  // another page of answers (another language) opens where people were
  if (location.hash && document.querySelector(".is-first:not(#f0)")) {
    history.replaceState(null, "", location.pathname);
  }
  showStep();
}

/* ------------------------------------------------------------- reading aloud */

function voices() {
  return window.speechSynthesis
    ? speechSynthesis.getVoices().filter((voice) => voice.lang.startsWith(body.dataset.lang))
    : [];
}

function offerReading() {
  const found = voices();
  for (const button of document.querySelectorAll("[data-listen]")) {
    button.hidden = found.length === 0;
  }
}

function readAloud(step) {
  const found = voices()[0];
  speechSynthesis.cancel();
  const parts = [...step.querySelectorAll(".cz-question, .cz-answer label, #text-hint")];
  for (const part of parts) {
    const words = new SpeechSynthesisUtterance(part.textContent);
    words.voice = found;
    words.lang = found.lang;
    speechSynthesis.speak(words);
  }
}

if (window.speechSynthesis) {
  offerReading();
  speechSynthesis.addEventListener("voiceschanged", offerReading);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-listen]");
    if (!button) return;
    if (speechSynthesis.speaking) speechSynthesis.cancel();
    else readAloud(button.closest(".cz-step"));
  });
}

/* ------------------------------------------------------------- answers that wait */

const box = document.querySelector("[data-waiting]");
let held = null; // on a screen on site nothing is written down: it waits in this page only

function waiting() {
  if (isKiosk) return held ? [held] : [];
  try {
    return JSON.parse(localStorage.getItem(KEY) || "[]");
  } catch {
    return [];
  }
}

function keep(list) {
  if (isKiosk) {
    held = list[0] || null;
    return true;
  }
  try {
    if (list.length) localStorage.setItem(KEY, JSON.stringify(list));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

let told = "";

function tell(what) {
  if (!box) return;
  box.hidden = !what;
  for (const words of box.querySelectorAll("[data-say]")) words.hidden = words.dataset.say !== what;
  box.querySelector("[data-buttons]").hidden = what !== "waiting";
  if (what && what !== told) box.scrollIntoView({ block: "nearest" });
  told = what;
}

async function send(item) {
  const answer = await fetch(item.action, {
    method: "POST",
    headers: { "X-Requested-With": "fetch", "Content-Type": "application/x-www-form-urlencoded" },
    body: item.body,
    credentials: "omit",
  });
  const result = await answer.json().catch(() => ({}));
  return { ok: answer.ok, status: answer.status, ...result };
}

let isSending = false;

async function sendWaiting() {
  if (isSending || !waiting().length) return;
  isSending = true;
  try {
    for (const item of waiting()) {
      const result = await send(item);
      // only our own words count: a page of the network in between must not make answers disappear
      const isRefused = ["closed", "page_old", "nothing_answered"].includes(result.problem);
      if (!result.next && !isRefused) break;
      keep(waiting().filter((other) => other.body !== item.body));
      if (isKiosk && result.next) {
        location.replace(result.next);
        return;
      }
      tell(result.next ? "sent" : "refused");
    }
  } catch {
    tell("waiting");
  } finally {
    isSending = false;
  }
}

if (form) {
  form.addEventListener("submit", async (event) => {
    if (!event.submitter || event.submitter.name !== "do") return;
    event.preventDefault();
    const item = { action: form.action, body: new URLSearchParams(new FormData(form)).toString() };
    event.submitter.disabled = true;
    try {
      const result = await send(item);
      if (result.next && isKiosk) location.replace(result.next); // no way back to the answers
      else if (result.next) location.assign(result.next);
      else form.submit(); // the server says on a page of its own what to do
    } catch {
      if (!keep([...waiting(), item])) {
        form.submit();
        return;
      }
      form.hidden = true;
      tell("waiting");
    } finally {
      event.submitter.disabled = false;
    }
  });
}

if (box) {
  box.querySelector("[data-retry]").addEventListener("click", sendWaiting);
  const drop = box.querySelector("[data-drop]");
  if (drop) {
    drop.addEventListener("click", () => {
      keep([]);
      tell("");
      for (const field of form.querySelectorAll(".cz-radio")) field.checked = false;
      for (const field of form.querySelectorAll("textarea")) field.value = "";
      form.hidden = false;
      if (navigator.onLine) location.replace(body.dataset.start);
      else location.hash = "f0"; // without internet there is no other page to go to
    });
  }
  window.addEventListener("online", sendWaiting);
  setInterval(sendWaiting, 15000);
  if (waiting().length) {
    tell("waiting");
    sendWaiting();
  }
}

/* ------------------------------------------------------------- the screen on site */

if (isKiosk) {
  const isThanks = "thanks" in body.dataset;
  const still = document.querySelector("[data-still]");
  let timer = 0;

  const begin = () => {
    if (!held) location.replace(body.dataset.start);
  };
  const ask = () => {
    if (!still) {
      begin();
      return;
    }
    still.hidden = false;
    still.querySelector("[data-stay]").focus();
    timer = setTimeout(begin, 20000);
  };
  const wake = () => {
    clearTimeout(timer);
    if (still) still.hidden = true;
    timer = setTimeout(isThanks ? begin : ask, isThanks ? 15000 : 60000);
  };
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, wake);
  // what the browser kept of a page of somebody else is never shown again
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(body.dataset.start);
  });
  wake();
}
