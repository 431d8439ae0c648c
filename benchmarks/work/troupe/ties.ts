import { type CallSelf, type Down, defineActor, type Exit, type Pid, type PidOf, reply } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { system } from "./driver.ts";

let heard = 0;
let allHeard = (): void => undefined;
let awaited = 0;
const hear = (): void => {
  heard += 1;
  if (heard === awaited) allHeard();
};

/** Hears of deaths and lives on. */
const Survivor = defineActor({
  name: "survivor",
  init: () => 0,
  calls: {
    link: (state, pid: Pid, self: CallSelf<boolean>) => {
      self.link(pid);
      return reply(true, state);
    },
    monitor: (state, pid: Pid, self: CallSelf<boolean>) => {
      self.monitor(pid);
      return reply(true, state);
    },
  },
  exit: (state, _exit: Exit) => {
    hear();
    return state;
  },
  down: (state, _down: Down) => {
    hear();
    return state;
  },
});

interface Tying {
  readonly others: readonly Pid[];
  readonly times: number;
}

/** Makes ties to others in turn, one after the other. */
const Tier = defineActor({
  name: "tier",
  init: () => 0,
  calls: {
    link: (state, { others, times }: Tying, self: CallSelf<number>) => {
      for (let i = 0; i < times; i += 1) {
        const other = others[i % others.length]!;
        self.link(other);
        self.unlink(other);
      }
      return reply(times, state);
    },
    monitor: (state, { others, times }: Tying, self: CallSelf<number>) => {
      let active = 0;
      for (let i = 0; i < times; i += 1)
        if (self.demonitor(self.monitor(others[i % others.length]!))) active += 1;
      return reply(active, state);
    },
  },
  exit: (state) => state,
});

type Kind = "link" | "monitor";

/** A `Set` of V8's keeps what was deleted in its chains: the same few that come and go among very many make those long. */
const GUESTS = 20_000;

const idle = (): Pid => system.spawn(async (self) => void (await self.receive()));

async function survivors(size: number) {
  const all: PidOf<typeof Survivor>[] = [];
  while (all.length < size) all.push(await system.start(Survivor));
  return all;
}

/** One tie more of a process that has so many, and away again: a link to others in turn, or a monitor on it. */
export async function tyingAmong(size: number, kind: Kind): Promise<Work> {
  const tier = await system.start(Tier);
  const tied: Pid = kind === "link" ? tier : idle();
  for (const other of await survivors(size)) await other.call[kind](tied);
  const guests = kind === "link" ? Array.from({ length: GUESTS }, idle) : [tied];
  let at = 0;
  return {
    async run(operations) {
      let done = 0;
      // In bursts, as a handler would: a handler that never ends would hold up everybody.
      while (done < operations) {
        const times = Math.min(1_000, operations - done);
        done += await tier.call[kind]({ others: guests.slice(at, at + 1_000), times });
        at = at + 1_000 < guests.length ? at + 1_000 : 0;
      }
      return done;
    },
    settle: () => expectSame("tied", tiesOf(tied, kind), size),
  };
}

/** A process with so many ties dies, and everybody has heard of it. */
export async function deathAmong(size: number, kind: Kind): Promise<Work> {
  const others = await survivors(size);
  return {
    async run(operations) {
      [heard, awaited] = [0, 0];
      let tookMs = 0;
      while (awaited < operations) {
        const mortal = idle();
        await Promise.all(others.map((other) => other.call[kind](mortal)));
        awaited += size;
        const done = new Promise<void>((resolve) => {
          allHeard = resolve;
        });
        const begunMs = performance.now();
        mortal.exit("kill");
        await done;
        tookMs += performance.now() - begunMs;
      }
      return { counted: heard, figure: heard / (tookMs / 1_000) };
    },
  };
}

function tiesOf(pid: Pid, kind: Kind): number | undefined {
  const process = system.processes().find((one) => one.pid === pid);
  return kind === "link" ? process?.linkCount : process?.monitoredByCount;
}
