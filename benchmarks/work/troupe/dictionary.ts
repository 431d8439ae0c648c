import { defineActor, type PidOf, reply } from "troupe";
import { clients, dictionarySize, nextRandom, writePercent } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

interface State {
  readonly values: Map<number, number>;
  asked: number;
}

/** Under each key stands a number that leaves the key when it is divided by the dictionary's size. */
const Dictionary = defineActor({
  name: "dictionary",
  init: (size: number): State => ({
    values: new Map(Array.from({ length: size }, (_, key) => [key, key])),
    asked: 0,
  }),
  calls: {
    read: (state, key: number) => {
      state.asked += 1;
      return reply(state.values.get(key), state);
    },
    write: (state, { key, value }: { readonly key: number; readonly value: number }) => {
      state.asked += 1;
      state.values.set(key, value);
      return reply(value, state);
    },
    take: (state) => reply(state.asked, { ...state, asked: 0 }),
  },
});

/** Reads, and writes one time in ten, one request after the other. */
const Client = defineActor({
  name: "client",
  init: (start: { readonly dictionary: PidOf<typeof Dictionary>; readonly chance: number }) => start,
  calls: {
    work: async ({ dictionary, chance }, requests: number) => {
      let value = chance;
      for (let i = 0; i < requests; i += 1) {
        value = nextRandom(value);
        const key = (value * 8) % dictionarySize;
        const found =
          value % 100 < writePercent
            ? await dictionary.call.write({ key, value: key + dictionarySize * (i % 1_000) })
            : await dictionary.call.read(key);
        expectSame("the key of what was found", (found as number) % dictionarySize, key);
      }
      return reply(requests, { dictionary, chance: value });
    },
  },
});

export async function open(): Promise<Work> {
  const dictionary = await system.start(Dictionary, dictionarySize);
  const team = await Promise.all(
    Array.from({ length: clients }, (_, chance) => system.start(Client, { dictionary, chance })),
  );
  return {
    async run(operations) {
      await Promise.all(team.map((client) => client.call.work(operations / clients, { timeoutMs: limitMs })));
      return dictionary.call.take();
    },
  };
}
