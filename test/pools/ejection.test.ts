import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEALTHY, type Health, halfOpen, healthAfter, mayEjectOneMore } from "../../src/pools/ejection.ts";

const limits = { failures: 3, ejectMs: 100, maxEjectMs: 300, maxEjectedShare: 0.5 };
const at = (nowMs: number, mayEject = true) => ({ nowMs, mayEject });

/** What comes of these requests in a row: `x` fails, `.` is answered. */
function judged(requests: string, health: Health = HEALTHY, mayEject = true) {
  let verdict = { health, ejectMs: undefined as number | undefined };
  for (const request of requests)
    verdict = healthAfter(verdict.health, request === "x", limits, at(0, mayEject));
  return verdict;
}

describe("healthAfter", () => {
  it.each([
    { requests: "", failures: 0, ejectMs: undefined },
    { requests: "xx", failures: 2, ejectMs: undefined },
    { requests: "xx.", failures: 0, ejectMs: undefined },
    { requests: "xx.xx", failures: 2, ejectMs: undefined },
    { requests: "xxx", failures: 0, ejectMs: 100 },
    { requests: "x.xxx", failures: 0, ejectMs: 100 },
  ])("after $requests: $failures in a row, out for $ejectMs ms", ({ requests, failures, ejectMs }) => {
    expect(judged(requests)).toMatchObject({ health: { failures }, ejectMs });
  });

  it("ejects a member that is half open by one failure, for twice as long each time, up to the most", () => {
    let { health, ejectMs } = judged("xxx");
    const times = [ejectMs];
    for (let round = 0; round < 3; round += 1) {
      ({ health, ejectMs } = healthAfter(halfOpen(health), true, limits, at(0)));
      times.push(ejectMs);
    }
    expect(times).toEqual([100, 200, 300, 300]);
  });

  it("closes by one answer of a member that is half open", () => {
    const { health } = healthAfter(halfOpen(judged("xxx").health), false, limits, at(500));
    expect(health).toMatchObject({ probing: false, failures: 0, backAtMs: 500 });
    expect(judged("xx", health).ejectMs).toBeUndefined();
  });

  it.each([
    { answeredAtMs: 599, ejectMs: 200 },
    { answeredAtMs: 600, ejectMs: 100 },
  ])(
    "begins anew when it has been back for as long as it was out: $answeredAtMs",
    ({ answeredAtMs, ejectMs }) => {
      const back = healthAfter(halfOpen(judged("xxx").health), false, limits, at(500)).health;
      const { health } = healthAfter(back, false, limits, at(answeredAtMs));
      expect(judged("xxx", health).ejectMs).toBe(ejectMs);
    },
  );

  it("ejects nobody who is needed, but remembers", () => {
    const { health, ejectMs } = judged("xxxxx", HEALTHY, false);
    expect([health.failures, ejectMs]).toEqual([5, undefined]);
    expect(judged("x", health).ejectMs).toBe(100);
  });
});

describe("mayEjectOneMore", () => {
  it("leaves one, and never passes the share", () => {
    const counts = fc.record({
      members: fc.nat(20),
      ejected: fc.nat(20),
      share: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(counts, ({ members, ejected, share }) => {
        const may = mayEjectOneMore(ejected, members, share);
        expect(may).toBe(members - ejected > 1 && (ejected + 1) / members <= share);
      }),
    );
    expect([mayEjectOneMore(0, 1, 0.9), mayEjectOneMore(0, 2, 0.5), mayEjectOneMore(1, 2, 0.99)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
