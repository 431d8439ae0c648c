import { describe, expect, it, onTestFinished } from "vitest";
import { ECHO_MS, Interruptions } from "../../src/node/interruptions.ts";

/** Signals as Node tells of them; that the system's own arrive is shown with whole programs. */
function listening() {
  let nowMs = 5;
  const clock = {
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
  const interruptions = new Interruptions(["SIGUSR2", "SIGTERM"], clock);
  onTestFinished(() => interruptions.close());
  const second = (): Promise<string> => Promise.race([interruptions.second, Promise.resolve("none")]);
  return { clock, interruptions, second };
}

describe("Interruptions", () => {
  it("tells the first signal and the second", async () => {
    const { interruptions, second } = listening();
    process.emit("SIGUSR2", "SIGUSR2");
    expect(await interruptions.first).toBe("SIGUSR2");
    expect(await second()).toBe("none");
    process.emit("SIGTERM", "SIGTERM");
    expect(await second()).toBe("SIGTERM");
  });

  it("takes the same signal at once for an echo, and later for a second one", async () => {
    const { clock, second } = listening();
    process.emit("SIGUSR2", "SIGUSR2");
    process.emit("SIGUSR2", "SIGUSR2");
    clock.advance(ECHO_MS - 1);
    process.emit("SIGUSR2", "SIGUSR2");
    expect(await second()).toBe("none");
    clock.advance(1);
    process.emit("SIGUSR2", "SIGUSR2");
    expect(await second()).toBe("SIGUSR2");
  });

  it("listens no longer once it is closed", () => {
    const before = process.listenerCount("SIGUSR2");
    const { interruptions } = listening();
    interruptions.close();
    expect(process.listenerCount("SIGUSR2")).toBe(before);
  });
});
