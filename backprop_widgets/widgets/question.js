// @ts-check
/** A question on the screen: boxes in the picture and below it, buttons, and what is said. It knows no answer. */

/**
 * @typedef {{name: string, label: string, way: string, scene: number, place: string[] | null, given: string, options?: string[],
 *   items?: string[], shape?: number[], rows?: string[], columns?: string[], names?: string[]}} Box
 * @typedef {{lang: string, title: string, variant: string, text: string, listing: string, scenes: {name: string, svg: string}[],
 *   boxes: Box[], mode: string, texts: Record<string, string>}} Board
 * @typedef {{summary: string, notes: string[], boxes: Record<string, {status: string, mark: string, text: string}>}} Told
 * @typedef {{read: () => string, fill: (given: string) => void, mark: (told?: {status: string, mark: string}) => void}} Field
 */

/** Build it. @param {HTMLElement} root @param {Board} board @param {(message: object) => void} tell */
function pose(root, board, tell) {
  const { texts } = board;
  const id = `bpw-q${Math.random().toString(36).slice(2)}`;
  /** @type {Record<string, Field>} */
  const fields = {};
  let dirty = false;

  root.className = "bpw bpw-exercise";
  root.lang = board.lang;
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", `${id}-title`);
  const header = add(root, "div", { class: "bpw-header" });
  add(header, "div", { class: "bpw-title", id: `${id}-title`, role: "heading", "aria-level": "3" }, board.title);
  add(header, "div", { class: "bpw-variant" }, board.variant === "given" ? "" : `${texts.variant} ${board.variant}`);
  add(root, "p", { class: "bpw-task" }, board.text);
  if (board.listing) add(root, "pre", { class: "bpw-listing", tabindex: "0", "aria-label": texts.listing }, board.listing);

  const answers = () => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.read()]));
  const check = (/** @type {string} */ only = "") => {
    dirty = false;
    tell({ kind: "check", answers: answers(), only });
  };

  board.scenes.forEach((scene, place) => {
    if (scene.name) add(root, "div", { class: "bpw-scene-name" }, scene.name);
    const stage = add(root, "div", { class: "bpw-stage", tabindex: "0", role: "region", "aria-label": texts.picture });
    const sheet = /** @type {HTMLElement} */ (add(stage, "div", { class: "bpw-sheet" }));
    sheet.innerHTML = scene.svg; // made by Python: whatever students typed is escaped there
    const svg = /** @type {SVGSVGElement} */ (sheet.querySelector("svg"));
    const [left, top, width, height] = (svg.getAttribute("viewBox") ?? "0 0 0 0").split(" ").map(Number);
    sheet.style.width = `${width}px`;
    sheet.style.height = `${height}px`;
    for (const box of board.boxes.filter((each) => each.scene === place && each.place && each.way === "number")) {
      const mark = svg.querySelector(`[data-box="${CSS.escape(box.name)}"]`);
      if (!mark) continue;
      mark.textContent = "";
      const input = number(sheet, box);
      input.style.left = `${Number(mark.getAttribute("x")) - left}px`;
      input.style.top = `${Number(mark.getAttribute("y")) - top - 5}px`;
      input.classList.add("bpw-in-picture", String(box.place?.[1]));
    }
  });

  const list = add(root, "div", { class: "bpw-fields" });
  for (const box of board.boxes) if (!(box.name in fields)) row(box);

  /** A box for one line of text. @param {Element} parent @param {Box} box */
  function number(parent, box) {
    const input = /** @type {HTMLInputElement} */ (add(parent, "input", {
      type: "text", autocomplete: "off", spellcheck: "false", "aria-label": box.label, title: box.label, "aria-describedby": `${id}-${box.name}`,
    }));
    input.oninput = () => { dirty = true; };
    input.onkeydown = (event) => {
      event.stopPropagation(); // keys of the notebook stay out of it
      if (event.key === "Enter" && !event.isComposing) check(box.name);
    };
    input.onblur = () => { if (dirty) tell({ kind: "keep", answers: answers() }); };
    fields[box.name] = {
      read: () => input.value,
      fill: (given) => { if (document.activeElement !== input || !dirty) input.value = given; },
      mark: (told) => { input.dataset.status = told?.status ?? ""; },
    };
    fields[box.name].fill(box.given);
    return input;
  }

  /** A box below the picture. @param {Box} box */
  function row(box) {
    const wrap = /** @type {HTMLElement} */ (add(list, "div", { class: "bpw-field" }));
    const mark = (/** @type {{status: string} | undefined} */ told) => { wrap.dataset.status = told?.status ?? ""; };
    if (box.way === "choice" || box.way === "choices") {
      const group = add(wrap, "fieldset", {});
      add(group, "legend", {}, box.label);
      const type = box.way === "choice" ? "radio" : "checkbox";
      const inputs = (box.options ?? []).map((option, k) => {
        const label = add(group, "label", { class: "bpw-option" });
        const input = /** @type {HTMLInputElement} */ (add(label, "input", { type, name: `${id}-${box.name}`, value: String(k) }));
        add(label, "span", {}, option);
        input.onchange = () => tell({ kind: "keep", answers: answers() });
        return input;
      });
      let none = false;
      if (type === "checkbox") {
        const label = add(group, "label", { class: "bpw-option" });
        const input = /** @type {HTMLInputElement} */ (add(label, "input", { type }));
        add(label, "span", {}, texts.none);
        input.onchange = () => { none = input.checked; if (none) for (const each of inputs) each.checked = false; };
      }
      const chosen = () => inputs.flatMap((input, k) => (input.checked ? [box.options?.[k] ?? ""] : []));
      fields[box.name] = {
        read: () => (type === "radio" ? chosen()[0] ?? "" : chosen().join("; ") || (none ? "none" : "")),
        fill: (given) => inputs.forEach((input, k) => {
          const parts = type === "radio" ? [given] : given.split("; ");
          input.checked = parts.includes(box.options?.[k] ?? "") || parts.includes(String(k));
        }),
        mark,
      };
    } else if (box.way === "order") {
      add(wrap, "div", { class: "bpw-label", id: `${id}-${box.name}-label` }, box.label);
      const input = number(wrap, box);
      input.classList.add("bpw-long");
      const chips = add(wrap, "div", { class: "bpw-options", role: "group", "aria-label": texts.items });
      for (const item of box.items ?? []) {
        const chip = /** @type {HTMLButtonElement} */ (add(chips, "button", { type: "button" }, item));
        chip.onclick = () => {
          input.value = input.value.trim() ? `${input.value.trim().replace(/,$/, "")}, ${item}` : item;
          dirty = true;
          input.focus();
        };
      }
      const field = fields[box.name];
      fields[box.name] = { ...field, mark };
    } else if (box.way === "cells") {
      const [rows, columns] = box.shape ?? [0, 0];
      const table = add(wrap, "table", { class: "bpw-cells" });
      add(table, "caption", {}, box.label);
      const head = add(table, "tr", {});
      add(head, "td", {});
      for (let j = 0; j < columns; j++) add(head, "th", { scope: "col" }, box.columns?.[j] ?? String(j));
      const cells = Array.from({ length: rows }, (_, i) => {
        const line = add(table, "tr", {});
        add(line, "th", { scope: "row" }, box.rows?.[i] ?? String(i));
        return Array.from({ length: columns }, (_, j) => {
          const name = `∂${box.rows?.[i] ?? i}/∂${box.columns?.[j] ?? j}`;
          const cell = /** @type {HTMLButtonElement} */ (add(add(line, "td", {}), "button", { type: "button", "aria-pressed": "false", "aria-label": name, title: name }, "·"));
          cell.onclick = () => press(cell, cell.ariaPressed !== "true");
          return cell;
        });
      });
      const press = (/** @type {HTMLButtonElement} */ cell, /** @type {boolean} */ on) => {
        cell.setAttribute("aria-pressed", String(on));
        cell.textContent = on ? "■" : "·";
      };
      fields[box.name] = {
        read: () => cells.flatMap((line, i) => line.flatMap((cell, j) => (cell.ariaPressed === "true" ? [`(${i}, ${j})`] : []))).join(", "),
        fill: (given) => {
          const pairs = [...given.matchAll(/\((\d+), *(\d+)\)/g)].map((match) => `${match[1]} ${match[2]}`);
          cells.forEach((line, i) => line.forEach((cell, j) => press(cell, pairs.includes(`${i} ${j}`))));
        },
        mark,
      };
    } else if (box.way === "code") {
      add(wrap, "div", { class: "bpw-label" }, box.label);
      add(wrap, "div", { class: "bpw-in-code" }, fill(texts.in_code, { name: box.name }));
      fields[box.name] = { read: () => "", fill: () => {}, mark };
    } else {
      const label = add(wrap, "label", {});
      add(label, "span", { class: "bpw-label" }, box.label);
      const input = number(label, box);
      if (box.way !== "number") input.classList.add("bpw-long");
      if (box.names) input.placeholder = box.names.join(", ");
      fields[box.name] = { ...fields[box.name], mark };
    }
    fields[box.name].fill(box.given);
  }

  const bar = add(root, "div", { class: "bpw-actions" });
  const button = (/** @type {string} */ kind, /** @type {() => void} */ act) => {
    const element = /** @type {HTMLButtonElement} */ (add(bar, "button", { type: "button", class: kind }, texts[kind]));
    element.onclick = act;
    return element;
  };
  button("check", () => check());
  if (board.mode === "practice") {
    button("hint", () => tell({ kind: "hint", answers: answers() }));
    button("solution", () => tell({ kind: "solution" }));
    button("another", () => tell({ kind: "another" }));
  }
  button("copy", () => {
    const given = Object.entries(answers()).filter(([, value]) => value).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    void navigator.clipboard?.writeText(`check(${given.join(", ")})`);
    write(said, texts.copied);
  });
  const said = add(root, "div", { class: "bpw-said", role: "status", "aria-live": "polite" });
  const report = add(root, "div", { class: "bpw-report" });

  return {
    /** @param {Record<string, string>} given */
    answers(given) {
      for (const box of board.boxes) fields[box.name]?.fill(given[box.name] ?? "");
    },
    /** @param {Told | null} told */
    report(told) {
      report.replaceChildren();
      for (const box of board.boxes) fields[box.name].mark(told?.boxes[box.name]);
      if (!told) return write(said, "");
      write(said, [told.summary, ...told.notes].join(" "));
      for (const box of board.boxes) {
        const each = told.boxes[box.name];
        if (!each) continue;
        const line = add(report, "div", { class: "bpw-verdict", "data-status": each.status, id: `${id}-${box.name}` });
        add(line, "span", { class: "bpw-mark", "aria-hidden": "true" }, each.mark);
        const text = add(line, "span", {});
        add(text, "b", {}, box.label);
        text.append(` ${each.text}`);
      }
    },
    /** @param {{text: string, then: string} | null} note */
    note(note) {
      if (note) write(said, [note.text, note.then].filter(Boolean).join("\n"));
    },
  };
}

export default {
  /** @param {{model: any, el: HTMLElement}} context */
  render({ model, el }) {
    /** @type {ReturnType<typeof pose>} */
    let posed;
    const tell = (/** @type {object} */ message) => {
      try {
        model.send(message);
      } catch {
        posed.note({ text: model.get("board").texts.no_kernel, then: "" });
      }
    };
    const build = () => {
      const root = document.createElement("div");
      el.replaceChildren(root);
      posed = pose(root, model.get("board"), tell);
      posed.report(model.get("told").boxes ? model.get("told") : null);
    };
    const told = () => posed.report(model.get("told").boxes ? model.get("told") : null);
    const answers = () => posed.answers(model.get("answers"));
    const note = () => posed.note(model.get("note"));
    build();
    model.on("change:board", build);
    model.on("change:told", told);
    model.on("change:answers", answers);
    model.on("change:note", note);
    return () => {
      model.off("change:board", build);
      model.off("change:told", told);
      model.off("change:answers", answers);
      model.off("change:note", note);
      el.replaceChildren();
    };
  },
};
