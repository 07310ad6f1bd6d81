import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const local = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [importsAlone(), precompress()],
  // h(type, props, ...children) is shorter than jsx(type, { ...props, children }): 2 KB by gzip.
  oxc: { jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment" }, jsxInject: 'import { Fragment, h } from "preact"' },
  build: {
    outDir: "assets/dist",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the policy has no data: URLs
    modulePreload: { polyfill: false },
    target: "es2023",
  },
  // `npm run dev` serves the page alone; everything else is `go run ./infra/local`'s.
  server: { proxy: { "/v1": local, "/config.json": local, "/docs": local, "/openapi.json": local } },
});

/** Pages on demand have no styles of their own: Vite's loader of styles is left out. */
function importsAlone(): Plugin {
  return {
    name: "imports-alone",
    enforce: "pre",
    load: (id) => (id.endsWith("vite/preload-helper.js") ? "export const __vitePreload = (load) => load();" : undefined),
  };
}

// Bytes by gzip: the scripts and styles that everybody loads first (search, cart, receipt), each file that loads on demand, and each catalogue of texts.
const budgets = { first: 70 * 1000, onDemand: 20 * 1000, language: 40 * 1000 };

/** Leaves each file's .br and .gz beside it, for the Lambda to serve as they are; fails when the page has grown too big. */
function precompress(): Plugin {
  let dist = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      dist = config.build.outDir;
    },
    closeBundle() {
      const page = readFileSync(join(dist, "index.html"), "utf8"); // names the files that load first
      let first = 0;
      for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
        const path = join(dist, name);
        if (!statSync(path).isFile() || name.endsWith(".woff2")) continue; // fonts are compressed already
        const bytes = compress(path);
        if (!/\.(js|css)$/.test(name)) continue;
        if (page.includes(name)) first += bytes;
        else {
          const budget = /^assets.(de|fr|es|ar)-/.test(name) ? budgets.language : budgets.onDemand;
          if (bytes > budget) this.error(`${name} is ${bytes} bytes by gzip, over its budget of ${budget}`);
        }
      }
      if (first > budgets.first) this.error(`the first scripts and styles are ${first} bytes by gzip, over the budget of ${budgets.first}`);
      this.info(`the first scripts and styles are ${first} bytes by gzip, of at most ${budgets.first}`);
    },
  };
}

/** Writes the compressed forms of a file, and returns its size by gzip. */
function compress(path: string): number {
  const content = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }));
  const zipped = gzipSync(content, { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(`${path}.gz`, zipped);
  return zipped.length;
}
