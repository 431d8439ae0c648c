import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { duplicateKeys } from "../../src/registry/admission.ts";
import { Claims } from "../../src/registry/claims.ts";
import type { Entry } from "../../src/registry/entry.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { people } from "./people.ts";

function group(system: TestSystem, size: number) {
  const claims = new Claims<number>({ system, admission: duplicateKeys, label: "group" });
  const pids = people(system, size);
  const entries = pids.map((pid, value) => {
    const made = claims.register("key", pid, value);
    return (made as { readonly entry: Entry<number> }).entry;
  });
  return { claims, pids, entries };
}

describe("Members", () => {
  it("shows who was there before it was made, and who comes", async () => {
    await using system = testSystem();
    const { claims, pids } = group(system, 3);
    const members = claims.members("key");
    claims.register("key", pids[0]!, 3);
    expect([0, 1, 2, 3, 4].map((at) => members.at(at)?.value)).toEqual([0, 1, 2, 3, undefined]);
    expect(members.size).toBe(4);
  });

  it("has every member at one index below its size, whoever leaves", async () => {
    await using system = testSystem();
    const { claims, pids, entries } = group(system, 6);
    const members = claims.members("key");
    for (const gone of [2, 5, 0]) {
      claims.unregister("key", pids[gone]!);
      const shown = Array.from({ length: members.size }, (_, at) => members.at(at)!);
      expect(new Set(shown)).toEqual(new Set(claims.lookup("key")));
      expect(shown.map((entry) => members.indexOf(entry))).toEqual(shown.map((_, at) => at));
      expect(members.indexOf(entries[gone]!)).toBe(-1);
    }
    expect([members.first?.value, members.last?.value]).toEqual([1, 4]);
  });

  it("does not know an entry of another key", async () => {
    await using system = testSystem();
    const { claims, entries } = group(system, 2);
    const [members, others] = [claims.members("key"), claims.members("other")];
    const moved = claims.transfer(entries[0]!, { key: "other" });
    expect([members.indexOf(moved!), others.indexOf(moved!)]).toEqual([-1, 0]);
  });

  it("tells an observer nothing more once it has ended", async () => {
    await using system = testSystem();
    const { claims, pids } = group(system, 1);
    const members = claims.members("key");
    const told: unknown[] = [];
    const end = members.observe({ joined: ({ value }) => told.push(value) });
    claims.register("key", pids[0]!, 1);
    end();
    claims.register("key", pids[0]!, 2);
    expect(told).toEqual([1]);
  });

  it("is one view for all who ask, until the last has closed it", async () => {
    await using system = testSystem();
    const { claims, pids } = group(system, 1);
    const [one, other] = [claims.members("key"), claims.members("key")];
    expect(other).toBe(one);
    one.close();
    claims.register("key", pids[0]!, 1);
    expect(other.size).toBe(2);
    other.close();
    claims.register("key", pids[0]!, 2);
    expect(claims.members("key")).not.toBe(one);
    expect(claims.members("key").size).toBe(3);
  });

  it("counts the claims of owners that are stopping, which it does not show", async () => {
    await using system = testSystem();
    const { claims, pids } = group(system, 2);
    const members = claims.members("key");
    const seen: number[][] = [];
    members.observe({ left: () => seen.push([members.size, members.claims]) });
    (pids[0] as Pid).exit("kill");
    await system.settle();
    expect([seen, members.size, members.claims]).toEqual([[[1, 2]], 1, 1]);
  });
});
