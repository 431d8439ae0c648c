import assert from "node:assert/strict";
import { createSystem, defineActor, reply } from "troupe";

const Counter = defineActor({
  name: "counter",
  init: (start) => start,
  calls: { add: (count, by) => reply(count + by, count + by) },
});
const counter = await createSystem().start(Counter, 1);
assert.equal(await counter.call.add(2), 3);
