// @ts-check
/** Why the numbers of this step are what they are: formulae, reasons, and the gate's backward in three forms. */

const FEW = 40, SOME = 3; // of so few gates every explanation is measured, of more gates that of some

PANELS.push(({ data, root }) => {
  const { texts, steps, code } = data;
  const { gates, forms } = data.explain;
  const box = /** @type {HTMLDetailsElement} */ (add(/** @type {Element} */ (root.querySelector(".bpw-ledger")), "details", { class: "bpw-why" }));
  const summary = add(box, "summary", {});
  add(summary, "b", {}, texts.why);
  summary.append(" ");
  const reason = add(summary, "span", {});
  const body = add(box, "div", { class: "bpw-because" });
  const formulae = add(body, "div", { class: "bpw-formulae" });
  const form = add(body, "form", { class: "bpw-forms" }); // the name of its radios is its own
  const field = add(form, "fieldset", {});
  add(field, "legend", {}, texts.forms);
  const radios = ["flat", "class", "numbers"].map((kind) => {
    const label = add(field, "label", {});
    const radio = /** @type {HTMLInputElement} */ (add(label, "input", { type: "radio", name: "form", value: kind }));
    label.append(texts["form_" + kind]);
    radio.onchange = () => { chosen = kind; draw(k); };
    return radio;
  });
  field.onkeydown = (event) => { if (event.key.startsWith("Arrow")) event.stopPropagation(); }; // these choose a form, not a step
  const text = add(form, "pre", { tabindex: "0", role: "region", "aria-label": texts.forms });
  let k = 0, tallest = 0, chosen = "flat", isOpen = false, byHand = false;
  const all = Object.values(gates), measured = all.slice(0, all.length > FEW ? SOME : FEW);
  const isSparse = !steps.some((step) => (step.rows?.length ?? 0) > MANY); // many equations want the room for themselves

  /** @param {number} step */
  function draw(step) {
    k = step;
    const now = k ? steps[k - 1] : null;
    const isGates = now && (now.phase === "forward" || !Object.values(now.marks).includes("seed"));
    const [value, slopes, numbers, op, note] = (isGates && gates[now.node]) || [];
    const why = (now?.why ?? []).join(" ");
    write(reason, why || note || "");
    reason.title = why;
    box.classList.toggle("none", !value && !why); // what was computed elsewhere needs no explanation
    if (!box.open) return;
    formulae.replaceChildren();
    const isWhole = now && !("of" in now), isBackward = now?.phase === "backward";
    for (const folded of value ? [value, ...(isBackward && (isWhole || (now.terms ?? 0) > 1) ? slopes : [])] : [])
      math(add(formulae, "div", {}), folded);
    form.hidden = !value || !isBackward;
    const lines = code.filter((line) => line[1] === "backward" && line[2].includes(k)).map((line) => line[0]);
    /** @type {Record<string, string>} */
    const shown = { flat: lines.join("\n"), class: forms[op] ?? "", numbers: isWhole && numbers ? numbers.map(given).join("\n") : "" };
    /** Behind the name that the flat line gives to it. @param {string} line @param {number} i */
    function given(line, i) {
      return (lines.length === numbers.length ? lines[i].replace(/=.*/, "= ") : "") + line;
    }
    const kind = shown[chosen] ? chosen : "flat";
    for (const radio of radios) {
      radio.disabled = !shown[radio.value];
      radio.checked = radio.value === kind;
    }
    write(text, shown[kind]);
    requestAnimationFrame(() => { // one layout for all that has changed
      text.scrollTop = text.scrollHeight; // of a class, its backward
      if (box.open) box.style.minHeight = (tallest = Math.max(tallest, box.offsetHeight)) + "px"; // never shrinks under the pointer
    });
  }
  /** @param {boolean} now */
  function open(now) {
    if (now === isOpen) return;
    box.open = isOpen = now;
    box.style.minHeight = "";
    tallest = 0;
    form.hidden = false;
    write(reason, [...steps.map((step) => (step.why ?? []).join(" ")), ...all.map((gate) => gate[4])].reduce((one, other) => (other.length > one.length ? other : one), ""));
    for (const [value, slopes] of now ? measured : []) { // room for the most that is said, so that nothing moves between steps
      formulae.replaceChildren();
      for (const folded of [value, ...slopes.slice(0, MANY)]) math(add(formulae, "div", {}), folded);
      write(text, Array(Math.min(slopes.length, MANY)).fill("0").join("\n"));
      tallest = Math.max(tallest, box.offsetHeight);
    }
    if (now) box.style.minHeight = tallest + "px";
    draw(k);
  }
  box.ontoggle = () => { byHand ||= box.open !== isOpen; open(box.open); };
  return {
    draw,
    fitting() { if (!byHand) open(isSparse && root.dataset.room === "wide" && !root.classList.contains("presenting")); },
    keep: () => ({ byHand, isOpen, chosen }),
    restore(kept) {
      ({ byHand, chosen } = kept);
      open(kept.isOpen);
      draw(k);
    },
  };
});
