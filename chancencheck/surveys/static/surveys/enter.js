// Typing sheets in: one key per question. Everything works without it, by mouse or tab.
"use strict";

const rows = [...document.querySelectorAll("[data-row]")];

function lead(row) {
  const next = rows[rows.indexOf(row) + 1];
  const target = next ? next.querySelector("input") : document.querySelector("#text, [data-typing] [type=submit]");
  if (target) target.focus();
}

document.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || event.ctrlKey || event.altKey || event.metaKey || !/^[0-5]$/.test(event.key)) return;
  event.preventDefault();
  const boxes = [...row.querySelectorAll("input")];
  for (const box of boxes) box.checked = box.value === event.key;
  lead(row);
});

if (rows.length) rows[0].querySelector("input").focus();
