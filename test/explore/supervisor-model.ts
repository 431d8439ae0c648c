/**
 * A supervisor said in the plainest way, and both side by side: strategy, restart types, reasons, limits, budgets,
 * starts that fail and automatic shutdown in any combination. After each step what happened, who runs and what was
 * reported is as a list of children and a few loops say.
 *
 * @module
 */
import {
  type DynamicSupervisorProcess,
  dynamicSupervisor,
  type Pid,
  type SupervisorProcess,
  supervisor,
} from "troupe";
import type { Run } from "troupe/testing";
import { pidOf, scene, shown } from "../supervisor/scene.ts";

const STRATEGIES = ["oneForOne", "restForOne", "oneForAll", "dynamic"] as const;
const RESTARTS = ["permanent", "transient", "temporary"] as const;
const AUTO = ["never", "anySignificant", "allSignificant"] as const;
const SPENT = ["giveUp", "leave"] as const;
const REASONS = ["normal", "shutdown", "error", "killed"] as const;
const PERIOD_MS = 100;
/** About the end of a period, where a restart still counts or does not. */
const GAPS_MS = [0, 0, 1, PERIOD_MS - 1, PERIOD_MS, PERIOD_MS + 1] as const;
const MOST_CHILDREN = 4;
const MOST_STEPS = 8;

type Reason = (typeof REASONS)[number];

interface Budget {
  readonly maxRestarts: number;
  readonly periodMs: number;
  readonly whenSpent: "giveUp" | "leave";
}

interface Kid {
  readonly id: string;
  readonly restart: (typeof RESTARTS)[number];
  readonly significant: boolean;
  readonly budget: Budget | undefined;
  /** Which of its starts fail, counted from 1. */
  readonly failing: ReadonlySet<number>;
}

interface Rules {
  readonly strategy: (typeof STRATEGIES)[number];
  readonly autoShutdown: (typeof AUTO)[number];
  readonly maxRestarts: number;
}

/** Children as a list, and what became of them as words. */
class Model {
  kids: readonly Kid[];
  readonly running = new Set<string>();
  readonly fates: string[] = [];
  isOver = false;
  nowMs = 0;
  readonly #rules: Rules;
  readonly #attempts = new Map<string, number>();
  readonly #restartsAtMs = new Map<Kid | undefined, number[]>();
  #diary: string[] = [];

  constructor(rules: Rules, kids: readonly Kid[]) {
    this.#rules = rules;
    this.kids = kids;
    for (const kid of kids) this.#start(kid);
  }

  news(): string[] {
    return this.#diary.splice(0);
  }

  ends(kid: Kid, reason: Reason): void {
    this.running.delete(kid.id);
    this.#diary.push(reason === "shutdown" ? `-${kid.id}` : `-${kid.id}:${reason}`);
    const isCrash = reason === "error" || reason === "killed";
    if (kid.restart === "permanent" || (kid.restart === "transient" && isCrash)) this.#restart(kid, isCrash);
    else {
      if (isCrash) this.fates.push("stays down");
      this.#staysDown(kid);
    }
  }

  terminate(kid: Kid): void {
    this.#stop(kid);
    if (this.#rules.strategy === "dynamic") this.#drop(kid);
  }

  startByHand(kid: Kid): void {
    if (!this.running.has(kid.id)) this.#start(kid);
  }

  /** Round after round, until all that are to run do, or a budget is spent. */
  #restart(first: Kid, isCrash: boolean): void {
    let kid = first;
    let isReported = isCrash;
    let after: readonly Kid[] = [];
    for (;;) {
      const spent = this.#charge(kid);
      if (isReported) this.fates.push(spent === undefined ? "restarted" : FATES[spent]);
      if (spent === "giveUp") return this.#end();
      if (spent === "leave") {
        this.#staysDown(kid);
        if (this.isOver) return;
      } else {
        after = this.#group(kid);
        for (const other of after.toReversed()) if (other !== kid) this.#stop(other);
        after = after.filter((one) => one === kid || one.restart !== "temporary");
      }
      const failed = after.find((one) => !this.running.has(one.id) && !this.#start(one));
      if (failed === undefined) return;
      kid = failed;
      isReported = true;
      const group = this.#group(kid);
      after = group.slice(group.indexOf(kid) + 1);
    }
  }

  #group(kid: Kid): readonly Kid[] {
    const at = this.kids.indexOf(kid);
    switch (this.#rules.strategy) {
      case "oneForAll":
        return this.kids;
      case "restForOne":
        return this.kids.slice(at);
      default:
        return [kid];
    }
  }

  #charge(kid: Kid): Budget["whenSpent"] | undefined {
    const { maxRestarts } = kid.budget ?? this.#rules;
    const counted = kid.budget === undefined ? undefined : kid;
    const all = [...(this.#restartsAtMs.get(counted) ?? []), this.nowMs];
    this.#restartsAtMs.set(counted, all);
    const inPeriod = all.filter((atMs) => this.nowMs - atMs <= PERIOD_MS).length;
    return inPeriod <= maxRestarts ? undefined : (kid.budget?.whenSpent ?? "giveUp");
  }

  #start(kid: Kid): boolean {
    const attempt = (this.#attempts.get(kid.id) ?? 0) + 1;
    this.#attempts.set(kid.id, attempt);
    const fails = kid.failing.has(attempt);
    this.#diary.push(`${fails ? "!" : "+"}${kid.id}`);
    if (!fails) this.running.add(kid.id);
    return !fails;
  }

  #stop(kid: Kid): void {
    if (this.running.delete(kid.id)) this.#diary.push(`-${kid.id}`);
    if (kid.restart === "temporary") this.#drop(kid);
  }

  #staysDown(kid: Kid): void {
    if (kid.restart === "temporary" || this.#rules.strategy === "dynamic") this.#drop(kid);
    if (!kid.significant) return;
    const isLast = !this.kids.some((one) => one.significant && this.running.has(one.id));
    if (this.#rules.autoShutdown === "anySignificant" || isLast) this.#end();
  }

  #drop(kid: Kid): void {
    this.kids = this.kids.filter((one) => one !== kid);
  }

  #end(): void {
    this.isOver = true;
    for (const kid of this.kids.toReversed()) this.#stop(kid);
  }
}

const FATES = { giveUp: "supervisor gives up", leave: "stays down" } as const;

function chosen<T>(t: Run, from: readonly T[]): T {
  return from[t.choose(from.length)] as T;
}

function someKid(t: Run, id: string, rules: Rules): Kid {
  const restart = chosen(t, RESTARTS);
  const maySignify = rules.autoShutdown !== "never" && restart !== "permanent";
  const own: Budget = {
    maxRestarts: t.choose(3),
    periodMs: PERIOD_MS,
    whenSpent: chosen(t, SPENT),
  };
  const failing = new Set([2, 3, 4, 5].filter(() => t.choose(5) === 0));
  return {
    id,
    restart,
    significant: maySignify && t.choose(2) === 0,
    budget: t.choose(3) === 0 ? own : undefined,
    failing,
  };
}

/** One supervisor, a few children, and a few ends of theirs. */
export async function modelOfSupervisors(t: Run): Promise<void> {
  const strategy = chosen(t, STRATEGIES);
  const autoShutdown = strategy === "dynamic" ? "never" : chosen(t, AUTO);
  const rules: Rules = { strategy, autoShutdown, maxRestarts: t.choose(4) };
  const kids = Array.from({ length: 1 + t.choose(MOST_CHILDREN) }, (_, at) =>
    someKid(t, "abcd"[at] as string, rules),
  );
  const system = t.system();
  t.noLeaks();
  const { worker, news } = scene();
  const specs = kids.map(({ id, restart, significant, budget, failing }) =>
    worker(
      id,
      { restart, significant, ...(budget && { budget }) },
      {
        init: (attempt) => {
          if (failing.has(attempt)) throw new Error(`start ${attempt} of ${id} fails`);
        },
      },
    ),
  );
  const limit = { maxRestarts: rules.maxRestarts, periodMs: PERIOD_MS };
  let app: Parameters<typeof pidOf>[0];
  if (strategy === "dynamic") {
    const many = await system.start(dynamicSupervisor(limit));
    for (const spec of specs) await many.call.startChild(spec);
    app = many;
  } else app = await system.start(supervisor({ ...limit, strategy, autoShutdown, children: specs }));
  const model = new Model(rules, kids);
  const told: string[] = [];
  const look = async (step: string): Promise<void> => {
    await t.quiescent();
    told.push(step);
    const inOrder = (words: readonly string[]) =>
      // The children of a dynamic supervisor stop side by side.
      (strategy === "dynamic" && model.isOver ? [...words].sort() : words).join(" ");
    const why = `after ${told.join(", ")}`;
    const seen = news()
      .split(" ")
      .filter((word) => word !== "");
    same(inOrder(seen), inOrder(model.news()), `what happens ${why}`);
    const fates = system.crashes.map(({ fate }) => fate);
    same(fates.join(", "), model.fates.join(", "), `what is reported ${why}`);
    const now = await shown(app).catch((error: { readonly code: string }) => error.code);
    const order = strategy === "dynamic" ? model.kids : model.kids.toReversed();
    const expected = order.map(({ id }) => `${id}:${model.running.has(id) ? "running" : "-"}`).join(" ");
    same(now, model.isOver ? "ERR_NOPROC" : expected, `who runs ${why}`);
  };
  await look("the start");
  for (let left = 1 + t.choose(MOST_STEPS); left > 0 && !model.isOver; left -= 1) {
    const gapMs = chosen(t, GAPS_MS);
    if (gapMs > 0) await t.advance(gapMs);
    model.nowMs += gapMs;
    if (model.kids.length === 0) break;
    await look(await doSomething(t, { app, model, strategy }));
  }
}

function same(seen: string, expected: string, what: string): void {
  if (seen !== expected) throw new Error(`${what} is "${seen}", and "${expected}" in the model`);
}

async function doSomething(
  t: Run,
  { app, model, strategy }: { app: Parameters<typeof pidOf>[0]; model: Model; strategy: Rules["strategy"] },
): Promise<string> {
  const kid = chosen(t, model.kids);
  const by = t.choose(8);
  if (!model.running.has(kid.id) || by === 0) return doByHand(app, { model, kid, strategy });
  const reason = chosen(t, REASONS);
  const pid = await pidOf(app, kid.id);
  if (reason === "killed") pid.exit("kill");
  else if (reason === "error") pid.exit(new Error("boom"));
  else await pid.call.end(reason);
  model.ends(kid, reason);
  return `${kid.id} ends by ${reason}`;
}

/** Starts who is down, and stops who runs. */
async function doByHand(
  app: Parameters<typeof pidOf>[0],
  { model, kid, strategy }: { model: Model; kid: Kid; strategy: Rules["strategy"] },
): Promise<string> {
  const one = app as Pid<SupervisorProcess>;
  if (model.running.has(kid.id)) {
    if (strategy !== "dynamic") await one.call.terminateChild(kid.id);
    else await (app as Pid<DynamicSupervisorProcess>).call.terminateChild(await pidOf(app, kid.id));
    model.terminate(kid);
    return `${kid.id} is stopped`;
  }
  await one.call.restartChild(kid.id).catch(() => undefined);
  model.startByHand(kid);
  return `${kid.id} is started`;
}
