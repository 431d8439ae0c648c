import { defineConfig } from "vitest/config";

/** Rules about the sources, documentation that runs, compilers: no process of theirs outlives a test. */
const HOUSE = ["test/{architecture,docs,types}/**/*.test.ts"];
/** Tests that start child processes, servers, databases or whole programs, and those of the bench. */
const SLOW = [
  "test/{benchmarks,examples,faults,resources,scripts,soak}/**/*.test.ts",
  "test/{node/application,cli/{main,watcher}}.test.ts",
];

const UNIT = ["test/**/*.test.ts"];

/** The package is imported by its own name, from `src`. Node gets these too, for `require` as well: no `import` among them. */
const conditions = ["troupe-source", "node"];
const source = { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } } };

export default defineConfig({
  test: {
    silent: "passed-only",
    coverage: { include: ["src/**/*.ts"], reportsDirectory: "coverage" },
    projects: [
      // not isolated: they share the compiler, which takes a second to load
      { ...source, test: { name: "house", include: HOUSE, isolate: false, testTimeout: 20_000 } },
      // not isolated either: nothing hangs on a module, and loading the package anew took most of a file's time
      {
        ...source,
        test: {
          name: "unit",
          include: UNIT,
          exclude: [...HOUSE, ...SLOW],
          isolate: false,
          testTimeout: 20_000,
        },
      },
      // after the others, and two files at a time: while one waits for its programs, the other has a processor
      {
        ...source,
        test: {
          name: "system",
          include: SLOW,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
