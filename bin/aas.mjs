#!/usr/bin/env node
// Plain JavaScript: the compile cache must be on before the first TypeScript file is read.
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 11)) {
  process.stderr.write(`aas needs Node 24.11 or newer; this is ${process.versions.node}. Install it, or run: npx -p node@24 aas\n`);
  process.exit(1);
}
nodeModule.enableCompileCache();
const built = new URL("../dist/cli/main.js", import.meta.url);
const { main } = await import(existsSync(built) ? built.href : new URL("../src/cli/main.ts", import.meta.url).href);
await main(process.argv.slice(2));
