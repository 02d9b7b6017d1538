// The console's build. Texts come from ../catalog/i18n/<lang>/console*.yaml, each language a piece of its own.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
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

const theme_source = "src/app/theme.first.js";

/** What runs before the first paint stands before everything else: its name holds its content, so that a browser which
    was here before asks nobody for it. It is told what the texts and the first page's program are called. */
function theme(): Plugin {
  let name = "";
  return {
    name: "yagura-theme",
    apply: "build",
    generateBundle(_, bundle) {
      const named = (module: string) => {
        for (const piece of Object.values(bundle))
          if (piece.type === "chunk" && piece.moduleIds.some((id) => id.endsWith(module))) return [piece.fileName, ...(piece.viteMetadata?.importedCss ?? [])].join(" ");
        return this.error(`${module} is not among what was built`);
      };
      const code = readFileSync(join(root, theme_source), "utf8").replace("%texts.ja%", named(`${mark}ja`)).replace("%texts.en%", named(`${mark}en`)).replace("%queue%", named("/features/triage/Queue.tsx"));
      name = `assets/theme-${createHash("sha256").update(code).digest("hex").slice(0, 8)}.js`;
      this.emitFile({ type: "asset", fileName: name, source: code });
    },
    transformIndexHtml: { order: "post", handler: (html) => html.replace(`/${theme_source}`, `/${name}`) },
  };
}

const first_page_bytes_max = 250_000; // gzipped: scripts, styles and one language, before any page is opened

/** The build fails when what everybody waits for grows beyond its bound. */
function first_page(): Plugin {
  return {
    name: "yagura-first-page",
    generateBundle(_, bundle) {
      const wanted = new Set<string>();
      const take = (name: string) => {
        const piece = bundle[name];
        if (!piece || wanted.has(name)) return;
        wanted.add(name);
        if (piece.type !== "chunk") return;
        piece.imports.forEach(take);
        piece.viteMetadata?.importedCss.forEach(take);
      };
      const languages = [];
      for (const piece of Object.values(bundle)) {
        if (piece.type !== "chunk") continue;
        if (piece.isEntry) take(piece.fileName);
        else if (piece.facadeModuleId?.includes(mark)) languages.push(gzipSync(piece.code).length);
      }
      let bytes = Math.max(0, ...languages);
      for (const name of wanted) {
        const piece = bundle[name]!;
        bytes += gzipSync(piece.type === "chunk" ? piece.code : piece.source).length;
      }
      if (wanted.size === 0 || languages.length < 2) this.error("the first page was not found among what was built");
      if (bytes > first_page_bytes_max) this.error(`the first page is ${bytes} bytes gzipped, ${first_page_bytes_max} at most`);
      if (process.env.YAGURA_SIZES) this.info(`the first page is ${bytes} bytes gzipped`);
    },
  };
}

export default defineConfig({
  root,
  plugins: [texts(), theme(), first_page()],
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
    rollupOptions: {
      // Few pieces: a browser fetches six at a time.
      output: { manualChunks: (id) => (/\/web\/src\/(components|lib)\/|react-virtual|virtual-core/.test(id) ? "common" : /\/features\/triage\/(?!.*\.page\.ts)/.test(id) ? "triage" : undefined) },
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
  },
  server: { proxy: { "/api": { target: process.env.YAGURA_URL ?? "http://127.0.0.1:8600", changeOrigin: false } } },
});
