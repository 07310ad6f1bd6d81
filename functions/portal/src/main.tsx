import { render } from "preact";
import { App } from "./app";
import { keepFocus } from "./ui/focus";

const root = document.getElementById("app");
keepFocus();
if (root) render(<App />, root);
