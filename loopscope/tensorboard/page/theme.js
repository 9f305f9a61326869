// Light and dark: as TensorBoard around the page has it, else as the system has it.

let isChosen = false;

/** Keep the page's theme like that of `host`'s body, and follow it when it is toggled. */
export function followHost(host) {
  try {
    const body = host.document.body;
    const follow = () => setTheme(body.classList.contains("dark-mode") ? "dark" : "light");
    new host.MutationObserver(follow).observe(body, { attributes: true, attributeFilter: ["class"] });
    follow();
  } catch {
    followSystem(); // a host of another origin keeps its theme to itself
  }
}

/** Keep the page's theme like the system's, until somebody chooses one. */
export function followSystem() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => isChosen || setTheme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", follow);
  follow();
}

/** Change from light to dark or back, and stay there. */
export function toggleTheme() {
  isChosen = true;
  setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}
