/*
 * The screens of a workshop: they follow, count down, and let the moderator steer without reloading.
 *
 * <body data-live="/live/…" data-number="41"> asks the address every second. When the number has
 * grown, the page is fetched again and every [data-part] that differs is replaced. Without this
 * script a reload does the same, and every button sends its form.
 */
(() => {
  "use strict";
  const root = document.querySelector("[data-live]");
  if (!root) return;

  const every = 1000;
  const form = document.querySelector("form[data-autosave]");
  const steer = document.querySelector("form[data-steer]");
  const lost = document.querySelector("[data-lost]");
  const news = document.querySelector("[data-news]");
  let number = Number(root.dataset.number);
  let ahead = 0; // milliseconds the server's clock is ahead of ours
  let misses = 0;
  let timer = 0;
  let isAsking = false;
  let seen = Date.now();

  // ------------------------------------------------------------ following

  const known = new Map(); // part → its HTML as the server sent it, to replace only what changed
  // each answer masks the form's token anew; that is no change
  const plain = (part) => part.innerHTML.replace(/(csrfmiddlewaretoken" value=")[^"]*/g, "$1");
  for (const part of document.querySelectorAll("[data-part]")) known.set(part.id, plain(part));

  // fields of the note lie outside the form's own element, so the form's list is asked
  const isNoteTyped = () => Boolean(form) && [...form.elements].some((field) =>
    ["note_text", "note_for"].includes(field.name) && field.value);
  const isWriting = () => Boolean(form)
    && (form.dataset.unsaved || document.activeElement?.form === form || isNoteTyped());
  addEventListener("beforeunload", (event) => { if (isNoteTyped() && !isSent) event.preventDefault(); });
  let isSent = false;
  form?.addEventListener("submit", () => { isSent = true; });

  const replace = (part, fresh) => {
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    const open = [...part.querySelectorAll("details")].map((help) => help.open);
    part.replaceChildren(...fresh.childNodes);
    for (const [i, help] of [...part.querySelectorAll("details")].entries()) {
      if (open[i] !== undefined) help.open = open[i];
    }
    if (focused) (document.getElementById(focused) || part.querySelector("h2"))?.focus();
  };

  const refresh = async (fresh) => {
    const response = await fetch(location.href, {
      credentials: "same-origin",
      headers: { "X-Requested-With": "fetch" },
      signal: AbortSignal.timeout(8000),
    });
    const isOver = response.redirected || [401, 403, 404, 409, 410].includes(response.status);
    if (isOver && !isWriting()) {
      location.reload(); // the page itself says what has happened
      return;
    }
    if (isOver || !response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const wasOnWall = document.querySelector("[data-on-wall='1']");
    for (const part of page.querySelectorAll("[data-part]")) {
      const here = document.getElementById(part.id);
      if (!here || known.get(part.id) === plain(part)) continue;
      known.set(part.id, plain(part));
      if (news && "say" in part.dataset && part.dataset.say !== here.dataset.say) {
        news.textContent = part.dataset.say;
      }
      for (const { name, value } of part.attributes) here.setAttribute(name, value);
      replace(here, part);
    }
    takeOver(page);
    number = fresh;
    seen = Date.now();
    tick();
    fit();
    // the remote has turned the wall: the moderator's page comes along if nothing is being written
    const goal = wasOnWall && document.querySelector("[data-goto]")?.dataset.goto;
    if (goal && goal !== location.pathname && !isWriting()) location.assign(goal);
  };

  // what somebody else wrote comes into the form, unless something here is not saved yet: then
  // saving merges both, or shows both
  const takeOver = (page) => {
    const other = page.querySelector("form[data-autosave]");
    if (!form || !other || isWriting()) return;
    if (other.elements.revision.value === form.elements.revision.value) return;
    form.replaceChildren(...other.childNodes);
  };

  const ask = async () => {
    clearTimeout(timer);
    if (isAsking) return;
    isAsking = true;
    try {
      const response = await fetch(root.dataset.live, {
        credentials: "omit",
        cache: "no-store",
        signal: AbortSignal.timeout(5000),
      });
      if (!response.ok) throw new Error(String(response.status));
      const [fresh, clock] = (await response.text()).split(" ").map(Number);
      ahead = clock - Date.now();
      // votes do not change the number (nobody shall see when somebody votes): look now and then
      const isDue = document.querySelector("[data-poll]") && Date.now() - seen > 3000;
      if (fresh !== number || isDue) await refresh(fresh);
      misses = 0;
    } catch {
      misses += 1;
    }
    isAsking = false;
    if (lost) lost.hidden = misses < 2;
    timer = setTimeout(ask, misses ? Math.min(1000 * misses, 5000) : every);
  };

  addEventListener("online", ask);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });

  // ------------------------------------------------------------ the time

  const tick = () => {
    for (const place of document.querySelectorAll("[data-ends]")) {
      const left = Math.max(0, Math.round((Number(place.dataset.ends) - Date.now() - ahead) / 1000));
      place.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      place.closest("[data-timer]")?.toggleAttribute("data-over", left === 0);
    }
  };

  // ------------------------------------------------------------ the wall

  // the largest type with which everything fits; the server can only estimate it
  const sizes = ["roomy", "dense", "full"];
  const fit = () => {
    const scene = document.querySelector(".cc-stage__scene");
    if (!scene || !matchMedia("(min-width: 60rem) and (min-aspect-ratio: 1 / 1)").matches) return;
    for (const size of sizes) {
      for (const other of sizes) {
        scene.classList.toggle(`cc-stage__scene--${other}`, other === size);
      }
      if (document.documentElement.scrollHeight <= innerHeight) return;
    }
  };
  addEventListener("resize", fit);
  document.fonts.ready.then(fit);

  // ------------------------------------------------------------ steering

  const send = async (button) => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", steer.elements.csrfmiddlewaretoken.value);
    data.set("do", button.value);
    data.set("key", button.dataset.key || steer.elements.key?.value || "");
    button.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(steer.action, {
        method: "POST",
        body: data,
        credentials: "same-origin",
        redirect: "manual",
        headers: { "X-Requested-With": "fetch" },
        signal: AbortSignal.timeout(8000),
      });
      // signed out, or somebody else was quicker: the page says it, unless that would lose a text
      if (!response.ok && !isWriting()) location.reload();
      else await ask();
    } catch {
      misses += 2;
      if (lost) lost.hidden = false;
    }
    button.removeAttribute("aria-busy");
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button || !steer) return;
    event.preventDefault();
    send(button);
  });

  // a presenter sends page up and page down; Enter and space stay with what has the focus
  const keys = {
    ArrowRight: "forward", PageDown: "forward", ArrowLeft: "back", PageUp: "back",
  };
  if (document.querySelector("[data-wall]")) {
    document.addEventListener("keydown", (event) => {
      const value = keys[event.key];
      const button = value && document.querySelector(`button[data-act][value="${value}"]`);
      if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      send(button);
    });
  }

  for (const button of document.querySelectorAll("[data-fullscreen]")) {
    if (!document.documentElement.requestFullscreen) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen();
    });
  }

  tick();
  setInterval(tick, 500);
  ask();
})();
