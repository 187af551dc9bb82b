// @ts-check
/** Vectors and matrices: exact values on their heat maps, and a panel that looks inside the active gate. */

const NAMED = 6; // cells in a sentence

PANELS.push(({ data, nav, below, svg, wires, state }) => {
  const inside = data.inside;
  if (!inside) return { draw() {} };
  const { texts } = inside;

  /** W[0, 1] @param {string} name @param {any} array @param {number} row @param {number} column */
  const cellName = (name, array, row, column) => !array.shape ? name : `${name}[${array.vector ? column : `${row}, ${column}`}]`;

  // -- exact values on the maps ---------------------------------------------------------------------------------
  for (const id in wires) {
    for (const map of wires[id].group.querySelectorAll(".heat")) {
      const frame = /** @type {Element} */ (map.querySelector("rect"));
      const [x, y, width, height] = ["x", "y", "width", "height"].map((side) => Number(frame.getAttribute(side)));
      const array = inside.wires[id], w = width / array.value[0].length, h = height / array.value.length;
      array[map.classList.contains("of-value") ? "value" : "gradient"].forEach((/** @type {string[]} */ row, /** @type {number} */ r) => row.forEach((number, c) => {
        const cell = document.createElementNS(svg.namespaceURI, "rect");
        for (const [name, value] of Object.entries({ class: "cell", x: x + c * w, y: y + r * h, width: w, height: h })) cell.setAttribute(name, String(value));
        cell.append(document.createElementNS(svg.namespaceURI, "title"));
        /** @type {Element} */ (cell.firstChild).textContent = `${cellName("", array, r, c)} = ${number}`;
        map.append(cell);
      }));
    }
  }

  // -- the panel ------------------------------------------------------------------------------------------------
  const panel = add(below, "div", { class: "bpw-inside", role: "region", "aria-label": texts.title });
  panel.hidden = true;
  toggle(nav, texts.title, false, (on) => { panel.hidden = !on; render(); });
  let shown = "";

  function render() {
    const step = state.step ? data.steps[state.step - 1] : null;
    const kind = step?.phase === "backward" ? "gradient" : "value";
    const gate = step && inside.gates[step.node];
    const key = `${step?.node} ${kind} ${state.step}`;
    if (panel.hidden || key === shown) return;
    shown = key;
    panel.replaceChildren();
    if (!gate) return void add(panel, "p", {}, texts.start);
    const grids = add(panel, "div", { class: "bpw-grids" });
    const said = add(panel, "p", { class: "bpw-cells", role: "status" }, texts.choose);
    const inputs = gate.inputs.map(([name, wire, , , feeds]) => grid(grids, name, wire, feeds ?? []));
    add(grids, "span", { class: "bpw-sign", "aria-hidden": "true" }, kind === "value" ? "→" : "←");
    const output = grid(grids, gate.name, gate.out, []);
    const all = [...inputs, output];

    /** A table of an array's first corner. @param {HTMLElement} parent @param {string} name @param {string} wire @param {string[]} feeds */
    function grid(parent, name, wire, feeds) {
      const array = inside.wires[wire], box = add(parent, "div", { class: "bpw-array" });
      add(box, "div", { class: "bpw-cap" }, `${name} · ${array.shape || "1"} · ${texts[kind]}`);
      const at = data.wires[wire][kind === "value" ? 1 : 3], isKnown = at >= 0 && at <= state.step;
      const table = add(box, "table", { role: "grid", "aria-label": `${name} ${array.shape} ${texts[kind]}` });
      /** @type {{element: HTMLElement, name: string, flat: number}[]} */
      const cells = [];
      array.value.forEach((/** @type {string[]} */ row, /** @type {number} */ r) => {
        const line = add(table, "tr", { role: "row" });
        row.forEach((_, c) => {
          const own = cellName(name, array, r, c);
          const number = isKnown ? array[kind][r]?.[c] ?? "" : "";
          const element = add(line, "td", { role: "gridcell", tabindex: cells.length ? "-1" : "0", "aria-label": `${own} ${number}`.trim(), title: own }, number);
          cells.push({ element, name: own, flat: r * array.columns + c });
        });
      });
      if (array.large && isKnown) add(box, "small", {}, array.large[kind]);
      const made = { name, cells, feeds, columns: array.value[0]?.length ?? 1 };
      table.addEventListener("focusin", (event) => choose(made, cells.findIndex((cell) => cell.element === event.target)));
      table.addEventListener("keydown", (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: made.columns, ArrowUp: -made.columns }[event.key];
        const from = cells.findIndex((cell) => cell.element === event.target);
        if (!by) return;
        event.preventDefault();
        event.stopPropagation(); // these arrows go from cell to cell
        cells[from + by]?.element.focus();
      });
      for (const { element } of cells) element.onclick = () => element.focus();
      return made;
    }

    /** Show what a cell belongs with: the inputs of an output, the outputs of an input. @param {any} own @param {number} place */
    function choose(own, place) {
      const chosen = own.cells[place];
      const partners = own === output ? inputs : [output];
      const belongs = (/** @type {any} */ other, /** @type {any} */ cell) =>
        (own === output ? other.feeds[chosen.flat]?.[cell.flat] : own.feeds[cell.flat]?.[chosen.flat]) === "1";
      /** @type {string[]} */
      const names = [];
      for (const some of all) {
        for (const cell of some.cells) {
          const linked = partners.includes(some) && belongs(some, cell);
          if (linked) names.push(cell.name);
          dress(cell.element, cell === chosen && "chosen", linked && "linked");
          if (some === own) cell.element.tabIndex = cell === chosen ? 0 : -1;
        }
      }
      const listed = names.slice(0, NAMED).join(", ");
      const cells = names.length > NAMED ? fill(texts.more, { cells: listed, count: names.length - NAMED }) : listed || texts.none;
      const forward = own === output ? texts.needs : texts.feeds, backward = own === output ? texts.goes : texts.comes;
      const unseen = (own === output ? inputs : [own]).filter((some) => !some.feeds.length).map((some) => some.name).join(", ");
      const rest = unseen && " " + fill(texts.unseen, { names: unseen });
      write(said, !names.length && rest ? rest.trim() : fill(kind === "value" ? forward : backward, { cell: chosen.name, cells }) + rest);
    }

    for (const [k, [name, , structure, cost, , matrix]] of gate.inputs.entries()) {
      if (!structure) continue;
      const part = add(panel, "details", { class: "bpw-jacobian" });
      add(part, "summary", {}, fill(texts.jacobian, { label: `∂${gate.name}/∂${name}`, structure }));
      if (matrix.length) {
        const table = add(part, "table", { "aria-label": `∂${gate.name}/∂${name}` });
        for (const row of matrix) {
          const line = add(table, "tr", {});
          for (const number of row) add(line, "td", number === "0" ? { class: "zero" } : {}, number);
        }
      }
      add(part, "p", {}, cost);
      for (const text of gate.code.length === gate.inputs.length ? [gate.code[k]] : gate.code) add(part, "code", { class: "bpw-line" }, text);
    }
  }

  return { draw: render };
});
