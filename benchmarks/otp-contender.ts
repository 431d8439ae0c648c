import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { BenchFault } from "./contender/work.ts";
import type { Contender } from "./measure.ts";
import { openRunner, type Program } from "./runner.ts";

const scripts = join(import.meta.dirname, "otp");

/** One scheduler, against our one thread. */
export const oneScheduler = "+S 1:1";

/** The BEAM allows 262,144 processes at once by default; a skynet of a million leaves has more. */
const manyProcesses = ["+P", "2000000"];

/** Rows whose other side is Elixir's `Registry` or `DynamicSupervisor`; the rest is plain Erlang. */
const elixirRows = new Set([
  "register-unregister",
  "lookup",
  "stale-reads",
  "via-call",
  "routed-call",
  "dispatch",
  "start-child",
  "restart",
]);

/** What of the BEAM is on this machine: versions, or undefined where the command is absent. */
export interface Beam {
  readonly otp: string | undefined;
  readonly elixir: string | undefined;
}

/** Asks `erl` and `elixir` for their versions. */
export function findBeam(): Beam {
  const release = 'io:format("~s", [erlang:system_info(otp_release)]), halt().';
  const otp = outputOf("erl", ["-noshell", "-eval", release]);
  return { otp, elixir: otp && outputOf("elixir", ["-e", "IO.write(System.version())"]) };
}

/** Why the BEAM cannot do this row here, or undefined when it can. */
export function whyNotOtp(beam: Beam, rowId: string): string | undefined {
  if (beam.otp === undefined) return "`erl` is not on the path";
  if (elixirRows.has(rowId) && beam.elixir === undefined) return "`elixir` is not on the path";
  return undefined;
}

/**
 * Erlang/OTP on one scheduler.
 *
 * @param target - a folder for the compiled modules
 */
export function otpContender(target: string): Contender {
  let compiled = false;
  return {
    name: "otp",
    open(row) {
      if (!compiled) compileErlang(target);
      compiled = true;
      return openRunner(`${row.id} of otp`, programOf(row.id, target));
    },
  };
}

/** A row that fails says why on its own; no dump is left in the folder of whoever runs it. */
const env = { ERL_CRASH_DUMP_SECONDS: "0" };

function programOf(rowId: string, target: string): Program {
  if (elixirRows.has(rowId)) {
    // With one scheduler nobody reads while the registry cleans up: this row is about who does.
    const schedulers = rowId === "stale-reads" ? [] : ["--erl", oneScheduler];
    return { command: "elixir", args: [...schedulers, join(scripts, "registry.exs"), rowId], env };
  }
  const [flag = "", schedulers = ""] = oneScheduler.split(" ");
  return {
    command: "erl",
    args: [flag, schedulers, ...manyProcesses, "-noshell", "-pa", target, "-run", "bench", "main", rowId],
  };
}

function compileErlang(target: string): void {
  mkdirSync(target, { recursive: true });
  const files = ["bench.erl", "counter.erl", "savina.erl", "dictionary.erl"].map((file) =>
    join(scripts, file),
  );
  const { status, stdout, error } = spawnSync("erlc", ["-o", target, ...files], { encoding: "utf8" });
  if (status !== 0) throw new BenchFault(`erlc: ${error?.message ?? stdout}`);
}

function outputOf(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, [...args], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
