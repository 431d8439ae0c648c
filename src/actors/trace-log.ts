/**
 * What is made of traces: the last events kept, and messages counted.
 *
 * @module
 */

import { InvalidOptionsError } from "../core/errors.ts";
import { RingBuffer } from "../core/ring-buffer.ts";
import { type Traced, type TraceEvent, type TraceListener, Traces } from "./message-trace.ts";
import type { Kernel, Process } from "./process.ts";

/** What the last events were. */
export interface TraceLog {
  /** The latest, oldest first; they stay when the log or its process has ended. */
  events(): readonly TraceEvent[];
  stop(): void;
}

/** What a process has done since counting began. Times are monotonic milliseconds. */
export interface ProcessStatistics {
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Messages that a handler took. */
  readonly messagesIn: number;
  /** Messages that it sent, and answers that it gave. */
  readonly messagesOut: number;
}

/** A count that goes on until it is stopped; what it has come to stays. */
export interface Counting {
  read(): ProcessStatistics;
  stop(): void;
}

const DEFAULT_KEEP = 10;

/** Begins a trace. @returns a function that ends it */
export function addTrace(kernel: Kernel, traced: Traced, listener: TraceListener): () => void {
  if (typeof listener !== "function")
    throw new InvalidOptionsError("trace", ["takes a function of the event"]);
  return Traces.of(kernel).add(traced, listener);
}

/** Begins to keep the last `keep` events. */
export function logOf(kernel: Kernel, traced: Traced, keep: number = DEFAULT_KEEP): TraceLog {
  if (!Number.isInteger(keep) || keep < 1) {
    throw new InvalidOptionsError("log", ["keep must be a whole number of at least 1"]);
  }
  const latest = new RingBuffer<TraceEvent>();
  const stop = addTrace(kernel, traced, (event) => {
    if (latest.length === keep) latest.shift();
    latest.push(event);
  });
  const events = () => Array.from({ length: latest.length }, (_, at) => latest.at(at) as TraceEvent);
  return { events, stop };
}

/** Begins to count the messages of one process. */
export function countOf(process: Process): Counting {
  const { clock } = process.kernel.runtime;
  const startedAtMs = clock.now();
  let messagesIn = 0;
  let messagesOut = 0;
  const stop = addTrace(process.kernel, { process }, (event) => {
    if (event.type === "taken") messagesIn += 1;
    if (event.type === "answered" || (event.type === "sent" && event.from === process.pid)) messagesOut += 1;
  });
  const read = () => Object.freeze({ startedAtMs, nowMs: clock.now(), messagesIn, messagesOut });
  return { read, stop };
}
