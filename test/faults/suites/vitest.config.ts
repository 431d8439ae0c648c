import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const conditions = ["troupe-source", "node"];

/** Suites that a test runs in a vitest of their own, since some of them have to fail. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: { include: ["*.suite.ts"], testTimeout: 30_000 },
});
