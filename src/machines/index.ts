/**
 * `troupe/machines`: state machines as supervised processes.
 *
 * @module
 */

export {
  defineStateMachine,
  type MachineCallAnswer,
  type MachineCallbacks,
  type Stateful,
} from "./define-state-machine.ts";
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
