/**
 * Closing resources, off everybody's path and for a limited time: whatever a closer does, its resource is
 * forgotten when the time is up.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { Kernel } from "../actors/process.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import { isThenable } from "../core/thenable.ts";
import type { Slot } from "./slot.ts";
import type { Source } from "./source.ts";

/** What closing needs to know of its pool. */
export interface ClosingPool<R> {
  readonly kernel: Kernel;
  readonly name: string;
  readonly source: Source<R>;
  readonly settings: { readonly closeTimeoutMs: number };
}

/** One closing; counts until it is over or its time is up. */
export class Closing<R> {
  readonly #deadline = new Deadline(() => this.#expire());
  readonly #pool: ClosingPool<R>;
  readonly #slot: Slot<R>;
  readonly #reason: ExitReason;
  readonly #over: (slot: Slot<R>) => void;
  #isOver = false;

  /** Begins in a turn of its own. @param over - called once, whatever happens */
  constructor(pool: ClosingPool<R>, slot: Slot<R>, reason: ExitReason, over: (slot: Slot<R>) => void) {
    this.#pool = pool;
    this.#slot = slot;
    this.#reason = reason;
    this.#over = over;
    const { deadlines, runtime } = pool.kernel;
    deadlines.arm(this.#deadline, pool.settings.closeTimeoutMs);
    runtime.scheduler.ready({
      run: () => {
        this.#begin();
        return 1;
      },
    });
  }

  #expire(): void {
    const { closeTimeoutMs } = this.#pool.settings;
    this.#failed(new Error(`the resource was not closed within ${closeTimeoutMs} ms and is not waited for`));
    this.#end();
  }

  /** A resource that is still being opened is closed when it comes, however late. */
  #begin(): void {
    const slot = this.#slot;
    if (slot.opening === undefined) return this.#close();
    slot.whenSettled = () => this.#close();
    const { attribution } = this.#pool.kernel.runtime;
    const abort = (): void => slot.opening?.abort(this.#reason);
    attribution.outside(() => attribution.run(slot, abort));
  }

  #close(): void {
    const slot = this.#slot;
    const { close } = this.#pool.source;
    const { resource, opened } = slot;
    slot.resource = undefined;
    slot.opened = false;
    if (!opened || close === undefined) return this.#end();
    const { attribution } = this.#pool.kernel.runtime;
    attribution.outside(() => {
      try {
        const closing = attribution.run(slot, () => close(resource as R, this.#reason) as unknown);
        if (!isThenable(closing)) return this.#end();
        Promise.resolve(closing).then(
          () => this.#end(),
          (error) => this.#fail(error),
        );
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #fail(error: unknown): void {
    this.#failed(error);
    this.#end();
  }

  #failed(error: unknown): void {
    const { kernel, name } = this.#pool;
    kernel.telemetry.emit("cleanup:failed", { label: name, what: "closing a resource", error });
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pool.kernel.deadlines.cancel(this.#deadline);
    this.#over(this.#slot);
  }
}
