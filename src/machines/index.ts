/**
 * `troupe/machines`: state machines as supervised processes.
 *
 * @module
 */

export { toActorRef } from "./actor-ref.ts";
export type { PersistedMachine } from "./chart.ts";
export type { ChildPolicy } from "./chart-child.ts";
export {
  defineStateMachine,
  type MachineCallAnswer,
  type MachineCallbacks,
  type Stateful,
} from "./define-state-machine.ts";
export { fromMachine, type MachineActor, type MachineCalls, type MachineOptions } from "./from-machine.ts";
export { type ActArgs, act, answer, callerOf, pidOf } from "./powers.ts";
export {
  type Action,
  type AfterEvent,
  again,
  eventTimeout,
  type InsertAction,
  insert,
  insertCast,
  insertMessage,
  type NamedTimeout,
  type OneTimeout,
  type PostponeAction,
  postpone,
  type Step,
  stateTimeout,
  step,
  type Timeout,
  type TimeoutAction,
  timeout,
} from "./step.ts";
