// @ts-check
/** Presenter mode: the whole window, large type, keys only. */

PANELS.push(({ data, root, nav, svg, redraw }) => {
  const enter = (/** @type {boolean} */ on) => {
    root.classList.toggle("presenting", on);
    svg.parentElement?.focus({ preventScroll: true }); // the arrow keys work at once
    redraw();
  };
  const button = toggle(nav, data.texts.present, false, enter);
  button.classList.add("leave"); // the one button that stays: a mouse must get out too
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !root.classList.contains("presenting")) return;
    event.stopImmediatePropagation(); // the first Escape leaves the mode, the next one the widget
    event.preventDefault();
    button.click();
    button.focus();
  }, { capture: true });
  return { draw() {} };
});
