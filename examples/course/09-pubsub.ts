/**
 * 09 · Publish and subscribe
 *
 * A group is a key that many have. Tell all of it, whoever is in it at that moment:
 * that is a chat room, a cache that others have to forget, a price that changed.
 */
import { createPubSub, createRegistry, createSystem, defineActor, reply } from "troupe";

// 1. In a duplicate registry any number of processes register under one key, each with a value.
const system = createSystem({ logger: false });
const kitchen = createRegistry<string, string>(system, { keys: "duplicate", name: "kitchen" });
const Cook = defineActor({
  name: "cook",
  init: (dish: string, self) => {
    kitchen.register("cooks", self.pid, dish);
    return dish;
  },
});
const soup = await system.start(Cook, "soup");
await system.start(Cook, "cake");
kitchen.lookup("cooks").map(({ value }) => value); //=> ["soup", "cake"]

// 2. `dispatch` runs a function over the group as it is now. Nobody is in it who is gone.
await soup.stop();
const menu: string[] = [];
kitchen.dispatch("cooks", (cooks) => {
  for (const { value } of cooks) menu.push(value);
});
menu; //=> ["cake"]

// 3. Most groups want to be told something. `createPubSub` is such a group for each topic: who
//    subscribes gets what is broadcast as a message, at `info`.
interface Said {
  readonly by: string;
  readonly words: string;
}
const chat = createPubSub<Said>(system, { name: "chat" });
const Guest = defineActor({
  name: "guest",
  init: ({ name, room }: { readonly name: string; readonly room: string }, self) => {
    chat.subscribe(room, self.pid);
    return { name, room, heard: [] as readonly string[] };
  },
  info: (guest, { by, words }: Said) => ({ ...guest, heard: [...guest.heard, `${by}: ${words}`] }),
  calls: {
    heard: (guest) => reply(guest.heard, guest),
    // 4. Who speaks need not hear himself.
    say: (guest, words: string, self) =>
      reply(chat.broadcastFrom(self.pid, guest.room, { by: guest.name, words }), guest),
  },
});
const ann = await system.start(Guest, { name: "Ann", room: "lobby" });
const bob = await system.start(Guest, { name: "Bob", room: "lobby" });
await ann.call.say("hello"); //=> 1
chat.broadcast("lobby", { by: "the house", words: "last orders" }); //=> 2
await bob.call.heard(); //=> ["Ann: hello", "the house: last orders"]
await ann.call.heard(); //=> ["the house: last orders"]

// 5. Nobody cleans up after a subscriber that dies: its subscriptions were its own.
bob.exit("kill");
await bob.down();
await ann.call.say("anybody?"); //=> 0

await system.stop();
