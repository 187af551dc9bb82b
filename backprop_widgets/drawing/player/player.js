// @ts-check
/**
 * Plays a trace: a state in, a picture out. Every text comes formatted from Python; nothing is computed here.
 * One `mount` serves the live widget, the saved page and the fallback in a notebook.
 *
 * @typedef {[value: string, valueAt: number, gradient: string, gradientAt: number, local: string]} Wire
 * @typedef {[kind: string, text: string, label: string, wire: string]} Term
 * @typedef {[name: string, terms: Term[]]} Row
 * @typedef {{phase: string, node: string, stop: boolean, marks: Record<string, string>, say: string,
 *   rows?: Row[], of?: number, terms?: number, why?: string[]}} Step  the first `terms` terms of the equations of step `of`, or its own
 * @typedef {{title: string, heading?: any, lang: string, svg: string, wires: Record<string, Wire>, known: Record<string, number>,
 *   steps: Step[], texts: Record<string, string>, own: {lines: string[], spots: [node: string, line: number, start: number, last: number, end: number][]} | null, code: [text: string, phase: string, steps: number[]][],
 *   table: [name: string, formula: string, wire: string, value: string, gradient: string][],
 *   explain: {gates: Record<string, any[]>, forms: Record<string, string>}, find: Record<string, string>, questions?: Record<string, any>, predict?: boolean}} Data
 * @typedef {{step: number, granularity: string}} State
 * @typedef {{scale: number, auto: number, now: number, fit: () => void}} View  the scale chosen (0: none), that of itself, that shown
 * @typedef {{group: Element, value: Element, gradient: Element, word: Element, local: Element | null, heat: boolean}} Places
 * @typedef {{data: Data, root: HTMLElement, nav: HTMLElement, main: HTMLElement, below: HTMLElement, svg: SVGSVGElement,
 *   wires: Record<string, Places>, nodes: Record<string, Element>, state: State, go: (step: number) => void,
 *   redraw: () => void, view: View, pace: () => number, turn: ((part: string) => void) | null, check: ((step: number, given: string | number) => Promise<any>) | null}} Player  what a panel is given
 */

const MANY = 3; // equations: more of them stand side by side
const PACE = 1400; // milliseconds for a step at speed 1
const TALLEST = 0.42; // of the window's height, for the picture
const SMALLEST = 1, LARGEST = 1.5; // how far the picture is scaled: its smallest text is 12 px at 1
const ROOMS = /** @type {const} */ ([["tight narrow", 640], ["narrow", 860], ["", 1040], ["wide", Infinity]]); // of the player, not of the window

/**
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {(state: State) => void} tell
 * @param {State} start
 * @param {((step: number, given: string | number) => Promise<{outcome: string, text: string} | null>) | null} [check] asks Python; null: no kernel
 * @param {((part: string) => void) | null} [turn] opens or closes a composite gate, in Python
 */
function mount(root, data, tell, start, check = null, turn = null) {
  const { steps, texts } = data;
  const state = { step: start.step, granularity: start.granularity };
  const view = { scale: 0, auto: 1, now: 1, fit };
  let timer = 0;

  root.classList.add("bpw");
  root.lang = data.lang;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", fill(texts.group, { title: data.title }));
  root.replaceChildren();

  // -- the elements ---------------------------------------------------------------------------------------------
  const header = add(root, "header", { class: "bpw-header" });
  const heading = add(header, root.dataset.heading ?? "h2", { class: "bpw-title", title: data.title }, data.heading ? "" : data.title); // a page of its own has it as its h1
  if (data.heading) math(heading, data.heading);
  const nav = add(header, "div", { class: "bpw-nav" });
  const main = add(root, "div", { class: "bpw-main" });
  const stage = add(main, "div", { class: "bpw-stage", tabindex: "0", role: "region", "aria-label": fill(texts.picture, { title: data.title }) });
  stage.innerHTML = data.svg; // made by our own drawing layer, every label escaped
  const svg = /** @type {SVGSVGElement} */ (stage.firstElementChild);
  svg.querySelector("style")?.remove(); // where the picture is that of the fallback, which dresses itself
  svg.classList.remove("bpw-alone");
  const natural = svg.viewBox.baseVal;

  const bar = add(root, "div", { class: "bpw-bar" });
  const buttons = add(bar, "div", { class: "bpw-buttons" });
  const [first, previous, next, last, play] = /** @type {const} */ (["first", "previous", "next", "last", "play"]).map((name) => {
    const element = /** @type {HTMLButtonElement} */ (add(buttons, "button", { type: "button", class: name }));
    icon(element, name, texts[name]);
    return element;
  });
  next.prepend(texts.next);
  const track = add(bar, "div", { class: "bpw-track" });
  const halves = { forward: add(track, "div", { class: "bpw-half forward" }), backward: add(track, "div", { class: "bpw-half backward" }) };
  const cursor = add(track, "div", { class: "bpw-cursor" });
  const range = /** @type {HTMLInputElement} */ (add(track, "input", { type: "range", min: "0", step: "1", "aria-label": texts.scrubber }));
  const position = add(bar, "span", { class: "bpw-position" });

  const ledger = add(root, "div", { class: "bpw-ledger" });
  const say = add(ledger, "p", { class: "bpw-say" });
  const rows = add(ledger, "div", { class: "bpw-rows" });

  const below = add(root, "div", { class: "bpw-below" });
  const footer = add(root, "footer", { class: "bpw-footer" });
  const granularity = select(footer, texts.granularity, { gate: texts.by_gate, part: texts.by_part }, state.granularity);
  const speed = select(footer, texts.speed, { "0.5": "0.5×", 1: "1×", 2: "2×", 4: "4×" }, "1");
  add(footer, "span", { class: "bpw-keys" }, texts.keys);
  const live = add(root, "p", { class: "bpw-live", role: "status", "aria-live": "polite" });

  /** @type {Record<string, Places>} */
  const wires = {};
  for (const group of svg.querySelectorAll("[data-wire]")) {
    const part = (/** @type {string} */ name) => /** @type {Element} */ (group.querySelector("." + name));
    wires[/** @type {string} */ (group.getAttribute("data-wire"))] =
      { group, value: part("value"), gradient: part("gradient"), word: part("word"), local: part("local"), heat: !!part("heat") };
  }
  /** @type {Record<string, Element>} */
  const nodes = {};
  for (const group of svg.querySelectorAll("[data-node]")) nodes[/** @type {string} */ (group.getAttribute("data-node"))] = group;

  // -- what may be stopped at -----------------------------------------------------------------------------------
  const all = steps.map((_, k) => k + 1);
  const stopsBy = /** @type {Record<string, number[]>} */ ({ gate: [0, ...all.filter((k) => steps[k - 1].stop)], part: [0, ...all] });
  const stops = () => stopsBy[state.granularity];
  /** The last stop at or before the state's step. */
  const at = () => Math.max(0, stops().findLastIndex((k) => k <= state.step));

  /** @param {number} step */
  function go(step) {
    state.step = Math.min(Math.max(step, 0), steps.length);
    draw();
    tell({ ...state });
  }
  function forth() {
    const to = stops().find((k) => k > state.step) ?? steps.length;
    if (panels.some((panel) => panel.beforeForth?.(to))) stop(); // a panel has something to ask first
    else go(to);
  }
  const back = () => go(stops().findLast((k) => k < state.step) ?? 0);

  // -- state in, picture out ------------------------------------------------------------------------------------
  function draw() {
    const k = state.step;
    const step = k ? steps[k - 1] : null;
    for (const id in wires) {
      const wire = wires[id], [value, valueAt, gradient, gradientAt, local] = data.wires[id];
      const mark = step?.marks[id] ?? "";
      write(wire.value, valueAt <= k ? value : "");
      write(wire.gradient, gradientAt >= 0 && gradientAt <= k ? gradient : "");
      write(wire.word, mark && mark !== "value" && mark !== "local" ? texts[mark] : "");
      if (wire.local) write(wire.local, mark === "local" || mark === "downstream" ? local : "");
      dress(wire.group, "wire", valueAt <= k && "known", wire.heat && gradientAt >= 0 && gradientAt <= k && "sent", mark && "active as-" + mark);
    }
    for (const id in nodes) {
      if (id === "out") continue;
      const kind = /** @type {string} */ (nodes[id].getAttribute("data-kind"));
      dress(nodes[id], kind, data.known[id] <= k && "known", step?.node === id && "active");
    }
    const i = at();
    const text = k ? where(i) : texts.start;
    write(position, text);
    range.max = String(stops().length - 1);
    range.value = String(i);
    track.style.setProperty("--i", String(i));
    const sentence = step ? step.say : texts.start_sentence;
    write(say, sentence);
    ledger.dataset.phase = step ? step.phase : "";
    const equations = step ? rowsOf(step) : [];
    rows.replaceChildren(...equations.map(([name, terms]) => row(name, terms, step)));
    rows.classList.toggle("many", equations.length > MANY);
    const lengths = new Set([...rows.children].map((line) => line.childElementCount)), [length] = lengths;
    rows.classList.toggle("even", equations.length > 1 && equations.length <= MANY && lengths.size === 1);
    rows.style.setProperty("--terms", String(length));
    range.setAttribute("aria-valuetext", `${text}: ${sentence}`);
    const spoken = equations.map(([name, terms]) => `${name}: ${terms.map((term) => term[1]).join(" ")}`);
    if (!timer || !k || k === steps.length) write(live, [text, sentence, ...spoken, ...(step?.why ?? [])].join(". ")); // playing says no word
    for (const [name, ends] of /** @type {[HTMLButtonElement, boolean][]} */ ([[first, !k], [previous, !k], [next, k >= steps.length], [last, k >= steps.length]]))
      name.setAttribute("aria-disabled", String(ends)); // still focusable: the keyboard keeps its place
    for (const panel of panels) panel.draw(k);
    for (const panel of panels) panel.drawn?.(); // what measures comes when all is written: one layout, not several
    follow(step ? nodes[step.node] : null);
  }

  /** @param {Step} step @returns {Row[]} */
  function rowsOf(step) {
    if (step.rows) return step.rows;
    return (steps[step.of ?? 0].rows ?? []).map(([name, terms]) => [name, terms.slice(0, step.terms)]);
  }

  /** The stop in words: of all of them, and of its pass. @param {number} i */
  function where(i) {
    const phase = steps[stops()[i] - 1].phase;
    const members = stops().filter((k) => k && steps[k - 1].phase === phase);
    const half = fill(texts.half, { phase: texts[phase], k: members.indexOf(stops()[i]) + 1, count: members.length });
    return fill(texts.position, { step: i, count: stops().length - 1 }) + " · " + half;
  }

  /** @param {string} name @param {Term[]} terms @param {Step | null} step */
  function row(name, terms, step) {
    const line = document.createElement("div");
    line.className = "bpw-row";
    if (step?.phase === "backward") add(line, "span", { class: "bpw-who" }, fill(texts.to, { name }));
    for (const [kind, text, label, wire] of terms) {
      if (kind === "sign") add(line, "span", { class: "bpw-sign" }, text);
      else {
        const chip = add(line, "span", { class: "bpw-chip " + kind, ...(wire && { "data-of": wire }) });
        add(chip, "small", {}, kind === "value" ? label : `${texts[kind]} ${label}`.trim());
        add(chip, "b", {}, text);
      }
    }
    return line;
  }

  function setGranularity() {
    const passes = stops().filter((k) => k && steps[k - 1].phase === "forward").length;
    const count = stops().length; // one cell for each stop; the start belongs to the forward half
    track.style.setProperty("--n", String(count));
    track.classList.toggle("fine", count > 60);
    halves.forward.style.flexGrow = String(passes + 1);
    halves.backward.style.flexGrow = String(count - passes - 1);
    const longest = [passes, count - 1].filter(Boolean).map(where).sort((a, b) => a.length - b.length).pop();
    position.dataset.longest = longest ?? ""; // keeps its room, so that the scrubber stays where it is
  }

  /** Keep the active gate in sight, without moving what is already there. @param {Element | null} node */
  function follow(node) {
    if (!node || (stage.scrollWidth <= stage.clientWidth + 1 && stage.scrollHeight <= stage.clientHeight + 1)) return;
    const box = node.getBoundingClientRect(), frame = stage.getBoundingClientRect();
    const margin = Math.min(200, frame.width / 4); // the numbers on both sides belong to it
    const beside = box.left - margin < frame.left || box.right + margin > frame.right;
    const above = box.top < frame.top + 8 || box.bottom > frame.bottom - 8;
    if (!beside && !above) return;
    const left = beside ? (box.left + box.right - frame.left - frame.right) / 2 : 0;
    const top = above ? (box.top + box.bottom - frame.top - frame.bottom) / 2 : 0;
    stage.scrollBy({ left, top, behavior: calm() ? "auto" : "smooth" });
  }

  function fit() {
    root.dataset.room = ROOMS.find(([, below]) => root.clientWidth < below)?.[0];
    for (const panel of panels) panel.fitting?.(main.clientWidth);
    const room = stage.clientWidth - 8; // without its padding
    const presenting = root.classList.contains("presenting");
    const height = (!presenting && root.closest(".jp-Notebook")?.clientHeight) || innerHeight; // of what is seen of the notebook
    const low = Math.max(SMALLEST, (height * TALLEST) / natural.height); // the equations stay on the same screen
    const stands = Math.min(room / natural.width, (height * 0.52) / natural.height); // the sentence stands below it
    view.auto = presenting ? Math.max(stands, LARGEST) : Math.min(Math.max(room / natural.width, SMALLEST), LARGEST, low);
    view.now = (!presenting && view.scale) || view.auto;
    svg.style.width = natural.width * view.now + "px";
    svg.style.height = natural.height * view.now + "px";
    for (const panel of panels) panel.fitted?.();
  }

  /** Show by a fade that the picture goes on to that side. */
  function fade() {
    const hidden = stage.scrollWidth - stage.clientWidth;
    stage.classList.toggle("more-left", stage.scrollLeft > 4);
    stage.classList.toggle("more-right", stage.scrollLeft < hidden - 4);
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    icon(play, "play", texts.play);
  }

  /** Milliseconds for a step: endless for one that is taken by hand. */
  const pace = () => (timer ? PACE / Number(speed.value) : Infinity);

  function playOrPause() {
    if (timer) { stop(); return draw(); } // where it stopped is said
    if (state.step >= steps.length) go(0);
    timer = window.setInterval(() => {
      if (!root.isConnected) return stop();
      forth();
      if (state.step >= steps.length) { stop(); draw(); }
    }, PACE / Number(speed.value));
    icon(play, "pause", texts.pause);
  }

  // -- what can be pressed --------------------------------------------------------------------------------------
  const act = (/** @type {() => void} */ what) => () => { stop(); what(); };
  first.onclick = act(() => go(0));
  previous.onclick = act(back);
  next.onclick = act(forth);
  last.onclick = act(() => go(steps.length));
  play.onclick = playOrPause;
  range.oninput = act(() => go(stops()[Number(range.value)]));
  speed.onchange = () => { if (timer) { stop(); playOrPause(); } };
  granularity.onchange = () => {
    state.granularity = granularity.value;
    setGranularity();
    go(stops()[at()]);
  };
  track.onpointerdown = (event) => { track.setPointerCapture(event.pointerId); drag(event); range.focus(); event.preventDefault(); };
  track.onpointermove = (event) => { if (track.hasPointerCapture(event.pointerId)) drag(event); };
  /** @param {PointerEvent} event */
  function drag(event) {
    const box = track.getBoundingClientRect();
    const i = Math.floor(((event.clientX - box.left) / box.width) * stops().length);
    const step = stops()[Math.min(Math.max(i, 0), stops().length - 1)];
    stop();
    if (step !== state.step) go(step);
  }
  root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Escape") {
      const cell = /** @type {HTMLElement | null} */ (root.closest(".jp-Cell"));
      return cell ? cell.focus() : target.blur();
    }
    event.stopPropagation(); // a letter typed here must not reach the notebook, where `x` cuts a cell
    const key = /** @type {Record<string, () => void>} */ ({
      ArrowRight: act(forth), ArrowLeft: act(back), Home: act(() => go(0)), End: act(() => go(steps.length)),
    })[event.key];
    if (key && target.tagName !== "SELECT") {
      key();
      event.preventDefault();
    }
  };
  stage.onscroll = fade;
  const watcher = new ResizeObserver(() => { fit(); fade(); if (!view.scale) follow(state.step ? nodes[steps[state.step - 1].node] : null); });
  watcher.observe(stage);

  for (const id in nodes) nodes[id].setAttribute("data-kind", (nodes[id].getAttribute("class") ?? "").replace(/ (known|active)/g, ""));
  const panels = PANELS.map((make) => make({ data, root, nav, main, below, svg, wires, nodes, state, go: (step) => act(() => go(step))(), redraw: draw, view, check, turn, pace }));
  const tallest = Math.max(1, ...steps.map((step) => rowsOf(step).length));
  ledger.style.setProperty("--rows", String(Math.min(tallest, MANY))); // so that the page does not jump between steps
  setGranularity();
  fit();
  draw();
  fade();

  return {
    view,
    /** Show the picture at a scale. @param {number} scale */
    zoom(scale) {
      view.scale = scale;
      fit();
    },
    /** Show a state that came from elsewhere: from Python, or from another view. @param {State} to */
    show(to) {
      if (to.step === state.step && to.granularity === state.granularity) return;
      Object.assign(state, to);
      granularity.value = to.granularity;
      setGranularity();
      draw();
    },
    /** What was typed, to be given to the next player of this graph. */
    keep: () => panels.map((panel) => panel.keep?.()),
    /** @param {any[]} kept */
    restore: (kept) => panels.forEach((panel, k) => panel.restore?.(kept[k])),
    destroy() {
      stop();
      watcher.disconnect();
      root.replaceChildren();
    },
  };
}
