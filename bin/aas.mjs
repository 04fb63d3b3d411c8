#!/usr/bin/env node
// Plain JavaScript: the compile cache must be on before the first TypeScript file is read.
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 11)) {
  process.stderr.write(
    `aas needs Node 24.11 or newer; this is ${process.versions.node}. Install it, or in a clone, which brings its own: npm run aas -- …\n`,
  );
  process.exit(1);
}
nodeModule.enableCompileCache();
// A package has no `src`; in a clone `dist` may be older than it.
const source = new URL("../src/cli/main.ts", import.meta.url);
const built = new URL("../dist/cli/main.js", import.meta.url);
const entry = existsSync(source) ? source : built;
const relativeModule = /^\..*\.[jt]s$/u;
const ours = new URL("../", entry).href;
const format = entry === built ? "module" : "module-typescript";
// Our files name each other in full. Node would look for each of them, its links and its package.json: 10 ms of CPU.
nodeModule.registerHooks({
  resolve: (specifier, context, next) =>
    relativeModule.test(specifier) && context.parentURL?.startsWith(ours)
      ? { url: new URL(specifier, context.parentURL).href, format, shortCircuit: true }
      : next(specifier, context),
});
const { main } = await import(entry.href);
await main(process.argv.slice(2));
