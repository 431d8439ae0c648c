/**
 * A TCP proxy on loopback that does to a connection what networks do: cuts it, resets it, stalls it, lets it trickle,
 * closes one half of it, or refuses it. Between a resource and the real peer, gone when the test is over.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface TcpProxy {
  readonly host: "127.0.0.1";
  readonly port: number;
  /** Connections that have come so far. */
  readonly accepted: number;
  /** Connections that stand. */
  readonly open: number;
  /** Ends every connection on both sides in order: FIN, after what was on its way. */
  cut(): void;
  /** Ends every connection with RST towards the client, as a peer that was killed would. */
  reset(): void;
  /** Sends FIN to the clients, and goes on taking what they send. */
  halfClose(): void;
  /** Says something to the clients that the peer never said. */
  inject(bytes: string | Uint8Array): void;
  /** Nothing moves any more, in either direction; connections stay open and new ones are taken. */
  stall(): void;
  /** Lets everything pass again, what was held back first. */
  flow(): void;
  /** From now on what goes to the clients is cut into pieces of `bytes`, each in a turn of the event loop of its own. */
  trickle(bytes: number): void;
  /** Takes no connections any more; those that stand go on. */
  refuse(): Promise<void>;
  /** Takes connections again, on the same port. */
  accept(): Promise<void>;
}

interface Pipe {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** Stands before the peer that listens on `port` of loopback. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const pipes = new Set<Pipe>();
  let accepted = 0;
  let stalled = false;
  let pieceBytes = Number.POSITIVE_INFINITY;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted += 1;
    const upstream = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true });
    const pipe = { client, upstream };
    pipes.add(pipe);
    client.on("data", (bytes: Buffer) => upstream.write(bytes));
    upstream.on("data", (bytes: Buffer) => void trickleTo(client, bytes));
    for (const [from, to] of [[client, upstream] as const, [upstream, client] as const]) {
      from.on("error", () => to.destroy());
      from.on("end", () => to.end());
      from.on("close", () => {
        pipes.delete(pipe);
        to.destroySoon();
      });
    }
    if (stalled) hold(pipe);
  });
  const trickleTo = async (client: Socket, bytes: Buffer): Promise<void> => {
    if (pieceBytes >= bytes.length) return void client.write(bytes);
    for (let at = 0; at < bytes.length && !client.destroyed; at += pieceBytes) {
      client.write(bytes.subarray(at, at + pieceBytes));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
  const hold = ({ client, upstream }: Pipe): void => {
    client.pause();
    upstream.pause();
  };
  const accept = async (at: number): Promise<number> => {
    server.listen(at, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const all = (act: (pipe: Pipe) => void) => (): void => {
    for (const pipe of pipes) act(pipe);
  };

  const own = await accept(0);
  onTestFinished(() => {
    server.close();
    for (const { client, upstream } of pipes) {
      client.destroy();
      upstream.destroy();
    }
  });
  return {
    host: "127.0.0.1",
    port: own,
    get accepted() {
      return accepted;
    },
    get open() {
      return pipes.size;
    },
    cut: all(({ client, upstream }) => {
      client.destroySoon();
      upstream.destroySoon();
    }),
    reset: all(({ client, upstream }) => {
      client.resetAndDestroy();
      upstream.destroy();
    }),
    halfClose: all(({ client }) => client.end()),
    inject: (bytes) => all(({ client }) => client.write(bytes))(),
    stall: () => {
      stalled = true;
      all(hold)();
    },
    flow: () => {
      stalled = false;
      all(({ client, upstream }) => {
        client.resume();
        upstream.resume();
      })();
    },
    trickle: (bytes) => {
      pieceBytes = bytes;
    },
    refuse: async () => {
      server.close();
      // A listener with live connections says "close" only when they are gone; it listens no more at once.
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
    accept: async () => {
      await accept(own);
    },
  };
}
