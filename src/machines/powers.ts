/**
 * What a gen_statem can do and a statechart of XState cannot, as actions for one: put an event off, answer a
 * call, set timeouts for silence. They belong to machines that run by `fromMachine`.
 *
 * ```ts
 * import { createSystem } from "troupe";
 * import { fromMachine, postpone } from "troupe/machines";
 * import { setup } from "xstate";
 *
 * const printer = setup({ types: { events: {} as { type: "print"; text: string } | { type: "online" } } }).createMachine({
 *   initial: "offline",
 *   states: {
 *     offline: { on: { online: "online", print: { actions: act(postpone()) } } },
 *     online: { on: { print: { actions: answer(({ event }) => `printed ${event.text}`) } } },
 *   },
 * });
 * const system = createSystem();
 * const Printer = await system.start(fromMachine(printer));
 * const printed = Printer.call.ask({ type: "print", text: "hello" });
 * Printer.send({ type: "online" });
 * await printed; //=> "printed hello"
 * ```
 *
 * @module
 */

import type { From } from "../actors/sending.ts";
import type { Pid } from "../core/pid.ts";
import { Chart } from "./chart.ts";
import { ChartRef } from "./chart-ref.ts";
import type { Action } from "./step.ts";
import type { AnyEventObject } from "./xstate.ts";

/** What an action of XState is given, as far as it is read here. */
// biome-ignore lint/suspicious/noExplicitAny: a machine without types has any context, as in XState
export interface ActArgs<Context = any, Event = AnyEventObject> {
  readonly context: Context;
  readonly event: Event;
  readonly self: unknown;
}

/**
 * An action of XState that does `actions` with the machine's step: `postpone()`, `eventTimeout(…)`,
 * `timeout(…)`, `stateTimeout(…)`, `insert(event)`. A timeout's content is the event that comes when it runs out.
 *
 * @param actions - or functions of `{ context, event, self }` that answer one
 * @throws TypeError (in the machine) for one that does not run by `fromMachine`
 * @follows Erlang gen_statem's actions; what is postponed comes again when the state's value is another
 */
// biome-ignore lint/suspicious/noExplicitAny: a machine without types has any context, as in XState
export function act<Context = any, Event = AnyEventObject>(
  ...actions: readonly (Action | ((args: ActArgs<Context, Event>) => Action))[]
): (args: ActArgs<Context, Event>) => void {
  return function act(args) {
    const chart = chartOf(args.self, "act");
    for (const action of actions) chart.act(typeof action === "function" ? action(args) : action);
  };
}

/**
 * An action of XState that answers the call by which the event came: `pid.call.ask(event)`. Nothing happens
 * when it came as a message.
 *
 * @param value - or a function of `{ context, event, self }`
 * @follows Erlang gen_statem `{reply, From, Reply}`
 */
// biome-ignore lint/suspicious/noExplicitAny: a machine without types has any context, as in XState
export function answer<Context = any, Event = AnyEventObject>(
  value: (args: ActArgs<Context, Event>) => unknown,
): (args: ActArgs<Context, Event>) => void;
export function answer(value: unknown): (args: ActArgs) => void;
export function answer(value: unknown): (args: ActArgs) => void {
  return function answer(args: ActArgs) {
    const from = chartOf(args.self, "answer").from as From<unknown> | undefined;
    from?.reply(typeof value === "function" ? value(args) : value);
  };
}

/**
 * Whose call the event is that is being handled: keep it in the context and answer later, from any state.
 *
 * @param self - of the action's arguments
 * @returns `undefined` for an event that came as a message
 * @follows Erlang gen_statem, the `From` of a call
 */
export function callerOf(self: unknown): From<unknown> | undefined {
  return chartOf(self, "callerOf").from as From<unknown> | undefined;
}

/**
 * The process that a machine is: to register it, to link to it, to name it to others.
 *
 * @param self - of the action's arguments
 */
export function pidOf(self: unknown): Pid {
  return chartOf(self, "pidOf").self.process.pid;
}

function chartOf(self: unknown, what: string): Chart {
  if (self instanceof ChartRef && self.chart instanceof Chart) return self.chart;
  throw new TypeError(
    `${what}(…) is for machines that run by fromMachine, not for their children or XState's own actors`,
  );
}
