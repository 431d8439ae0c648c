import { describe, expect, it } from "vitest";
import { Aborts } from "../../src/actors/aborts.ts";
import { ActorError, type Handled } from "../../src/core/errors.ts";
import { hedge } from "../../src/pools/hedging.ts";

/** A request whose members answer when the test says so. */
function setup({
  hasSecond = true,
  isBroken = false,
  signal,
}: {
  hasSecond?: boolean;
  isBroken?: boolean;
  signal?: AbortSignal;
} = {}) {
  const asked: { signal: AbortSignal; answer: (value: string) => void; fail: (error: unknown) => void }[] =
    [];
  const ask = (own: AbortSignal): Promise<string> =>
    new Promise((answer, fail) => {
      asked.push({ signal: own, answer, fail });
      own.addEventListener("abort", () => fail(own.reason));
    });
  let due!: () => void;
  const promise = hedge({
    first: ask,
    second: () => {
      if (isBroken) throw new ActorError("ERR_BAD_STRATEGY", "no", "the strategy threw");
      return hasSecond ? ask : undefined;
    },
    due: new Promise<void>((resolve) => {
      due = resolve;
    }),
    signal,
    aborts: new Aborts(),
  });
  const turn = () => Promise.resolve();
  return { asked, promise, due: () => (due(), turn()) };
}

const errorOf = (handled: Handled) => new ActorError("ERR_DISCONNECTED", handled, handled);

describe("hedge", () => {
  it("asks nobody else when the first answers in time", async () => {
    const { asked, promise, due } = setup();
    asked[0]!.answer("first");
    expect(await promise).toBe("first");
    await due();
    expect(asked).toHaveLength(1);
  });

  it("takes what comes first and aborts the other", async () => {
    const { asked, promise, due } = setup();
    await due();
    asked[1]!.answer("second");
    expect(await promise).toBe("second");
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  it("aborts the second when the first answers after all", async () => {
    const { asked, promise, due } = setup();
    await due();
    asked[0]!.answer("first");
    expect(await promise).toBe("first");
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([false, true]);
  });

  it("fails with the first that fails before the second is asked", async () => {
    const { asked, promise, due } = setup();
    asked[0]!.fail(new Error("lost"));
    await expect(promise).rejects.toThrow("lost");
    await due();
    expect(asked).toHaveLength(1);
  });

  it("waits for the other when one fails", async () => {
    const { asked, promise, due } = setup();
    await due();
    asked[0]!.fail(new Error("lost"));
    asked[1]!.answer("second");
    expect(await promise).toBe("second");
  });

  it.each([
    { handled: ["unknown", "no"], told: "unknown" },
    { handled: ["no", "unknown"], told: "unknown" },
    { handled: ["no", "no"], told: "no" },
  ] as const)("says of two failures, $handled, that it was handled: $told", async ({ handled, told }) => {
    const { asked, promise, due } = setup();
    await due();
    for (const [at, each] of handled.entries()) asked[at]!.fail(errorOf(each));
    await expect(promise).rejects.toMatchObject({ handled: told });
  });

  it("goes on with the first when there is nobody else", async () => {
    const { asked, promise, due } = setup({ hasSecond: false });
    await due();
    asked[0]!.answer("first");
    expect(await promise).toBe("first");
  });

  it("goes on with the first when the second cannot be picked", async () => {
    const { asked, promise, due } = setup({ isBroken: true });
    await due();
    asked[0]!.answer("first");
    expect(await promise).toBe("first");
  });

  it("ends both when its caller aborts, and one that is asked of nobody yet never is", async () => {
    const controller = new AbortController();
    const { asked, promise, due } = setup({ signal: controller.signal });
    await due();
    controller.abort(new Error("enough"));
    await expect(promise).rejects.toThrow("enough");
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    const early = setup({ signal: controller.signal });
    await expect(early.promise).rejects.toThrow("enough");
    await early.due();
    expect(early.asked).toHaveLength(1);
  });

  it("ends what it has begun with a signal that cannot be listened to", async () => {
    const { signal } = new AbortController();
    signal.addEventListener = () => {
      throw new Error("not here");
    };
    const { asked, promise, due } = setup({ signal });
    await expect(promise).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    await due();
    expect(asked.map((each) => each.signal.aborted)).toEqual([true]);
  });
});
