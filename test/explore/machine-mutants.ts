/**
 * Small bugs of machines that their scenarios have to find.
 *
 * @module
 */
import type { Edit } from "./mutants.ts";

/** By what goes wrong. */
export const MACHINE_MUTANTS: Readonly<Record<string, readonly Edit[]>> = {
  "a delayed transition comes although its state was left": [
    {
      file: "src/machines/chart-system.ts",
      find: "() => this.#takeBack(source, delayed)",
      replace: "() => this.#takeBack(source, delayed) || true",
    },
  ],
  "a timeout comes although it was stopped": [
    {
      file: "src/machines/timeouts.ts",
      find: "if (this.#all.get(key) !== running) return machine;",
      replace: "",
    },
  ],
  "a call that is put off is forgotten": [
    {
      file: "src/machines/machine.ts",
      find: "if (postponed) this.#postpone(event);",
      replace: "",
    },
  ],
  "a machine hears of a job that it has let go of": [
    {
      file: "src/machines/chart-system.ts",
      find: "() => !from.isReleased",
      replace: "() => true",
    },
  ],
};
