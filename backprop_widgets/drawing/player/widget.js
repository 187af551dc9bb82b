// @ts-check
/** The live widget: the player on the traits of a Python object. */

/** @param {string} packed what Python has packed */
async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed), (byte) => byte.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

/** The style sheet, once for a page, or for the shadow that the widget is in. @param {HTMLElement} el */
function wear(el) {
  const home = el.getRootNode(), place = home instanceof ShadowRoot ? home : document.head;
  if (!place.querySelector("#" + STYLE.id)) place.append(Object.assign(document.createElement("style"), STYLE));
}

export default {
  /** @param {{model: any, el: HTMLElement}} context */
  async render({ model, el }) {
    wear(el);
    let data = await unpacked(model.get("data"));
    const now = () => ({ step: model.get("step"), granularity: model.get("granularity") });
    const view = String(Math.random()); // every view hears every message
    /** @type {((reply: any) => void)[]} */
    const waiting = [];
    const hear = (/** @type {any} */ message) => {
      if (message.kind === "verdict" && message.view === view) waiting[message.turn]?.(message);
    };
    const check = (/** @type {number} */ step, /** @type {string | number} */ given) => new Promise((settle) => {
      try {
        model.send({ kind: "answer", view, turn: waiting.push(settle) - 1, step, given });
      } catch {
        settle(null); // there is no kernel
      }
    });
    model.on("msg:custom", hear);
    const tell = (/** @type {object} */ state) => {
      model.set(state);
      model.save_changes();
    };
    let turned = ""; // the composite gate that was opened or closed here
    const turn = (/** @type {string} */ part) => {
      const collapsed = /** @type {string[]} */ (model.get("collapsed"));
      turned = part;
      tell({ collapsed: collapsed.includes(part) ? collapsed.filter((other) => other !== part) : [...collapsed, part] });
    };
    const build = () => {
      const root = document.createElement("div");
      el.append(root);
      return { root, player: mount(root, data, tell, now(), check, turn) };
    };
    let told = model.get("data"), gone = false;
    let shown = build();

    /** The graph is told anew: what was chosen stays chosen, and the gate that was turned stays in its place. */
    const rebuild = () => {
      const old = shown;
      const place = (/** @type {HTMLElement} */ root) => root.querySelector(`[data-part="${turned}"]`)?.getBoundingClientRect();
      const switches = (/** @type {HTMLElement} */ root) => /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".bpw-nav .toggle")]);
      const stageOf = (/** @type {HTMLElement} */ root) => /** @type {HTMLElement} */ (root.querySelector(".bpw-stage"));
      const before = place(old.root), stage = stageOf(old.root), had = old.root.contains(document.activeElement);
      const [left, top, pressed] = [stage.scrollLeft, stage.scrollTop, switches(old.root).map((button) => button.ariaPressed)];
      const kept = old.player.keep();
      el.style.minHeight = el.offsetHeight + "px"; // the page does not scroll while there is nothing
      old.player.destroy();
      old.root.remove();
      shown = build();
      el.style.minHeight = "";
      switches(shown.root).forEach((button, k) => { if (button.ariaPressed !== pressed[k]) button.click(); });
      shown.player.restore(kept);
      shown.player.zoom(old.player.view.scale);
      const fresh = stageOf(shown.root), after = place(shown.root);
      fresh.scrollTo({ left, top, behavior: "instant" });
      const then = place(shown.root);
      if (before && after && then) fresh.scrollBy({ left: then.left - before.left, top: then.top - before.top, behavior: "instant" });
      if (had) (/** @type {HTMLElement | null} */ (shown.root.querySelector(`[data-turns="${turned}"]`)) ?? fresh).focus({ preventScroll: true });
    };
    const show = async () => {
      const news = model.get("data");
      if (news === told) return shown.player.show(now());
      told = news;
      const fresh = await unpacked(news);
      if (gone || news !== told) return; // by now there is something newer
      data = fresh;
      rebuild();
    };
    model.on("change:data change:step change:granularity", show);
    return () => {
      gone = true;
      model.off("change:data change:step change:granularity", show);
      model.off("msg:custom", hear);
      shown.player.destroy();
      shown.root.remove(); // whoever still holds `el` holds nothing of ours
    };
  },
};
