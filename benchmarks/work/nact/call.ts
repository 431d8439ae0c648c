import { dispatch, query, type Ref, spawn, start } from "nact";
import type { Work } from "../../contender/work.ts";
import { limitMs, spawnCounter, type ToCounter } from "./counter.ts";

interface Drive {
  readonly operations: number;
  readonly to: Ref<number>;
}

export function open(): Work {
  const system = start();
  const counter = spawnCounter(system);
  const add = (to: Ref<number>): ToCounter => ({ type: "add", by: 1, to });
  const take = (to: Ref<number>): ToCounter => ({ type: "take", to });
  const drive = async (state: undefined, message: Drive): Promise<undefined> => {
    for (let i = 0; i < message.operations; i += 1) await query(counter, add, limitMs);
    dispatch(message.to, await query(counter, take, limitMs));
    return state;
  };
  const driver = spawn(system, drive, "driver");
  return { run: (operations) => query(driver, (to: Ref<number>): Drive => ({ operations, to }), limitMs) };
}
