// @ts-check
/** A number that appears travels along its wire: a value to the right, a gradient to the left. It delays nothing. */

const TRAVEL = 320; // milliseconds
const CALM_PACE = 700; // milliseconds for a step: at a faster pace of playing nothing travels

PANELS.push(({ data, svg, wires, pace }) => {
  let before = -1;
  /** @type {Element[]} */
  let motes = [];

  /** @param {string} wire @param {string} kind @param {boolean} back */
  function send(wire, kind, back) {
    const mote = document.createElementNS(svg.namespaceURI, "circle"), motion = document.createElementNS(svg.namespaceURI, "animateMotion");
    const path = [...wires[wire].group.querySelectorAll(".line")].map((line) => line.getAttribute("d")).join(" ");
    for (const [name, value] of Object.entries({ class: "mote " + kind, r: 6 })) mote.setAttribute(name, String(value));
    const way = { dur: TRAVEL + "ms", path, begin: "indefinite", calcMode: "linear", keyTimes: "0;1", keyPoints: back ? "1;0" : "0;1" };
    for (const [name, value] of Object.entries(way)) motion.setAttribute(name, value);
    motion.addEventListener("endEvent", () => mote.remove());
    mote.append(motion);
    wires[wire].group.append(mote);
    motes.push(mote);
    /** @type {any} */ (motion).beginElement();
  }

  return {
    draw(k) {
      if (k === before) return;
      for (const mote of motes) mote.remove();
      motes = [];
      const passed = data.steps.slice(Math.max(before, 0), k), isNext = before >= 0 && k > before && !passed.slice(0, -1).some((step) => step.stop);
      before = k;
      if (!isNext || calm() || pace() < CALM_PACE) return;
      const { marks, phase } = data.steps[k - 1];
      for (const [wire, mark] of Object.entries(marks)) {
        if (!wires[wire] || !["value", "downstream", "total", "seed"].includes(mark)) continue;
        if (phase === "backward" || data.wires[wire][1] === k) send(wire, phase, phase === "backward"); // its value is new
      }
    },
  };
});
