// @ts-check
/** The live widget: the player on the traits of a Python object. */

export default {
  /** @param {{model: any, el: HTMLElement}} context */
  render({ model, el }) {
    const root = document.createElement("div");
    el.append(root);
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
    const player = mount(root, model.get("data"), (state) => {
      model.set(state);
      model.save_changes();
    }, now(), check);
    const show = () => player.show(now());
    model.on("change:step change:granularity", show);
    return () => {
      model.off("change:step change:granularity", show);
      model.off("msg:custom", hear);
      player.destroy();
    };
  },
};
