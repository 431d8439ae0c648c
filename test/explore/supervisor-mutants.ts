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
};
