const assert = require("node:assert/strict");
const { createSystem, defineActor, reply } = require("troupe");

const Counter = defineActor({
  name: "counter",
  init: (start) => start,
  calls: { add: (count, by) => reply(count + by, count + by) },
});

async function main() {
  const counter = await createSystem().start(Counter, 1);
  assert.equal(await counter.call.add(2), 3);
}

main();
