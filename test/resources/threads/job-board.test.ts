import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIRST_ID, JobBoard, nextJobId } from "../../../src/resources/threads/job-board.ts";

/** The two sides of one board, as a thread and its owner have them. */
function bothSides(maxJobs = 8) {
  const memory = JobBoard.memory(maxJobs);
  return { owner: new JobBoard(memory), thread: new JobBoard(memory) };
}

describe("JobBoard", () => {
  it("has every job either begun or withdrawn, in whatever order the two sides act", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7), { maxLength: 16 }), fc.nat(8), (withdrawn, upTo) => {
        const { owner, thread } = bothSides();
        const early = withdrawn.filter((_, at) => at % 2 === 0).map((id) => id + 1);
        const late = withdrawn.filter((_, at) => at % 2 === 1).map((id) => id + 1);
        expect(early.every((id) => owner.withdraw(id))).toBe(true);
        for (let id = 1; id <= upTo; id += 1) expect(thread.begin(id)).toBe(!early.includes(id));
        for (const id of late) expect(owner.withdraw(id)).toBe(id > upTo);
        for (let id = upTo + 1; id <= 8; id += 1)
          expect(thread.begin(id)).toBe(!early.includes(id) && !late.includes(id));
      }),
    );
  });

  it("shows whose handler holds the thread", () => {
    const { owner, thread } = bothSides();
    thread.begin(3);
    expect([owner.isInside(3), owner.isInside(2)]).toEqual([true, false]);
    thread.leave();
    expect([owner.isInside(3), owner.hasBegun(3), owner.hasBegun(4)]).toEqual([false, true, false]);
  });

  it("knows which job is the later one after the largest id too", () => {
    const { owner, thread } = bothSides();
    const last = 2 ** 31 - 1;
    thread.begin(last);
    expect([owner.hasBegun(last - 1), owner.hasBegun(nextJobId(last))]).toEqual([true, false]);
    expect(owner.withdraw(nextJobId(last))).toBe(true);
    expect(thread.begin(nextJobId(last))).toBe(false);
  });

  it("takes no more memory than for 4,096 jobs", () => {
    expect(JobBoard.memory(2 ** 30).byteLength).toBe(4 * 4_098);
  });
});

describe("nextJobId", () => {
  it.each([
    [FIRST_ID, 2],
    [2 ** 31 - 1, -(2 ** 31)],
    [-1, FIRST_ID],
  ])("of %d is %d", (id, after) => {
    expect(nextJobId(id)).toBe(after);
  });
});
