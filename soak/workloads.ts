import type { Workload } from "./workload.ts";
import { calls } from "./workloads/calls.ts";
import { checkout } from "./workloads/checkout.ts";
import { crashes } from "./workloads/crashes.ts";
import { groups } from "./workloads/groups.ts";
import { loans } from "./workloads/loans.ts";
import { names } from "./workloads/names.ts";
import { routing } from "./workloads/routing.ts";
import { tasks } from "./workloads/tasks.ts";
import { ties } from "./workloads/ties.ts";

/** All workloads, in the order in which they are played. */
export const WORKLOADS: readonly Workload[] = [
  crashes,
  calls,
  ties,
  names,
  routing,
  checkout,
  loans,
  tasks,
  groups,
];
