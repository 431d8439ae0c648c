/**
 * Runs a program as a process of the operating system, and runs it anew when its sources have changed.
 *
 * An actor: changes, ends and the wish to stop come one at a time, and what it has opened goes with it.
 *
 * @module
 */

import { type ChildProcess, fork } from "node:child_process";
import { next } from "../actors/answers.ts";
import { defineActor } from "../actors/define-actor.ts";
import type { Actor } from "../actors/definition.ts";
import { SourceFolder } from "./source-folder.ts";

/** What is run, and where its sources are. */
export interface WatchOptions {
  readonly folder: string;
  /** The module that is forked, and its arguments. */
  readonly program: string;
  readonly args: readonly string[];
  /** Writes a line for people. */
  readonly say: (text: string) => void;
}

/** Milliseconds of quiet after a change: editors and branches change many files in a row. */
export const QUIET_MS = 100;

/**
 * Tells a program to stop. A message and no signal: a terminal has sent its interrupt to the program already,
 * and a second one would end it at once.
 */
export const STOP = "troupe:stop";

type News =
  | { readonly type: "changed"; readonly path: string }
  | { readonly type: "ended"; readonly how: string };

interface Watching {
  readonly options: WatchOptions;
  readonly program: Program;
  /** What has changed since the last start. */
  readonly changed: string | undefined;
}

/** Starts the program, and again after each change once it is quiet; one at a time. */
export const Watcher: Actor<WatchOptions, {}, {}, News> = defineActor({
  name: "watcher",
  init: (options: WatchOptions, self): Watching => {
    const changed = (path: string): void => self.send({ type: "changed", path });
    self.own(new SourceFolder(options.folder, changed), (folder) => folder.close());
    const program = new Program(options, (how) => self.send({ type: "ended", how }));
    self.own(program, () => program.kill());
    program.start();
    return { options, program, changed: undefined };
  },
  info: (state, news: News) => {
    if (news.type === "changed") {
      return next({ ...state, changed: state.changed ?? news.path }, { idleMs: QUIET_MS });
    }
    if (state.changed !== undefined) return startAgain(state);
    state.options.say(`${news.how}; waits for a change`);
    return state;
  },
  idle: (state) => {
    if (state.changed === undefined) return state;
    if (!state.program.isRunning) return startAgain(state);
    // It is started anew when it has ended.
    state.program.tellToStop();
    return state;
  },
  // Its presence lets `terminate` run when a signal stops the watch.
  exit: (state) => state,
  terminate: ({ program }) => {
    program.tellToStop();
    return program.ended;
  },
});

function startAgain(state: Watching): Watching {
  const { options, program, changed } = state;
  options.say(`${changed} has changed, starts again`);
  program.start();
  return { ...state, changed: undefined };
}

/** One program and its runs, one at a time. */
class Program {
  readonly #options: WatchOptions;
  readonly #onEnd: (how: string) => void;
  #child: ChildProcess | undefined;
  /** Of the last run. */
  ended: Promise<void> = Promise.resolve();

  constructor(options: WatchOptions, onEnd: (how: string) => void) {
    this.#options = options;
    this.#onEnd = onEnd;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    const child = fork(this.#options.program, this.#options.args, { stdio: "inherit" });
    this.#child = child;
    // A second signal ends this process at once, and the program with it.
    const kill = (): void => this.kill();
    process.once("exit", kill);
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        process.off("exit", kill);
        this.#child = undefined;
        this.#onEnd(signal === null ? `ended with ${code}` : `ended by ${signal}`);
        resolve();
      });
    });
  }

  tellToStop(): void {
    // It may just have closed the channel by ending.
    if (this.#child?.connected) this.#child.send(STOP, () => undefined);
  }

  kill(): void {
    this.#child?.kill("SIGKILL");
  }
}
