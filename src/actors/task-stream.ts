/**
 * A stream runs one task an item, a bounded number at a time, and gives the outcomes as they are asked for.
 *
 * ```ts
 * import { createSystem } from "troupe";
 *
 * const system = createSystem();
 * const lengths: number[] = [];
 * for await (const outcome of taskStream(system, ["a", "bb", "ccc"], (word) => word.length)) {
 *   if (outcome.ok) lengths.push(outcome.value);
 * }
 * lengths; //=> [1, 2, 3]
 * ```
 *
 * Nothing starts before the first outcome is asked for. Whoever stops asking (`break`, `return`, a throw) kills
 * what runs: when the loop is left, nothing of the stream is left either.
 *
 * @module
 */

import { ExitedError, InvalidOptionsError } from "../core/errors.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import { Deadline } from "./deadlines.ts";
import type { BareSelf, Self, System } from "./definition.ts";
import { demonitor, monitorFromOutside, sendExit } from "./links.ts";
import { afterSignals, killTask, type OwnedTask, type Ownership, ownershipOf } from "./owned-task.ts";
import type { Process } from "./process.ts";
import { type SpawnWork, spawnTask } from "./task.ts";
import { checkStreamOptions, type TaskStreamOptions } from "./task-options.ts";
import { waitForTasks } from "./task-wait.ts";

/** What one item came to; `input` is there with `zipInputOnExit`. */
export type StreamOutcome<T, Item> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: ExitReason; readonly input?: Item };

const MAX_CONCURRENCY = 8;
const TIMEOUT_MS = 5_000;

/**
 * Runs `work` for each of `items`, and gives what it came to.
 *
 * The owner's death kills the tasks that run. The crash of a task ends an owner that does not trap, and is an
 * outcome for plain code, for one that traps, and with `linked: false`; no exit comes into the owner's mailbox.
 * An item is taken only while fewer than `maxConcurrency` tasks are without a taken outcome: who takes `n`
 * outcomes has started `n + maxConcurrency` tasks at the most. What `items` throws ends the stream, after its tasks.
 *
 * @param owner - `self` of the process that will iterate, or a system where plain code will
 * @param items - taken lazily; asynchronous ones too
 * @param work - gets an item and the task's own `self`
 * @returns outcomes, to be iterated once
 * @throws InvalidOptionsError; `next()` rejects with `ERR_TASK_TIMEOUT`, and as {@link Task.yield}
 * @follows Elixir `Task.async_stream/3` and `Task.Supervisor.async_stream_nolink/4`
 */
export function taskStream<Item, T>(
  owner: Self | System,
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item, self: BareSelf) => T | Promise<T>,
  options: TaskStreamOptions = {},
): AsyncIterableIterator<StreamOutcome<T, Item>> {
  return streamBy(undefined, owner, items, work, options);
}

/**
 * As {@link taskStream}, for tasks that are somebody else's children.
 *
 * @param spawn - makes the process of one task; what it throws ends the stream
 */
export function streamBy<Item, T>(
  spawn: SpawnWork | undefined,
  owner: Self | System,
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item, self: BareSelf) => T | Promise<T>,
  options: TaskStreamOptions,
): AsyncIterableIterator<StreamOutcome<T, Item>> {
  checkStreamOptions(options);
  const ownership = ownershipOf(owner);
  if (options.linked === true && ownership.process === undefined) {
    throw new InvalidOptionsError("taskStream", [
      "linked must be false where plain code is the owner: only processes can be linked",
    ]);
  }
  return new TaskStream(ownership, items, work, options, spawn);
}

/** One item on its way. */
interface Job<T, Item> {
  readonly item: Item;
  readonly task: OwnedTask<T>;
  readonly deadline: Deadline;
  late: boolean;
  /** Its crash is on the way to the owner: there is no outcome before that has acted. */
  isFatal: boolean;
}

class TaskStream<T, Item> implements AsyncIterableIterator<StreamOutcome<T, Item>> {
  readonly #owner: Ownership;
  readonly #work: (item: Item, self: BareSelf) => T | Promise<T>;
  readonly #options: TaskStreamOptions;
  readonly #spawn: SpawnWork | undefined;
  readonly #source: Source<Item>;
  readonly #outcomes: AsyncGenerator<StreamOutcome<T, Item>, void, undefined>;
  /** In the order of the items. */
  readonly #jobs = new Set<Job<T, Item>>();
  /** Nothing is started or waited for any more. */
  #halted = false;
  #look: (() => void) | undefined = undefined;

  constructor(
    owner: Ownership,
    items: Iterable<Item> | AsyncIterable<Item>,
    work: (item: Item, self: BareSelf) => T | Promise<T>,
    options: TaskStreamOptions,
    spawn: SpawnWork | undefined,
  ) {
    this.#owner = owner;
    this.#spawn = spawn;
    this.#work = work;
    this.#options = options;
    this.#source = new Source(items, () => this.#look?.());
    this.#outcomes = this.#run();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<StreamOutcome<T, Item>, void>> {
    return this.#outcomes.next();
  }

  /** A `next()` that waits ends as well. */
  return(): Promise<IteratorResult<StreamOutcome<T, Item>, void>> {
    this.#halt();
    return this.#outcomes.return();
  }

  throw(error: unknown): Promise<IteratorResult<StreamOutcome<T, Item>, void>> {
    this.#halt();
    return this.#outcomes.throw(error);
  }

  async *#run(): AsyncGenerator<StreamOutcome<T, Item>, void, undefined> {
    const { process } = this.#owner;
    const ownerDeath = process === undefined ? undefined : monitorFromOutside(process, () => this.#halt());
    try {
      for (;;) {
        this.#fill();
        const job = await this.#nextJob();
        if (job === undefined) return;
        this.#jobs.delete(job);
        yield this.#outcomeOf(job);
      }
    } finally {
      this.#halt();
      if (ownerDeath !== undefined) demonitor(ownerDeath, false);
      await Promise.all([...this.#jobs].map(({ task }) => isOver(task)));
      await this.#source.close();
    }
  }

  #fill(): void {
    const { maxConcurrency = MAX_CONCURRENCY } = this.#options;
    while (!this.#halted && this.#jobs.size < maxConcurrency) {
      const pulled = this.#source.pull();
      if (pulled === undefined) return;
      this.#start(pulled.item);
    }
  }

  #start(item: Item): void {
    const work = this.#work;
    const spawn = this.#spawn;
    const run = (self: BareSelf): T | Promise<T> => work(item, self);
    Object.defineProperty(run, "name", { value: work.name });
    const { deadlines } = this.#owner.kernel;
    const deadline = new Deadline(() => {
      job.late = true;
      killTask(task.process as Process);
    });
    const onEnd = (reason: ExitReason): void => {
      deadlines.cancel(deadline);
      this.#spread(job, reason);
    };
    const task = spawnTask(this.#owner, run, { linked: false, child: spawn === undefined, spawn, onEnd });
    const job: Job<T, Item> = { item, task, deadline, late: false, isFatal: false };
    this.#jobs.add(job);
    deadlines.arm(deadline, this.#options.timeoutMs ?? TIMEOUT_MS);
  }

  /** The crash of a linked task reaches an owner that does not trap as a link would bring it. */
  #spread(job: Job<T, Item>, reason: ExitReason): void {
    const { process: owner } = this.#owner;
    if (owner === undefined || owner.trapping || !this.#isLinked) return;
    if (this.#halted || job.late || reason.kind === "normal") return;
    job.isFatal = true;
    sendExit(owner, job.task.process, reason, false);
    afterSignals(owner, () => {
      job.isFatal = false;
      this.#look?.();
    });
  }

  get #isLinked(): boolean {
    return this.#options.linked ?? this.#owner.process !== undefined;
  }

  /** The next whose outcome is due, `undefined` when there will be none. */
  async #nextJob(): Promise<Job<T, Item> | undefined> {
    const { kernel, process } = this.#owner;
    for (;;) {
      for (const { task } of this.#jobs) task.checkTurn("taskStream");
      const found = await waitForTasks(
        kernel,
        [...this.#jobs].map(({ task }) => task),
        {
          timeoutMs: Number.POSITIVE_INFINITY,
          isEnough: () => this.#halted || this.#due() !== undefined || this.#isDry || this.#canPull,
          finish: () => this.#due(),
          onLook: (look) => {
            this.#look = look;
          },
        },
      );
      this.#look = undefined;
      if (process?.status === "dead")
        throw new ExitedError(process.label, process.reason as ExitReason, "unknown");
      if (this.#halted) return undefined;
      if (found !== undefined) return found;
      if (this.#isDry) return undefined;
      this.#fill();
    }
  }

  /** The job whose outcome comes next, once it is there. */
  #due(): Job<T, Item> | undefined {
    const { ordered = true, onTimeout = "exit" } = this.#options;
    const ended = [...this.#jobs].filter(({ task, isFatal }) => task.isThere && !isFatal);
    const ending = onTimeout === "exit" ? ended.find(({ late }) => late) : undefined;
    if (ending !== undefined || !ordered) return ending ?? ended[0];
    const [head] = this.#jobs;
    return head === ended[0] ? head : undefined;
  }

  get #isDry(): boolean {
    return this.#source.isDone && this.#jobs.size === 0;
  }

  /** An item that had to be waited for has come, and there is room for it. */
  get #canPull(): boolean {
    return this.#source.hasNews && this.#jobs.size < (this.#options.maxConcurrency ?? MAX_CONCURRENCY);
  }

  #outcomeOf({ task, item, late }: Job<T, Item>): StreamOutcome<T, Item> {
    const { onTimeout = "exit", zipInputOnExit = false, timeoutMs = TIMEOUT_MS } = this.#options;
    const outcome = task.take();
    if (outcome.ok) return outcome;
    const reason: ExitReason = late ? { kind: "error", error: task.timeoutError(timeoutMs) } : outcome.reason;
    if (late && onTimeout === "exit") throw task.timeoutError(timeoutMs);
    return zipInputOnExit ? { ok: false, reason, input: item } : { ok: false, reason };
  }

  #halt(): void {
    if (this.#halted) return;
    this.#halted = true;
    const { deadlines } = this.#owner.kernel;
    for (const { task, deadline } of this.#jobs) {
      deadlines.cancel(deadline);
      if (task.process !== undefined) killTask(task.process);
    }
    this.#look?.();
  }
}

/** Settles when nothing of a task is left. */
function isOver({ process }: OwnedTask<unknown>): Promise<void> {
  return new Promise((over) => {
    if (process === undefined) over();
    else process.whenOver(() => over());
  });
}

/** Items one by one, whether they are there at once or have to be waited for. */
class Source<Item> {
  readonly #items: Iterable<Item> | AsyncIterable<Item>;
  readonly #arrived: () => void;
  #iterator: Iterator<Item> | AsyncIterator<Item> | undefined = undefined;
  #pulling = false;
  #news: (() => { readonly item: Item } | undefined) | undefined = undefined;
  isDone = false;

  constructor(items: Iterable<Item> | AsyncIterable<Item>, arrived: () => void) {
    this.#items = items;
    this.#arrived = arrived;
  }

  /** An item, the end or a failure has come since it was asked for. */
  get hasNews(): boolean {
    return this.#news !== undefined;
  }

  /** @returns the next item, `undefined` when there is none or it has to be waited for */
  pull(): { readonly item: Item } | undefined {
    if (this.#news !== undefined) {
      const news = this.#news;
      this.#news = undefined;
      return news();
    }
    if (this.isDone || this.#pulling) return undefined;
    const isAsync = Symbol.asyncIterator in this.#items;
    try {
      this.#iterator ??= isAsync
        ? (this.#items as AsyncIterable<Item>)[Symbol.asyncIterator]()
        : (this.#items as Iterable<Item>)[Symbol.iterator]();
      const pulled = this.#iterator.next();
      if (!isAsync) return this.#given(pulled as IteratorResult<Item>);
      this.#pullLater(pulled as Promise<IteratorResult<Item>>);
      return undefined;
    } catch (error) {
      this.isDone = true;
      throw error;
    }
  }

  /** Tells the source that no more is wanted; one that owes an item still is not waited for. */
  async close(): Promise<void> {
    if (this.isDone) return;
    this.isDone = true;
    const closing = this.#iterator?.return?.();
    if (this.#pulling) Promise.resolve(closing).catch(() => undefined);
    else await closing;
  }

  #pullLater(pulled: Promise<IteratorResult<Item>>): void {
    this.#pulling = true;
    const arrive = (news: () => { readonly item: Item } | undefined): void => {
      this.#pulling = false;
      this.#news = news;
      this.#arrived();
    };
    pulled.then(
      (result) => arrive(() => this.#given(result)),
      (error: unknown) =>
        arrive(() => {
          this.isDone = true;
          throw error;
        }),
    );
  }

  #given(result: IteratorResult<Item>): { readonly item: Item } | undefined {
    if (result.done !== true) return { item: result.value };
    this.isDone = true;
    return undefined;
  }
}
