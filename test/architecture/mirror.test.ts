import { existsSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { type Source, source, sourcesBelow } from "./source.ts";

/** Files with code whose tests stand elsewhere, each with the place and the reason. */
const ELSEWHERE: Readonly<Record<string, { readonly test: string; readonly why: string }>> = {
  "src/actors/accepts.ts": {
    test: "test/semantics/01-order.test.ts",
    why: "a schema is a matter of the door it stands at",
  },
  "src/actors/answers.ts": {
    test: "test/semantics/03-one-at-a-time.test.ts",
    why: "an answer is what the runtime makes of it",
  },
  "src/actors/behaviour.ts": {
    test: "test/actors/define-actor.test.ts",
    why: "compiled by defineActor alone",
  },
  "src/actors/debug-options.ts": {
    test: "test/actors/message-trace.test.ts",
    why: "one schema, read by the trace of a system",
  },
  "src/actors/doing.ts": {
    test: "test/actors/handling.test.ts",
    why: "said of the handlers that crash there",
  },
  "src/actors/faces.ts": { test: "test/actors/define-actor.test.ts", why: "made by defineActor alone" },
  "src/actors/process.ts": { test: "test/actors/system.test.ts", why: "a record; the files above it act" },
  "src/actors/self-handle.ts": {
    test: "test/semantics/14-who-is-whose.test.ts",
    why: "each member is tested with what it does",
  },
  "src/actors/owned-task.ts": { test: "test/actors/task.test.ts", why: "who waits for a task starts one" },
  "src/actors/suspension.ts": {
    test: "test/semantics/03-one-at-a-time.test.ts",
    why: "what waits for a handler is promise 3",
  },
  "src/actors/terminating.ts": {
    test: "test/semantics/04-stopping-then-dead.test.ts",
    why: "promise 4 is what it does",
  },
  "src/actors/ending.ts": {
    test: "test/actors/address.test.ts",
    why: "what an address does to end its process",
  },
  "src/actors/name-address.ts": { test: "test/actors/address.test.ts", why: "the other kind of address" },
  "src/actors/shutdown.ts": { test: "test/actors/system.test.ts", why: "what a system's stop is made of" },
  "src/actors/start-options.ts": {
    test: "test/actors/start-wait.test.ts",
    why: "one schema, read by whoever starts",
  },
  "src/actors/slice.ts": {
    test: "test/semantics/05-nothing-is-preempted.test.ts",
    why: "its order is promises 2 to 5",
  },
  "src/actors/system-options.ts": {
    test: "test/actors/system.test.ts",
    why: "one schema, read by createSystem",
  },
  "src/pools/checkout-stats.ts": {
    test: "test/pools/pool-journal.test.ts",
    why: "the counts of the journal beside those of the table",
  },
  "src/pools/keyed-pool-options.ts": {
    test: "test/pools/keyed-pool.test.ts",
    why: "one schema, read by createKeyedPool",
  },
  "src/testing/sandbox-options.ts": {
    test: "test/testing/sandbox.test.ts",
    why: "one schema, read by createSandbox",
  },
  "src/cli/run.ts": { test: "test/cli/main.test.ts", why: "what the command does with what it has read" },
  "src/node/exit-process.ts": { test: "test/node/application.test.ts", why: "ends the process it runs in" },
  "src/machines/chart-child.ts": {
    test: "test/machines/from-machine.test.ts",
    why: "a child is what its machine has started",
  },
  "src/machines/chart-ref.ts": { test: "test/machines/actor-ref.test.ts", why: "what toActorRef answers" },
  "src/machines/chart-system.ts": {
    test: "test/machines/chart.test.ts",
    why: "compared with XState's own, through all that is sent and delayed",
  },
  "src/machines/machine-options.ts": {
    test: "test/machines/from-machine.test.ts",
    why: "one schema, read by fromMachine",
  },
  "src/actors/waits.ts": { test: "test/semantics/08-circles.test.ts", why: "promise 8 is what it does" },
  "src/resources/threads/worker-thread.ts": {
    test: "test/resources/threads/thread-link.test.ts",
    why: "a worker is what its link makes of it",
  },
};

describe("src", () => {
  const files = sourcesBelow("src").filter(hasCode);

  it("has a test file beside each file with code", () => {
    expect(files.length).toBeGreaterThan(0);
    const missing = files
      .map(({ path }) => ELSEWHERE[path]?.test ?? mirrorOf(path))
      .filter((path) => !existsSync(path));
    expect(missing).toEqual([]);
  });

  it("needs every exception that is listed", () => {
    const needless = Object.keys(ELSEWHERE).filter((path) => !existsSync(path) || existsSync(mirrorOf(path)));
    expect(needless).toEqual([]);
  });
});

describe("hasCode", () => {
  it.each([
    ["export function f() {}", true],
    ["export const a = 1;", true],
    ['import "./effect.ts";', true],
    ["export class A {}", true],
    ["export interface A {}\nexport type B = A;", false],
    ['import type { A } from "./a.ts";\nexport type B = A;', false],
    ['export { a } from "./a.ts";\nexport type { B } from "./b.ts";\nexport * from "./c.ts";', false],
    ["declare const brand: unique symbol;\nexport type B = typeof brand;", false],
  ])("of %j is %s", (text, code) => {
    expect(hasCode(source("src/core/a.ts", text))).toBe(code);
  });
});

/** `src/pools/lease.ts` → `test/pools/lease.test.ts`. */
function mirrorOf(path: string): string {
  return path.replace(/^src\//, "test/").replace(/\.ts$/, ".test.ts");
}

/** Whether a file does more than declare types and re-export. */
function hasCode({ ast }: Source): boolean {
  return !ast.statements.every(
    (statement) =>
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isExportDeclaration(statement) ||
      (ts.isImportDeclaration(statement) && statement.importClause !== undefined) ||
      (ts.canHaveModifiers(statement) &&
        statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)),
  );
}
