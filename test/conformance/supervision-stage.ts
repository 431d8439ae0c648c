/**
 * Trees of supervisors whose processes write down what happens to them.
 *
 * @module
 */

import { ignore, refuse, stop } from "../../src/actors/answers.ts";
import { behaviourOf } from "../../src/actors/behaviour.ts";
import { defineActor, defineInfrastructure } from "../../src/actors/define-actor.ts";
import type { Self, System } from "../../src/actors/definition.ts";
import { type SystemState, startProcess } from "../../src/actors/launch.ts";
import type { Exit } from "../../src/actors/links.ts";
import { kernelOf } from "../../src/actors/system.ts";
import {
  type ChildOptions,
  type ChildSpec,
  childSpec,
  createChildSpec,
  LAUNCH,
  type StartOutcome,
} from "../../src/core/child-spec.ts";
import type { ExitReason } from "../../src/core/exit-reason.ts";
import { type Pid, portOf } from "../../src/core/pid.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import {
  createPartitionSupervisor,
  type PartitionSupervisor,
} from "../../src/supervisor/partition-supervisor.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { reasonOfTerm, type Term, termOf } from "./terms.ts";

/** What one attempt to start comes to. */
export type Attempt = "ok" | "ignore" | { readonly [how: string]: Term };

/** A node of a tree: its child spec and what its process does. */
export interface Node {
  readonly id: string;
  readonly kind: "worker" | "supervisor" | "dynamic" | "partition";
  readonly restart?: "permanent" | "transient" | "temporary";
  readonly shutdown?: number | "infinity" | "brutal_kill";
  readonly significant?: boolean;
  readonly start?: readonly Attempt[];
  readonly trap_exit?: boolean;
  readonly terminate?: "ok" | "raise" | { readonly exit: Term } | { readonly sleep: number };
  readonly strategy?: "one_for_one" | "one_for_all" | "rest_for_one";
  readonly max_restarts?: number;
  readonly max_seconds?: number;
  readonly max_children?: number;
  readonly auto_shutdown?: "never" | "any_significant" | "all_significant";
  readonly children?: readonly Node[];
  /** What each partition runs, and how many there are. */
  readonly child?: Node;
  readonly partitions?: number;
  readonly spec_id?: string;
  /** Odd values of a child spec, handed over as they are. */
  readonly type?: string;
  readonly modules?: string;
}

/** One thing that happened to a process. */
export interface Happening {
  readonly e: string;
  readonly id: string;
  readonly reason?: Term;
  readonly how?: Attempt;
  readonly lane?: string;
}

/** What a worker begins with; `at` is the position in its script. */
interface Part {
  readonly node: Node;
  readonly path: string;
  at: number;
}

/** Knows who is who, and what has happened since somebody last looked. */
export class Stage {
  #happenings: Happening[] = [];
  readonly #attempts = new Map<string, number>();
  readonly #newest = new Map<string, Pid>();
  readonly #incarnations = new Map<Pid, string>();
  readonly #kinds = new Map<string, Node["kind"]>();
  readonly #partitioned = new Map<Pid, PartitionSupervisor>();
  readonly #worker = workerOn(this);
  readonly #system: System;
  readonly #kernel: SystemState;

  constructor(system: System) {
    this.#system = system;
    this.#kernel = kernelOf(system);
  }

  /** What has happened since the last look. */
  news(): readonly Happening[] {
    const news = this.#happenings;
    this.#happenings = [];
    return news;
  }

  note(happening: Happening): void {
    this.#happenings.push(happening);
  }

  /** The next incarnation at a path, failed ones included. */
  attempt(path: string): string {
    const attempt = (this.#attempts.get(path) ?? 0) + 1;
    this.#attempts.set(path, attempt);
    return `${path}#${attempt}`;
  }

  /** It runs, or is about to: its death will be written down in its very turn. */
  born(path: string, id: string, { pid }: Self, end: "down" | "sup_down"): void {
    this.#newest.set(path, pid);
    this.#incarnations.set(pid, id);
    const died = (_pid: Pid, reason: ExitReason): void => this.note({ e: end, id, reason: termOf(reason) });
    portOf(pid).watch({ stopping: () => undefined, died });
  }

  newest(path: string): Pid | undefined {
    return this.#newest.get(path);
  }

  incarnation(pid: Pid): string {
    return this.#incarnations.get(pid) ?? "?";
  }

  /** What kind of supervisor runs, or has run last, at a path. */
  kindAt(path: string): Node["kind"] | undefined {
    return this.#kinds.get(path);
  }

  /** What finds the partitions that a process supervises. */
  partitionedBy(pid: Pid): PartitionSupervisor | undefined {
    return this.#partitioned.get(pid);
  }

  /** By the number that messages show. */
  incarnationOf(serial: number): string {
    for (const [pid, id] of this.#incarnations) if (pid.serial === serial) return id;
    return "?";
  }

  /** The child spec of a node and all below it. */
  spec(node: Node, path: string): ChildSpec {
    const { restart, significant, type, modules } = node;
    const shutdownMs = node.shutdown === "brutal_kill" ? "brutalKill" : node.shutdown;
    const options = Object.fromEntries(
      Object.entries({ id: node.spec_id ?? node.id, restart, significant, shutdownMs, type, modules }).filter(
        ([, value]) => value !== undefined,
      ),
    ) as ChildOptions<never>;
    if (node.kind === "worker") {
      const part = { node, path, at: 0 };
      if (!(node.start ?? []).some(isOwn)) return this.#worker.child(part, options);
      return childSpec({ ...options, id: node.spec_id ?? node.id, start: () => this.#startByFunction(part) });
    }
    const partitioned = node.kind === "partition" ? this.#partition(node, path) : undefined;
    const made =
      partitioned?.child() ?? (node.kind === "dynamic" ? this.#dynamic(node) : this.#ordered(node, path));
    const launch = this.#watched(made, node, path, partitioned);
    return createChildSpec({ id: node.id, type: "supervisor", launch }, options);
  }

  /** A start function of one's own: what it starts is adopted, what it throws or answers otherwise is a failure. */
  #startByFunction(part: Part): Pid | object {
    const how = attemptAt(part);
    if (!isOwn(how)) {
      let outcome: StartOutcome = { kind: "ignored" };
      startProcess(
        this.#kernel,
        behaviourOf(this.#worker),
        part,
        { linked: false },
        {
          came: (came) => {
            outcome = came;
          },
        },
      );
      return answerOf(outcome);
    }
    part.at += 1;
    this.note({ e: "start_failed", id: this.attempt(part.path), how });
    if ("start_raise" in how) throw new Error(String(how["start_raise"]));
    if ("start_throw" in how) throw thrownOf(how["start_throw"] as Term);
    if ("start_exit" in how) throw thrownOf(how["start_exit"] as Term);
    if (!("already_started" in how)) return how["return"] as object;
    const pid = this.newest(String(how["already_started"]));
    const already_started = pid === undefined ? undefined : this.incarnation(pid);
    return refuse({ kind: "error", error: { already_started } });
  }

  #dynamic({ id, max_restarts = 3, max_seconds = 3_600, max_children }: Node): ChildSpec {
    const most = max_children === undefined ? {} : { maxChildren: max_children };
    return dynamicSupervisor({ id, maxRestarts: max_restarts, periodMs: max_seconds * 1_000, ...most });
  }

  #ordered(node: Node, path: string): ChildSpec {
    const {
      id,
      strategy = "one_for_one",
      max_restarts = 3,
      max_seconds = 3_600,
      auto_shutdown = "never",
    } = node;
    return supervisor({
      id,
      strategy: camel(strategy) as "oneForOne",
      maxRestarts: max_restarts,
      periodMs: max_seconds * 1_000,
      autoShutdown: camel(auto_shutdown) as "never",
      children: (node.children ?? []).map((child) => this.spec(child, below(path, child.id))),
    });
  }

  #partition(node: Node, path: string): PartitionSupervisor {
    const { id, child, partitions = 1, max_restarts = 3, max_seconds = 3_600, auto_shutdown } = node;
    return createPartitionSupervisor(this.#system, {
      name: id,
      child: (no) => this.spec({ ...(child as Node), id: String(no) }, below(path, String(no))),
      partitions,
      strategy: camel(node.strategy ?? "one_for_one") as "oneForOne",
      maxRestarts: max_restarts,
      periodMs: max_seconds * 1_000,
      // There is none: handed over as it is.
      ...(auto_shutdown === undefined ? {} : { autoShutdown: camel(auto_shutdown) }),
    });
  }

  /** The same supervisor, written down: there is no handler of a user's in it that could do so. */
  #watched(
    spec: ChildSpec,
    { kind, start }: Node,
    path: string,
    partitioned: PartitionSupervisor | undefined,
  ): ChildSpec[typeof LAUNCH] {
    const launch = spec[LAUNCH] as { readonly definition: object };
    const { name, init, exit, terminate, callDoors } = behaviourOf(launch.definition);
    const definition = defineInfrastructure({
      name,
      init: (none: undefined, self: Self) => {
        const id = this.attempt(path);
        if (start?.[0] === "ignore") {
          this.note({ e: "start_failed", id, how: "ignore" });
          return ignore();
        }
        this.note({ e: "sup_started", id });
        this.born(path, id, self, "sup_down");
        this.#kinds.set(path, kind);
        if (partitioned !== undefined) this.#partitioned.set(self.pid, partitioned);
        return init(none, self);
      },
      calls: Object.fromEntries(Array.from(callDoors, ([call, { handler }]) => [call, handler])),
      exit,
      terminate,
    });
    return { kind: "actor", definition: definition as object, arg: undefined };
  }
}

/** What the steps of a scenario tell a worker to do. */
export interface Told {
  readonly cast: {
    stop(reason: Term): void;
    raise(message: string): void;
    unlink(): void;
  };
  send(message: unknown): void;
}

function workerOn(stage: Stage) {
  return defineActor({
    name: "worker",
    init: (part: Part, self) => {
      const { node, path } = part;
      const { trap_exit = false } = node;
      const id = stage.attempt(path);
      const how = attemptAt(part);
      part.at += 1;
      if (how !== "ok") {
        stage.note({ e: "start_failed", id, how });
        return failed(how, self) as never;
      }
      stage.note({ e: "started", id });
      stage.born(path, id, self, "down");
      self.trapExit(trap_exit);
      return { id, node };
    },
    casts: {
      stop: (worker, reason: Term) => stop(reasonOfTerm(reason), worker),
      raise: (_worker, message: string) => {
        throw new Error(message);
      },
      unlink: (worker, _none: void, self) => {
        if (self.parent !== undefined) self.unlink(self.parent);
        return worker;
      },
    },
    info: (worker, message: unknown) => {
      const { type, reason } = message as Partial<Exit>;
      if (type === "exit" && reason !== undefined) {
        stage.note({ e: "exit_message", id: worker.id, reason: termOf(reason) });
      }
      return worker;
    },
    terminate: ({ id, node: { terminate = "ok" } }, reason, self) => {
      stage.note({ e: "terminate", id, reason: termOf(reason) });
      if (terminate === "ok") return;
      if (terminate === "raise") throw new Error("terminate failed");
      if ("exit" in terminate) return self.exit(reasonOfTerm(terminate.exit));
      const { clock } = kernelOf(self.system).runtime;
      return new Promise<void>((resolve) => void clock.setTimer(resolve, terminate.sleep));
    },
  });
}

/** The attempt that is due; the last one repeats. */
function attemptAt({ node: { start = [] }, at }: Part): Attempt {
  return start[Math.min(at, start.length - 1)] ?? "ok";
}

/** It fails in the start function, before there is a process. */
function isOwn(how: Attempt): how is { readonly [how: string]: Term } {
  return typeof how === "object" && !("error" in how || "raise" in how || "exit" in how);
}

function answerOf(outcome: StartOutcome): Pid | object {
  if (outcome.kind === "started") return outcome.pid;
  return outcome.kind === "ignored" ? ignore() : refuse(outcome.reason);
}

function thrownOf(term: Term): unknown {
  const reason = reasonOfTerm(term);
  return reason.kind === "error" ? reason.error : reason;
}

function failed(how: Attempt, self: Self): unknown {
  if (how === "ignore" || how === "ok") return ignore();
  if ("error" in how) return stop(reasonOfTerm(how["error"] as Term));
  if ("exit" in how) return self.exit(reasonOfTerm(how["exit"] as Term));
  throw new Error(String(how["raise"]));
}

/** Whose incarnation it is. */
export function pathOf(incarnation: string): string {
  return incarnation.replace(/#\d+$/, "");
}

/** The path of a child: those of the top have none before them. */
export function below(path: string, id: string): string {
  return path === "top" ? id : `${path}/${id}`;
}

function camel(words: string): string {
  return words.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}
