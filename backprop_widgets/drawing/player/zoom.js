// @ts-check
/** Pictures that do not fit: zoom, pan, the whole graph at once, and find by name. */

const NEAREST = 3; // the largest scale
const BY = 1.25; // how much a press of + or - does
const FAR = 0.4; // a scale below it shows no text: what is left is an overview

PANELS.push(({ data, root, nav, svg, nodes, view }) => {
  const { texts } = data, natural = svg.viewBox.baseVal;
  const stage = /** @type {HTMLElement} */ (svg.parentElement);
  const row = document.createElement("div");
  nav.before(row);
  for (const [name, value] of [["class", "bpw-zoom"], ["role", "group"], ["aria-label", texts.zoom]]) row.setAttribute(name, value);
  row.hidden = true;

  // -- scale ----------------------------------------------------------------------------------------------------
  const middle = () => { const box = stage.getBoundingClientRect(); return /** @type {[number, number]} */ ([(box.left + box.right) / 2, (box.top + box.bottom) / 2]); };
  const whole = () => Math.min(view.auto, (stage.clientWidth - 8) / natural.width, (parseFloat(getComputedStyle(stage).maxHeight) - 8 || Infinity) / natural.height);
  /** What lies at x, y of the window stays there. 0 is the scale at which texts can be read. @param {number} scale @param {number} x @param {number} y */
  function zoom(scale, x, y) {
    const box = svg.getBoundingClientRect(), at = [(x - box.left) / view.now, (y - box.top) / view.now];
    view.scale = scale && Math.min(Math.max(scale, whole()), NEAREST);
    view.fit();
    const now = svg.getBoundingClientRect();
    stage.scrollLeft += now.left + at[0] * view.now - x;
    stage.scrollTop += now.top + at[1] * view.now - y;
  }
  const press = (/** @type {string} */ name, /** @type {string} */ sign, /** @type {() => void} */ act) => {
    const button = /** @type {HTMLButtonElement} */ (add(row, "button", { type: "button", "aria-label": texts[name], title: texts[name] }, sign));
    button.onclick = act;
    return button;
  };

  // -- find -----------------------------------------------------------------------------------------------------
  const id = "bpw-" + Math.random().toString(36).slice(2);
  const field = /** @type {HTMLInputElement} */ (add(row, "input", { type: "search", list: id, placeholder: texts.find, "aria-label": texts.find }));
  const list = add(row, "datalist", { id });
  for (const name in data.find) add(list, "option", { value: name });
  const said = add(row, "span", { class: "bpw-found" });
  let turn = 0;
  function mark(/** @type {string} */ node) {
    for (const other in nodes) nodes[other].toggleAttribute("data-found", other === node);
  }
  function find() {
    const wanted = field.value.trim().toLowerCase(), names = Object.keys(data.find);
    const like = (/** @type {(name: string) => boolean} */ is) => names.filter((name) => is(name.toLowerCase()));
    const found = [like((name) => name === wanted), like((name) => name.startsWith(wanted)), like((name) => name.includes(wanted))].find((some) => some.length) ?? [];
    if (!wanted || !found.length) {
      mark("");
      return write(said, wanted && fill(texts.find_none, { name: field.value.trim() }));
    }
    const name = found[turn++ % found.length], node = nodes[data.find[name]];
    mark(data.find[name]);
    write(said, fill(texts.find_one, { name, k: (turn - 1) % found.length + 1, count: found.length }));
    if (view.now < view.auto / 2) zoom(0, ...middle());
    const box = node.getBoundingClientRect(), frame = stage.getBoundingClientRect();
    stage.scrollBy({ left: (box.left + box.right - frame.left - frame.right) / 2, top: (box.top + box.bottom - frame.top - frame.bottom) / 2, behavior: calm() ? "auto" : "smooth" });
  }
  field.onfocus = () => said.setAttribute("role", "status"); // one voice while nothing is sought
  field.onblur = () => said.removeAttribute("role");
  field.oninput = () => { turn = 0; if (!field.value) find(); };
  field.onkeydown = (event) => {
    if (event.key === "Tab" || event.ctrlKey || event.metaKey) return;
    event.stopPropagation(); // the arrows move in the text
    if (event.key === "Enter" && !event.isComposing) find();
    if (event.key === "Escape" && field.value) { field.value = ""; find(); event.preventDefault(); }
    else if (event.key === "Escape") stage.focus();
  };

  press("zoom_out", "−", () => zoom(view.now / BY, ...middle()));
  const share = press("zoom_reset", "100%", () => zoom(0, ...middle()));
  press("zoom_in", "+", () => zoom(view.now * BY, ...middle()));
  press("zoom_fit", texts.zoom_fit_short, () => zoom(whole(), ...middle()));

  // -- keys, wheel, two fingers, drag ---------------------------------------------------------------------------
  stage.addEventListener("keydown", (event) => {
    const scale = { "+": view.now * BY, "=": view.now * BY, "-": view.now / BY, 0: 0 }[event.key];
    if (scale === undefined || row.hidden || event.target !== stage || event.ctrlKey || event.metaKey || event.altKey) return;
    zoom(scale, ...middle());
    event.preventDefault();
  });
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey || row.hidden) return; // where all is seen, the page is zoomed
    event.preventDefault();
    zoom(view.now * Math.exp(-Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 50) / 200), event.clientX, event.clientY);
  }, { passive: false });
  let spread = 0;
  stage.addEventListener("touchmove", (event) => {
    if (event.touches.length !== 2 || row.hidden) return void (spread = 0);
    event.preventDefault();
    const [one, two] = event.touches, now = Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
    if (spread) zoom((view.now * now) / spread, (one.clientX + two.clientX) / 2, (one.clientY + two.clientY) / 2);
    spread = now;
  }, { passive: false });
  stage.addEventListener("touchend", () => { spread = 0; });
  /** @type {number[] | null} */
  let grip = null;
  let moved = false;
  stage.addEventListener("pointerdown", (event) => {
    moved = false;
    const onBar = event.target === stage && (event.offsetX > stage.clientWidth || event.offsetY > stage.clientHeight);
    const free = event.pointerType === "mouse" && event.button === 0 && !row.hidden && !onBar && !(/** @type {Element} */ (event.target).closest("button"));
    grip = free ? [event.clientX, event.clientY, stage.scrollLeft, stage.scrollTop] : null;
  });
  stage.addEventListener("pointermove", (event) => {
    if (!grip || !(event.buttons & 1)) return void (grip = null);
    const [x, y, left, top] = grip;
    if (!moved && Math.hypot(event.clientX - x, event.clientY - y) < 4) return;
    moved = true;
    stage.setPointerCapture(event.pointerId);
    stage.scrollTo({ left: left + x - event.clientX, top: top + y - event.clientY, behavior: "instant" });
  });
  stage.addEventListener("pointerup", () => { grip = null; });
  stage.addEventListener("click", (event) => { if (moved) event.stopPropagation(); }, { capture: true }); // it was a drag

  return {
    draw() {},
    keep: () => ({ text: field.value, marked: Object.keys(data.find).find((name) => nodes[data.find[name]]?.hasAttribute("data-found")) }),
    restore({ text, marked }) {
      field.value = text;
      if (marked in data.find) mark(data.find[marked]);
    },
    fitted() {
      const most = Math.max(240, innerHeight * (natural.height > innerHeight * 0.6 ? 0.46 : 0.6)); // one that must be scrolled leaves more room
      const isBounded = !root.classList.contains("presenting");
      stage.style.maxHeight = isBounded ? most + "px" : "";
      stage.style.minHeight = isBounded && view.scale ? Math.min(natural.height * view.auto + 8, most) + "px" : ""; // zooming moves nothing below
      svg.classList.toggle("far", view.now < FAR);
      const fits = view.auto <= whole() + 0.001;
      row.hidden = fits && !view.scale;
      stage.classList.toggle("pan", !row.hidden);
      write(share, Math.round(view.now * 100) + "%");
    },
  };
});
