/**
 * Where a state machine means to differ from a gen_statem.
 *
 * @module
 */

import type { Rule } from "./family.ts";
import { written } from "./genserver-rules.ts";

const promise = "4. Stopping, then dead";

/** The rules of the family. */
export const statemRules: readonly Rule[] = [
  written(
    {
      name: "bad return",
      promise,
      why: "an answer that is none ends the machine with a TypeError that says what may be answered",
    },
    /bad_return:what/g,
    /error:machine(\.ask)? answered string: [^"]*/g,
  ),
  written(
    {
      name: "bad action",
      promise,
      why: "an action that is none, or none for enter, ends the machine with a TypeError that says which there are",
    },
    /bad_(enter_)?action/g,
    /error:machine\.\w+ (was answered with a step|answered postpone\(…\)|answered insert\(…\))[^"]*/g,
  ),
  written(
    {
      name: "bad enter",
      promise,
      why: "an enter that answers another state ends the machine with a TypeError that says so",
    },
    /bad_enter_return/g,
    /error:machine\.enter answered another state[^"]*/g,
  ),
];
