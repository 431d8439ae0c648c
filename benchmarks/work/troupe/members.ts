import { createRegistry, type DuplicateRegistry, type PidOf } from "troupe";
import { expectSame } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

/** So many counters, registered in a duplicate registry under the key "pool". */
export async function openMembers(count: number): Promise<{
  readonly names: DuplicateRegistry<string>;
  readonly members: readonly PidOf<typeof Counter>[];
}> {
  const names = createRegistry(system, { keys: "duplicate" });
  const members: PidOf<typeof Counter>[] = [];
  while (members.length < count) {
    const member = await system.start(Counter, 0);
    expectSame("registered", names.register("pool", member).ok, true);
    members.push(member);
  }
  return { names, members };
}

/** What every member has counted since it was last asked. */
export function takeAll(members: readonly PidOf<typeof Counter>[]): Promise<number[]> {
  return Promise.all(members.map((member) => member.call.take()));
}
