export { DisconnectedError, TooLargeError } from "../errors.ts";
export type { TcpAddress } from "../tcp-address-options.ts";
export { tcp } from "./tcp.ts";
export type { TcpConnection } from "./tcp-connection.ts";
export type { TcpOptions, TcpPatience, TcpReadLimits } from "./tcp-options.ts";
