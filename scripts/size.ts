/** What programs weigh that import from `dist`, and the limits that hold it. */
import { resolve } from "node:path";
import { type Bundle, bundle } from "../benchmarks/contender/bundle.ts";

/** A program, and the bytes that it may weigh, minified and gzipped. */
export interface Weighed {
  /** What it imports from the core entry. */
  readonly imports: readonly string[] | "all";
  readonly limitBytes: number;
}

const ACTORS = ["createSystem", "defineActor"];
const SUPERVISED = [...ACTORS, "createRegistry", "supervisor"];

/** What is held, a little above what it weighs: a part that gets heavier is meant to, or it is found here. */
export const WEIGHED: readonly Weighed[] = [
  { imports: ACTORS, limitBytes: 30_800 },
  { imports: SUPERVISED, limitBytes: 47_300 },
  { imports: [...SUPERVISED, "createRoutingPool", "createCheckoutPool"], limitBytes: 64_200 },
  { imports: "all", limitBytes: 77_400 },
];

/** All that the core entry may import: on another platform not even this. */
const OUTSIDE = "node:async_hooks";

/** Weighs a program that imports this from the built core entry. */
export function weigh({ imports }: Weighed): Promise<Bundle> {
  const names = imports === "all" ? "*" : `{ ${imports.join(", ")} }`;
  return bundle(`export ${names} from ${JSON.stringify(resolve("dist/index.js"))};`);
}

/** Why a program may not be what it is; none when all is well. */
export function faultsOf({ limitBytes }: Weighed, { bytes, outside }: Bundle): string[] {
  const faults = outside.filter((name) => name !== OUTSIDE).map((name) => `it imports ${name}`);
  if (bytes > limitBytes) faults.push("it is heavier than it may be; scripts/size.ts has the limits");
  return faults;
}

/** One line for a program: its weight, its limit, and what it imports. */
export function lineOf({ imports, limitBytes }: Weighed, { bytes }: Bundle): string {
  const what = imports === "all" ? "all of it" : imports.join(", ");
  return `${bytes.toLocaleString("en")} bytes (limit ${limitBytes.toLocaleString("en")}): ${what}`;
}
