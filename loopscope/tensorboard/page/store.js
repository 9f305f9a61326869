// The page's state: one object, replaced at each change, and views that draw what they look at.

/** Keep `initial` and tell listeners of each change. */
export function createStore(initial) {
  let state = Object.freeze({ ...initial });
  const listeners = new Set();
  return {
    get: () => state,
    set(changes) {
      const before = state;
      state = Object.freeze({ ...state, ...changes });
      for (const listener of listeners) listener(state, before);
    },
    listen: (listener) => listeners.add(listener),
  };
}

/** Call `draw` now, and again whenever one of the values that `pick` returns has changed. */
export function watch(store, pick, draw) {
  let shown = null;
  const look = () => {
    const picked = pick(store.get());
    if (shown && picked.every((value, k) => Object.is(value, shown[k]))) return;
    shown = picked;
    draw(...picked);
  };
  store.listen(look);
  look();
}
