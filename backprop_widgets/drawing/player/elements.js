// @ts-check
/** Small things that every part of the player is made with. */

const MATHML = "http://www.w3.org/1998/Math/MathML";
const ICONS = {
  first: "M3 3h2v10H3zM13 3v10L6 8z", previous: "M12 3v10L4 8z", next: "M4 3v10l8-5z",
  last: "M11 3h2v10h-2zM3 3v10l7-5z", play: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM6.5 5v6l4.5-3z", pause: "M4 3h3v10H4zM9 3h3v10H9z",
};

/** @type {((player: Player) => {draw: (k: number) => void, drawn?: () => void, beforeForth?: (to: number) => boolean, fitting?: (room: number) => void, fitted?: () => void, keep?: () => any, restore?: (kept: any) => void})[]} what is shown beside the picture; each file adds its own */
const PANELS = [];

/** @param {Element} parent @param {string} tag @param {Record<string, string>} attributes @param {string} [text] */
function add(parent, tag, attributes, text) {
  const element = document.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

/** Unfold a formula that Python has folded up. @param {Element} parent @param {any} folded */
function math(parent, folded) {
  const isLeaf = typeof folded === "string";
  const tag = "m" + (isLeaf ? { t: "text" }[folded[0]] ?? folded[0] : folded[0]);
  const element = document.createElementNS(MATHML, tag);
  if (isLeaf) element.textContent = folded.slice(1);
  else for (const part of folded.slice(1)) math(element, part);
  parent.append(element);
}

/** @param {Element} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {...(string | false | undefined)} classes */
function dress(element, ...classes) {
  const wanted = classes.filter(Boolean).join(" ");
  if (element.getAttribute("class") !== wanted) element.setAttribute("class", wanted);
}

/** @param {string} template @param {Record<string, string | number>} values */
function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {HTMLElement} element @param {keyof typeof ICONS} name @param {string} text */
function icon(element, name, text) {
  element.innerHTML = `<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
  element.setAttribute("aria-label", text);
  element.title = text;
}

/** @param {Element} parent @param {string} label @param {Record<string, string>} options @param {string} chosen */
function select(parent, label, options, chosen) {
  const wrap = add(parent, "label", {}, label + " ");
  const element = /** @type {HTMLSelectElement} */ (add(wrap, "select", {}));
  for (const value in options) add(element, "option", { value }, options[value]);
  element.value = chosen;
  return element;
}

/** A button that is on or off. @param {Element} parent @param {string} label @param {boolean} on @param {(on: boolean) => void} change */
function toggle(parent, label, on, change) {
  const element = /** @type {HTMLButtonElement} */ (add(parent, "button", { type: "button", class: "toggle", "aria-pressed": String(on) }, label));
  element.onclick = () => {
    const now = element.getAttribute("aria-pressed") !== "true";
    element.setAttribute("aria-pressed", String(now));
    change(now);
  };
  return element;
}
