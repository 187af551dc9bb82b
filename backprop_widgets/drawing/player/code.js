// @ts-check
/**
 * Code beside the picture: the student's own lines, and the flat code of both passes. What the current step computes is
 * marked; a line, or a part of an own line, leads to its step.
 */

const BESIDE = 200; // px for the code: where there is no room for it beside the picture, it is there when it is asked for

PANELS.push(({ data, nav, main, svg, nodes, state, go }) => {
  const { texts, code, steps, own } = data;
  const panel = add(main, "div", { class: "bpw-code", role: "region", tabindex: "0", "aria-label": texts.code });
  let chosen = false;
  /** @type {{element: HTMLElement, name: string, at: (k: number) => boolean, past: (k: number) => boolean}[]} */
  const marks = [];

  // -- the student's own lines ----------------------------------------------------------------------------------
  /** A gate's step in the pass that one is in. @param {string} node */
  const stepOf = (node) => {
    const phase = state.step ? steps[state.step - 1].phase : "forward";
    const its = (/** @type {string} */ wanted) => steps.findLastIndex((step) => step.node === node && step.stop && step.phase === wanted) + 1;
    return its(phase) || its("forward");
  };
  add(panel, "div", { class: "bpw-cap" }, texts.code_own);
  if (!own) add(panel, "p", { class: "bpw-unknown" }, texts.code_unknown);
  (own?.lines ?? []).forEach((text, at) => {
    const line = add(panel, "code", { class: "bpw-line own" });
    const spots = own.spots.filter(([, first, , last]) => first <= at && at <= last)
      .map(([node, first, start, last, end]) => ({ node, start: first < at ? text.search(/\S/) : start, end: last > at ? text.length : end }))
      .filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start || b.end - a.end);
    /** Write the letters from one place to another, the spots among them one in the other. @param {Element} parent @param {number} from @param {number} to */
    const lay = (parent, from, to) => {
      while (spots.length && spots[0].start < to) {
        const { node, start, end } = /** @type {any} */ (spots.shift());
        parent.append(text.slice(from, start));
        const spot = add(parent, "span", { "data-spot": node });
        lay(spot, start, from = Math.min(end, to));
        marks.push({ element: spot, name: "", at: (k) => k > 0 && steps[k - 1].node === node, past: () => false });
      }
      parent.append(text.slice(from, to));
    };
    const nodes = new Set(spots.map(({ node }) => node)), whole = spots[0]?.node;
    lay(line, 0, text.length);
    marks.push({ element: line, name: "bpw-line own", at: (k) => k > 0 && nodes.has(steps[k - 1].node), past: () => false });
    if (whole) reach(line, (target) => stepOf(/** @type {Element} */ (target).closest("[data-spot]")?.getAttribute("data-spot") ?? whole));
  });

  // -- flat code ------------------------------------------------------------------------------------------------
  for (const phase of ["forward", "backward"]) {
    const lines = code.filter((line) => line[1] === phase);
    if (lines.length) add(panel, "div", { class: "bpw-cap" }, texts["code_" + phase]);
    for (const [text, , at] of lines) {
      const element = add(panel, "code", { class: "bpw-line" }, text);
      marks.push({ element, name: "bpw-line", at: (k) => k > 0 && at.includes(k), past: (k) => at[0] <= k });
      if (at[0]) reach(element, () => at[0]);
    }
  }
  const copy = add(panel, "button", { type: "button", class: "bpw-copy" }, texts.copy_code);
  copy.onclick = async () => {
    await navigator.clipboard?.writeText(code.map((line) => line[0]).join("\n"));
    write(copy, texts.copied);
    setTimeout(() => write(copy, texts.copy_code), 1500);
  };
  const button = toggle(nav, texts.code, true, (on) => {
    chosen = true;
    panel.hidden = !on;
  });
  for (const node in nodes) nodes[node].addEventListener("click", () => { if (stepOf(node)) go(stepOf(node)); });

  /** A line can be pressed; the arrows up and down go from line to line. @param {HTMLElement} line @param {(target: EventTarget) => number} to */
  function reach(line, to) {
    line.tabIndex = -1;
    line.setAttribute("role", "button");
    line.onclick = (event) => go(to(/** @type {EventTarget} */ (event.target)));
  }
  panel.addEventListener("keydown", (event) => {
    const lines = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll(".bpw-line[role]")].filter((line) => /** @type {HTMLElement} */ (line).checkVisibility({ visibilityProperty: true })));
    const from = lines.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (from >= 0 && (event.key === "Enter" || event.key === " ")) lines[from].click();
    else if (by) lines[from < 0 && by < 0 ? lines.length - 1 : from + by]?.focus();
    else return;
    event.preventDefault();
  });
  return {
    fitting(room) {
      if (chosen) return;
      panel.hidden = svg.viewBox.baseVal.width + BESIDE > room;
      button.setAttribute("aria-pressed", String(!panel.hidden));
    },
    draw(k) {
      for (const { element, name, at, past } of marks) {
        const now = at(k);
        dress(element, name, now && "now", !now && past(k) && "past");
        if (name) element.toggleAttribute("aria-current", now);
      }
    },
    drawn() {
      for (const line of panel.hidden ? [] : panel.querySelectorAll("[aria-current]")) keepInSight(/** @type {HTMLElement} */ (line), panel);
    },
  };
});

/** Scroll the panel, and nothing else, until the element is in it. @param {HTMLElement} element @param {HTMLElement} panel */
function keepInSight(element, panel) {
  const top = element.offsetTop - (element.offsetParent === panel ? 0 : panel.offsetTop), bottom = top + element.offsetHeight;
  if (top < panel.scrollTop) panel.scrollTop = top - 8;
  else if (bottom > panel.scrollTop + panel.clientHeight) panel.scrollTop = bottom - panel.clientHeight + 8;
}
