/*
 * Saves a form by itself while people type. Without this script the buttons do the same.
 *
 * <form data-autosave> … <p data-save-state role="status"> with four <template data-state="…">.
 * The server answers JSON {state, message, revision}. Whatever goes wrong, the text stays in the
 * form and the state line says so; it tries again by itself when the connection is back.
 */
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  const line = document.querySelector("[data-save-state]");
  if (!form || !line) return;

  let timer = 0;
  let isSaving = false;
  let isDirty = false;
  let waiting = null; // the button pressed while a save was on its way
  let knowsPast = !document.getElementById("past");
  let isInConflict = false; // only people can decide now; saving on would take the button away

  const show = (state, message) => {
    const template = document.querySelector(`template[data-state="${state}"]`)
      || document.querySelector('template[data-state="closed"]');
    line.dataset.now = state;
    line.className = `cc-save${template.dataset.error === undefined ? "" : " cc-save--error"}`;
    line.replaceChildren(template.content.cloneNode(true));
    const place = line.querySelector("[data-message]");
    if (place && message) place.textContent = message;
  };

  const freshToken = async () => {
    const page = await fetch(location.href, { credentials: "same-origin" });
    if (page.redirected) return false;
    const text = await page.text();
    const found = new DOMParser().parseFromString(text, "text/html")
      .querySelector("[name=csrfmiddlewaretoken]");
    if (!found) return false;
    form.elements.csrfmiddlewaretoken.value = found.value;
    return true;
  };

  let sent = new FormData(form); // what the last save carried

  // what somebody else wrote meanwhile comes into the form. A field changed here since then stays,
  // and with it the old revision: so the server sees both sides and can ask
  const takeMerged = (fields) => {
    const now = new FormData(form);
    const names = Object.keys(fields || {});
    if (names.some((name) => now.get(name) !== sent.get(name))) return false;
    for (const name of names) {
      const field = form.elements[name];
      if (!field) continue;
      if (field instanceof RadioNodeList) {
        for (const choice of field) choice.checked = choice.value === fields[name];
      } else field.value = fields[name];
    }
    return true;
  };

  const send = () => {
    sent = new FormData(form);
    const data = new FormData(form);
    data.set("do", "autosave");
    if (!knowsPast) data.set("past", "1"); // once: what was held on to in the last round
    return fetch(form.action, {
      method: "POST",
      body: data,
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout(10000),
      headers: { "X-Requested-With": "fetch" },
    });
  };

  const save = async () => {
    if (isSaving || !isDirty || isInConflict) return;
    clearTimeout(timer);
    isSaving = true;
    isDirty = false;
    show("saving");
    try {
      let response = await send();
      if (response.status === 403 && await freshToken()) response = await send();
      if (response.type === "opaqueredirect" || response.status === 401) {
        isDirty = true;
        show("signed_out");
      } else if (!response.headers.get("Content-Type")?.includes("json")) {
        isDirty = true;
        isInConflict = true; // trying again would not help: the page says what to do
        show("closed");
      } else {
        const answer = await response.json();
        if (answer.revision !== undefined && takeMerged(answer.fields)) {
          form.elements.revision.value = answer.revision;
        }
        if (answer.state !== "saved") isDirty = true;
        if (!isDirty) delete form.dataset.unsaved;
        show(answer.state, answer.message);
        document.dispatchEvent(new CustomEvent("saved", { detail: answer }));
        isInConflict = answer.state === "conflict";
      }
    } catch {
      isDirty = true;
      isSaving = false;
      waiting = null; // going on now would only show the browser's error page
      show("offline");
      timer = setTimeout(save, 10000);
      return;
    }
    isSaving = false;
    if (isDirty && !isInConflict && !waiting && line.dataset.now === "saved") later(0);
    if (waiting) {
      const button = waiting;
      waiting = null;
      form.requestSubmit(button);
    }
  };

  const later = (delay) => {
    isDirty = true;
    form.dataset.unsaved = "1"; // other scripts leave the form alone until it is saved
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  form.addEventListener("input", (event) => {
    later(event.target.type === "radio" || event.target.type === "checkbox" ? 0 : 900);
  });
  form.addEventListener("focusout", () => { if (isDirty) save(); });
  line.addEventListener("click", (event) => {
    if (!event.target.closest("[data-retry]")) return;
    event.preventDefault();
    save();
  });
  addEventListener("online", save);
  form.addEventListener("submit", (event) => {
    if (isSaving) {
      // otherwise the form would carry an old revision and be in conflict with its own save
      event.preventDefault();
      waiting = event.submitter;
      return;
    }
    isDirty = false;
    clearTimeout(timer);
  });
  addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });

  // what waits for an answer (the last round's level, the unlocked level fields) opens at once
  document.addEventListener("saved", (event) => {
    for (const [id, html] of Object.entries(event.detail.fragments || {})) {
      if (id === "past") knowsPast = true;
      const place = document.getElementById(id);
      if (place) place.innerHTML = html;
    }
  });
})();
