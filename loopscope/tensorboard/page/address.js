// Deep links: what is shown stands in the address bar, so that it can be sent to somebody.

const PREFIX = "p.loopscope.";
const NAMES = ["run", "worker", "report", "finding", "baseline"];

/** Deep links in the address of `host`: TensorBoard's window around the page, or the page's own. */
export function createAddress(host, tab) {
  return {
    /** What the address asks for. */
    read() {
      const asked = new URLSearchParams(safely(() => host.location.hash, "").replace(/^#/, ""));
      const named = NAMES.map((name) => [name, asked.get(PREFIX + name) ?? ""]);
      return Object.fromEntries(named.filter(([, value]) => value));
    },

    /** Write what is shown; the browser's history does not grow. */
    write(shown) {
      safely(() => {
        const hash = host.location.hash.replace(/^#/, "");
        if (tab && hash.split("&")[0] !== tab) return; // another tab is open by now
        const others = hash.split("&").filter((part) => part && !part.startsWith(PREFIX));
        const ours = NAMES.filter((name) => shown[name]).map(
          (name) => `${PREFIX}${name}=${encodeURIComponent(shown[name])}`,
        );
        const whole = `#${[...others, ...ours].join("&")}`;
        if (whole !== host.location.hash) host.history.replaceState(host.history.state, "", whole);
      });
    },

    /** Call `listener` when somebody follows a link to another place in the page. */
    listen(listener) {
      safely(() => host.addEventListener("hashchange", listener));
    },
  };
}

function safely(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise; // a host of another origin keeps its address to itself
  }
}
