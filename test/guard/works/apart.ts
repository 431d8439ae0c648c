import { fromMachine } from "troupe/machines";
import { defineThread } from "troupe/resources/threads";
import { createMachine } from "xstate";
import { system, type Works } from "./cast.ts";

const Incrementer = defineThread<number, number>({ name: "incrementer" });

/** What other entries add: statecharts and threads. */
export async function apart(): Promise<Works> {
  const door = createMachine({
    initial: "open",
    states: { open: { on: { push: "closed" } }, closed: { on: { push: "open" } } },
  });
  const machine = await system.start(fromMachine(door));
  const thread = await system.start(Incrementer, { module: new URL("./thread.mjs", import.meta.url) });

  return {
    "event of a machine": async (operations) => {
      for (let i = 0; i < operations; i += 1) machine.send({ type: "push" });
      const { value } = await machine.call.snapshot();
      return value === "open" ? operations : 0; // pushed so often, it is where it was
    },
    "job of a thread": async (operations) => {
      let done = 0;
      for (let i = 0; i < operations; i += 1) if ((await thread.call.run(i)) === i + 1) done += 1;
      return done;
    },
  };
}
