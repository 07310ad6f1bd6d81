/** Wraps every text of the page's source in the functions that translate it: node texts/wrap.js [-list] [FILE…] */
import { writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { execFileSync } from "node:child_process";
import { apply, findTexts } from "./find.js";
import { nameOf, readProgram, root } from "./program.js";

const list = process.argv.includes("-list");
const asked = process.argv.slice(2).filter((argument) => argument !== "-list");

const { sources, checker } = readProgram();
const changed = [];
for (const source of sources) {
  if (asked.length > 0 && !asked.some((name) => source.fileName.endsWith(name))) continue;
  const found = findTexts(source, checker);
  if (found.length === 0) continue;
  if (list) {
    for (const { start, replacement } of found) console.log(`${nameOf(source)}:${source.getLineAndCharacterOfPosition(start).line + 1}: ${replacement}`);
    continue;
  }
  writeFileSync(source.fileName, imported(apply(source.text, found), source));
  changed.push(source.fileName);
}
if (changed.length > 0) execFileSync("npx", ["prettier", "--write", "--log-level", "warn", ...changed], { cwd: root, stdio: "inherit" });

/** Imports the functions that the text calls. */
function imported(text, source) {
  const used = ["count", "plural", "rich", "t"].filter((name) => (name === "t" || name === "rich") && new RegExp(`(?<![.\\w])${name}\\(`).test(text));
  const path = relative(dirname(source.fileName), `${root}/src/language`);
  const module = path.startsWith(".") ? path : `./${path}`;
  const before = new RegExp(`^import \\{([^}]*)\\} from "${module}";\\n`, "m").exec(text);
  const all = [...new Set([...(before?.[1].split(",").map((name) => name.trim()) ?? []), ...used])].filter(Boolean).sort();
  const line = `import { ${all.join(", ")} } from "${module}";\n`;
  if (before) return text.replace(before[0], line);
  const last = [...text.matchAll(/^import [^;]*;\n/gm)].at(-1);
  if (!last) return text.replace(/^(\/\*\*[^]*?\*\/\n)?/, `$1${line}`);
  const at = last.index + last[0].length;
  return text.slice(0, at) + line + text.slice(at);
}
