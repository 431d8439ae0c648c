/**
 * The tree of processes, and what each of them is handed.
 *
 * ```text
 * link-audit             restForOne: what comes later stands on what comes first
 * ├─ registries          oneForOne: one that is killed comes back with all it knew
 * │  ├─ names            unique: who works on which page, and the audit itself
 * │  └─ connections      duplicate: who is connected, to the input or to elsewhere
 * ├─ chaos               when asked for
 * ├─ services            oneForOne, with backoff
 * │  ├─ embedded-postgres, origin
 * │  └─ database, readers ─ reader …          pools to check out from
 * ├─ links               oneForOne
 * │  └─ connection-1 …                        a pool to route to
 * └─ work                restForOne
 *    ├─ progress, ledger-owner
 *    └─ audit ─ pages ─ page …                dynamic
 * ```
 *
 * @module
 */

import { type ChildSpec, createRegistry, type Name, type System, supervisor } from "troupe";
import { Audit, type AuditPlan } from "./audit.ts";
import { IN_PEACE, UNDER_FIRE } from "./budget.ts";
import { Chaos } from "./chaos.ts";
import { createInspector } from "./inspector.ts";
import { Ledger } from "./ledger.ts";
import { LedgerOwner } from "./ledger-owner.ts";
import type { AuditParts } from "./parts.ts";
import { Progress } from "./progress.ts";
import { planLinks, planServices } from "./services.ts";
import { type ConnectionKey, createWeb } from "./web.ts";

/** The tree to start, and the name to talk to. */
export interface AuditTree {
  readonly root: ChildSpec;
  readonly chaos: Name<typeof Chaos>;
}

/** One kill for so many pages that start. */
const PAGES_PER_KILL = 8;

/** Milliseconds for one answer of the server of a folder. */
const OWN_SERVER_MS = 60_000;

/** Pages at work at once: our own server is not spared, others are. */
const MAX_RUNNING = { folder: 64, site: 16 } as const;

/** Plans the tree; nothing is started yet. */
export function planTree(system: System, parts: AuditParts): AuditTree {
  const { settings, input, database } = parts;
  const names = createRegistry<string>(system, { name: "names", keys: "unique" });
  const connections = createRegistry<ConnectionKey>(system, { name: "connections", keys: "duplicate" });
  const audit = names.via(Audit, "audit");
  const chaos = names.via(Chaos, "chaos");
  const progress = names.via(Progress, "progress");

  const services = planServices(system, parts);
  const ledger = new Ledger(services.database, database.schema);
  // Our own server is slow only when the machine is.
  const timeoutMs = input.folder === undefined ? settings.timeoutMs : OWN_SERVER_MS;
  const limits = { timeoutMs, maxBytes: settings.maxBytes };
  const ask = createWeb(connections, input.scope, input.protocol, limits);
  const inspector = { scope: input.scope, ask, readers: services.readers, checksOutside: settings.external };
  const plan: AuditPlan = {
    entries: input.entries,
    ledger,
    inspect: createInspector(inspector),
    pages: names,
    desk: audit,
    progress,
    announce: parts.announce,
    maxRunning: MAX_RUNNING[input.scope.kind],
    maxPages: settings.maxPages,
    ...UNDER_FIRE,
  };
  const work = supervisor({
    id: "work",
    strategy: "restForOne",
    ...IN_PEACE,
    children: [
      Progress.child(parts.progress, { name: progress }),
      // A server of our own goes with all it holds.
      ...(database.server === undefined ? [LedgerOwner.child(ledger)] : []),
      Audit.child(plan, { name: audit }),
    ],
  });
  // Listens before there is anybody to shoot at.
  const shots = Chaos.child(
    {
      seed: settings.seed,
      pagesPerKill: PAGES_PER_KILL,
      clients: services.clients,
      killsServer: database.server !== undefined,
    },
    { name: chaos },
  );
  const root = supervisor({
    id: "link-audit",
    strategy: "restForOne",
    ...IN_PEACE,
    children: [
      supervisor({ id: "registries", strategy: "oneForOne", ...UNDER_FIRE, children: [names, connections] }),
      ...(settings.chaos ? [shots] : []),
      services.supervisor,
      planLinks(parts, connections),
      work,
    ],
  });
  return { root, chaos };
}
