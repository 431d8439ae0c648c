/**
 * One running state machine: its state, and the events that go before its mailbox. What its handlers answer
 * is carried out here; the order is gen_statem's.
 *
 * One event: the handler runs → replies → `enter`, where the state is another → what was postponed comes back,
 * where it is another → what was inserted goes before that → timeouts. Then the next of those events, then
 * timeouts of 0, then the mailbox. Each event is a step of the process of its own, so that signals act between
 * any two and no machine that feeds itself keeps others from their turn.
 *
 * @module
 */

import { Answer } from "../actors/answers.ts";
import type { CallSelf, Self } from "../actors/definition.ts";
import { answerLater } from "../actors/handling.ts";
import type { Process } from "../actors/process.ts";
import type { PendingCall } from "../actors/sending.ts";
import { isThenable } from "../core/thenable.ts";
import { type Action, type InsertAction, StepAnswer, type Timeout, type TimeoutAction } from "./step.ts";
import { Timeouts } from "./timeouts.ts";

/** Where events of one kind and name are handled. */
export interface Source {
  readonly kind: "call" | "cast" | "other";
  readonly name: string;
  readonly handler: EventHandler;
}

/** Answers what comes after. @param machine - of whom `state` is the state */
// biome-ignore lint/suspicious/noExplicitAny: states and inputs of any definition
export type EventHandler = (state: any, input: any, self: any, machine: Machine) => unknown;

/** What all machines of one definition share. */
export interface MachineRules {
  readonly name: string;
  /** Is `to` another state than `from`? */
  changed(from: unknown, to: unknown): boolean;
  /** Throws when `state` is none; absent where nobody but the library makes them. */
  readonly check: ((state: unknown) => void) | undefined;
  /** Called in each state that is entered; `from` is what was before. */
  readonly enter: ((state: unknown, from: unknown, self: Self) => unknown) | undefined;
  readonly internal: Source;
  readonly message: Source;
  readonly timeout: Source;
  readonly casts: ReadonlyMap<string, Source>;
}

/** An event that was put off or inserted. */
interface Event {
  readonly source: Source;
  readonly input: unknown;
  /** With the `from` of its call. */
  readonly self: Self;
}

const NONE: readonly never[] = Object.freeze([]);
/** What `next` is asked for while there are events that go before the mailbox. */
const MORE: { readonly continue: true } = Object.freeze({ continue: true });

/** The state of a process that is a machine. */
export class Machine {
  /** The user's. */
  state: unknown;
  /** What its definition keeps beside the state. */
  readonly beside: unknown;
  readonly #rules: MachineRules;
  readonly #process: Process;
  /** What {@link begin} has to do: set by `init`, done before any message. */
  #first: readonly Action[] | undefined;
  /** Inserted and retried events, the next one at the end. */
  #queue: Event[] | undefined;
  /** The oldest first. */
  #postponed: Event[] | undefined;
  #timeouts: Timeouts | undefined;

  constructor(rules: MachineRules, process: Process, state: unknown, beside?: unknown) {
    this.#rules = rules;
    this.#process = process;
    this.state = state;
    this.beside = beside;
  }

  /** The answer of `init`: the first state is entered, and `actions` are done, before any message. */
  begin(actions: readonly Action[]): unknown {
    if (actions.length === 0 && this.#rules.enter === undefined) return this;
    this.#first = actions;
    return this.#goingOn();
  }

  /** Handles an event. @returns what the process is to do after it */
  take(source: Source, input: unknown, self: Self): unknown {
    const answer = source.handler(this.state, input, self, this);
    if (!isThenable(answer)) {
      if (this.#isPlain && isState(answer) && source.kind !== "call") return this.#keep(answer);
      return this.#carryOut({ source, input, self }, answer);
    }
    return Promise.resolve(answer).then((settled) => this.#carryOut({ source, input, self }, settled));
  }

  /** Handles a call that came by the mailbox: as {@link take}, for a process that asks for an answer. */
  takeCall(source: Source, input: unknown, self: CallSelf): unknown {
    const after = this.take(source, input, self);
    return isThenable(after) ? after.then(unanswered) : unanswered(after);
  }

  /** The next event that goes before the mailbox. */
  goOn(self: Self): unknown {
    if (this.#first !== undefined) return this.#begin(self, this.#first);
    const event = this.#queue?.pop();
    if (this.#queue?.length === 0) this.#queue = undefined;
    if (event !== undefined) return this.take(event.source, event.input, event.self);
    const due = this.#timeouts?.takeDue();
    return due === undefined ? this : this.take(this.#rules.timeout, due, self);
  }

  #begin(self: Self, actions: readonly Action[]): unknown {
    this.#first = undefined;
    return this.#enter({ source: INIT, input: undefined, self }, this.state, actions, false);
  }

  /** Nothing hangs on what the state is: most machines, most of the time. */
  get #isPlain(): boolean {
    return (
      this.#timeouts === undefined &&
      this.#postponed === undefined &&
      this.#queue === undefined &&
      this.#rules.enter === undefined
    );
  }

  #keep(state: unknown): this {
    this.#rules.check?.(state);
    this.state = state;
    return this;
  }

  /** What a handler has answered. */
  #carryOut(event: Event, answer: unknown): unknown {
    const after = event.source.kind === "call" ? this.#reply(event, answer) : answer;
    if (after instanceof StepAnswer) return this.#to(event, after.state, after.actions, after.again);
    if (after instanceof Answer) return this.#stop(event, after);
    return this.#to(event, after, NONE, false);
  }

  /** Replies come before all else. @returns what comes after */
  #reply({ source, input, self }: Event, answer: unknown): unknown {
    if (answer instanceof StepAnswer) return answer;
    if (!(answer instanceof Answer)) throw this.#bad(source, answer);
    const from = (self as CallSelf).from as unknown as PendingCall;
    switch (answer.kind) {
      case "reply":
        if (isThenable(answer.value)) answerLater(this.#process, from, answer.value, source, input);
        else from.reply(answer.value);
        return answer.after;
      case "fail":
        from.fail(answer.value);
        return answer.after;
      case "noReply":
        return answer.after;
      default:
        return answer;
    }
  }

  #stop({ source }: Event, answer: Answer): Answer {
    if (answer.kind !== "stop") throw this.#bad(source, answer);
    if (answer.after !== undefined) this.state = answer.after;
    return new Answer("stop", answer.value, this);
  }

  #to(event: Event, state: unknown, actions: readonly Action[], again: boolean): unknown {
    this.#rules.check?.(state);
    const changed = this.#rules.changed(this.state, state);
    if ((changed || again) && this.#rules.enter !== undefined) {
      return this.#enter(event, state, actions, changed);
    }
    return this.#commit(event, state, actions, changed);
  }

  /** The state it comes from stays the machine's until `enter` has returned. */
  #enter(event: Event, state: unknown, actions: readonly Action[], changed: boolean): unknown {
    const entered = this.#rules.enter?.(state, this.state, event.self);
    if (!isThenable(entered)) return this.#entered(event, state, actions, changed, entered);
    return Promise.resolve(entered).then((settled) => this.#entered(event, state, actions, changed, settled));
  }

  #entered(
    event: Event,
    state: unknown,
    actions: readonly Action[],
    changed: boolean,
    answer: unknown,
  ): unknown {
    if (answer === undefined) return this.#commit(event, state, actions, changed);
    if (answer instanceof Answer) {
      this.state = state;
      return this.#stop(ENTER, answer);
    }
    const settled = answer instanceof StepAnswer ? answer.state : answer;
    const more = answer instanceof StepAnswer ? answer.actions : NONE;
    const wrong = this.#wrongEnter(state, settled, more);
    if (wrong !== undefined) {
      this.state = state;
      throw new TypeError(`${this.#rules.name}.enter ${wrong}`);
    }
    return this.#commit(event, settled, more.length === 0 ? actions : [...actions, ...more], changed);
  }

  #wrongEnter(state: unknown, settled: unknown, actions: readonly Action[]): string | undefined {
    this.#rules.check?.(settled);
    if (this.#rules.changed(state, settled))
      return "answered another state: it stays in the one it was called for";
    const wrong = actions.find(
      (action) => action.type === "insert" || (action.type === "postpone" && action.on),
    );
    if (wrong === undefined) return undefined;
    return `answered ${wrong.type}(…): it may set timeouts; what postpones and inserts is the event's own step`;
  }

  #commit(event: Event, state: unknown, actions: readonly Action[], changed: boolean): unknown {
    this.state = state;
    if (actions !== NONE) return this.#act(event, actions, changed);
    if (this.#timeouts !== undefined) this.#stopTimeouts(changed);
    if (changed && this.#postponed !== undefined) this.#retry();
    return this.#goingOn();
  }

  #act(event: Event, actions: readonly Action[], changed: boolean): unknown {
    const inserted: InsertAction[] = [];
    const timeouts: TimeoutAction[] = [];
    let postponed = false;
    for (const action of actions) {
      if (action.type === "postpone") postponed = action.on;
      else if (action.type === "insert") inserted.push(action);
      else if (action.type === "timeout") timeouts.push(action);
      else throw this.#noAction(event.source, action);
    }
    if (postponed) this.#postpone(event);
    this.#stopTimeouts(changed);
    if (changed && this.#postponed !== undefined) this.#retry();
    if (inserted.length > 0) this.#insert(inserted, event.self);
    if (timeouts.length > 0) {
      this.#timeouts ??= new Timeouts(this.#process, (due) => this.#ranOut(due));
      this.#timeouts.apply(timeouts);
    }
    return this.#goingOn();
  }

  #postpone(event: Event): void {
    if (event.source === INIT)
      throw new TypeError(`${this.#rules.name}.init answered postpone(): there is no event yet`);
    this.#postponed ??= [];
    this.#postponed.push(event);
  }

  #stopTimeouts(changed: boolean): void {
    this.#timeouts?.stop("event");
    if (changed) this.#timeouts?.stop("state");
  }

  #retry(): void {
    this.#queue ??= [];
    for (const event of this.#postponed?.reverse() ?? []) this.#queue.push(event);
    this.#postponed = undefined;
  }

  #insert(inserted: readonly InsertAction[], self: Self): void {
    this.#queue ??= [];
    for (const action of inserted.toReversed()) {
      this.#queue.push({ source: this.#sourceOf(action), input: action.content, self });
    }
  }

  #sourceOf({ as, name = "" }: InsertAction): Source {
    if (as === "internal") return this.#rules.internal;
    if (as === "message") return this.#rules.message;
    const source = this.#rules.casts.get(name);
    if (source !== undefined) return source;
    throw new TypeError(`${this.#rules.name} inserted the cast ${name}, which it does not have`);
  }

  #ranOut(due: Timeout): unknown {
    return this.take(this.#rules.timeout, due, this.#process.kernel.selfOf(this.#process, undefined) as Self);
  }

  #goingOn(): unknown {
    const more = this.#first !== undefined || this.#queue !== undefined || this.#timeouts?.hasDue === true;
    return more ? new Answer("next", MORE, this) : this;
  }

  #noAction({ name }: Source, action: unknown): TypeError {
    const known =
      "postpone, insert, insertCast, insertMessage, stateTimeout, eventTimeout and timeout make them";
    return new TypeError(
      `${this.#rules.name}.${name} was answered with a step that holds no action (${typeof action}): ${known}`,
    );
  }

  #bad({ name }: Source, answer: unknown): TypeError {
    const got = answer instanceof Answer ? `${answer.kind}(…)` : typeof answer;
    return new TypeError(
      `${this.#rules.name}.${name} answered ${got}: a call answers reply, fail, noReply, step or stop; everything else a state, step or stop`,
    );
  }
}

function isState(answer: unknown): boolean {
  return !(answer instanceof StepAnswer) && !(answer instanceof Answer);
}

const unhandled: EventHandler = () => undefined;
const INIT: Source = Object.freeze({ kind: "other", name: "init", handler: unhandled });
const ENTER = Object.freeze({
  source: Object.freeze({ kind: "other", name: "enter", handler: unhandled }),
}) as unknown as Event;

/** The machine has replied by itself, or will. */
function unanswered(after: unknown): unknown {
  return after instanceof Answer && after.kind === "stop" ? after : new Answer("noReply", undefined, after);
}
