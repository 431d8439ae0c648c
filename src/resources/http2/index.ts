export type { Backoff } from "../backoff.ts";
export { DisconnectedError, RemoteError, type RemoteFault, TooLargeError } from "../errors.ts";
export type { MemberRegistry, Membership } from "../membership.ts";
export { type Http2Calls, Http2Connection } from "./http2-connection.ts";
export type { Http2Status, LinkEvent } from "./http2-link.ts";
export type { Http2Options } from "./http2-options.ts";
export type { Http2Request, Http2Response } from "./request.ts";
export type { Http2Protocol } from "./session.ts";
