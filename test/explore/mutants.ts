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
  "SF18 a stale timer reaches the next incarnation": [
    {
      file: "src/actors/death.ts",
      find: "for (const timer of [...ties.timers]) timer.cancel();",
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
      file: "src/actors/terminating.ts",
      find: 'if (process.status === "running") stopWith(process, reason, what);',
      replace: 'if (process.status !== "dead") stopWith(process, reason, what);',
    },
  ],
  "a call that is being handled is forgotten at the death": [
    {
      file: "src/actors/death.ts",
      find: 'for (const call of [...ties.open]) call.exited(reason, "unknown");',
      replace: "",
    },
  ],
  "a late start is told of before its process is dead": [
    { file: "src/actors/start-wait.ts", find: "monitorFromOutside(callee, over);", replace: "over();" },
  ],
  "a late start takes its starter with it": [
    {
      file: "src/actors/start-wait.ts",
      find: "if (process.parent !== undefined) unlink(process, process.parent);",
      replace: "",
    },
  ],
  "an alias is looked at when it is sent to": [
    {
      file: "src/actors/alias.ts",
      find: "this.#verdict = this.#alias.use();",
      replace: "this.#verdict = true;",
    },
  ],
};

/** Those that the scenarios of registries have to find; the ids are of the interleavings that broke others. */
export const REGISTRY_MUTANTS: Readonly<Record<string, readonly Edit[]>> = {
  "RF3 a late cleanup goes by the key": [
    {
      file: "src/registry/claims.ts",
      find: "    this.owners.bury(owner);\n",
      replace: `    this.owners.bury(owner);
    const keys = owner.claims().map(({ slot }) => slot.key);
    const clean = (): void => {
      for (const key of keys) for (const entry of this.lookup(key)) this.remove(entry);
    };
    this.#kernel.runtime.scheduler.ready({ run: () => (clean(), 1) });
`,
    },
  ],
  "RF5 a try in vain is kept in the reverse index": [
    {
      file: "src/registry/claims.ts",
      find: "if (refusal !== undefined) return refusal;",
      replace: "if (refusal !== undefined) return this.owners.open(pid), refusal;",
    },
  ],
  "RF10 a name stays with a process that failed to start": [
    {
      file: "src/actors/launch.ts",
      find: '  die(process, reason);\n  starter.came({ kind: "failed", reason });\n}\n\nfunction unlinkFromParent',
      replace: `  if (process.ties !== undefined) process.ties.watchers = undefined;
  die(process, reason);
  starter.came({ kind: "failed", reason });
}

function unlinkFromParent`,
    },
  ],
  "RF16 names go after the down": [
    {
      file: "src/actors/death.ts",
      find: "watcher.died(process.pid, reason);",
      replace: "kernel.runtime.scheduler.ready({ run: () => (watcher.died(process.pid, reason), 1) });",
    },
  ],
  "RF18 a failed start is waited for by who comes later": [
    {
      file: "src/registry/starts.ts",
      find: "this.#pending.delete(key);\n    const isLost",
      replace: "const isLost",
    },
  ],
  "RF28 a lock is not let go by the death of its holder": [
    { file: "src/registry/locks.ts", find: "  died(): void {\n    this.end();", replace: "  died(): void {" },
  ],
  "R61 a lock is given to who has timed out": [
    {
      file: "src/registry/locks.ts",
      find: "over: () => void this.#line.remove(wait),",
      replace: "over: () => undefined,",
    },
  ],
  "R66 what a dead holder's work does later lets go of another's turn": [
    {
      file: "src/registry/locks.ts",
      find: "    if (this.over) return;\n    this.over = true;",
      replace: "    this.over = true;",
    },
  ],
  "restarts spend tries while the registry is down": [
    {
      file: "src/supervisor/child.ts",
      find: "const cancel = namePortOf(name).whenUp?.(up);",
      replace: "const cancel = namePortOf(name).whenUp === up ? up : undefined;",
    },
  ],
  "a claim is forgotten that is made while the registry is down": [
    {
      file: "src/registry/create-registry.ts",
      find: "claims.owners.forgetSpare();",
      replace: "claims.clear();",
    },
  ],
};
