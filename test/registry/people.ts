/**
 * Processes to be registered: they live until the test has them stop or die.
 *
 * @module
 */
import { defineActor } from "../../src/actors/define-actor.ts";
import type { System } from "../../src/actors/definition.ts";
import type { Pid } from "../../src/core/pid.ts";
import type { TestSystem } from "../../src/testing/test-system.ts";

/** A process that lives on, there at once. */
export function person(system: System): Pid {
  return system.spawn(async (self) => {
    await self.receive(isNever);
  });
}

export function people(system: System, count: number): Pid[] {
  return Array.from({ length: count }, () => person(system));
}

/** Dead when it resolves. */
export async function kill(pid: Pid): Promise<void> {
  pid.exit("kill");
  await pid.down();
}

/** A process whose `terminate` takes as long as the test likes. */
export interface Lingerer {
  readonly pid: Pid;
  /** It is stopping when this resolves, and not dead. */
  stop(): Promise<void>;
  /** It is dead when this resolves. */
  letGo(): Promise<void>;
}

export async function lingerer(system: TestSystem): Promise<Lingerer> {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const Lingering = defineActor({ name: "lingering", init: () => 0, terminate: () => gate });
  const pid = await system.start(Lingering);
  let over: Promise<void> = Promise.resolve();
  return {
    pid,
    stop: () => {
      // A kill while it lingers is the test's own doing.
      over = pid.stop().catch(() => undefined);
      return system.settle();
    },
    letGo: () => {
      open();
      return over;
    },
  };
}

function isNever(_message: unknown): _message is never {
  return false;
}
