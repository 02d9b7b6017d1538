// The console's build. Texts come from ../catalog/i18n/<lang>/console*.yaml, each language a piece of its own.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { parse } from "yaml";

const root = __dirname;
const catalog = join(root, "../catalog/i18n");
const mark = "virtual:texts/";

/** `import texts from "virtual:texts/ja"`: every key of that language's console files. */
function texts(): Plugin {
  return {
    name: "yagura-texts",
    resolveId: (id) => (id.startsWith(mark) ? "\0" + id : null),
    load(id) {
      if (!id.startsWith("\0" + mark)) return null;
      const folder = join(catalog, id.slice(mark.length + 1));
      const all: Record<string, string> = {};
      for (const name of readdirSync(folder).sort()) {
        if (!/^console.*\.yaml$/.test(name)) continue;
        this.addWatchFile(join(folder, name));
        Object.assign(all, parse(readFileSync(join(folder, name), "utf8")));
      }
      return `export default ${JSON.stringify(all)}`;
    },
  };
}

export default defineConfig({
  root,
  plugins: [texts()],
  resolve: { alias: { "@": join(root, "src") } },
  esbuild: { jsx: "automatic" },
  build: {
    target: "es2022",
    cssTarget: "chrome111",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    // "use client" says nothing here: everything is the client.
    rollupOptions: { onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning) },
  },
  server: { proxy: { "/api": { target: process.env.YAGURA_URL ?? "http://127.0.0.1:8600", changeOrigin: false } } },
});
