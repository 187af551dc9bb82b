// @ts-check
/** A number and its wire point to each other: hover or focus on the one shows the other. */

PANELS.push(({ root, svg, wires }) => {
  const rows = /** @type {HTMLElement} */ (root.querySelector(".bpw-rows"));
  const stage = /** @type {HTMLElement} */ (svg.parentElement); // an svg that hears of the focus takes it, too
  svg.setAttribute("role", "graphics-document"); // its wires can be reached; an img would hide them
  for (const id in wires) {
    const lines = [...wires[id].group.querySelectorAll(".line")].map((line) => line.getAttribute("d")).join(" ");
    const band = document.createElementNS(svg.namespaceURI, "path"); // broad, to point at and to glow
    band.setAttribute("class", "hit");
    band.setAttribute("d", lines);
    wires[id].group.prepend(band);
  }
  const held = { hover: "", focus: "" };
  /** @type {SVGElement[]} */
  let marked = []; // the wires of the active gate, that can be reached
  let pointed = "";
  let moved = -1; // the place of the number that had the focus when a key was pressed on it
  const numbers = () => /** @type {HTMLElement[]} */ ([...rows.querySelectorAll("[data-of]")]);
  const active = () => Object.values(wires).map((wire) => /** @type {SVGElement} */ (wire.group)).filter((group) => group.classList.contains("active"));
  const of = (/** @type {EventTarget | null} */ target) => {
    const element = /** @type {Element | null} */ (target)?.closest?.("[data-of], [data-wire]");
    return element?.getAttribute("data-of") ?? element?.getAttribute("data-wire") ?? "";
  };

  function point() {
    const now = held.hover || held.focus;
    wires[pointed]?.group.classList.toggle("pointed", pointed === now);
    pointed = now;
    wires[now]?.group.classList.add("pointed");
    for (const number of numbers()) number.classList.toggle("pointed", number.dataset.of === now);
  }
  /** One of them takes the Tab key, the arrows up and down lead to the others. @param {(HTMLElement | SVGElement)[]} all @param {number} one */
  const rove = (all, one) => all.forEach((element, k) => element.setAttribute("tabindex", k === one ? "0" : "-1"));

  for (const [place, all] of /** @type {[HTMLElement, () => (HTMLElement | SVGElement)[]][]} */ ([[rows, numbers], [stage, active]])) {
    place.addEventListener("pointerover", (event) => { held.hover = of(event.target); point(); });
    place.addEventListener("pointerleave", () => { held.hover = ""; point(); });
    place.addEventListener("focusin", (event) => { held.focus = of(event.target); point(); });
    place.addEventListener("focusout", () => { held.focus = ""; point(); });
    place.addEventListener("keydown", (event) => {
      const list = all(), { key, target } = /** @type {KeyboardEvent} */ (event);
      const at = list.indexOf(/** @type {HTMLElement} */ (target));
      moved = place === rows ? at : -1;
      const to = at + ({ ArrowDown: 1, ArrowUp: -1 }[key] ?? 0);
      if (at < 0 || to === at) return;
      event.preventDefault(); // and the page stays where it is
      if (!list[to]) return;
      rove(list, to);
      list[to].focus();
    });
  }
  return {
    draw() {
      const list = numbers();
      for (const group of marked) group.removeAttribute("tabindex");
      marked = active();
      for (const number of list) {
        number.setAttribute("role", "group");
        number.setAttribute("aria-label", [...number.children].map((part) => part.textContent).join(" "));
      }
      for (const group of marked) {
        const said = list.filter((number) => number.dataset.of === group.getAttribute("data-wire"));
        group.setAttribute("role", "graphics-symbol");
        group.setAttribute("aria-label", said.map((number) => number.getAttribute("aria-label")).join(", ") || (group.textContent ?? ""));
      }
      rove(marked, 0);
      rove(list, Math.min(Math.max(moved, 0), list.length - 1));
      if (moved >= 0 && !root.contains(document.activeElement)) (list[Math.min(moved, list.length - 1)] ?? stage).focus({ preventScroll: true });
      moved = -1;
      held.hover = of(root.querySelector(":is([data-of], [data-wire]):hover")); // the numbers are new ones
      held.focus = of(root.querySelector(":is([data-of], [data-wire]):focus"));
      point();
    },
  };
});
