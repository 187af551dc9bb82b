// @ts-check
/** The ways to answer, one for each kind of box. A field reads and fills what stands in it; it judges nothing. */

/**
 * @typedef {{name: string, label: string, way: string, scene: number, place: string[] | null, options?: string[], items?: string[],
 *   shape?: number[], rows?: string[], columns?: string[], names?: string[]}} Box
 * @typedef {{id: string, texts: Record<string, string>, call: () => string, changed: (name: string) => void, left: () => void, submit: (name: string) => void}} Desk
 * @typedef {{read: () => string, fill: (given: string) => void, first: HTMLElement | null, own: HTMLElement[]}} Field
 *   `own` are the elements that its verdict describes
 */

/** One line of text. @param {Element} parent @param {Box} box @param {Desk} desk @param {Record<string, string>} [more] @returns {Field} */
function line(parent, box, desk, more = {}) {
  const about = { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", title: box.label };
  const input = /** @type {HTMLInputElement} */ (add(parent, "input", { ...about, ...more }));
  input.oninput = () => desk.changed(box.name);
  input.onchange = () => desk.left();
  input.onkeydown = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.stopPropagation(); // Shift+Enter too: it must not run the cell, and take the box away
    event.preventDefault();
    desk.submit(box.name);
  };
  return {
    read: () => input.value,
    fill: (given) => { input.value = given; },
    first: input,
    own: [input],
  };
}

/** One of some options, or any of them. @param {Element} parent @param {Box} box @param {Desk} desk @returns {Field} */
function options(parent, box, desk) {
  const one = box.way === "choice", all = box.options ?? [];
  const group = /** @type {HTMLElement} */ (add(parent, "fieldset", one ? { role: "radiogroup" } : {}));
  add(group, "legend", {}, box.label);
  const press = (/** @type {string} */ text, /** @type {string} */ value) => {
    const label = add(group, "label", { class: "bpw-option" });
    const name = `${desk.id}-${box.name}`;
    const input = /** @type {HTMLInputElement} */ (add(label, "input", { type: one ? "radio" : "checkbox", name, value }));
    add(label, "span", {}, text);
    input.onkeydown = (event) => {
      if (event.key !== "Enter") return;
      event.stopPropagation();
      event.preventDefault();
      desk.submit(box.name);
    };
    return input;
  };
  const inputs = all.map((text, k) => press(text, String(k)));
  const none = one ? null : press(desk.texts.none, "none");
  inputs.forEach((input) => {
    input.onchange = () => {
      if (none && input.checked) none.checked = false;
      desk.changed(box.name);
      desk.left();
    };
  });
  if (none) {
    none.onchange = () => {
      if (none.checked) for (const input of inputs) input.checked = false;
      desk.changed(box.name);
      desk.left();
    };
  }
  return {
    read: () => all.filter((_, k) => inputs[k].checked).join(", ") || (none?.checked ? "–" : ""),
    fill: (given) => {
      const parts = one ? [given] : given.split(/ *[,;] */);
      inputs.forEach((input, k) => { input.checked = parts.includes(all[k]); });
      if (none) none.checked = given === "–";
    },
    first: inputs[0] ?? null,
    own: [group],
  };
}

/** Items in an order: typed, or pressed one after the other. @param {Element} parent @param {Box} box @param {Desk} desk @returns {Field} */
function order(parent, box, desk) {
  const label = add(parent, "label", { class: "bpw-one" });
  add(label, "span", { class: "bpw-label" }, box.label);
  const field = line(label, box, desk, { class: "bpw-long" });
  const chips = add(parent, "div", { class: "bpw-chips", role: "group", "aria-label": desk.texts.items });
  const given = () => field.read().split(",").map((each) => each.trim()).filter(Boolean);
  const give = (/** @type {string[]} */ all) => {
    field.fill(all.join(", "));
    desk.changed(box.name);
    desk.left();
  };
  for (const item of box.items ?? []) {
    const chip = /** @type {HTMLButtonElement} */ (add(chips, "button", { type: "button" }, item));
    chip.onclick = () => give([...given(), item]);
  }
  const back = /** @type {HTMLButtonElement} */ (add(chips, "button", { type: "button", "aria-label": desk.texts.undo, title: desk.texts.undo }, "⌫"));
  back.onclick = () => give(given().slice(0, -1));
  return field;
}

/** The cells of a grid. @param {Element} parent @param {Box} box @param {Desk} desk @returns {Field} */
function grid(parent, box, desk) {
  const [rows, columns] = box.shape ?? [0, 0];
  const nameOf = (/** @type {string[] | undefined} */ names, /** @type {number} */ k) => names?.[k] ?? String(k);
  const group = /** @type {HTMLElement} */ (add(parent, "fieldset", { class: "bpw-grid" }));
  add(group, "legend", {}, box.label);
  const table = add(group, "table", {}), head = add(table, "tr", {});
  add(head, "td", {});
  for (let j = 0; j < columns; j++) add(head, "th", { scope: "col" }, nameOf(box.columns, j));
  const cells = Array.from({ length: rows }, (_, i) => {
    const row = add(table, "tr", {});
    add(row, "th", { scope: "row" }, nameOf(box.rows, i));
    return Array.from({ length: columns }, (_, j) => {
      const name = `∂${nameOf(box.rows, i)}/∂${nameOf(box.columns, j)}`;
      const about = { type: "button", "aria-pressed": "false", "aria-label": name, title: name };
      return /** @type {HTMLButtonElement} */ (add(add(row, "td", {}), "button", about, "·"));
    });
  });
  const isOn = (/** @type {Element} */ cell) => cell.getAttribute("aria-pressed") === "true";
  const turn = (/** @type {HTMLButtonElement} */ cell, /** @type {boolean} */ on) => {
    cell.setAttribute("aria-pressed", String(on));
    write(cell, on ? "■" : "·");
  };
  const ways = /** @type {Record<string, number[]>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });
  cells.forEach((row, i) => row.forEach((cell, j) => {
    cell.onclick = () => {
      turn(cell, !isOn(cell));
      desk.changed(box.name);
      desk.left();
    };
    cell.onkeydown = (event) => {
      const way = ways[event.key];
      if (!way) return;
      cells[i + way[0]]?.[j + way[1]]?.focus();
      event.preventDefault(); // the page stays where it is
    };
  }));
  return {
    read: () => cells.flatMap((row, i) => row.flatMap((cell, j) => (isOn(cell) ? [`(${i}, ${j})`] : []))).join(", "),
    fill: (given) => {
      const pairs = [...given.matchAll(/\((\d+), *(\d+)\)/g)].map((match) => `${match[1]} ${match[2]}`);
      cells.forEach((row, i) => row.forEach((cell, j) => turn(cell, pairs.includes(`${i} ${j}`))));
    },
    first: cells[0]?.[0] ?? null,
    own: [group],
  };
}

/** Something to program: it is given in a code cell. @param {Element} parent @param {Box} box @param {Desk} desk @returns {Field} */
function program(parent, box, desk) {
  add(parent, "div", { class: "bpw-label" }, box.label);
  add(parent, "div", { class: "bpw-in-code" }, fill(desk.texts.in_code, { call: desk.call(), name: box.name }));
  return { read: () => "", fill: () => {}, first: null, own: [] };
}

/** @type {Record<string, (parent: Element, box: Box, desk: Desk) => Field>} */
const WAYS = { choice: options, choices: options, order, cells: grid, code: program };

/** A box below the picture. @param {Element} parent @param {Box} box @param {Desk} desk @returns {Field} */
function below(parent, box, desk) {
  if (WAYS[box.way]) return WAYS[box.way](parent, box, desk);
  const label = add(parent, "label", { class: "bpw-one" });
  add(label, "span", { class: "bpw-label" }, box.label);
  const more = /** @type {Record<string, string>} */ ({});
  if (box.way !== "number") more.class = "bpw-long";
  if (box.names) more.placeholder = box.names.join(", ");
  return line(label, box, desk, more);
}
