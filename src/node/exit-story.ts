/**
 * Why a tree gave up, as a chain: which child ended how often and by what, which supervisor had enough of
 * it, which supervisor had enough of that one.
 *
 * Listens to what supervisors tell anyway, and keeps of each as many ends as its limit forgives and one more.
 *
 * @module
 */

import { type ExitReason, formatReason, isOrderly } from "../core/exit-reason.ts";
import { type Pid, portOf } from "../core/pid.ts";
import type { CrashReport, SystemEvents } from "../telemetry/events.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { stackOf } from "../telemetry/thrown-text.ts";

/** One end of one child. */
export interface ChildEnd {
  readonly id: string;
  /** The incarnation that ended: `counter (pid 7)`. */
  readonly label: string | undefined;
  /** As crash reports show it, so through `redact`. */
  readonly reason: ExitReason;
  /** `handling add(500)`; `undefined` between messages. */
  readonly doing: string | undefined;
}

/** A supervisor that gave up, and what it gave up over. */
export interface GivenUp {
  /** `workers (pid 3)`. */
  readonly supervisor: string;
  /** The child whose own budget was spent; `undefined` for that of all children together. */
  readonly child: string | undefined;
  readonly maxRestarts: number;
  readonly periodMs: number;
  /** Those that its limit did not forgive, the last one last. */
  readonly ends: readonly ChildEnd[];
}

/** Supervisors whose ends are kept; those that were heard of longest ago are forgotten. */
const MAX_SUPERVISORS = 200;

/** Ends that are kept of one supervisor, however many it forgives. */
const MAX_ENDS = 1_000;

/** What there is to tell of each supervisor, kept while it happens. */
export class ExitStory {
  readonly #ends = new Map<string, ChildEnd[]>();
  readonly #givenUp = new Map<string, GivenUp>();
  readonly #stops: readonly (() => void)[];
  /** Comes just before the supervisor's own event about the same end. */
  #crash: CrashReport | undefined;
  #lastOfAll: CrashReport | undefined;

  constructor(telemetry: Telemetry) {
    this.#stops = [
      telemetry.on("process:crashed", (report) => {
        this.#crash = this.#lastOfAll = report;
      }),
      telemetry.on("child:restarting", (event) => this.#add(event)),
      telemetry.on("supervisor:gaveUp", (event) => this.#giveUp(event)),
    ];
  }

  /** The chain that ends with `root`, the first cause first; empty when `root` did not give up. */
  chainTo(root: Pid): readonly GivenUp[] {
    const chain: GivenUp[] = [];
    let next = this.#givenUp.get(portOf(root).label);
    while (next !== undefined && !chain.includes(next)) {
      chain.unshift(next);
      const last = next.ends.at(-1);
      next = last?.label === undefined ? undefined : this.#givenUp.get(last.label);
    }
    return chain;
  }

  /** The crash of `pid` itself, if that was the last one. */
  crashOf(pid: Pid): CrashReport | undefined {
    return this.#lastOfAll?.pid === pid ? this.#lastOfAll : undefined;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #add(event: EndEvent): ChildEnd[] {
    const { supervisor, id, pid, reason, maxRestarts } = event;
    const key = budgetOf(event);
    const crash = this.#crash?.ancestors[0] === supervisor ? this.#crash : undefined;
    this.#crash = undefined;
    const label = pid === undefined ? undefined : portOf(pid).label;
    const ends = this.#ends.get(key) ?? [];
    ends.push({ id, label, reason: crash?.reason ?? reason, doing: crash?.doing });
    ends.splice(0, ends.length - Math.min(maxRestarts + 1, MAX_ENDS));
    this.#ends.delete(key);
    this.#ends.set(key, ends);
    forgetOldest(this.#ends);
    return ends;
  }

  #giveUp(event: SystemEvents["supervisor:gaveUp"]): void {
    const { supervisor, maxRestarts, periodMs } = event;
    const child = event.budget === "child" ? event.id : undefined;
    const ends = this.#add(event);
    this.#ends.delete(budgetOf(event));
    this.#givenUp.set(supervisor, { supervisor, child, maxRestarts, periodMs, ends });
    forgetOldest(this.#givenUp);
  }
}

type EndEvent = Pick<
  SystemEvents["child:restarting"],
  "supervisor" | "id" | "pid" | "reason" | "budget" | "maxRestarts"
>;

/** Which ends count together. */
function budgetOf({ supervisor, id, budget }: EndEvent): string {
  return budget === "child" ? `${supervisor}: ${id}` : supervisor;
}

function forgetOldest(known: Map<string, unknown>): void {
  if (known.size <= MAX_SUPERVISORS) return;
  const [oldest] = known.keys();
  known.delete(oldest as string);
}

/**
 * A chain as lines of text, the first cause first.
 *
 * @example
 * ```ts
 * import { createSystem, defineActor, supervisor } from "troupe";
 *
 * await using system = createSystem({ logger: false });
 * const story = new ExitStory(system.telemetry);
 * const Weary = defineActor({ name: "weary", init: () => 0, casts: { quit: (): number => { throw "enough"; } } });
 * const app = await system.start(
 *   supervisor({ id: "app", strategy: "oneForOne", maxRestarts: 0, children: [Weary] }),
 * );
 * const [weary] = await app.call.whichChildren();
 * if (typeof weary?.pid === "object") weary.pid.exit(new Error("enough"));
 * await app.down();
 * formatChain(story.chainTo(app)).map((line) => line.split("\n")[0]);
 * //=> ["weary crashed: Error: enough", "so app (pid 1), which forgives no end, gave up"]
 * ```
 */
export function formatChain(chain: readonly GivenUp[]): readonly string[] {
  return chain.flatMap((link, index) => [...endsOf(link, index > 0), verdictOf(link)]);
}

function verdictOf({ supervisor, child, maxRestarts, periodMs }: GivenUp): string {
  const whom = child === undefined ? "" : `${child} `;
  const restarts = maxRestarts === 1 ? "1 restart" : `${maxRestarts} restarts`;
  const forgives = maxRestarts === 0 ? "no end" : `${restarts} within ${periodMs} ms`;
  return `so ${supervisor}, which forgives ${whom}${forgives}, gave up`;
}

/** @param gaveUp - the last one is the supervisor of the line before */
function endsOf({ ends }: GivenUp, gaveUp: boolean): string[] {
  const ids = [...new Set(ends.map(({ id }) => id))];
  // The child that was too much comes last, beside the supervisor that had enough.
  const last = ends.at(-1)?.id;
  ids.sort((one, other) => Number(one === last) - Number(other === last));
  return ids.map((id) => {
    const own = ends.filter((end) => end.id === id);
    const times = own.length === 1 ? "" : ` ${own.length} times`;
    if (!gaveUp || id !== last) return endText(own.at(-1) as ChildEnd, times);
    return own.every(({ reason }) => isOrderly(reason))
      ? `${id} gave up${times}`
      : `${id} ended${times}, the last time by giving up`;
  });
}

function endText({ id, reason, doing }: ChildEnd, times: string): string {
  const lastly = times === "" ? "" : ", the last time";
  if (isOrderly(reason)) return `${id} ended${times}${lastly} by ${formatReason(reason)}`;
  const while_ = doing === undefined ? "" : ` while ${doing}`;
  const glue = while_ === "" && lastly !== "" ? " by" : "";
  return `${id} crashed${times}${lastly}${while_}${glue}: ${thrownIn(reason)}`;
}

/** What ended a process, with the user's own lines of the stack. */
export function thrownIn(reason: ExitReason): string {
  return reason.kind === "error" ? stackOf(reason.error) : formatReason(reason);
}
