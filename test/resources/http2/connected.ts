import type { ServerOptions } from "node:http2";
import type { System } from "../../../src/actors/definition.ts";
import type { Pid } from "../../../src/core/pid.ts";
import { Http2Connection } from "../../../src/resources/http2/http2-connection.ts";
import type { Http2Options } from "../../../src/resources/http2/http2-options.ts";
import { freshSystem, QUICK } from "../fresh-system.ts";
import { type Origin, type Serve, startOrigin } from "./origin.ts";

interface Connected extends Origin {
  readonly system: System;
  readonly connection: Pid<typeof Http2Connection>;
  /** Settles when the origin has its first stream. */
  readonly arrival: Promise<void>;
}

/** An origin, and a connection to it that is ready. */
export async function connected(
  serve: Serve,
  options: Partial<Omit<Http2Options, "tls">> & {
    readonly tls?: boolean;
    readonly server?: ServerOptions;
    readonly system?: System;
  } = {},
): Promise<Connected> {
  let arrived = (): void => undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { tls = false, server = {}, system = freshSystem(), ...given } = options;
  const origin = await startOrigin(
    (stream, headers) => {
      serve(stream, headers);
      arrived();
    },
    { tls, server },
  );
  const trust = tls ? { tls: { rejectUnauthorized: false } } : {};
  const connection = await system.start(Http2Connection, {
    origin: origin.url,
    backoff: QUICK,
    ...trust,
    ...given,
  });
  await connection.call.ready();
  return { ...origin, system, connection, arrival };
}
