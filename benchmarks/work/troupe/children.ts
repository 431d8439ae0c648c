import { type ChildSpec, defineActor } from "troupe";

/** How many run. */
export const alive = { count: 0 };

/** A child that is counted while it runs. */
export const Child = defineActor({
  name: "child",
  init: () => {
    alive.count += 1;
    return 0;
  },
  // Who does not trap exits is not asked to terminate by its supervisor.
  exit: (state) => state,
  terminate: () => {
    alive.count -= 1;
  },
});

/** So many of them, each with an id of its own. */
export function specs(size: number): ChildSpec[] {
  return Array.from({ length: size }, (_, place) => Child.child(undefined, { id: `child ${place}` }));
}
