/*
 * The grid of effort and effect: a card is dragged onto a cell. It sends the same form as the two
 * lists beside it, which do everything without this script, by keyboard or by touch.
 */
(() => {
  "use strict";
  const slack = 6; // pixels a pointer may tremble before it drags
  const news = document.createElement("p");
  news.className = "cc-hidden";
  news.setAttribute("role", "status");
  document.querySelector("main")?.append(news);
  document.documentElement.classList.add("has-drag");

  let drag = null; // { card, pointer, x, y, ghost }

  const send = async (form, values) => {
    const data = new FormData(form);
    for (const [name, value] of Object.entries(values)) data.set(name, value);
    form.setAttribute("aria-busy", "true");
    let page;
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: data,
        credentials: "same-origin",
        redirect: "manual",
        headers: { "X-Requested-With": "fetch" },
        signal: AbortSignal.timeout(8000),
      });
      if (!response.ok) throw new Error(String(response.status));
      page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      // signed out, too late, no connection: the form itself goes, and the answer says what is
      for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
      form.submit();
      return;
    }
    const fresh = page.querySelector("[data-grid]");
    const focused = document.activeElement?.id;
    keepChoices(fresh, form.id);
    document.querySelector("[data-grid]").replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus();
    news.textContent = fresh.dataset.say;
  };

  // what was chosen for other measures and not sent yet stays chosen
  const keepChoices = (fresh, sent) => {
    for (const form of document.querySelectorAll("form[data-place]")) {
      const other = fresh.querySelector(`#${form.id}`);
      if (form.id === sent || !other) continue;
      for (const field of form.querySelectorAll("select")) {
        const before = [...field.options].find((option) => option.defaultSelected)?.value ?? "";
        if (field.value !== before) other.elements[field.name].value = field.value;
      }
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-place]");
    if (!form) return;
    event.preventDefault();
    send(form, {});
  });

  // ------------------------------------------------------------ dragging

  const cellAt = (event) =>
    document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-cell]");

  const mark = (cell) => {
    for (const other of document.querySelectorAll("[data-cell].is-over")) {
      if (other !== cell) other.classList.remove("is-over");
    }
    cell?.classList.add("is-over");
  };

  const end = () => {
    drag?.ghost?.remove();
    drag?.card.classList.remove("is-dragged");
    mark(null);
    drag = null;
  };

  document.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card || event.button !== 0 || drag) return;
    // a finger on the card scrolls the page; on the grip it drags
    if (event.pointerType === "touch" && !event.target.closest("[data-grip]")) return;
    event.preventDefault();
    drag = { card, pointer: event.pointerId, x: event.clientX, y: event.clientY, ghost: null };
  });

  const lift = () => {
    const box = drag.card.getBoundingClientRect();
    drag.ghost = drag.card.cloneNode(true);
    drag.ghost.removeAttribute("data-card");
    drag.ghost.classList.add("is-ghost");
    drag.ghost.setAttribute("aria-hidden", "true");
    drag.ghost.style.inlineSize = `${Math.min(box.width, 240)}px`;
    drag.left = Math.max(box.left - drag.x, -32); // a wide card shrinks, and stays at the pointer
    drag.top = box.top - drag.y;
    document.body.append(drag.ghost);
    drag.card.classList.add("is-dragged");
  };

  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < slack) return;
      lift();
    }
    event.preventDefault();
    const [x, y] = [drag.left + event.clientX, drag.top + event.clientY];
    drag.ghost.style.transform = `translate(${x}px, ${y}px)`;
    mark(cellAt(event));
    if (event.clientY < 48) scrollBy(0, -16);
    else if (event.clientY > innerHeight - 48) scrollBy(0, 16);
  });

  document.addEventListener("pointerup", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const cell = drag.ghost && cellAt(event);
    const form = document.getElementById(`place-${drag.card.dataset.card}`);
    end();
    if (cell && form) send(form, { effort: cell.dataset.effort, effect: cell.dataset.effect });
  });

  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
  });
})();
