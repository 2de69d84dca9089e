/* Small comforts; every page works without them. */
(() => {
  "use strict";
  // "Print" is a plain link to a page that prints well; with a script it prints at once
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  // errors: the list on top takes the focus, so that a screen reader begins there
  document.querySelector("[data-focus]")?.focus();
  // on paper every help text is open
  addEventListener("beforeprint", () => {
    for (const help of document.querySelectorAll("details:not(.cc-menu)")) help.open = true;
  });
})();
