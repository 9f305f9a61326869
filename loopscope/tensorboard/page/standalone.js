// The page in a file of its own: one report, inside the file.

import { createAddress } from "./address.js";
import { startApp } from "./app.js";
import { createEmbedded } from "./embedded.js";
import { mountPrint } from "./print.js";
import { followSystem, toggleTheme } from "./theme.js";
import { mountTitle } from "./title.js";

const document_ = JSON.parse(document.getElementById("report").textContent);

followSystem();
const { store, controller } = startApp({
  source: createEmbedded(document_),
  address: createAddress(window, ""),
  mountTop: (region, shown, _, parts) => mountTitle(region, shown, { ...parts, toggle: toggleTheme }),
});
controller.refresh();
mountPrint(store);
