import { defineConfig } from "vitest/config";

/** Tests that start child processes, databases or whole programs; everything else is "unit". */
const SLOW = ["test/faults/**/*.test.ts", "test/examples/**/*.test.ts", "test/resources/**/*.test.ts"];

/** The package is imported by its own name, from `src`. */
const conditions = ["troupe-source", "node", "import", "module", "default"];

const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
} as const;

export default defineConfig({
  test: {
    silent: "passed-only",
    coverage: { include: ["src/**/*.ts"], reportsDirectory: "coverage" },
    projects: [
      { ...shared, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: SLOW } },
      { ...shared, test: { name: "system", include: SLOW, testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
});
