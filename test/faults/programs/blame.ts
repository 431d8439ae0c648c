/** Who is blamed when A and B share something that fails; prints what each scene came to. */
import { EventEmitter } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { defineActor, type Pid, type Self, supervisor } from "troupe";
import { after, boom, closedPort, type Part, type Player, playAll } from "./stage.ts";

const echo = createServer((socket) => socket.pipe(socket));
await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
const { port } = echo.address() as { port: number };

const closed = await closedPort();

await playAll({
  "a promise made by A is rejected in B's turn": async ({ a, b }) => {
    let reject!: (error: Error) => void;
    await turn(a, () => {
      void new Promise((_resolve, rejected) => {
        reject = rejected;
      });
    });
    await turn(b, () => reject(boom()));
  },
  "a listener of B's throws when A emits": async ({ a, b }) => {
    const emitter = new EventEmitter();
    await turn(b, () => {
      emitter.on("news", () => {
        throw boom();
      });
    });
    await turn(a, () => emitter.emit("news"));
  },
  "an emitter made by A has an error in B's turn": async ({ a, b }) => {
    let emitter!: EventEmitter;
    await turn(a, () => {
      emitter = new EventEmitter();
    });
    await turn(b, () => emitter.emit("error", boom()));
  },
  "a callback of B's throws on a socket that A opened": async ({ a, b }) => {
    const socket = await new Promise<Socket>((resolve) =>
      a.cast.plays(() => {
        const opened = connect(port, "127.0.0.1", () => resolve(opened));
      }),
    );
    await turn(b, () => {
      socket.once("data", () => {
        socket.destroy();
        throw boom();
      });
      socket.write("?");
    });
  },
  "a socket that A opened in system.neutral is refused": async ({ system, a }) => {
    const host = hostFaults();
    a.cast.plays(() => system.neutral(() => connect(closed, "127.0.0.1")));
    await host.next();
    return "nothing";
  },
  "a timer set in system.neutral throws": async ({ system, a }) => {
    const host = hostFaults();
    a.cast.plays(() =>
      system.neutral(() =>
        setTimeout(() => {
          throw boom();
        }, 5),
      ),
    );
    await host.next();
    return "nothing";
  },
  "an abort listener of B's throws when A aborts a controller": async ({ a, b }) => {
    const controller = new AbortController();
    await turn(b, () => {
      controller.signal.addEventListener("abort", () => {
        throw boom();
      });
    });
    await turn(a, () => controller.abort());
  },
  "an abort listener on B's own signal throws when A kills B": async ({ a, b }) => {
    await turn(b, throwOnAbort);
    await turn(a, () => b.exit("kill"));
  },
  "an abort listener on B's own signal throws when its supervisor stops it": async ({ system, a, b }) => {
    const Stubborn = stubborn();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [Stubborn] }));
    const [child] = await app.call.whichChildren();
    const hung = child?.pid as Pid<typeof Stubborn>;
    hung.cast.hangs(undefined);
    await Promise.all([turn(a, () => undefined), turn(b, () => undefined)]);
    await app.stop();
  },
  "a listener that A adds to B's signal throws when B is killed": async ({ a, b }) => {
    let signal!: AbortSignal;
    await turn(b, (self) => {
      signal = self.signal;
    });
    await turn(a, () => {
      signal.addEventListener("abort", () => {
        throw boom();
      });
    });
    b.exit("kill");
  },
  "a closer of B's throws in a timer after B was killed": async ({ b }) => {
    await turn(b, (self) =>
      self.own({}, () => {
        setTimeout(() => {
          throw boom();
        }, 5);
      }),
    );
    b.exit("kill");
  },
});

echo.close();

/** Does something in an actor's turn, and waits until it is done. */
function turn(pid: Pid<typeof Player>, part: Part): Promise<void> {
  return new Promise((resolve) =>
    pid.cast.plays((self: Self) => {
      try {
        part(self);
      } finally {
        resolve();
      }
    }),
  );
}

function throwOnAbort(self: Self): void {
  self.signal.addEventListener("abort", () => {
    throw boom();
  });
}

/** Its handler ends when its signal aborts, with a listener that throws. */
function stubborn() {
  return defineActor({
    name: "stubborn",
    init: () => 0,
    casts: {
      hangs: (state, _: undefined, self) =>
        new Promise<number>((resolve) => {
          throwOnAbort(self);
          self.signal.addEventListener("abort", () => resolve(state));
        }),
    },
  });
}

/** Lets the host hear of one fault that nobody owns, and checks that it is the one of the scene. */
function hostFaults(): { next(): Promise<void> } {
  const heard = new Promise<Error>((resolve) => process.once("uncaughtException", resolve));
  return {
    next: async () => {
      const fault = await Promise.race([heard, after(10_000, { ref: false })]);
      if (fault === undefined) throw new Error("the host heard of no fault");
    },
  };
}
