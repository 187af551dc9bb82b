// @ts-check
/** The live widget: the player on the traits of a Python object. */

export default {
  /** @param {{model: any, el: HTMLElement}} context */
  render({ model, el }) {
    const root = document.createElement("div");
    el.append(root);
    const now = () => ({ step: model.get("step"), granularity: model.get("granularity") });
    const player = mount(root, model.get("data"), (state) => {
      model.set(state);
      model.save_changes();
    }, now());
    const show = () => player.show(now());
    model.on("change:step change:granularity", show);
    return () => {
      model.off("change:step change:granularity", show);
      player.destroy();
    };
  },
};
