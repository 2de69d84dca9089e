/* The editor: who else is here, and a warning before typed words are lost. Works without. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-unsaved]");
  const note = document.querySelector("[data-presence]");
  let isDirty = false;
  form?.addEventListener("input", () => { isDirty = true; });
  form?.addEventListener("submit", () => { isDirty = false; });
  addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });

  const token = form?.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!note || !token) return;
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(note.dataset.presence, {
        method: "POST",
        headers: { "X-CSRFToken": token },
      });
      if (!answer.ok) return;
      const { sentence } = await answer.json();
      const text = note.querySelector("span:last-child");
      // said again only when it changes, so that a screen reader is not talking all the time
      if (text.textContent.trim() !== sentence) text.textContent = sentence;
      note.hidden = !sentence;
    } catch { /* without a network the page simply stays as it is */ }
  };
  setInterval(ask, 20_000);
  addEventListener("visibilitychange", ask);
})();
