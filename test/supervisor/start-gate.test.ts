import { describe, expect, it } from "vitest";
import type { Step } from "../../src/supervisor/procedure.ts";
import { StartGate } from "../../src/supervisor/start-gate.ts";

/** Steps that are ended by hand, and what has happened. */
function stage(limit: number) {
  const gate = new StartGate(limit, (go) => go());
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const step =
    (name: string): Step<string> =>
    (done) => {
      log.push(`+${name}`);
      ends.set(name, () => done(name));
    };
  const pass = (name: string, isWanted = (): boolean => true) =>
    gate.pass(step(name), isWanted)((ended) => log.push(`-${ended}`));
  return { pass, end: (name: string) => ends.get(name)?.(), news: () => log.splice(0).join(" ") };
}

describe("StartGate", () => {
  it("lets so many steps be under way, and the others in order", () => {
    const { pass, end, news } = stage(2);
    for (const name of ["a", "b", "c", "d"]) pass(name);
    expect(news()).toBe("+a +b");
    end("b");
    expect(news()).toBe("+c -b");
    end("a");
    end("c");
    end("d");
    expect(news()).toBe("+d -a -c -d");
    pass("e");
    expect(news()).toBe("+e");
  });

  it("never takes a step that is not wanted any more", () => {
    const { pass, end, news } = stage(1);
    pass("a");
    pass("b", () => false);
    pass("c");
    end("a");
    expect(news()).toBe("+a +c -a");
  });

  it("stands in nobody's way without a limit", () => {
    const { pass, news } = stage(Number.POSITIVE_INFINITY);
    for (const name of ["a", "b", "c"]) pass(name);
    expect(news()).toBe("+a +b +c");
  });
});
