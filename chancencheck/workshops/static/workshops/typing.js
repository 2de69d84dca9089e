/*
 * Typing in sheets of paper quickly: a digit chooses the answer at that place and goes on to the
 * next requirement. Without this script the Tab and arrow keys do the same.
 */
(() => {
  "use strict";
  const groups = [...document.querySelectorAll(".cc-typing__levels")];
  document.addEventListener("keydown", (event) => {
    const here = event.target.closest?.(".cc-typing__levels");
    if (!here || !/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const answer = here.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (!answer) return;
    event.preventDefault();
    answer.checked = true;
    const next = groups[groups.indexOf(here) + 1];
    (next ? next.querySelector("input:checked") || next.querySelector("input") : answer).focus();
  });
  if (!document.querySelector("[data-focus]")) groups[0]?.querySelector("input:checked")?.focus();
})();
