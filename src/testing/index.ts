export { isDown, isExit, type NextOptions, type Probe, type Probed, probe } from "./probe.ts";
export type { TestSystemOptions } from "./test-options.ts";
export { type TestSystem, testSystem } from "./test-system.ts";
