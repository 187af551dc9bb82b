// @ts-check
/** The flat code beside the picture: the lines of the current step are marked, a line leads to its step. */

const ROOMY = 800; // px: beside a wider picture the code is there when it is asked for

PANELS.push(({ data, nav, main, svg, go }) => {
  const { texts, code } = data;
  const panel = add(main, "div", { class: "bpw-code", role: "region", tabindex: "0", "aria-label": texts.code });
  panel.hidden = svg.viewBox.baseVal.width > ROOMY;
  const lines = ["forward", "backward"].flatMap((phase) => {
    const own = code.filter((line) => line[1] === phase);
    if (own.length) add(panel, "div", { class: "bpw-cap" }, texts["code_" + phase]);
    return own.map(([text, , steps]) => {
      const element = add(panel, "code", { class: "bpw-line" }, text);
      if (steps[0]) element.onclick = () => go(steps[0]);
      return { element, steps };
    });
  });
  const copy = add(panel, "button", { type: "button", class: "bpw-copy" }, texts.copy_code);
  copy.onclick = async () => {
    await navigator.clipboard?.writeText(code.map((line) => line[0]).join("\n"));
    write(copy, texts.copied);
    setTimeout(() => write(copy, texts.copy_code), 1500);
  };
  toggle(nav, texts.code, !panel.hidden, (on) => { panel.hidden = !on; });
  return {
    draw(k) {
      for (const { element, steps } of lines) {
        const now = k > 0 && steps.includes(k);
        dress(element, "bpw-line", now && "now", !now && steps[0] <= k && "past");
        element.toggleAttribute("aria-current", now);
        if (now && !panel.hidden) keepInSight(element, panel);
      }
    },
  };
});

/** Scroll the panel, and nothing else, until the element is in it. @param {HTMLElement} element @param {HTMLElement} panel */
function keepInSight(element, panel) {
  const top = element.offsetTop - panel.offsetTop, bottom = top + element.offsetHeight;
  if (top < panel.scrollTop) panel.scrollTop = top - 8;
  else if (bottom > panel.scrollTop + panel.clientHeight) panel.scrollTop = bottom - panel.clientHeight + 8;
}
