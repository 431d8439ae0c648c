export type { Backoff } from "../backoff.ts";
export { DisconnectedError, RemoteError, type RemoteFault, TooLargeError } from "../errors.ts";
export type { MemberRegistry, Membership } from "../membership.ts";
export type { ConnectionPhase, ReconnectingEvent } from "../reconnecting.ts";
export type { TcpAddress } from "../tcp-address-options.ts";
export type { Codec, Decoder, MultiplexedAnswer } from "./codec.ts";
export { type LengthPrefixedOptions, lengthPrefixed } from "./length-prefixed.ts";
export {
  defineMultiplexed,
  type MultiplexedCalls,
  MultiplexedConnection,
} from "./multiplexed-connection.ts";
export type { MultiplexedStatus } from "./multiplexed-link.ts";
export type { MultiplexedOptions } from "./multiplexed-options.ts";
