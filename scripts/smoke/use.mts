import { createSystem, defineActor, reply } from "troupe";

const Counter = defineActor({
  name: "counter",
  init: (start: number) => start,
  calls: { add: (count, by: number) => reply(count + by, count + by) },
});
const counter = await createSystem().start(Counter, 1);
const three: number = await counter.call.add(2);
// @ts-expect-error the declarations know the input
await counter.call.add("2");
void three;
