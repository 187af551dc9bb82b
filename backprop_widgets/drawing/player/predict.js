// @ts-check
/**
 * Predict mode: before a number is shown, the student says what it will be. Python reads and judges the answers; on a
 * page without Python, plain numbers are looked up in the spans that it has written down.
 *
 * @typedef {{kind: string, ask: string, wires: string[], place: "value" | "gradient", options: string[], key?: any}} Question
 * @typedef {{outcome: string, text: string}} Reply  outcome: right, digits, wrong, unreadable
 * @typedef {{given: string, tries: number, turn: number, outcome: string, said: string}} Entry  outcome: first, later, shown, unsure
 */

// What gives an answer away is hidden: the code of what has not happened yet, the roles until they have been asked for.
const SOON = 400, PATIENCE = 3000; // milliseconds until it is said that Python is at work, and that it does not answer

PANELS.push(({ data, root, nav, svg, wires, state, go, redraw, check }) => {
  const { texts } = data;
  const questions = /** @type {Record<string, Question>} */ (data.questions ?? {});
  /** @type {Record<string, Entry>} what was typed, and what came of it: it stays while one steps back and forth */
  let memory = {};
  let on = Boolean(data.predict);
  let asking = 0; // the step that is asked for
  let from = 0; // where the student stands meanwhile

  const box = document.createElement("div");
  box.className = "bpw-ask";
  /** @type {HTMLElement} */ (root.querySelector(".bpw-ledger")).before(box);
  const body = add(box, "div", { class: "bpw-question" });
  const name = "bpw-said-" + String(Math.random()).slice(2); // the page may hold many players
  const said = add(box, "p", { class: "bpw-said", id: name });
  const tally = add(box, "p", { class: "bpw-tally" });
  const appear = () => {
    box.hidden = !on;
    said.setAttribute("role", on ? "status" : "none"); // one voice while nothing is asked
  };
  appear();
  toggle(nav, texts.predict, on, (now) => {
    on = now;
    appear();
    asking = 0;
    redraw();
  }).classList.add("asks");

  /** A question by its words, and which of those with these words it is: its step may be another one in another picture. */
  const named = () => {
    /** @type {Record<string, number>} */
    const met = {};
    return Object.keys(questions).map((step) => {
      const { ask } = questions[step];
      met[ask] = (met[ask] ?? 0) + 1;
      return [`${ask} ${met[ask]}`, Number(step)];
    });
  };
  /** @type {Record<string, Entry>} answers to questions that this picture does not ask */
  let others = {};

  const entry = () => (memory[asking] ??= { given: "", tries: 0, turn: 0, outcome: "", said: "" });

  /** @param {number} step */
  function ask(step) {
    asking = step;
    from = state.step;
    const question = questions[step], { given } = entry();
    body.replaceChildren();
    if (question.options.length) {
      add(body, "span", { class: "bpw-asked" }, question.ask);
      const group = add(body, "div", { class: "bpw-options", role: "group", "aria-label": question.ask, "aria-describedby": name });
      question.options.forEach((option, i) => {
        add(group, "button", { type: "button" }, option).onclick = () => commit(i, option);
      });
    } else {
      const label = add(body, "label", { class: "bpw-asked" }, question.ask + " ");
      const input = /** @type {HTMLInputElement} */ (add(label, "input", { type: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": name }));
      input.value = given;
      input.oninput = () => { entry().given = input.value; };
      input.onkeydown = (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab" || event.key === "Escape") return;
        event.stopPropagation(); // the arrows move the caret here
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault(); // else it would press the button that the keyboard is brought to
        commit(input.value, input.value);
      };
      add(body, "button", { type: "button", class: "check" }, texts.predict_check).onclick = () => commit(input.value, input.value);
    }
    add(body, "button", { type: "button", class: "unsure" }, texts.predict_unsure).onclick = () => reveal("unsure");
    add(body, "button", { type: "button", class: "show" }, texts.predict_show).onclick = () => reveal("shown");
    write(said, entry().said);
    offer(false);
    redraw();
    focus();
  }

  /** @param {string | number} given @param {string} text */
  async function commit(given, text) {
    const step = asking, question = questions[step], own = entry();
    const turn = own.turn += 1;
    own.given = text;
    const meanwhile = (/** @type {string} */ words, /** @type {boolean} */ silent) => () => {
      if (asking !== step || own.turn !== turn || own.outcome) return;
      write(said, words);
      offer(silent);
    };
    const timers = [setTimeout(meanwhile(texts.predict_wait, false), SOON), setTimeout(meanwhile(texts.predict_silent, true), PATIENCE)];
    const reply = check ? await check(step, given) : lookUp(question, given, texts);
    if (!reply) return meanwhile(texts.predict_silent, true)();
    timers.forEach(clearTimeout);
    if (memory[step] !== own || own.turn !== turn || own.outcome) return; // by now it has been answered otherwise
    own.said = reply.text;
    if (reply.outcome === "right" || reply.outcome === "wrong") own.tries += 1;
    if (reply.outcome === "right") {
      own.outcome = own.tries === 1 ? "first" : "later";
      own.said = `${reply.text} ${fill(texts.predict_known, { given: own.given })}`;
      if (asking === step) finish();
    } else if (asking === step) {
      write(said, own.said);
      offer(false);
      focus();
    }
  }

  /** @param {"unsure" | "shown"} outcome */
  function reveal(outcome) {
    Object.assign(entry(), { outcome, said: texts.predict_shown });
    finish();
  }

  /** Show what was asked for; the keyboard goes on where it came from. */
  function finish() {
    const step = asking;
    asking = 0;
    go(step);
    const next = /** @type {HTMLElement} */ (root.querySelector("button.next"));
    (next.checkVisibility() ? next : /** @type {HTMLElement} */ (svg.parentElement)).focus({ preventScroll: true });
  }

  function focus() {
    const place = /** @type {HTMLElement | null} */ (body.querySelector("input, button"));
    place?.focus({ preventScroll: true });
    if (place instanceof HTMLInputElement) place.select();
  }

  /** After a try one may ask to be shown, and where Python is silent. @param {boolean} silent */
  function offer(silent) {
    const { tries } = entry();
    dress(said, "bpw-said", tries > 0 && "not-yet");
    /** @type {HTMLElement} */ (body.querySelector("button.show")).hidden = !tries && !silent;
  }

  /** What stands there while nothing is asked. @param {number} k */
  function rest(k) {
    if (body.firstChild) body.replaceChildren();
    const own = memory[k];
    const done = k === data.steps.length;
    const words = own?.outcome ? own.said : done ? "" : texts.predict_start;
    write(said, done ? `${words} ${texts.predict_end}`.trim() : words);
    dress(said, "bpw-said", own?.outcome === "first" && "right", own?.outcome === "later" && "right");
    const among = (/** @type {string} */ outcome) => Object.values(memory).filter((each) => each.outcome === outcome).length;
    const [first, later, shown, unsure] = ["first", "later", "shown", "unsure"].map(among);
    const any = first + later + shown + unsure;
    write(tally, any ? fill(texts.predict_tally, { predicted: first + later + shown, first, later, shown, unsure }) : "");
    if (any && done) {
      add(body, "button", { type: "button", class: "again" }, texts.predict_again).onclick = () => {
        memory = {};
        asking = 0;
        finish();
      };
    }
  }

  return {
    draw(k) {
      if (asking && k !== from) asking = 0; // one went elsewhere: what was typed is kept
      const role = Object.keys(questions).some((step) => questions[step].kind === "role" && Number(step) > k && !memory[step]?.outcome);
      root.classList.toggle("asking-role", on && role);
      root.classList.toggle("predicting", on);
      if (!on) return;
      if (!asking) return rest(k);
      write(tally, "");
      for (const id of questions[asking].wires) {
        write(wires[id][questions[asking].place], "?");
        wires[id].group.classList.add("asked");
      }
    },
    keep() {
      const asked = named().find(([, step]) => step === asking)?.[0];
      return { answers: { ...others, ...Object.fromEntries(named().filter(([, step]) => memory[step]).map(([name, step]) => [name, memory[step]])) }, asked };
    },
    restore({ answers, asked }) {
      others = { ...answers };
      memory = {};
      for (const [name, step] of named()) {
        if (answers[name]) memory[step] = answers[name];
        delete others[name];
        if (name === asked && on) ask(/** @type {number} */ (step));
      }
      redraw();
    },
    beforeForth(step) {
      if (!on || !questions[step] || ["first", "later", "shown", "unsure"].includes(memory[step]?.outcome)) return false;
      if (asking === step) focus();
      else ask(step);
      return true;
    },
  };
});

/** Judge without Python: compare with what it has written down. @param {Question} question @param {string | number} given @param {Record<string, string>} texts @returns {Reply} */
function lookUp(question, given, texts) {
  const { key } = question;
  const right = { outcome: "right", text: texts.predict_right };
  const wrong = (/** @type {string} */ text) => ({ outcome: "wrong", text });
  if (typeof given === "number") return given === key.right ? right : wrong(key.lead);
  if (question.kind === "shape") {
    if (!/^[([]?\s*\d+(\s*[,x×*]\s*\d+)*\s*,?\s*[)\]]?$/.test(given.trim())) return { outcome: "unreadable", text: texts.predict_sizes };
    return given.match(/\d+/g)?.join(" ") === key.right ? right : wrong(key.lead);
  }
  const text = given.trim().replace("−", "-").replace(/^\+/, "");
  const plain = text.replace(",", ".").replace(/^(-?)\./, "$10.");
  const thousands = /^-?[1-9]\d{0,2},\d{3}$/; // to some a thousand, to others one
  if (thousands.test(text) || !/^-?\d+\.?\d*$/.test(plain)) return { outcome: "unreadable", text: texts.predict_plain };
  if (plain === key.shown) return right;
  const span = key.spans.find(([low, high]) => low <= Number(plain) && Number(plain) <= high);
  if (span) return span[2] ? wrong(span[2]) : right;
  return key.digits.includes(plain) ? { outcome: "digits", text: texts.predict_digits } : wrong(key.lead);
}
