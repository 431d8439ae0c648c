/**
 * Small bugs that the scenarios have to find: each is applied to a copy of the sources, alone.
 *
 * @module
 */

/** One replacement; `find` stands in the file, everywhere it does it is replaced. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** By what goes wrong. */
export const MUTANTS: Readonly<Record<string, readonly Edit[]>> = {
  "a stale timer reaches the next incarnation": [
    {
      file: "src/actors/death.ts",
      find: "for (const timer of [...(ties.timers ?? [])]) timer.cancel();",
      replace: "",
    },
    {
      file: "src/actors/timers.ts",
      find: "send(process, message);",
      replace:
        "send([...process.kernel.table.values()].find((one) => one.behaviour === process.behaviour) ?? process, message);",
    },
  ],
  "a late reply goes into the mailbox": [
    {
      file: "src/actors/sending.ts",
      find: "  #late(message: unknown): void {\n",
      replace:
        "  #late(message: unknown): void {\n    if (this.caller !== undefined) return send(this.caller, message);\n",
    },
  ],
  "a name is free only after the down": [
    {
      file: "src/actors/death.ts",
      find: "watcher.died(process.pid, reason);",
      replace: "kernel.runtime.scheduler.ready({ run: () => (watcher.died(process.pid, reason), 1) });",
    },
  ],
  "an exit signal waits behind messages": [
    {
      file: "src/actors/slice.ts",
      find: "if (this.signals !== undefined) deliverSignals(this);",
      replace: "if (this.signals !== undefined && this.queued === 0) deliverSignals(this);",
    },
  ],
  "terminate runs twice": [
    {
      file: "src/actors/handling.ts",
      find: 'if (process.status === "running") stopWith(process, reason, what);',
      replace: 'if (process.status !== "dead") stopWith(process, reason, what);',
    },
  ],
  "a call that is being handled is forgotten at the death": [
    {
      file: "src/actors/death.ts",
      find: 'for (const call of [...(ties.open ?? [])]) call.exited(reason, "unknown");',
      replace: "",
    },
  ],
};
