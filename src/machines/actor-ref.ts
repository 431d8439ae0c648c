/**
 * A machine that runs as a process, for code that speaks to XState's actors: `waitFor`, `toPromise`, `@xstate/react`.
 *
 * @module
 */

import { processOf } from "../actors/process.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import type { Pid } from "../core/pid.ts";
import { Chart } from "./chart.ts";
import type { MachineActor } from "./from-machine.ts";
import { Machine } from "./machine.ts";
import type { ActorRefFrom, AnyStateMachine } from "./xstate.ts";

/**
 * The process as a reference of XState's: `send`, `getSnapshot`, `subscribe`, `on`, `select`. Reading takes no
 * message and shows the snapshot of now; who subscribes hears of each event that is handled, and of the end as an
 * error or a completion. It is one incarnation's: after a restart ask anew.
 *
 * @param pid - of a machine that {@link fromMachine} made, and that is alive
 * @throws InvalidOptionsError for any other
 * @follows XState `ActorRef`; `stop` stops after what was sent before
 *
 * @example
 * ```ts
 * import { createSystem } from "troupe";
 * import { fromMachine } from "troupe/machines";
 * import { createMachine, waitFor } from "xstate";
 *
 * const toggle = createMachine({ initial: "off", states: { off: { on: { flip: "on" } }, on: { on: { flip: "off" } } } });
 * const system = createSystem();
 * const ref = toActorRef(await system.start(fromMachine(toggle)));
 * ref.send({ type: "flip" });
 * (await waitFor(ref, (snapshot) => snapshot.matches("on"))).value; //=> "on"
 * ```
 */
export function toActorRef<M extends AnyStateMachine>(pid: Pid<MachineActor<M>>): ActorRefFrom<M> {
  const { state } = processOf(pid as unknown as Pid);
  if (state instanceof Machine && state.beside instanceof Chart) {
    return state.beside.self as unknown as ActorRefFrom<M>;
  }
  throw new InvalidOptionsError("toActorRef", [
    `takes the pid of a machine that runs: ${String(pid)} is dead, or no actor of fromMachine`,
  ]);
}
