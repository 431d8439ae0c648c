/**
 * The suites that `npm run explore` plays, each with the bugs that it has to find.
 *
 * @module
 */
import type { Scenario } from "troupe/testing";
import { MACHINE_MUTANTS } from "./machine-mutants.ts";
import { MACHINE_SCENARIOS } from "./machine-scenarios.ts";
import { type Edit, MUTANTS, REGISTRY_MUTANTS } from "./mutants.ts";
import { POOL_MUTANTS } from "./pool-mutants.ts";
import { POOL_SCENARIOS } from "./pool-scenarios.ts";
import { REGISTRY_SCENARIOS } from "./registry-scenarios.ts";
import { ROUTING_MUTANTS } from "./routing-mutants.ts";
import { ROUTING_SCENARIOS } from "./routing-scenarios.ts";
import { SCENARIOS } from "./scenarios.ts";
import { SUPERVISOR_MUTANTS } from "./supervisor-mutants.ts";
import { SUPERVISOR_SCENARIOS } from "./supervisor-scenarios.ts";

/** Scenarios and mutants, by name. */
export interface Suite {
  readonly scenarios: Readonly<Record<string, Scenario>>;
  readonly mutants: Readonly<Record<string, readonly Edit[]>>;
}

/** By the name under which they are chosen. */
export const SUITES: Readonly<Record<string, Suite>> = {
  processes: { scenarios: SCENARIOS, mutants: MUTANTS },
  registry: { scenarios: REGISTRY_SCENARIOS, mutants: REGISTRY_MUTANTS },
  pools: {
    scenarios: { ...POOL_SCENARIOS, ...ROUTING_SCENARIOS },
    mutants: { ...POOL_MUTANTS, ...ROUTING_MUTANTS },
  },
  machines: { scenarios: MACHINE_SCENARIOS, mutants: MACHINE_MUTANTS },
  supervisor: { scenarios: SUPERVISOR_SCENARIOS, mutants: SUPERVISOR_MUTANTS },
};
