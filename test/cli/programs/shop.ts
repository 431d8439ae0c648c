/** Exports a function of the system; what follows `--` names the tills. */
import { createRegistry, defineActor, dynamicSupervisor, type System, supervisor } from "troupe";

const Till = defineActor({ name: "till", init: (id: string) => id });

export default function shop(system: System) {
  const names = createRegistry(system, { name: "names", keys: "unique" });
  const ids = process.argv.length > 2 ? process.argv.slice(2) : ["left"];
  const tills = ids.map((id) => Till.child(id, { id, name: names.via(Till, id), restart: "transient" }));
  return supervisor({
    id: "app",
    strategy: "restForOne",
    children: [
      names,
      supervisor({ id: "tills", strategy: "oneForOne", children: tills }),
      dynamicSupervisor({ id: "guests" }),
    ],
  });
}
