import { createRegistry, createRoutingPool, roundRobin } from "troupe";
import { Counter, inside, startCounter, system, takenFrom, type Works } from "./cast.ts";

/** Messages and calls, straight, by name and through a pool. */
export async function messages(): Promise<Works> {
  const counter = await startCounter();
  const caller = await inside(() => counter.call.add(1));
  const caster = await inside(() => counter.cast.note(1));
  const requester = await inside((self) => self.request(() => counter.call.add(1), "added"));
  const names = createRegistry(system, { keys: "unique" });
  names.register("counter", counter);
  const named = names.via(Counter, "counter");
  const members = createRegistry(system, { keys: "duplicate" });
  for (let member = 0; member < 3; member += 1) members.register("members", await startCounter());
  const routed = createRoutingPool(members, Counter, "members", { strategy: roundRobin() });

  return {
    send: (operations) => {
      for (let i = 0; i < operations; i += 1) counter.send(1);
      return takenFrom(counter);
    },
    cast: (operations) => {
      for (let i = 0; i < operations; i += 1) counter.cast.note(1);
      return takenFrom(counter);
    },
    "cast from an actor": async (operations) => {
      await caster.burst(operations);
      return takenFrom(counter);
    },
    call: async (operations) => {
      for (let i = 0; i < operations; i += 1) await counter.call.add(1);
      return takenFrom(counter);
    },
    "call from an actor": async (operations) => {
      await caller.repeat(operations);
      return takenFrom(counter);
    },
    "call answered by from": async (operations) => {
      for (let i = 0; i < operations; i += 1) await counter.call.addByFrom(1);
      return takenFrom(counter);
    },
    "call answered by a promise": async (operations) => {
      for (let i = 0; i < operations; i += 1) await counter.call.addByPromise(1);
      return takenFrom(counter);
    },
    "call of an asynchronous handler": async (operations) => {
      for (let i = 0; i < operations; i += 1) await counter.call.addAwaiting(1);
      return takenFrom(counter);
    },
    "request from an actor": async (operations) => {
      await requester.burst(operations);
      return takenFrom(counter);
    },
    "call by name": async (operations) => {
      for (let i = 0; i < operations; i += 1) await named.call.add(1);
      return takenFrom(counter);
    },
    "routed call": async (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i += 1) sum += Math.sign(await routed.call.add(1));
      return sum;
    },
  };
}
