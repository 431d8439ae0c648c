export { RemoteError, type RemoteFault } from "../errors.ts";
export type { MemberRegistry, Membership } from "../membership.ts";
export { type JobContext, type JobHandler, serve } from "./serve.ts";
export { defineThread, Thread, type ThreadCalls } from "./thread.ts";
export type { ThreadEvent } from "./thread-link.ts";
export type { ThreadOptions } from "./thread-options.ts";
export { Transferring, transfer } from "./transfer.ts";
