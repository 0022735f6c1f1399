"use strict";
// Nothing on the page needs this. On paper, what is folded away is opened, and folded again afterwards.
(() => {
  const folded = () => document.querySelectorAll("details:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...folded()];
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
  });
  // A link to something that is folded away opens it.
  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    const part = target && target.closest("details");
    if (part) part.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
