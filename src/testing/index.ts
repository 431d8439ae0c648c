export { type TestSystem, testSystem } from "./test-system.ts";
export type { TestSystemOptions } from "./test-options.ts";
