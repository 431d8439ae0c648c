/**
 * What supervisors report, in the form of OTP's error reports: derived from telemetry.
 *
 * @module
 */

import type { System } from "../../src/actors/definition.ts";
import { processOf } from "../../src/actors/process.ts";
import type { ExitReason } from "../../src/core/exit-reason.ts";
import type { CrashReport } from "../../src/telemetry/events.ts";
import { below, pathOf, type Stage } from "./supervision-stage.ts";
import { type Term, termOf } from "./terms.ts";

/** One error report of a supervisor. */
export interface Report {
  readonly sup: string;
  /** A partition is told by its number. */
  readonly child: string | number;
  readonly context: "start_error" | "child_terminated" | "shutdown" | "shutdown_error";
  readonly reason: Term;
}

/** A report as it is compared, beside its supervisor. */
export type Told = readonly [child: Report["child"], context: Report["context"], reason: Term];

/** Collects what the supervisors of a system report. */
export class Reports {
  readonly #stage: Stage;
  /** By path: the incarnation that waits for its restart. */
  readonly #died = new Map<string, string>();
  #reports: Report[] = [];
  /** The start of a child again has failed: by its label. */
  #failedStart: string | undefined;

  constructor(system: System, stage: Stage) {
    this.#stage = stage;
    const { telemetry } = system;
    telemetry.on("process:crashed", (crash) => this.#crashed(crash));
    telemetry.on("child:restarting", ({ supervisor, id, reason }) => this.#ended(supervisor, id, reason));
    telemetry.on("supervisor:gaveUp", ({ supervisor, id, reason }) => {
      this.#ended(supervisor, id, reason);
      this.#report(serialIn(supervisor), id, "shutdown", "reached_max_restart_intensity");
    });
    telemetry.on("child:shutdownTimedOut", ({ supervisor, id }) =>
      this.#report(serialIn(supervisor), id, "shutdown_error", "killed"),
    );
  }

  /** What has been reported since the last look. */
  news(): readonly Report[] {
    const news = this.#reports;
    this.#reports = [];
    return news;
  }

  /** Counted ends are told of as restarts, too; what is left ended for good, or crashed when it was told to end. */
  #crashed({ pid, label, reason, restart, doing, toldToEnd }: CrashReport): void {
    if (restart !== undefined) {
      this.#failedStart = doing === "starting again" ? label : undefined;
      return;
    }
    if (doing === "starting again") {
      const [, id = "", supervisor = ""] = /^child "([^"]*)" of (.*)$/.exec(label) ?? [];
      return this.#report(serialIn(supervisor), id, "start_error", termOf(reason));
    }
    const { parent } = processOf(pid);
    if (parent === undefined) return;
    const incarnation = this.#stage.incarnation(pid);
    const id = incarnation.replace(/^.*\/|#\d+$/g, "");
    this.#report(parent.serial, id, toldToEnd ? "shutdown_error" : "child_terminated", termOf(reason));
  }

  #ended(supervisor: string, id: string, reason: ExitReason): void {
    const failed = this.#failedStart === `child "${id}" of ${supervisor}`;
    this.#failedStart = undefined;
    this.#report(serialIn(supervisor), id, failed ? "start_error" : "child_terminated", termOf(reason));
  }

  /** The children of a dynamic supervisor are told by their last incarnation. */
  #report(serial: number, id: string, context: Report["context"], reason: Term): void {
    const sup = this.#stage.incarnationOf(serial);
    // The owner of the tree is none.
    if (sup === "?") return;
    const path = pathOf(sup);
    this.#reports.push({ sup, child: this.#childOf(path, id, context), context, reason });
  }

  #childOf(path: string, id: string, context: Report["context"]): Report["child"] {
    const kind = this.#stage.kindAt(path);
    if (kind === "dynamic") return this.#incarnationAt(below(path, id), context);
    return kind === "partition" ? Number(id) : id;
  }

  #incarnationAt(path: string, context: Report["context"]): string {
    const newest = this.#stage.newest(path);
    const incarnation = newest === undefined ? path : this.#stage.incarnation(newest);
    if (context === "child_terminated") this.#died.set(path, incarnation);
    return context === "shutdown_error" ? incarnation : (this.#died.get(path) ?? incarnation);
  }
}

function serialIn(label: string): number {
  return Number(/\(pid (\d+)\)$/.exec(label)?.[1]);
}
