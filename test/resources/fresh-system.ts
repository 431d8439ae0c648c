import { onTestFinished } from "vitest";
import type { System } from "../../src/actors/definition.ts";
import { createSystem } from "../../src/actors/system.ts";

/** Waits of a few milliseconds, so that a test sees many attempts. */
export const QUICK = { minMs: 1, maxMs: 8 };

/** A system that is gone when the test is over. */
export function freshSystem(): System {
  const system = createSystem({ messages: "frozen", logger: false });
  onTestFinished(() => system.stop());
  return system;
}
