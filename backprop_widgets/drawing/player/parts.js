// @ts-check
/** Composite gates of a live widget: a button on each opens or closes it, in Python. */

const SILENT = 2500; // milliseconds until it is said that Python does not answer

PANELS.push(({ data, svg, view, turn }) => {
  const stage = /** @type {HTMLElement} */ (svg.parentElement), natural = svg.viewBox.baseVal;
  const said = add(/** @type {Element} */ (stage.parentElement?.parentElement), "p", { class: "bpw-part-said" });
  said.hidden = true;
  stage.parentElement?.after(said);
  /** @param {HTMLElement} button */
  const complain = (button) => {
    if (!button.isConnected) return; // it came, and the picture is another one
    button.removeAttribute("aria-busy");
    said.hidden = false;
    said.setAttribute("role", "status");
    write(said, data.texts.part_silent);
  };
  const places = !turn ? [] : [...svg.querySelectorAll("[data-part]")].map((group) => {
    const part = /** @type {string} */ (group.getAttribute("data-part")), isOpen = group.classList.contains("frame");
    const text = fill(data.texts[isOpen ? "part_close" : "part_open"], { name: group.getAttribute("data-name") ?? "" });
    const button = /** @type {HTMLButtonElement} */ (add(stage, "button", { type: "button", class: "bpw-part", "data-turns": part,
      "aria-label": text, title: text, "aria-expanded": String(isOpen) }, isOpen ? "−" : "+"));
    button.onclick = () => {
      button.setAttribute("aria-busy", "true");
      setTimeout(complain, SILENT, button);
      turn(part);
    };
    const [x, y, width] = ["x", "y", "width"].map((name) => Number(group.querySelector("rect")?.getAttribute(name)));
    return { button, x: (isOpen ? x : x + width) - natural.x, y: y - natural.y, by: isOpen ? 1 : -12 };
  });
  return {
    draw() {},
    fitted() {
      const own = svg.getBoundingClientRect(), frame = stage.getBoundingClientRect();
      for (const { button, x, y, by } of places) {
        button.style.left = own.left - frame.left + stage.scrollLeft + x * view.now + by + "px";
        button.style.top = own.top - frame.top + stage.scrollTop + y * view.now + by + "px";
      }
    },
  };
});
