import { defineActor } from "troupe";
import { application } from "troupe/node";

/** Stops the application as soon as it runs: whoever starts it sees its whole life. */
const Till = defineActor({
  name: "till",
  init: (stop: () => void, self) => {
    self.own(stop, () => console.log("closed"));
    self.send("stop");
    return stop;
  },
  info: (stop, _message: "stop") => {
    setImmediate(stop);
    return stop;
  },
});

export default application({ name: "till", root: (_system, { stop }) => Till.child(stop) });
