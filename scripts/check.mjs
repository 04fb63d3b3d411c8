// npm run check: format, lint, types, unused code, tests with coverage. Stops at the first that fails.
import { spawnSync } from "node:child_process";

const steps = [
  ["format", ["node_modules/oxfmt/bin/oxfmt", "--check", "."]],
  ["lint", ["node_modules/oxlint/bin/oxlint", "src", "test", "bench", "demo"]],
  ["types", ["node_modules/typescript/bin/tsc", "-p", "."]],
  ["unused", ["node_modules/knip/bin/knip.js"]],
  // What only tests reach is no product: they would hold it up for ever.
  [
    "unreached",
    [
      "node_modules/knip/bin/knip.js",
      "--production",
      "--config",
      "knip.production.json",
      "--include",
      "files",
    ],
  ],
  ["unit", ["node_modules/vitest/vitest.mjs", "run", "--coverage"]],
];

const wanted = process.argv.slice(2);
for (const [name, args] of steps) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`check: ${name}\n`);
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
