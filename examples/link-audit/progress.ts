/**
 * Tells a person how far the audit is: one line that changes on a terminal, a line now and then elsewhere.
 *
 * @module
 */

import { defineActor, type Speaks, stop } from "troupe";
import { formatCount, printable } from "./report.ts";

/** How far the audit is. */
export interface Counts {
  readonly settled: number;
  readonly known: number;
}

/** What can be told to whoever shows progress. */
export type ProgressDesk = Speaks<{}, { counted: (counts: Counts) => void; waiting: (why: string) => void }>;

/** Where progress goes. */
export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** A terminal, whose last line can be written again. */
  readonly live: boolean;
}

interface ProgressState extends ProgressOptions {
  readonly counts: Counts;
  readonly shown: Counts;
  /** What is waited for, until something moves again. */
  readonly notice: string | undefined;
}

const NONE: Counts = { settled: 0, known: 0 };

/** Carriage return, and erase to the end of the line. */
const CLEAR_LINE = "\r\u001b[K";

/** Shows progress ten times a second on a terminal, every other second elsewhere, and only when there is some; the last counts always. */
export const Progress = defineActor({
  name: "progress",
  init: (options: ProgressOptions, self): ProgressState => {
    self.every(options.live ? 100 : 2_000, "show");
    // Whatever ends the audit, the report begins on a clean line.
    if (options.live) self.own(options, ({ write }) => write(CLEAR_LINE));
    return { ...options, counts: NONE, shown: NONE, notice: undefined };
  },
  casts: {
    // The first news is shown at once, the rest when it is time.
    counted: (state, counts: Counts) => {
      const moved = { ...state, counts, notice: undefined };
      return state.shown === NONE ? show(moved) : moved;
    },
    waiting: (state, why: string) => {
      const start = state.live ? CLEAR_LINE : "";
      if (state.notice === undefined) state.write(`${start}waiting for Postgres: ${printable(why)}\n`);
      return { ...state, notice: why };
    },
  },
  info: (state, _message: "show") => (state.counts === state.shown ? state : show(state)),
  // Only a process that traps has its `terminate` run when its supervisor ends it.
  exit: (state, { reason }) => stop(reason, state),
  // What was counted since the last line would else never be told. A terminal's line is cleared anyway.
  terminate: (state) => {
    if (!state.live && state.counts !== state.shown) show(state);
  },
});

function show(state: ProgressState): ProgressState {
  const { counts, live, write } = state;
  const line = `${formatCount(counts.settled)} of ${formatCount(counts.known)} addresses`;
  write(live ? `${CLEAR_LINE}${line}` : `${line}\n`);
  return { ...state, shown: counts };
}
