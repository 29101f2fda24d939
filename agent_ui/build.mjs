// Bundles src/ and styles/ into dist/ under hashed names, with manifest.json (name -> hashed name) and icons.json (name -> SVG paths).
import { build } from "esbuild";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";

const out = "dist.new";
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const common = {
  outdir: out,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: "linked",
  target: ["chrome110", "firefox115", "safari16.4"],
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
  logLevel: "warning",
};
const built = [
  await build({ ...common, format: "iife", entryPoints: { app: "src/app.ts", newcomer: "src/newcomer.ts", style: "styles/app.css" } }),
  // Modules that a page asks for by itself.
  await build({ ...common, format: "esm", entryPoints: { editor: "src/editor.ts" } }),
];

const manifest = {};
for (const [path, output] of built.flatMap((result) => Object.entries(result.metafile.outputs))) {
  if (output.entryPoint) {
    const name = basename(path);
    manifest[name.replace(/-[A-Z0-9]{8}\./, ".")] = name;
  }
}
await writeFile(`${out}/manifest.json`, JSON.stringify(manifest, null, 1));

const attribute = ([name, value]) => `${name}="${String(value).replaceAll('"', "&quot;")}"`;
const nodes = JSON.parse(await readFile("node_modules/@tabler/icons/tabler-nodes-outline.json", "utf8"));
const icons = {};
for (const [name, shapes] of Object.entries(nodes)) {
  icons[name] = shapes.map(([tag, attributes]) => `<${tag} ${Object.entries(attributes).map(attribute).join(" ")}/>`).join("");
}
await writeFile(`${out}/icons.json`, JSON.stringify(icons));

await rm("dist", { recursive: true, force: true });
await rename(out, "dist");
