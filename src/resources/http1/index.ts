export { http1 } from "./http1.ts";
export type { Http1ClientOptions, Http1Options } from "./http1-options.ts";
