/**
 * Two actors A and B that do as they are told, under a supervisor, with a witness that monitors both.
 *
 * @module
 */

import { createServer } from "node:net";
import {
  createRegistry,
  createSystem,
  defineActor,
  type ExitReason,
  type Name,
  type Pid,
  reply,
  type Self,
  type System,
  supervisor,
} from "troupe";

/** Something to do in an actor's turn. */
export type Part = (self: Self) => unknown;

/** Does what it is sent, in its own turn. */
export const Player = defineActor({
  name: "player",
  init: (_name: string) => 0,
  calls: {
    nothing: (parts) => reply(parts, parts),
    answers: (parts, part: Part, self) => reply(part(self), parts),
  },
  casts: {
    plays: (parts, part: Part, self) => {
      part(self);
      return parts + 1;
    },
    answers: (_parts, part: Part, self) => part(self) as number,
    awaits: async (parts, part: Part, self) => {
      await part(self);
      return parts + 1;
    },
  },
});

/** What a scene plays on. */
export interface Stage {
  readonly system: System;
  readonly a: Pid<typeof Player>;
  readonly b: Pid<typeof Player>;
}

/** Something that goes wrong: with `boom()`, mostly. `"nothing"` says that no actor hears of it. */
export type Scene = (stage: Stage) => unknown;

/** What a scene came to. */
export interface Outcome {
  /** `lives`, or why it died, and whether its supervisor has started it again. */
  readonly a: string;
  readonly b: string;
  /** What the witness heard, in order. */
  readonly heard: readonly string[];
  /** Faults of the dead. */
  readonly late: readonly string[];
}

/** The fault of every scene. */
export const boom = (): Error => new Error("boom");

/** Milliseconds of patience with a scene of which somebody has to hear. */
const PATIENCE_MS = 10_000;
/** Milliseconds for what follows on what was heard, and for what must not follow. */
const ECHO_MS = 20;

/** Waits in real time; patience that is not needed does not keep the process alive. */
export function after(ms: number, { ref = true }: { readonly ref?: boolean } = {}): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (!ref) timer.unref();
  });
}

/** A port of this machine at which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Plays one scene in a system of its own. */
export async function play(scene: Scene): Promise<Outcome> {
  const system = createSystem({ logger: false });
  const late: string[] = [];
  const heard: string[] = [];
  const { promise: somethingHeard, resolve: hear } = whenHeard();
  system.telemetry.on("fault:late", ({ error }) => {
    late.push(String(error));
    hear();
  });
  const names = createRegistry(system, { keys: "unique" });
  const cast = { a: names.via(Player, "a"), b: names.via(Player, "b") };
  await system.start(
    supervisor({
      strategy: "oneForOne",
      maxRestarts: 5,
      periodMs: 60_000,
      children: [
        names,
        Player.child("a", { id: "a", name: cast.a }),
        Player.child("b", { id: "b", name: cast.b }),
      ],
    }),
  );
  const a = cast.a.whereis() as Pid<typeof Player>;
  const b = cast.b.whereis() as Pid<typeof Player>;
  await system.start(
    witness([a, b], (what) => {
      heard.push(what);
      hear();
    }),
  );
  if ((await scene({ system, a, b })) !== "nothing") {
    await Promise.race([somethingHeard, after(PATIENCE_MS, { ref: false })]);
  }
  await after(ECHO_MS);
  const outcome = { a: await fateOf(a, cast.a), b: await fateOf(b, cast.b), heard, late };
  await system.stop();
  return outcome;
}

/** Plays all of them, one after the other, and prints the outcomes as one line of JSON. */
export async function playAll(scenes: Readonly<Record<string, Scene>>): Promise<void> {
  const outcomes: Record<string, Outcome> = {};
  for (const [name, scene] of Object.entries(scenes)) outcomes[name] = await play(scene);
  process.stdout.write(JSON.stringify(outcomes));
}

/** A reason as one line. */
export function wordFor(reason: ExitReason): string {
  return reason.kind === "error" ? String(reason.error) : reason.kind;
}

function whenHeard(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

function witness(pids: readonly Pid[], tell: (what: string) => void) {
  return defineActor({
    name: "witness",
    init: (_: undefined, self) => {
      for (const pid of pids) self.monitor(pid);
      return null;
    },
    down: (state, { pid, reason }) => {
      tell(`${pid === pids[0] ? "a" : "b"}: ${wordFor(reason)}`);
      return state;
    },
  });
}

/** Whoever is said to live has shown it: it did something after the scene. */
async function fateOf(pid: Pid<typeof Player>, name: Name<typeof Player>): Promise<string> {
  const did = new Promise<boolean>((resolve) => {
    const now = name.whereis();
    if (now === undefined) resolve(false);
    else now.cast.plays(() => resolve(true));
  });
  const isThere = await Promise.race([did, after(PATIENCE_MS, { ref: false }).then(() => false)]);
  if (name.whereis() === pid) return isThere ? "lives" : "hangs";
  return `${wordFor(await pid.down())}${isThere ? ", restarted" : ""}`;
}
