/**
 * Kills pages, connections, registries, worker threads, pools, connections to the database, and once the database
 * itself, while the audit is at work. The system tells who is there, who starts and who ends.
 *
 * @module
 */

import { defineActor, type Pid, reply } from "troupe";
import type { EmbeddedPostgres } from "./embedded-postgres.ts";
import { count } from "./report.ts";

/** What is killed: a `client` is a connection to Postgres, the `server` is the Postgres that the audit started. */
export type VictimKind = "page" | "connection" | "registry" | "thread" | "pool" | "client" | "server";

/** What can be killed. */
export interface Victim {
  exit(reason: "kill"): void;
}

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
  /** Who is connected to the database at the moment. */
  readonly clients: ReadonlySet<Victim>;
  /** Kills the database too, once: only who started it may. */
  readonly killsServer: boolean;
}

type News =
  | { readonly type: "started"; readonly pid: Pid; readonly label: string }
  | { readonly type: "exited"; readonly pid: Pid; readonly label: string }
  | { readonly type: "restarted" };

interface ChaosState {
  readonly options: ChaosOptions;
  readonly random: () => number;
  readonly living: Readonly<Record<Exclude<VictimKind, "client">, Set<Pid>>>;
  readonly killed: Record<VictimKind, number>;
  /** Threads that were killed and have no successor yet; a pool starts one when it needs one. */
  missingThreads: number;
  /** Kills that are due but had no victim yet, oldest first. */
  readonly due: VictimKind[];
  pages: number;
  restarts: number;
}

/** The names of the definitions that are killed. */
const KINDS: Readonly<Record<string, Exclude<VictimKind, "client">>> = {
  page: "page",
  "http2-connection": "connection",
  "http-client": "connection",
  names: "registry",
  connections: "registry",
  reader: "thread",
  database: "pool",
  readers: "pool",
  "embedded-postgres": "server",
};

/** Who is chosen how often, of twelve; threads take longest to come back. */
const DRAWS: readonly VictimKind[] = [
  ...Array<VictimKind>(5).fill("page"),
  ...Array<VictimKind>(3).fill("connection"),
  "registry",
  "thread",
  "pool",
  "client",
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
      pool: new Set(),
      server: new Set(),
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
      killed: { page: 0, connection: 0, registry: 0, thread: 0, pool: 0, client: 0, server: 0 },
      missingThreads: 0,
      due: [
        ...shuffle(["page", "connection", "registry", "thread", "pool", "client"] as const, random),
        ...(options.killsServer ? ["server" as const] : []),
      ],
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

function kindOf(label: string): Exclude<VictimKind, "client"> | undefined {
  return KINDS[label.split(" ", 1)[0]!];
}

function welcome(chaos: ChaosState, kind: Exclude<VictimKind, "client">, pid: Pid): void {
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
  const { due, living, killed, random, options } = chaos;
  for (const kind of due.splice(0)) {
    const candidates: readonly Victim[] = [...(kind === "client" ? options.clients : living[kind])];
    const victim = candidates[Math.floor(random() * candidates.length)];
    if (victim === undefined) {
      due.push(kind);
      continue;
    }
    if (kind !== "client") living[kind].delete(victim as Pid);
    killed[kind] += 1;
    if (kind === "thread") chaos.missingThreads += 1;
    if (kind === "server") killServer(victim as Pid<typeof EmbeddedPostgres>);
    else victim.exit("kill");
  }
}

/** The program, not the process that owns it: nothing is written down, nobody is told. */
function killServer(owner: Pid<typeof EmbeddedPostgres>): void {
  const shoot = (id: number | undefined): void => {
    if (id !== undefined) process.kill(id, "SIGKILL");
  };
  // One that is gone already needs no killing.
  owner.call
    .processId()
    .then(shoot)
    .catch(() => undefined);
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

const NAMES: Readonly<Record<VictimKind, readonly [one: string, many: string]>> = {
  page: ["page", "pages"],
  connection: ["connection", "connections"],
  registry: ["registry", "registries"],
  thread: ["thread", "threads"],
  pool: ["pool", "pools"],
  client: ["database client", "database clients"],
  server: ["database", "databases"],
};

/** The toll in one line. */
export function formatToll({ killed, restarts }: Toll): string {
  const names = Object.entries(NAMES) as [VictimKind, readonly [string, string]][];
  const total = names.reduce((sum, [kind]) => sum + killed[kind], 0);
  const kinds = names.map(([kind, [one, many]]) => count(killed[kind], one, many)).join(", ");
  return `chaos: killed ${count(total)} (${kinds}); ${count(restarts, "restart", "restarts")} followed`;
}
