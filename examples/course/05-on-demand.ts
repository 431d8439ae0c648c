/**
 * 05 · On demand
 *
 * One process per thing: a room, a user, a page. A dynamic supervisor starts children
 * while it runs, and a registry finds them. Next: 06, work to wait for.
 */
import {
  createRegistry,
  createSystem,
  defineActor,
  dynamicSupervisor,
  formatTree,
  reply,
  supervisor,
} from "troupe";

interface Room {
  readonly title: string;
  readonly lines: readonly string[];
}
const Room = defineActor({
  name: "room",
  init: (title: string): Room => ({ title, lines: [] }),
  calls: {
    say: (room, line: string) => {
      if (line === "") throw new Error("say something");
      return reply(room.lines.length + 1, { ...room, lines: [...room.lines, line] });
    },
  },
});

// 1. The registry first, since rooms take names in it; then the supervisor of the rooms.
const system = createSystem({ logger: false });
const names = createRegistry(system, { name: "names", keys: "unique" });
await system.start(supervisor({ strategy: "oneForOne", children: [names] }));
const rooms = await system.start(dynamicSupervisor({ maxChildren: 2 }));

// 2. A room is started when it is wanted.
const roomOf = (id: number) => names.via(Room, `room:${id}`);
await rooms.call.startChild(Room.child("lobby", { name: roomOf(1) }));
await rooms.call.startChild(Room.child("kitchen", { name: roomOf(2) }));
await roomOf(1).call.say("hello"); //=> 1
await roomOf(1).call.say("anybody here?"); //=> 2
await roomOf(2).call.say("soup is ready"); //=> 1

//    The tree as it stands: two rooms, with the names by which they are found.
const tree = () => formatTree(system.tree()).split("\n");
tree().slice(-2); //=> ["    ├── room (pid 4) · room:1 in names", "    └── room (pid 5) · room:2 in names"]

// 3. Not more than we said: the third is refused, and nothing of it has started.
await rooms.call.startChild(Room, "attic").catch((error) => error.code); //=> "ERR_MAX_CHILDREN"

// 4. A room that crashes loses its lines, not its place; the other room does not notice.
await roomOf(1)
  .call.say("")
  .catch((error) => error.code); //=> "ERR_EXITED"
await roomOf(1).call.say("back again"); //=> 1
await roomOf(2).call.say("still warm"); //=> 2

// 5. A room that is closed makes room for another. (One that ends by itself would come back: children are
//    "permanent" unless their spec says otherwise.)
const kitchen = names.whereis("room:2");
if (kitchen !== undefined) await rooms.call.terminateChild(kitchen);
(await rooms.call.countChildren()).active; //=> 1
await rooms.call.startChild(Room.child("attic", { name: roomOf(3) }));
await roomOf(3).call.say("dusty"); //=> 1
await system.stop();
