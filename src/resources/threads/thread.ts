/**
 * A worker thread as an actor: jobs go in by `run`, answers come back in any order, and a thread that
 * throws, exits or hangs is restarted by its supervisor.
 *
 * ```ts no-run needs a module for the worker
 * import { createRegistry, createRoutingPool, createSystem, leastBusy, supervisor } from "troupe";
 * import { defineThread } from "troupe/resources/threads";
 *
 * // resize.worker.ts: serve((job: Job): Thumbnail => …)
 * const Resizer = defineThread<Job, Thumbnail>({ name: "resizer" });
 * const module = new URL("./resize.worker.ts", import.meta.url);
 *
 * const system = createSystem();
 * const threads = createRegistry(system, { keys: "duplicate" });
 * const one = { module, join: { registry: threads, key: "resize" } };
 * await system.start(
 *   supervisor({
 *     strategy: "restForOne",
 *     children: [threads, ...[1, 2].map((n) => Resizer.child(one, { id: `resizer-${n}` }))],
 *   }),
 * );
 * const resizers = createRoutingPool(threads, Resizer, "resize", { strategy: leastBusy() });
 * const thumbnail = await resizers.call.run({ file: "cat.png", width: 120 });
 * ```
 *
 * What the handler throws rejects that call alone (`ERR_REMOTE`), and so does a job that cannot be cloned
 * (`ERR_BAD_MESSAGE`). An uncaught error, an exit (whatever its code) and silence end the actor: every caller gets
 * `ERR_EXITED`, with `handled: "no"` where the job had not begun.
 *
 * Who gives up a job, by its deadline or its signal, gives up that job alone: one that has not begun never will,
 * one that awaits has its `signal` aborted, and one that holds the thread loses it the worker (`abortGraceMs`),
 * whose other jobs go on in the next.
 *
 * Not for work that waits instead of computing: an actor does that without a thread.
 *
 * @module
 */

import { fail, noReply, stop } from "../../actors/answers.ts";
import { defineActor } from "../../actors/define-actor.ts";
import type { Actor, CallSelf } from "../../actors/definition.ts";
import { kernelOf } from "../../actors/system.ts";
import { type ThreadEvent, ThreadLink } from "./thread-link.ts";
import { type ThreadOptions, threadSettings } from "./thread-options.ts";
import type { Transferring } from "./transfer.ts";

/** What a `Thread` answers. */
export interface ThreadCalls<Job, Result> {
  /**
   * Has the worker do `job` (cloned, or moved by `transfer`) and answers its result. Rejects with `ERR_REMOTE` (the handler threw;
   * `remote` has name, message and stack), `ERR_BAD_MESSAGE` (the job cannot be cloned), `ERR_OVERLOADED`, or
   * `ERR_EXITED` (the thread ended).
   */
  run(job: Job | Transferring<Job>): Result;
}

/**
 * Makes a thread definition of its own, typed by what its worker takes and gives.
 *
 * @param options - `name` shows in messages and reports; `"thread"` when absent
 * @returns a definition to start with {@link ThreadOptions}
 */
export function defineThread<Job, Result>(
  options: { readonly name?: string } = {},
): Actor<ThreadOptions, ThreadCalls<Job, Result>, {}, ThreadEvent> {
  return defineActor({
    name: options.name ?? "thread",
    init: async (given: ThreadOptions, self): Promise<ThreadLink<Result>> => {
      const link = new ThreadLink<Result>(threadSettings(given), self, kernelOf(self.system).runtime);
      self.own(link, (held) => held.terminate());
      await link.ready();
      return link;
    },
    calls: {
      run: (link, job: Job | Transferring<Job>, self: CallSelf<Result>) => {
        const refusal = link.run(job, self.from);
        return refusal === undefined ? noReply(link) : fail(refusal, link);
      },
    },
    info: (link, event: ThreadEvent) => {
      const end = link.handle(event);
      return end === undefined ? link : stop(end, link);
    },
  });
}

/** A worker thread for jobs of any kind: start it with {@link ThreadOptions}, call `run`. */
export const Thread: Actor<ThreadOptions, ThreadCalls<unknown, unknown>, {}, ThreadEvent> = defineThread({
  name: "thread",
});
