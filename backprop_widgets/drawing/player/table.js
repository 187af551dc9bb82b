// @ts-check
/** All values and gradients as a table: the picture for those who read rather than look. */

PANELS.push(({ data, nav, below }) => {
  const { texts } = data;
  const box = add(below, "div", { class: "bpw-table", role: "region", tabindex: "0", "aria-label": texts.table });
  box.hidden = true;
  const table = add(box, "table", {});
  const head = add(add(table, "thead", {}), "tr", {});
  for (const column of ["name", "formula", "value", "gradient"]) add(head, "th", { scope: "col" }, texts["table_" + column]);
  const body = add(table, "tbody", {});
  const rows = data.table.map(([name, formula, wire, value, gradient]) => {
    const row = add(body, "tr", {});
    add(row, "th", { scope: "row" }, name);
    add(row, "td", {}, formula);
    const [shortValue, valueAt, shortGradient, gradientAt] = data.wires[wire];
    return {
      value: add(row, "td", { class: "value" }), gradient: add(row, "td", { class: "gradient" }),
      texts: [value || shortValue, gradient || shortGradient], at: [valueAt, gradientAt],
    };
  });
  let k = 0;
  const fillIn = () => {
    for (const row of rows) {
      write(row.value, row.at[0] <= k ? row.texts[0] : "");
      write(row.gradient, row.at[1] >= 0 && row.at[1] <= k ? row.texts[1] : "");
    }
  };
  toggle(nav, texts.table, false, (on) => { box.hidden = !on; fillIn(); });
  return {
    draw(step) {
      k = step;
      if (!box.hidden) fillIn();
    },
  };
});
