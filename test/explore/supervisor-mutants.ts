/**
 * Small bugs of supervisors that {@link SUPERVISOR_SCENARIOS} have to find.
 *
 * @module
 */
import type { Edit } from "./mutants.ts";

/** By the row of what goes wrong. */
export const SUPERVISOR_MUTANTS: Readonly<Record<string, readonly Edit[]>> = {
  "SF7 a failed restart is tried again in the same turn": [
    {
      file: "src/supervisor/overseer.ts",
      find: `    this.kernel.runtime.scheduler.ready({
      run: () => {
        this.inTurn(go);
        return 1;
      },
    });`,
      replace: "    go();",
    },
  ],
  "SF14 a child starts again while the one before still closes": [
    {
      file: "src/supervisor/child.ts",
      find: `      process.whenOver(() => {
        if (this.process === process) this.process = undefined;
        done();
      });`,
      replace: "      this.process = undefined;\n      done();",
    },
  ],
  "SF14 a supervisor is over before its children are": [
    {
      file: "src/supervisor/orphans.ts",
      find: "self.own(children, () => whenOver([...children()]));",
      replace: "void whenOver;",
    },
  ],
  "SF29 a start that was called off is let live": [
    {
      file: "src/supervisor/child.ts",
      find: "      if (this.#unwanted) {",
      replace: "      if (this.#unwanted && this.#pending) {",
    },
  ],
  "a restart that was called off is done all the same": [
    {
      file: "src/supervisor/dynamic-supervision.ts",
      find: "() => child.era === era && !this.#ending",
      replace: "() => child.era >= era",
    },
    {
      file: "src/supervisor/dynamic-supervision.ts",
      find: "    if (child.era !== era) return;\n    // No try",
      replace: "    // No try",
    },
  ],
  "SF3 a restart exactly one period ago is forgotten": [
    {
      file: "src/core/restart-intensity.ts",
      find: "atMs < opensAtMs",
      replace: "atMs <= opensAtMs",
    },
  ],
  "SF5 a child's own budget is counted with the others": [
    {
      file: "src/supervisor/restarts.ts",
      find: "budget === undefined ? this.#history : this.#ownOf(child)",
      replace: "this.#history",
    },
  ],
  "SF5 a round ends with the child that it leaves down": [
    {
      file: "src/supervisor/supervision.ts",
      find: "yield* this.#startMembers(start.slice(start.indexOf(child.id) + 1), child);",
      replace: "void start;",
    },
  ],
  "SUP17 a transient child comes back from a shutdown": [
    {
      file: "src/core/restart-policy.ts",
      find: "return !isOrderly(reason);",
      replace: 'return reason.kind !== "normal" || !isOrderly(reason);',
    },
  ],
  "SUP18 a temporary sibling that a round has stopped stays listed": [
    {
      file: "src/supervisor/supervision.ts",
      find: 'if (sibling.restart === "temporary") this.#rest(sibling);',
      replace: "sibling.release();",
    },
  ],
  "SUP21 siblings stop in the order of their start": [
    {
      file: "src/supervisor/restart-plan.ts",
      find: "      .map((child) => child.id)\n      .reverse(),",
      replace: "      .map((child) => child.id),",
    },
  ],
  "SUP39 automatic shutdown forgets a significant child that runs": [
    {
      file: "src/core/restart-policy.ts",
      find: "significant && active",
      replace: "significant && active && !active",
    },
  ],
};
