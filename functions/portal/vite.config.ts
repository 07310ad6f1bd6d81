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

/** The page's one import on demand has no styles and no other files to load first: Vite's loader of those is left out. */
function importsAlone(): Plugin {
  return {
    name: "imports-alone",
    enforce: "pre",
    load: (id) => (id.endsWith("vite/preload-helper.js") ? "export const __vitePreload = (load) => load();" : undefined),
  };
}

// Bytes of scripts and styles, by gzip: the files that a customer may load, and the file that only staff load.
const budgets = { customers: 70 * 1000, staff: 20 * 1000 };

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
      const total = { customers: 0, staff: 0 };
      for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
        const path = join(dist, name);
        if (!statSync(path).isFile() || name.endsWith(".woff2")) continue; // fonts are compressed already
        const content = readFileSync(path);
        const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
        writeFileSync(`${path}.br`, brotliCompressSync(content, best));
        const zipped = gzipSync(content, { level: constants.Z_BEST_COMPRESSION });
        writeFileSync(`${path}.gz`, zipped);
        if (/\.(js|css)$/.test(name)) total[/(^|\/)staff-[^/]*$/.test(name) ? "staff" : "customers"] += zipped.length;
      }
      for (const who of ["customers", "staff"] as const) {
        if (total[who] > budgets[who]) this.error(`scripts and styles of ${who} are ${total[who]} bytes by gzip, over the budget of ${budgets[who]}`);
      }
    },
  };
}
