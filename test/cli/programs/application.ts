/** Exports an application whose root is made only when it is asked for. */
import { defineActor } from "troupe";
import { application } from "troupe/node";

const Clerk = defineActor({ name: "clerk", init: () => 0 });

export default application({ name: "office", root: async () => Clerk });
