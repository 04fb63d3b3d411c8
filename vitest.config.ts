import { configDefaults, defineConfig } from "vitest/config";

/** Whole runs that are killed at every point take minutes of an idle machine: `AAS_CHAOS=1 npm test`, or `npm run chaos`. */
const extended = ["clean", "every-point", "planted-bugs"].map((name) => `test/chaos/${name}.test.ts`);

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(process.env["AAS_CHAOS"] === "1" ? [] : extended)],
    isolate: false,
    maxWorkers: 2,
    sequence: { shuffle: true },
    expect: { requireAssertions: true },
    testTimeout: 120_000,
    hookTimeout: 180_000,
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", "./test/support/summary-reporter.ts"],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["**/*.test.ts", "src/testing/**"],
      thresholds: { "src/domain/**": { 100: true } },
    },
  },
});
