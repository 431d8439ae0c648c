/**
 * 02 · Let it crash
 *
 * The counter of chapter 01 stayed dead. A supervisor starts it again, with a clean
 * state, as often as we forgive. Next: 03, where the caller need not know.
 */
import { createSystem, defineActor, formatTree, reply, supervisor } from "troupe";

const Counter = defineActor({
  name: "counter",
  init: (start: number) => start,
  calls: {
    bump: (count, by: number) => {
      if (by > 100) throw new RangeError(`${by} is too much for me`);
      return reply(count + by, count + by);
    },
  },
});

// 1. A child spec is a value: what to start, with which argument, and when to start it again.
const spec = Counter.child(10, { restart: "permanent" });

// 2. The supervisor starts its children in order and is a process itself.
const system = createSystem({ logger: false });
const app = await system.start(
  supervisor({ strategy: "oneForOne", maxRestarts: 1, periodMs: 5_000, children: [spec] }),
);

// 3. Who runs now? `whichChildren` answers from the supervisor's own books.
const running = async () => (await app.call.whichChildren()).map(({ id, pid }) => [id, typeof pid]);
await running(); //=> [["counter", "object"]]

//    And from above, as text: who stands under whom (`troupe run` prints the same of a whole program).
formatTree(system.tree()); //=> "system\n└── supervisor (pid 1)\n    └── counter (pid 2)"

// 4. We end the child with an error, and ask again: a new process under the old id.
const [before] = await app.call.whichChildren();
if (typeof before?.pid !== "object") throw new Error("the counter runs");
before.pid.exit(new Error("boom"));
await before.pid.down(); //=> { kind: "error", error: Error("boom") }
const [after] = await app.call.whichChildren();
after?.pid === before.pid; //=> false
formatTree(system.tree()); //=> "system\n└── supervisor (pid 1)\n    └── counter (pid 3)"

// 5. One restart in five seconds is forgiven here, a second is not: the supervisor gives up,
//    so that whoever supervises it can try something larger.
const ended = app.down();
if (typeof after?.pid === "object") after.pid.exit(new Error("boom again"));
await ended; //=> { kind: "shutdown" }

await system.stop();
