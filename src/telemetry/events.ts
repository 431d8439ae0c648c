/**
 * What a system tells about itself: one name and one payload for each kind of event. Nothing is told
 * while nobody listens, and payloads are made only then.
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";

/** A process ended with a crash: everything a report needs. */
export interface CrashReport {
  readonly pid: Pid;
  /** `counter (pid 7)`. */
  readonly label: string;
  /** What it ended by; the error itself, or what `redact.error` makes of it. */
  readonly reason: ExitReason;
  /** What it was doing: `handling add(500)`, `terminating`; `undefined` between messages. */
  readonly doing: string | undefined;
  /** The message it was handling, through `redact.message`; `undefined` when the definition has none. */
  readonly lastMessage: unknown;
  /** The state through `redact`; `undefined` when the definition has none. */
  readonly state: unknown;
  /** Labels of its parent, its parent's parent and so on: `["pages (pid 4)", "app (pid 1)"]`. */
  readonly ancestors: readonly string[];
  /** Set by the supervisor that restarts it. */
  readonly restart: { readonly attempt: number; readonly maxRestarts: number } | undefined;
  /** Its supervisor had told it to end, and it crashed instead. */
  readonly toldToEnd?: true;
  /** What becomes of it: it is started again, it stays down, or its supervisor gives up over it. */
  readonly fate: "restarted" | "stays down" | "supervisor gives up";
}

/** A child is started again, now or after a wait; each try is told once, before it is made. */
export interface RestartReport {
  readonly supervisor: string;
  readonly id: string;
  /** Its last incarnation; `undefined` when it has never run. */
  readonly pid: Pid | undefined;
  /** What it ended by, or could not start by; in `crash` as `redact.error` shows it. */
  readonly reason: ExitReason;
  /** Which restart within the period it is, from 1. */
  readonly attempt: number;
  readonly maxRestarts: number;
  /** Whose budget it counts for: that of all its supervisor's children together, or the child's own. */
  readonly budget: "supervisor" | "child";
  /** Milliseconds until the try. */
  readonly delayMs: number;
  /** Ids of all that start in this round, in order, as the strategy has it: itself among them. */
  readonly group: readonly string[];
  /** The whole report of its crash, last message and state through `redact`; `undefined` when it ended in order. */
  readonly crash: CrashReport | undefined;
}

/** Labels, the youngest first: leaves come before what stands above them. */
export type Leftovers = readonly string[];

/** A message that nobody will handle. */
export interface DeadLetter {
  /** Who should have had it: `counter (pid 7)`, `hits in names`. */
  readonly to: string;
  readonly kind: "call" | "cast" | "message" | "reply";
  readonly message: unknown;
  readonly why:
    | "dead"
    | "unhandled"
    | "stopping"
    | "noname"
    | "noMember"
    | "wrongActor"
    | "badMessage"
    | "overloaded"
    | "late"
    | "detached"
    | "notRunning"
    | "poolClosed";
  /** How many the system has had, this one included; also those that nobody listened to. */
  readonly count: number;
}

/** Every event of a system, by name. */
export interface SystemEvents {
  "process:started": { readonly pid: Pid; readonly label: string };
  "process:exited": { readonly pid: Pid; readonly label: string; readonly reason: ExitReason };
  "process:crashed": CrashReport;
  /** Queued messages passed a power of ten from 1,000 on, or the definition's own mark. */
  "mailbox:high": { readonly pid: Pid; readonly label: string; readonly queued: number };
  "message:dead": DeadLetter;
  /** A fault in the context of a process that had died before. */
  "fault:late": { readonly label: string; readonly error: unknown };
  /** A closer, an abort listener or a `terminate` failed or was given up on. */
  "cleanup:failed": { readonly label: string; readonly what: string; readonly error: unknown };
  /** A `redact` threw, or answered a promise: the crash report says so in its place. Never written to a log. */
  "redact:failed": { readonly label: string; readonly part: string; readonly error: unknown };
  /** More was to be written within a second than the log takes. */
  "log:heldBack": {
    readonly what: "errors" | "warnings";
    readonly count: number;
    /** Milliseconds in which they came. */
    readonly periodMs: number;
    /** What the last of them was about: `counter (pid 7)`. */
    readonly last: string;
  };
  /** A listener threw. With `detached` it is told no more: it was attached (`id` says as what), or a trace's. */
  "listener:failed": {
    readonly event: string;
    readonly error: unknown;
    readonly id?: string;
    readonly detached?: boolean;
  };
  "child:restarting": RestartReport;
  "child:restarted": { readonly supervisor: string; readonly id: string; readonly pid: Pid };
  "supervisor:gaveUp": SpentBudget;
  /** A child has spent a budget of its own and stays down; its supervisor goes on. */
  "child:leftDown": SpentBudget;
  /** With these waits so many restarts cannot come within the period: it never gives up, however long a child fails. */
  "supervisor:cannotGiveUp": {
    readonly supervisor: string;
    /** The child whose own budget it is; absent for that of all children together. */
    readonly id?: string;
    readonly maxRestarts: number;
    readonly periodMs: number;
    /** The most restarts that fit into a period. */
    readonly mostRestarts: number;
  };
  /** A child did not end in time and was killed. */
  "child:shutdownTimedOut": {
    readonly supervisor: string;
    readonly id: string;
    readonly shutdownMs: number;
    /** The child, and for a supervisor what was left below it. */
    readonly leftovers: Leftovers;
  };
  /** Of a tree that stops something was left at its deadline, and was killed. */
  "process:stopTimedOut": {
    readonly pid: Pid;
    readonly label: string;
    readonly deadlineMs: number;
    readonly leftovers: Leftovers;
  };
  /** The same for a whole system; some may be dead and still closing what they owned. */
  "system:stopTimedOut": {
    readonly system: string;
    readonly deadlineMs: number;
    readonly leftovers: Leftovers;
  };
  /** A loan by plain code was forgotten. */
  "lease:leaked": {
    readonly pool: string;
    readonly heldMs: number;
    /** Where it was borrowed, in a pool with `stacks`. */
    readonly stack?: string;
  };
  /** Something was given back a second time, or after it had been taken away. */
  "lease:late": { readonly pool: string };
  "pool:opened": { readonly pool: string };
  /** A resource is gone, whether its closer has done its work or not. */
  "pool:closed": { readonly pool: string; readonly reason: ExitReason };
  "pool:openFailed": { readonly pool: string; readonly error: unknown; readonly retryInMs: number };
  /** A request waits: nobody can be picked now, or nothing is idle. */
  "pool:queued": { readonly pool: string; readonly waiting: number };
  /** A request that waited has what it waited for. */
  "pool:granted": { readonly pool: string; readonly waitedMs: number };
  /** A request was given up without a wait, or during it for another reason than its time. */
  "pool:dropped": {
    readonly pool: string;
    /** `overloaded`: its line was too slow; `died`: who asked has; `notRunning`: the pool's process has ended. */
    readonly why: "noMember" | "full" | "aborted" | "closed" | "died" | "notRunning" | "overloaded";
    readonly waitedMs: number;
  };
  /** A request had waited for as long as it could. */
  "pool:timedOut": { readonly pool: string; readonly waitedMs: number };
  /** A request that failed at one member is asked of another. */
  "pool:retried": { readonly pool: string; readonly from: Pid; readonly to: Pid; readonly error: unknown };
  /** A request without an answer is asked of a second member as well. */
  "pool:hedged": { readonly pool: string; readonly first: Pid; readonly second: Pid };
  /** A call runs longer than it should. */
  "pool:overrun": {
    readonly pool: string;
    readonly pid: Pid;
    readonly call: string;
    readonly ranMs: number;
    /** Its member has been killed for it. */
    readonly killed: boolean;
  };
  /** A member of a routing pool is picked again, gets no new requests, or is out. */
  "pool:member": {
    readonly pool: string;
    readonly pid: Pid;
    readonly state: "up" | "draining" | "down";
    /** `probing`: its ejection is over, and it is picked for one request. */
    readonly why: "draining" | "drained" | "resumed" | "ejected" | "probing" | "recovered";
  };
  "resource:fault": { readonly pool: string; readonly error: unknown };
  /** A connection takes requests. */
  "connection:up": { readonly pid: Pid; readonly peer: string };
  /** A connection was lost, or an attempt to make one has failed. */
  "connection:down": {
    readonly pid: Pid;
    readonly peer: string;
    readonly error: unknown;
    /** Attempts and connections in a row that did not hold, this one included. */
    readonly failures: number;
    readonly retryInMs: number;
  };
  /** An answer came that nobody waits for: to a request that was given up, or to none. It was ignored. */
  "connection:unknownId": { readonly pid: Pid; readonly peer: string; readonly id: number };
  /** A stretch of work began: `telemetry.span`. */
  "span:started": SpanStart;
  "span:stopped": SpanStart & { readonly durationMs: number };
  /** The work threw or rejected. */
  "span:failed": SpanStart & { readonly durationMs: number; readonly error: unknown };
}

/** A child ended once more than its budget forgives. */
export interface SpentBudget {
  readonly supervisor: string;
  readonly id: string;
  /** The child's last incarnation; `undefined` when it has never run. */
  readonly pid: Pid | undefined;
  readonly reason: ExitReason;
  /** Whose budget it was: that of all the supervisor's children together, or the child's own. */
  readonly budget: "supervisor" | "child";
  readonly maxRestarts: number;
  readonly periodMs: number;
}

/** What all events of a span carry. */
export interface SpanStart {
  /** The same in all events of one span; counts up within one system. */
  readonly span: number;
  readonly name: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Monotonic milliseconds at which the span began. */
  readonly startedAtMs: number;
}

/** The name of an event. */
export type EventName = keyof SystemEvents;
