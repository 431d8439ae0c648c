import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import type { Attribution, FaultOwner } from "../../src/core/attribution.ts";

/** What an implementation can do. */
export interface AttributionAbilities {
  /** Names owners. One that cannot answers `undefined` always, and does everything else all the same. */
  readonly knowsOwners: boolean;
}

/** What an attribution owes the kernel. */
export function attributionContract(
  name: string,
  attribution: Attribution,
  { knowsOwners }: AttributionAbilities,
): void {
  const known = (owner: FaultOwner | undefined) => (knowsOwners ? owner : undefined);

  describe(`${name} honours the attribution contract`, () => {
    it("knows nobody in plain code", () => {
      expect(attribution.current()).toBeUndefined();
    });

    it("answers what the work answers, throws what it throws, and is where it was afterwards", () => {
      const owner = anOwner();
      for (const enter of waysIn(attribution, owner)) {
        expect(enter(() => "answer")).toBe("answer");
        expect(() =>
          enter(() => {
            throw new RangeError("boom");
          }),
        ).toThrow(RangeError);
        expect(attribution.current()).toBeUndefined();
      }
      expect(attribution.outside(() => "answer")).toBe("answer");
      expect(() =>
        attribution.outside(() => {
          throw new RangeError("boom");
        }),
      ).toThrow(RangeError);
      expect(owner.faults).toEqual([]);
    });

    it(`${knowsOwners ? "names" : "does not name"} the owner inside, across awaits, and not outside`, async () => {
      const owner = anOwner();
      for (const enter of waysIn(attribution, owner)) {
        const seen: (FaultOwner | undefined)[] = [];
        await enter(async () => {
          seen.push(attribution.current());
          await null;
          seen.push(attribution.current());
          await new Promise((resolve) => setImmediate(resolve));
          seen.push(attribution.current());
          seen.push(attribution.outside(() => attribution.current()));
        });
        expect(seen).toEqual([known(owner), known(owner), known(owner), undefined]);
      }
    });

    it("names the innermost of several owners", () => {
      const [outer, inner] = [anOwner(), anOwner()];
      for (const enterOuter of waysIn(attribution, outer)) {
        for (const enterInner of waysIn(attribution, inner)) {
          const seen = enterOuter(() => [
            enterInner(() => attribution.current()),
            attribution.outside(() => enterInner(() => attribution.current())),
            attribution.current(),
          ]);
          expect(seen).toEqual([known(inner), known(inner), known(outer)]);
        }
      }
    });

    it("is outside of an owner that was entered outside, and back in it afterwards", () => {
      const owner = anOwner();
      for (const enter of waysIn(attribution, owner)) {
        const seen = attribution.outside(() =>
          enter(() => [attribution.outside(() => attribution.current()), attribution.current()]),
        );
        expect(seen).toEqual([undefined, known(owner)]);
      }
    });

    it("enters a scope as often as is asked, with what it is given", () => {
      const owner = anOwner();
      const scope = attribution.scope(owner);
      if (!knowsOwners) return expect(scope).toBeUndefined();
      const who = { name: "self" };
      const work = function (this: object, argument: number): unknown {
        return [this, argument, attribution.current()];
      };
      for (const argument of [1, 2, 3]) {
        expect(scope?.runInAsyncScope(work, who, argument)).toEqual([who, argument, owner]);
      }
    });

    it("hands what is entered its owner and the argument", () => {
      const owner = anOwner();
      const work = (who: FaultOwner, argument: number) => [who, argument, attribution.current()];
      expect(attribution.enter(owner, work, 7)).toEqual([owner, 7, known(owner)]);
    });

    it("leaves nothing of the host's own context outside, nor in what begins", () => {
      const storage = new AsyncLocalStorage<string>();
      const seen = storage.run("the request's", () => [
        attribution.outside(() => storage.getStore()),
        attribution.enter(anOwner(), () => storage.getStore(), undefined),
      ]);
      const left = knowsOwners ? undefined : "the request's";
      expect(seen).toEqual([left, left]);
    });

    it("may be installed by any number of systems, and listens to nothing of the host's", () => {
      const before = listeners();
      attribution.install();
      const { emit } = process;
      attribution.install();
      expect(process.emit).toBe(emit);
      expect(listeners()).toEqual(before);
    });
  });
}

/** An owner that writes down its faults. */
export function anOwner(): FaultOwner & { readonly faults: unknown[] } {
  const faults: unknown[] = [];
  return { faults, fault: (error) => void faults.push(error) };
}

/** How many listen for faults of the host. */
function listeners(): readonly number[] {
  return [process.listenerCount("uncaughtException"), process.listenerCount("unhandledRejection")];
}

type Enter = <R>(work: () => R) => R;

/** All ways into an owner's context; where there are no scopes, without that one. */
function waysIn(attribution: Attribution, owner: FaultOwner): readonly Enter[] {
  const scope = attribution.scope(owner);
  const once: Enter = (work) => attribution.run(owner, work);
  const entered: Enter = (work) => attribution.enter(owner, () => work(), undefined);
  if (scope === undefined) return [once, entered];
  return [once, entered, (work) => scope.runInAsyncScope(() => work(), undefined, undefined)];
}
