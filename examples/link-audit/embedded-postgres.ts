/**
 * A Postgres server of our own, under supervision: if it dies it is started again on the same data.
 *
 * @module
 */

import type { ChildProcess } from "node:child_process";
import { defineActor, reply, stop } from "troupe";
import { ensureDataFolder, type PostgresPlace, startPostmaster, stopPostmaster } from "./postmaster.ts";

interface Ended {
  readonly type: "ended";
  readonly how: string;
}

/** Runs a server while it lives. */
export const EmbeddedPostgres = defineActor({
  name: "embedded-postgres",
  init: async (place: PostgresPlace, self) => {
    await ensureDataFolder(place, self.signal);
    let server: ChildProcess | undefined;
    await startPostmaster(place, (child) => {
      server = self.own(child, (held) => stopPostmaster(held));
      child.once("exit", (code, signal) => {
        self.send({ type: "ended", how: String(code ?? signal) } satisfies Ended);
      });
    });
    return server!;
  },
  calls: {
    /** The id of the server's process. */
    processId: (server) => reply(server.pid, server),
  },
  info: (server, { how }: Ended) => stop(new Error(`postgres ended with ${how}`), server),
});
