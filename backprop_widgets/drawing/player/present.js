// @ts-check
/** Presenter mode: the whole screen, large type, keys only. */

PANELS.push(({ data, root, nav, svg, view, redraw }) => {
  const presents = () => root.classList.contains("presenting");
  const home = /** @type {HTMLElement} */ (root.parentElement); // stays when a gate is opened, and the player is a new one
  const enter = (/** @type {boolean} */ on) => {
    root.classList.toggle("presenting", on);
    if (on) home.requestFullscreen?.().then(() => presents() || document.exitFullscreen()).catch(() => {}); // refused: a window must do
    else if (home.matches(":fullscreen")) document.exitFullscreen();
    home.onfullscreenchange = () => { if (!home.matches(":fullscreen") && presents()) button.click(); }; // the browser has a key to leave, too
    view.fit();
    svg.parentElement?.focus({ preventScroll: true }); // the arrow keys work at once
    redraw();
  };
  const button = toggle(nav, data.texts.present, false, enter);
  button.classList.add("leave"); // the one button that stays: a mouse must get out too
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !presents()) return;
    event.stopImmediatePropagation(); // the first Escape leaves the mode, the next one the widget
    event.preventDefault();
    button.click();
    button.focus();
  }, { capture: true });
  return { draw() {} };
});
