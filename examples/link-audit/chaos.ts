/**
 * Kills pages, connections, registries and worker threads while the audit is at work. It needs nobody's help: the
 * system tells who is there, who starts and who ends.
 *
 * @module
 */

import { defineActor, type Pid, reply } from "troupe";
import { count } from "./report.ts";

/** What is killed. */
export type VictimKind = "page" | "connection" | "registry" | "thread";

/** What chaos has done. */
export interface Toll {
  readonly killed: Readonly<Record<VictimKind, number>>;
  readonly restarts: number;
}

/** How chaos is started. */
export interface ChaosOptions {
  readonly seed: number;
  /** One kill for so many pages that start. */
  readonly pagesPerKill: number;
}

type News =
  | { readonly type: "started"; readonly pid: Pid; readonly label: string }
  | { readonly type: "exited"; readonly pid: Pid; readonly label: string }
  | { readonly type: "restarted" };

interface ChaosState {
  readonly options: ChaosOptions;
  readonly random: () => number;
  readonly living: Readonly<Record<VictimKind, Set<Pid>>>;
  readonly killed: Record<VictimKind, number>;
  /** Threads that were killed and have no successor yet; a pool starts one when it needs one. */
  missingThreads: number;
  /** Kills that are due but had no victim yet, oldest first. */
  readonly due: VictimKind[];
  pages: number;
  restarts: number;
}

/** The names of the definitions that are killed. */
const KINDS: Readonly<Record<string, VictimKind>> = {
  page: "page",
  "http2-connection": "connection",
  "http-client": "connection",
  names: "registry",
  connections: "registry",
  reader: "thread",
};

/** Who is chosen how often, of ten; threads take longest to come back. */
const DRAWS: readonly VictimKind[] = [
  ...Array<VictimKind>(5).fill("page"),
  ...Array<VictimKind>(3).fill("connection"),
  "registry",
  "thread",
];

/** Kills by a seeded choice; all kinds come first once. */
export const Chaos = defineActor({
  name: "chaos",
  init: (options: ChaosOptions, self): ChaosState => {
    const { telemetry } = self.system;
    const living: ChaosState["living"] = {
      page: new Set(),
      connection: new Set(),
      registry: new Set(),
      thread: new Set(),
    };
    // What everything else stands on has started before.
    for (const { pid, label } of self.system.processes()) {
      const kind = kindOf(label);
      if (kind !== undefined) living[kind].add(pid);
    }
    const listeners = [
      telemetry.on("process:started", ({ pid, label }) => self.send({ type: "started", pid, label })),
      telemetry.on("process:exited", ({ pid, label }) => self.send({ type: "exited", pid, label })),
      telemetry.on("child:restarted", () => self.send({ type: "restarted" })),
    ];
    self.own(listeners, (offs) => {
      for (const off of offs) off();
    });
    const random = createRandom(options.seed);
    return {
      options,
      random,
      living,
      killed: { page: 0, connection: 0, registry: 0, thread: 0 },
      missingThreads: 0,
      due: shuffle(["page", "connection", "registry", "thread"], random),
      pages: 0,
      restarts: 0,
    };
  },
  calls: {
    toll: (chaos) => {
      const toll: Toll = { killed: { ...chaos.killed }, restarts: chaos.restarts };
      return reply(toll, chaos);
    },
  },
  info: (chaos, news: News) => {
    if (news.type === "restarted") {
      chaos.restarts += 1;
      return chaos;
    }
    const kind = kindOf(news.label);
    if (kind === undefined) return chaos;
    if (news.type === "exited") chaos.living[kind].delete(news.pid);
    else welcome(chaos, kind, news.pid);
    // Nobody is shot before there is work.
    if (chaos.pages > 0) killDue(chaos);
    return chaos;
  },
});

function kindOf(label: string): VictimKind | undefined {
  return KINDS[label.split(" ", 1)[0]!];
}

function welcome(chaos: ChaosState, kind: VictimKind, pid: Pid): void {
  chaos.living[kind].add(pid);
  if (kind === "thread" && chaos.missingThreads > 0) {
    chaos.missingThreads -= 1;
    chaos.restarts += 1;
  }
  if (kind === "page" && ++chaos.pages % chaos.options.pagesPerKill === 0) {
    chaos.due.push(DRAWS[Math.floor(chaos.random() * DRAWS.length)]!);
  }
}

/** Carries out what is due, as far as there are victims. */
function killDue(chaos: ChaosState): void {
  const { due, living, killed, random } = chaos;
  for (const kind of due.splice(0)) {
    const candidates = [...living[kind]];
    const victim = candidates[Math.floor(random() * candidates.length)];
    if (victim === undefined) {
      due.push(kind);
      continue;
    }
    living[kind].delete(victim);
    killed[kind] += 1;
    if (kind === "thread") chaos.missingThreads += 1;
    victim.exit("kill");
  }
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0]!);
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The toll in one line. */
export function formatToll({ killed, restarts }: Toll): string {
  const total = killed.page + killed.connection + killed.registry + killed.thread;
  const kinds = [
    count(killed.page, "page", "pages"),
    count(killed.connection, "connection", "connections"),
    count(killed.registry, "registry", "registries"),
    count(killed.thread, "thread", "threads"),
  ].join(", ");
  const all = count(total, "process", "processes");
  return `chaos: killed ${all} (${kinds}); ${count(restarts, "restart", "restarts")} followed`;
}
