// @ts-check
/** A question on the screen: boxes in the picture and below it, buttons, and what is said. It knows no answer. */

/**
 * @typedef {{id: string, lang: string, title: string, variant: string, is_drawn: boolean, text: string, listing: string, scenes: {name: string, svg: string}[],
 *   boxes: Box[], mode: string, texts: Record<string, string>}} Board
 * @typedef {{status: string, mark: string, text: string, typed: string}} Verdict
 * @typedef {{turn: number, summary: string, notes: string[], live: string, boxes: Record<string, Verdict>}} Told
 * @typedef {{turn: number, text: string, then: string}} Note
 * @typedef {{field: Field, spot: HTMLElement | null, verdict: HTMLElement, box: Box, seen: string, told: Verdict | null}} Place
 *   `seen` is what Python last said stands in the box
 */

const PATIENCE = 5000; // ms until a silent kernel is spoken of
const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Whether a text is too long for a column; a Korean letter is as wide as two others. @param {string} text */
const isLong = (text) => text.length + (text.match(/[가-힣]/g) ?? []).length > 34;

/** What was typed and not yet checked: it outlives the kernel, and a page that is loaded again. @param {Board} board */
function drafts(board) {
  const key = `bpw ${location.pathname} ${board.id} ${board.variant}`;
  return {
    /** @returns {Record<string, [string, string]>} what was on record, and what was typed after that */
    read() {
      try {
        return JSON.parse(sessionStorage.getItem(key) ?? "{}");
      } catch {
        return {}; // no storage here
      }
    },
    /** @param {Record<string, [string, string]>} kept */
    write(kept) {
      try {
        if (Object.keys(kept).length) sessionStorage.setItem(key, JSON.stringify(kept));
        else sessionStorage.removeItem(key);
      } catch {
        // no storage here
      }
    },
  };
}

const SMALLEST = 0.85; // share of its size to which a picture shrinks before it scrolls: a box is still 20 px high

/** The picture of a scene: gives the layer that boxes are put on. @param {Element} root @param {{name: string, svg: string}} scene @param {string} label */
function stageOf(root, scene, label) {
  if (scene.name) add(root, "div", { class: "bpw-scene-name" }, scene.name);
  const about = { class: "bpw-stage", tabindex: "0", role: "group", "aria-label": [label, scene.name].filter(Boolean).join(" ") };
  const stage = /** @type {HTMLElement} */ (add(root, "div", about));
  const sheet = /** @type {HTMLElement} */ (add(stage, "div", { class: "bpw-sheet" }));
  sheet.innerHTML = scene.svg; // made by Python: whatever students typed is escaped there
  const svg = /** @type {SVGSVGElement} */ (sheet.querySelector("svg"));
  const [left, top, width, height] = (svg.getAttribute("viewBox") ?? "0 0 0 0").split(" ").map(Number);
  sheet.style.width = `${width}px`;
  sheet.style.height = `${height}px`;
  const fade = () => {
    const hidden = stage.scrollWidth - stage.clientWidth;
    stage.classList.toggle("more-left", stage.scrollLeft > 8);
    stage.classList.toggle("more-right", hidden - stage.scrollLeft > 8);
  };
  const fit = () => {
    const { paddingLeft, paddingRight } = getComputedStyle(stage);
    const room = stage.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    sheet.style.zoom = String(Math.min(1, Math.max(SMALLEST, room / width)));
    fade();
  };
  stage.onscroll = fade;
  const watcher = new ResizeObserver(() => requestAnimationFrame(fit)); // later: it changes the height that is observed
  watcher.observe(stage);
  const middle = (/** @type {Element} */ text) => [Number(text.getAttribute("x")) - left, Number(text.getAttribute("y")) - top];
  return { sheet, svg, middle, stop: () => watcher.disconnect() };
}

/**
 * Build it.
 * @param {HTMLElement} root @param {Board} board @param {Record<string, string>} given what stands in the boxes
 * @param {(message: object) => boolean} send whether it could be sent @param {() => string} call the question's name in the notebook
 */
function pose(root, board, given, send, call) {
  const { texts } = board;
  const id = `bpw-q${Math.random().toString(36).slice(2)}`;
  const kept = drafts(board);
  /** @type {Record<string, Place>} */
  const places = {};
  /** @type {ReturnType<typeof stageOf>[]} */
  const stages = [];
  /** @type {Record<string, string>} */
  let recorded = { ...given };
  let last = ""; // the box that the student was in
  let waiting = 0;

  const answers = () => Object.fromEntries(Object.entries(places).map(([name, { field }]) => [name, field.read()]));
  const say = (/** @type {string} */ text) => write(live, live.textContent === text ? `${text}\u00a0` : text); // said again if it is the same
  const ask = (/** @type {object} */ message) => {
    clearTimeout(waiting);
    const silent = (/** @type {string} */ text) => { write(said, text); say(text); };
    if (!send({ ...message, answers: answers() })) return silent(texts.no_kernel);
    waiting = setTimeout(() => silent(texts.no_answer), PATIENCE);
  };
  /** @type {Desk} */
  const desk = {
    id,
    texts,
    call,
    changed(name) {
      mark(places[name]);
      const now = answers();
      kept.write(Object.fromEntries(Object.keys(now).filter((each) => now[each] !== (recorded[each] ?? "")).map((each) => [each, [recorded[each] ?? "", now[each]]])));
    },
    left: () => { send({ kind: "keep", answers: answers() }); },
    submit: (name) => ask({ kind: "check", only: name }),
  };

  root.className = "bpw bpw-exercise";
  root.lang = board.lang;
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", `${id}-title`);
  const header = add(root, "div", { class: "bpw-header" });
  add(header, "div", { class: "bpw-title", id: `${id}-title`, role: "heading", "aria-level": "3" }, board.title);
  if (board.is_drawn) add(header, "div", { class: "bpw-variant" }, `${texts.variant} ${board.variant}`);
  add(root, "p", { class: "bpw-task" }, board.text);
  if (board.listing) add(root, "pre", { class: "bpw-listing", tabindex: "0", role: "group", "aria-label": texts.listing }, board.listing);

  board.scenes.forEach((scene, place) => {
    const stage = stageOf(root, scene, texts.picture);
    stages.push(stage);
    for (const box of board.boxes.filter((each) => each.scene === place && each.place && each.way === "number")) {
      const text = stage.svg.querySelector(`[data-box="${CSS.escape(box.name)}"]`);
      if (!text) continue;
      text.textContent = "";
      const spot = /** @type {HTMLElement} */ (add(stage.sheet, "span", { class: `bpw-spot ${box.place?.[1]}` }));
      const [x, y] = stage.middle(text);
      spot.style.left = `${x}px`;
      spot.style.top = `${y}px`;
      put(box, line(spot, box, desk, { "aria-label": box.label }), spot);
      add(spot, "span", { class: "bpw-mark", "aria-hidden": "true" });
    }
  });
  const list = add(root, "div", { class: "bpw-fields" });
  for (const box of board.boxes) {
    if (box.name in places) continue;
    const isWide = ["order", "code"].includes(box.way) || (box.options !== undefined && [box.options.join(""), box.label].some(isLong));
    const wrap = /** @type {HTMLElement} */ (add(list, "div", { class: `bpw-field${isWide ? " wide" : ""}` }));
    put(box, below(wrap, box, desk), null);
    wrap.append(places[box.name].verdict);
  }
  if (!list.childElementCount) list.remove();

  /** @param {Box} box @param {Field} field @param {HTMLElement | null} spot */
  function put(box, field, spot) {
    const verdict = document.createElement("div");
    verdict.className = "bpw-verdict";
    verdict.id = `${id}-${box.name}`;
    verdict.hidden = true;
    places[box.name] = { box, field, spot, verdict, seen: given[box.name] ?? "", told: null };
    field.fill(given[box.name] ?? "");
    for (const element of field.own) element.setAttribute("aria-describedby", verdict.id);
    const wire = box.place && stages[box.scene]?.svg.querySelector(`[data-wire="${CSS.escape(box.place[0])}"]`);
    for (const element of field.own) {
      element.onfocus = () => { last = box.name; wire?.classList.add("meant"); };
      element.addEventListener("focusin", () => { last = box.name; });
      element.onblur = () => wire?.classList.remove("meant");
    }
  }

  const bar = add(root, "div", { class: "bpw-actions" });
  const button = (/** @type {string} */ kind, /** @type {() => void} */ act) => {
    const element = /** @type {HTMLButtonElement} */ (add(bar, "button", { type: "button", class: kind }, texts[kind]));
    element.onclick = act;
  };
  button("check", () => ask({ kind: "check", only: "" }));
  if (board.mode === "practice") {
    button("hint", () => ask({ kind: "hint", only: last }));
    button("solution", () => ask({ kind: "solution" }));
    button("another", () => ask({ kind: "another" }));
  }
  button("copy", () => void copy());
  const said = add(root, "div", { class: "bpw-said" });
  const report = add(root, "div", { class: "bpw-report" });
  for (const { spot, verdict } of Object.values(places)) if (spot) report.append(verdict);
  const note = /** @type {HTMLElement} */ (add(root, "div", { class: "bpw-note" }));
  const code = /** @type {HTMLInputElement} */ (add(root, "input", { type: "text", class: "bpw-code-line", readonly: "", "aria-label": texts.copy }));
  note.hidden = code.hidden = true;
  const live = add(root, "div", { class: "bpw-live", role: "status", "aria-live": "polite" });

  async function copy() {
    const text = `${call()}.check(${written(answers())})`;
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      code.value = text;
    }
    code.hidden = done;
    if (!done) code.select();
    const about = done ? texts.copied : texts.copy_by_hand;
    write(said, about);
    say(about);
  }

  root.onkeydown = (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.tagName === "INPUT" && /^[acvxyz]$/i.test(event.key); // select all, copy, ...: of the text, not of cells
    if (event.key === "Tab" || ((event.ctrlKey || event.metaKey || event.altKey) && !typing && event.key !== "Enter")) return;
    if (event.key === "Escape" && !event.isComposing) {
      const cell = /** @type {HTMLElement | null} */ (root.closest(".jp-Cell"));
      return cell ? cell.focus() : target.blur();
    }
    event.stopPropagation(); // a letter typed here must not reach the notebook, where `x` cuts a cell
  };

  /** Show what was said of a box; of what stands there now, or of what stood there before. @param {Place} place */
  function mark(place) {
    const { field, spot, verdict, box, told } = place;
    const isOld = Boolean(told) && box.way !== "code" && field.read() !== told?.typed;
    const status = told && !isOld ? told.status : "";
    for (const element of [verdict, ...field.own, ...(spot ? [spot] : [])]) element.dataset.status = status;
    for (const element of field.own) {
      if (["wrong", "unreadable", "digits"].includes(status)) element.setAttribute("aria-invalid", "true");
      else element.removeAttribute("aria-invalid");
    }
    if (spot?.lastElementChild) write(spot.lastElementChild, told && status ? told.mark : "");
    verdict.hidden = !told;
    verdict.replaceChildren();
    if (!told) return;
    add(verdict, "span", { class: "bpw-mark", "aria-hidden": "true" }, isOld ? "…" : told.mark);
    const text = add(verdict, "span", {});
    if (spot) add(text, "b", {}, `${box.label}:`);
    text.append(`${spot ? " " : ""}${isOld ? `${texts.before} ` : ""}${told.text}`);
  }

  const restored = Object.entries(kept.read()).filter(([name, [before, mine]]) => (
    name in places && before === (recorded[name] ?? "") && mine !== (given[name] ?? "")));
  for (const [name, [, mine]] of restored) places[name].field.fill(mine);
  if (restored.length) desk.left();

  return {
    /** What Python says stands in the boxes: where the student has typed since, that stays. @param {Record<string, string>} fresh */
    answers(fresh) {
      for (const [name, place] of Object.entries(places)) {
        const now = fresh[name] ?? "";
        if (place.field.read() === place.seen && now !== place.seen) {
          place.field.fill(now);
          mark(place);
        }
        place.seen = now;
      }
    },
    /** @param {Told} told @param {boolean} isNew */
    report(told, isNew) {
      if (isNew) {
        clearTimeout(waiting);
        recorded = Object.fromEntries(Object.entries(places).map(([name, { seen }]) => [name, seen]));
        kept.write({});
        for (const name in places) if (places[name].field.read() !== places[name].seen) desk.changed(name);
      }
      for (const [name, place] of Object.entries(places)) {
        place.told = told.boxes?.[name] ?? null;
        mark(place);
      }
      write(said, [told.summary, ...(told.notes ?? [])].filter(Boolean).join("\n"));
      if (isNew && told.live) say(told.live);
    },
    /** @param {Note} fresh @param {boolean} isNew */
    note(fresh, isNew) {
      if (isNew) clearTimeout(waiting);
      note.hidden = !fresh.text;
      write(note, [fresh.text, fresh.then].filter(Boolean).join("\n"));
      if (isNew && fresh.text) say(fresh.text);
    },
    /** Take over from another that stood here. @param {string} focused the class of the button that was focused */
    follow(focused) {
      const button = focused && /** @type {HTMLElement | null} */ (bar.querySelector(`.${focused}`));
      if (button) button.focus({ preventScroll: true });
      say([...(board.is_drawn ? [texts.variant, board.variant] : []), board.text].join(" "));
    },
    stop() {
      clearTimeout(waiting);
      for (const stage of stages) stage.stop();
    },
  };
}

/** Answers as arguments of a call. @param {Record<string, string>} answers */
function written(answers) {
  const given = Object.entries(answers).filter(([, value]) => value.trim()).map(([name, value]) => [name, JSON.stringify(value)]);
  const named = given.filter(([name]) => IDENTIFIER.test(name)).map(([name, value]) => `${name}=${value}`);
  const other = given.filter(([name]) => !IDENTIFIER.test(name)).map(([name, value]) => `${JSON.stringify(name)}: ${value}`);
  return [...named, ...(other.length ? [`**{${other.join(", ")}}`] : [])].join(", ");
}

/** The style sheet, once for a page, or for the shadow that the widget is in. @param {HTMLElement} el */
function dressFor(el) {
  const home = el.getRootNode(), place = home instanceof ShadowRoot ? home : document.head;
  if (!place.querySelector("#" + QUESTION_STYLE.id)) place.append(Object.assign(document.createElement("style"), QUESTION_STYLE));
}

export default {
  /** @param {{model: any, el: HTMLElement}} context */
  render({ model, el }) {
    dressFor(el);
    const send = (/** @type {object} */ message) => {
      try {
        model.send(message);
        return true;
      } catch {
        return false;
      }
    };
    const call = () => model.get("call");
    const build = () => {
      const root = document.createElement("div");
      el.replaceChildren(root);
      const made = pose(root, model.get("board"), model.get("answers"), send, call);
      made.report(model.get("told"), false);
      made.note(model.get("note"), false);
      return made;
    };
    let posed = build();
    const heard = {
      "change:board": () => {
        const focused = el.contains(document.activeElement) ? document.activeElement?.className ?? "" : "";
        posed.stop();
        posed = build();
        posed.follow(focused);
      },
      "change:answers": () => posed.answers(model.get("answers")),
      "change:told": () => {
        posed.answers(model.get("answers")); // whichever of the two is heard of first
        posed.report(model.get("told"), true);
      },
      "change:note": () => posed.note(model.get("note"), true),
    };
    for (const [event, act] of Object.entries(heard)) model.on(event, act);
    return () => {
      for (const [event, act] of Object.entries(heard)) model.off(event, act);
      posed.stop();
      el.replaceChildren(); // whoever still holds `el` holds nothing of ours
    };
  },
};
