import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { nodeFlags } from "./node-contender.ts";
import { oneScheduler } from "./otp-contender.ts";

/** Where and with what a table was measured; no host names. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly node: string;
  readonly v8: string;
  readonly flags: { readonly node: readonly string[]; readonly otp: string };
  readonly rounds: number;
  readonly roundMs: number;
  /** Versions by name: ours, `otp`, `elixir`, and the packages that took part. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Describes this machine and what runs on it. */
export function describeMachine(
  run: Pick<Machine, "rounds" | "roundMs">,
  versions: Readonly<Record<string, string | undefined>>,
): Machine {
  const known = Object.entries(versions).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release().split("-")[0]} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    flags: { node: nodeFlags, otp: oneScheduler },
    rounds: run.rounds,
    roundMs: run.roundMs,
    versions: Object.fromEntries(known),
  };
}
