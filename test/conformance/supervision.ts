/**
 * The family of supervision trees: ordered and dynamic supervisors, their children, calls and ends.
 *
 * @module
 */

import type { BareSelf } from "../../src/actors/definition.ts";
import { processOf } from "../../src/actors/process.ts";
import { suspendOn } from "../../src/actors/suspension.ts";
import type { ChildSpec } from "../../src/core/child-spec.ts";
import { isActorError } from "../../src/core/errors.ts";
import { type Pid, portOf } from "../../src/core/pid.ts";
import type { ChildInfo } from "../../src/supervisor/calls.ts";
import type { DynamicSupervisorProcess } from "../../src/supervisor/dynamic-supervisor.ts";
import type { PartitionSupervisor } from "../../src/supervisor/partition-supervisor.ts";
import type { SupervisorProcess } from "../../src/supervisor/supervisor.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import type { Family, Line, Played } from "./family.ts";
import { inLanes, inLanesOfPartitions, RAISES } from "./supervision-lanes.ts";
import { type Report, Reports } from "./supervision-reports.ts";
import { supervisionRules } from "./supervision-rules.ts";
import { below, type Happening, type Node, Stage, type Told } from "./supervision-stage.ts";
import { answerOfError, reasonOfTerm, type Term, termOf } from "./terms.ts";

/** What a step does. */
export interface Do {
  readonly op: string;
  readonly target: string;
  readonly sup: string;
  readonly signal: Term;
  readonly reason: Term;
  readonly message: string;
  readonly child: Node | string;
  readonly partitions: number;
  readonly key: number;
  readonly steps: readonly Do[];
}
/** What came of the start or of a step. */
export interface Outcome {
  readonly result: unknown;
  readonly events: readonly Happening[];
  readonly reports?: readonly Report[];
}
/** A line of the family. */
export interface Tree {
  readonly tree: Node;
  readonly start: Outcome;
  readonly steps: readonly (Outcome & { readonly do: Do })[];
}
type Command = (self: BareSelf) => unknown;
type SupervisorPid = Pid<SupervisorProcess>;
type DynamicPid = Pid<DynamicSupervisorProcess>;

/** Longer than all that sleep in `terminate` one after the other, and far from any restart period. */
const REST_MS = 2_000;

const IGNORED = { ERR_IGNORED: "ignore" };
const RAISED = { ERR_INVALID_OPTIONS: RAISES, ERR_NOT_RUNNING: RAISES };

class Play {
  readonly #system: TestSystem;
  readonly #stage: Stage;
  readonly #reports: Reports;
  readonly #sleeps: boolean;

  constructor(system: TestSystem, sleeps: boolean) {
    this.#system = system;
    this.#stage = new Stage(system);
    this.#reports = new Reports(system, this.#stage);
    this.#sleeps = sleeps;
  }

  async run({ tree, steps }: Tree): Promise<{ readonly start: Outcome; readonly steps: readonly Outcome[] }> {
    const spec = this.#specOf(tree);
    if (spec === undefined) {
      const refused = "ERR_INVALID_OPTIONS";
      const result = tree.kind === "partition" ? RAISES : { error: refused };
      return { start: { result, events: [] }, steps: [] };
    }
    const owner = this.#system.spawn(async (self) => {
      self.trapExit(true);
      for (;;) {
        const message = await self.receive();
        if (typeof message === "function") await (message as Command)(self);
      }
    }) as Pid & { send(message: Command): void };
    const started = this.#answer(
      new Promise((resolve, reject) => owner.send((self) => self.start(spec).then(resolve, reject))),
      (pid) => ({ ok: this.#stage.incarnation(pid as Pid) }),
      IGNORED,
    );
    const start = await this.#outcome(started);
    const outcomes: Outcome[] = [];
    for (const step of steps) {
      if (step.do.op === "owner_exit") owner.send((self) => self.exit(reasonOfTerm(step.do.reason)));
      outcomes.push(await this.#outcome(await this.#do(step.do)));
    }
    return { start, steps: outcomes };
  }

  /** A tree with a spec that cannot be is refused where it is made. */
  #specOf(tree: Node): ChildSpec | undefined {
    try {
      return this.#stage.spec(tree, "top");
    } catch (error) {
      if (isActorError(error, "ERR_INVALID_OPTIONS")) return undefined;
      throw error;
    }
  }

  async #outcome(result: () => unknown): Promise<Outcome> {
    await this.#rest();
    return { result: result(), events: this.#stage.news(), reports: this.#reports.news() };
  }

  async #rest(): Promise<void> {
    await this.#system.settle();
    if (this.#sleeps) await this.#system.advance(REST_MS);
  }

  /** @returns what tells the result once all is at rest */
  #answer(
    asked: Promise<unknown>,
    shown: (value: unknown) => unknown,
    instead: Readonly<Record<string, unknown>> = {},
  ): () => unknown {
    let result: unknown = "no answer";
    asked.then(
      (value) => {
        result = shown(value);
      },
      (error: unknown) => {
        result = (isActorError(error) && instead[error.code]) || this.#shownError(error);
      },
    );
    return () => result;
  }

  #shownError(error: unknown): unknown {
    if (!isActorError(error, "ERR_CHILD_ID_TAKEN")) return answerOfError(error);
    const [, serial] = /is running as .*\(pid (\d+)\);/.exec(error.message) ?? [];
    if (serial === undefined) return { error: "already_present" };
    return { error: { already_started: this.#stage.incarnationOf(Number(serial)) } };
  }

  async #do(step: Do): Promise<() => unknown> {
    if (step.op === "batch") return this.#batch(step);
    if (step.op === "owner_exit") return () => null;
    return "sup" in step ? this.#ask(step) : this.#tell(step);
  }

  /** Signals, and what a worker does by itself. */
  #tell({ op, target, signal, reason, message }: Do): () => unknown {
    const pid = this.#stage.newest(target);
    if (pid === undefined) return () => "no_target";
    if (op === "stop") return this.#answer(pid.stop({ reason: reasonOfTerm(reason) }), () => "ok");
    if (portOf(pid).status === "dead") return () => "no_target";
    const told = pid as unknown as Told;
    if (op === "exit") pid.exit(signal === "kill" ? signal : reasonOfTerm(signal));
    if (op === "stop_self") told.cast.stop(reason);
    if (op === "raise") told.cast.raise(message);
    if (op === "unlink") told.cast.unlink();
    if (op === "message") told.send("unknown");
    return () => null;
  }

  #ask(step: Do): () => unknown {
    const pid = this.#stage.newest(step.sup);
    if (pid === undefined) return () => "no_target";
    const partitioned = this.#stage.partitionedBy(pid);
    if (partitioned !== undefined) return this.#askPartitioned(step, partitioned);
    const dynamic = this.#stage.kindAt(step.sup) === "dynamic";
    return dynamic ? this.#askDynamic(step, pid as DynamicPid) : this.#askOrdered(step, pid as SupervisorPid);
  }

  #askPartitioned({ op, key, partitions }: Do, supervisor: PartitionSupervisor): () => unknown {
    switch (op) {
      case "partitions":
        return this.#answer(
          attempted(async () => supervisor.partitions()),
          (count) => count,
          RAISED,
        );
      case "resize":
        return this.#answer(supervisor.resize(partitions), (before) => before, RAISED);
      case "lookup":
        return this.#answer(
          attempted(async () => supervisor.whereis(key)),
          (pid) => (pid === undefined ? "undefined" : this.#stage.incarnation(pid as Pid)),
          RAISED,
        );
      case "which_children":
        return this.#answer(supervisor.whichChildren(), (infos) =>
          this.#shown(infos as readonly ChildInfo[]).map(([id, ...rest]) => [Number(id), ...rest]),
        );
      default:
        return this.#answer(supervisor.countChildren(), (counts) => counts);
    }
  }

  #askOrdered({ op, sup, child }: Do, { call }: SupervisorPid): () => unknown {
    const id = child as string;
    switch (op) {
      case "start_child":
        return this.#startBelow(sup, child as Node, call);
      case "restart_child":
        return this.#answer(call.restartChild(id), (pid) => this.#ok(pid as Pid));
      case "terminate_child":
        return this.#answer(call.terminateChild(id), foundOrNot);
      case "delete_child":
        return this.#answer(call.deleteChild(id), foundOrNot);
      case "get_childspec":
        return this.#answer(call.getChildSpec(id), (spec) => shownSpec(spec as ChildSpec | undefined));
      case "which_children":
        return this.#answer(call.whichChildren(), (infos) => this.#shown(infos as readonly ChildInfo[]));
      default:
        return this.#answer(call.countChildren(), (counts) => counts);
    }
  }

  /** An ordered supervisor says of which child the failure is. */
  #startBelow(sup: string, child: Node, call: SupervisorPid["call"]): () => unknown {
    const asked = attempted(() => call.startChild(this.#specBelow(sup, child))).catch((error: unknown) => {
      if (!isActorError(error, "ERR_START_FAILED")) throw error;
      const reason = termOf(error.reason);
      if (typeof reason === "object" && "already_started" in reason) return { failed: { error: reason } };
      return { failed: { error: { reason, child: child.spec_id ?? child.id } } };
    });
    return this.#answer(asked, (answer) =>
      "failed" in (answer as object) ? (answer as { failed: unknown }).failed : this.#ok(answer as Pid),
    );
  }

  #askDynamic({ op, sup, child }: Do, { call }: DynamicPid): () => unknown {
    switch (op) {
      case "start_child":
        return this.#answer(
          attempted(() => call.startChild(this.#specBelow(sup, child as Node))),
          (pid) => this.#ok(pid as Pid),
          IGNORED,
        );
      case "terminate_child": {
        const pid = this.#stage.newest(below(sup, child as string));
        return pid === undefined ? () => "no_target" : this.#answer(call.terminateChild(pid), foundOrNot);
      }
      case "which_children":
        return this.#answer(call.whichChildren(), (infos) => {
          // A dynamic supervisor of Elixir tells no ids, and there is no order.
          const shown = this.#shown(infos as readonly ChildInfo[]).map(([, ...rest]) => [
            "undefined",
            ...rest,
          ]);
          return shown.sort((one, other) => (String(one) < String(other) ? -1 : 1));
        });
      default:
        return this.#answer(call.countChildren(), (counts) => counts);
    }
  }

  #specBelow(sup: string, child: Node): ChildSpec {
    return this.#stage.spec(child, below(sup, child.id));
  }

  #ok(pid: Pid): unknown {
    return { ok: this.#stage.incarnation(pid) };
  }

  #shown(infos: readonly ChildInfo[]): unknown[][] {
    return infos.map(({ id, pid, type }) => [
      id,
      typeof pid === "object" ? this.#stage.incarnation(pid) : (pid ?? "undefined"),
      type,
    ]);
  }

  /** The supervisor handles nothing until all steps stand in its mailbox. */
  async #batch({ sup, steps }: Do): Promise<() => unknown> {
    const target = processOf(this.#stage.newest(sup) as Pid);
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    // As while a handler awaits: signals are delivered, messages wait.
    suspendOn(target, held, goOn, goOn);
    const results: (() => unknown)[] = [];
    for (const step of steps) {
      results.push(await this.#do(step));
      await this.#rest();
    }
    goOn();
    return () => results.map((result) => result());
  }
}

/** A spec that cannot be is refused where it is made. */
async function attempted<T>(ask: () => Promise<T>): Promise<T> {
  return ask();
}

function foundOrNot(found: unknown): unknown {
  return found ? "ok" : { error: "not_found" };
}

function shownSpec(spec: ChildSpec | undefined): unknown {
  if (spec === undefined) return { error: "not_found" };
  const { id, restart, significant, type, shutdownMs } = spec;
  return {
    ok: {
      id,
      restart,
      significant,
      type,
      shutdown: shutdownMs === "brutalKill" ? "brutal_kill" : shutdownMs,
    },
  };
}

/** What nothing here stands for yet. */
function missingIn({ tree, steps }: Tree): readonly string[] {
  const missing = new Set<string>();
  const look = (node: Node): void => {
    if (
      node.kind === "dynamic" &&
      ("auto_shutdown" in node || (node.strategy ?? "one_for_one") !== "one_for_one")
    ) {
      missing.add("odd child spec: does not compile");
    }
    if ((node.start ?? []).some((attempt) => typeof attempt === "object" && "ok_info" in attempt)) {
      missing.add("start ok_info: a start answers a pid and nothing besides");
    }
    if ("mfa" in node || "omit" in node)
      missing.add("odd child spec: a start is a function, there is no triple");
    if ("extra" in node) missing.add("extra arguments: a start is a function that has its own");
    for (const child of node.children ?? []) look(child);
  };
  const lookAt = (step: Do): void => {
    if (typeof step.child === "object") look(step.child);
    for (const inner of step.steps ?? []) lookAt(inner);
  };
  look(tree);
  for (const step of steps) lookAt(step.do);
  return [...missing];
}

/** Trees of supervisors. */
export const supervision: Family = {
  name: "supervision",
  rules: supervisionRules,
  fits: (line) => "tree" in line && "start" in line && "steps" in line,
  play: async (line: Line): Promise<Played> => {
    const tree = line as unknown as Tree;
    const notPlayed = missingIn(tree);
    if (notPlayed.length > 0) return { notPlayed };
    await using system = testSystem();
    const trace = await new Play(system, JSON.stringify(tree).includes('"sleep"')).run(tree);
    return { trace: JSON.parse(JSON.stringify(trace)) };
  },
  arrange: (trace, line) => {
    const recorded = line as unknown as Tree;
    const { start, steps } = trace as Tree;
    return {
      start: inLanes(start, recorded.start),
      steps: recorded.steps.map((step, at) =>
        step.do.op === "resize" ? inLanesOfPartitions(steps[at], step) : inLanes(steps[at], step),
      ),
    };
  },
};
