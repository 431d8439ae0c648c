/**
 * What a caller can catch. Every error has a stable `code`, says whether a blind retry is safe
 * (`handled`), and keeps its `cause`. Match on `code`, never on `message`.
 *
 * ```ts
 * const error = new CallTimeoutError("counter (pid 7)", 50);
 * error.code; //=> "ERR_CALL_TIMEOUT"
 * isActorError(error, "ERR_CALL_TIMEOUT") && error.timeoutMs; //=> 50
 * ```
 *
 * @module
 */

import { describe, type ExitReason, formatReason } from "./exit-reason.ts";

/** Whether the request may have had effects: `"no"` means nothing happened, retry freely. */
export type Handled = "no" | "unknown";

/** Every code this library throws; docs/errors.md says when and what to do. */
export type ErrorCode =
  | "ERR_CALL_TIMEOUT"
  | "ERR_CALL_CYCLE"
  | "ERR_EXITED"
  | "ERR_NOPROC"
  | "ERR_BAD_MESSAGE"
  | "ERR_WRONG_ACTOR"
  | "ERR_NO_MEMBER"
  | "ERR_BAD_STRATEGY"
  | "ERR_OVERLOADED"
  | "ERR_POOL_FULL"
  | "ERR_POOL_CLOSED"
  | "ERR_CHECKOUT_TIMEOUT"
  | "ERR_LEASE_ENDED"
  | "ERR_NAME_TAKEN"
  | "ERR_NOT_RUNNING"
  | "ERR_ALREADY_RUNNING"
  | "ERR_REGISTRY_FULL"
  | "ERR_ASYNC_SCHEMA"
  | "ERR_INVALID_OPTIONS"
  | "ERR_START_FAILED"
  | "ERR_START_TIMEOUT"
  | "ERR_IGNORED"
  | "ERR_ABORTED"
  | "ERR_RECEIVE_TIMEOUT"
  | "ERR_STOP_TIMEOUT"
  | "ERR_DETACHED"
  | "ERR_MAX_CHILDREN"
  | "ERR_CHILD_ID_TAKEN"
  | "ERR_CHILD_NOT_FOUND"
  | "ERR_CHILD_RUNNING"
  | "ERR_CHILD_RESTARTING"
  | "ERR_DISCONNECTED"
  | "ERR_TOO_LARGE"
  | "ERR_REMOTE"
  | "ERR_RUNAWAY"
  | "ERR_TASK_TIMEOUT"
  | "ERR_TASK_TAKEN"
  | "ERR_NOT_OWNER"
  | "ERR_LOCK_TIMEOUT"
  | "ERR_AWAIT_TIMEOUT"
  | "ERR_UNSUPPORTED";

/** Marks errors of every loaded copy of this library, so that `isActorError` knows them too. */
const BRAND = Symbol.for("troupe.ActorError");

/** Base of every error thrown by this library. */
export class ActorError<C extends ErrorCode = ErrorCode> extends Error {
  static {
    this.prototype.name = "ActorError";
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }
  /** Stable across releases. */
  readonly code: C;
  readonly handled: Handled;

  constructor(code: C, handled: Handled, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.handled = handled;
  }
}

/** The process ended before it answered; `reason` says why. */
export class ExitedError extends ActorError<"ERR_EXITED"> {
  static {
    this.prototype.name = "ExitedError";
  }
  readonly reason: ExitReason;

  constructor(target: string, reason: ExitReason, handled: Handled) {
    const fate = handled === "no" ? "the request was not handled" : "the request may have been handled";
    super("ERR_EXITED", handled, `${target} exited (${formatReason(reason)}) before it answered; ${fate}`, {
      cause: reason.kind === "error" ? reason.error : undefined,
    });
    this.reason = reason;
  }
}

/** The caller's deadline passed first. The process lives on and may still do the work. */
export class CallTimeoutError extends ActorError<"ERR_CALL_TIMEOUT"> {
  static {
    this.prototype.name = "CallTimeoutError";
  }
  readonly target: string;
  /** The deadline that passed, in milliseconds. */
  readonly timeoutMs: number;

  constructor(target: string, timeoutMs: number) {
    super(
      "ERR_CALL_TIMEOUT",
      "unknown",
      `${target} did not reply within ${timeoutMs} ms; the request may still be handled`,
    );
    this.target = target;
    this.timeoutMs = timeoutMs;
  }
}

/** Waiting for the answer would have closed a circle of processes that wait for each other. */
export class CallCycleError extends ActorError<"ERR_CALL_CYCLE"> {
  static {
    this.prototype.name = "CallCycleError";
  }
  /** The processes in the circle, the caller first and last. */
  readonly circle: readonly string[];

  /** @param text - what is said of it when it is no call that waits */
  constructor(
    circle: readonly string[],
    text = `this call waits for itself: ${circle.join(" → ")}; answer later (reply(promise, state)), or ask with self.request`,
  ) {
    super("ERR_CALL_CYCLE", "no", text);
    this.circle = circle;
  }
}

/** What was sent does not fit the schema at the door; `issues` are the schema's own. */
export class BadMessageError extends ActorError<"ERR_BAD_MESSAGE"> {
  static {
    this.prototype.name = "BadMessageError";
  }
  readonly issues: readonly unknown[];

  constructor(target: string, handler: string, issues: readonly { readonly message: string }[]) {
    super(
      "ERR_BAD_MESSAGE",
      "no",
      `${target} does not accept this input for ${handler}: ${issues.map((issue) => issue.message).join("; ")}`,
    );
    this.issues = issues;
  }
}

/** Options are wrong; every fault is listed, and nothing was started. */
export class InvalidOptionsError extends ActorError<"ERR_INVALID_OPTIONS"> {
  static {
    this.prototype.name = "InvalidOptionsError";
  }
  /** One line a fault. */
  readonly faults: readonly string[];

  constructor(what: string, faults: readonly string[]) {
    super("ERR_INVALID_OPTIONS", "no", `${what}: ${faults.join("; ")}`);
    this.faults = faults;
  }
}

/** A process did not start; `reason` is what its `init` ended with. */
export class StartError extends ActorError<"ERR_START_FAILED"> {
  static {
    this.prototype.name = "StartError";
  }
  /** Who did not start. */
  readonly target: string;
  readonly reason: ExitReason;

  constructor(target: string, reason: ExitReason) {
    super("ERR_START_FAILED", "no", `${target} did not start: ${formatReason(reason)}`, {
      cause: causeOf(reason),
    });
    this.target = target;
    this.reason = reason;
  }
}

/** A supervisor that could not start ends with `shutdown`, and the child's error as its detail. */
function causeOf(reason: ExitReason): unknown {
  if (reason.kind === "error") return reason.error;
  return reason.kind === "shutdown" ? reason.detail : undefined;
}

interface ErrorByCode {
  ERR_EXITED: ExitedError;
  ERR_CALL_TIMEOUT: CallTimeoutError;
  ERR_CALL_CYCLE: CallCycleError;
  ERR_BAD_MESSAGE: BadMessageError;
  ERR_INVALID_OPTIONS: InvalidOptionsError;
  ERR_START_FAILED: StartError;
}

/**
 * Narrows a caught value to an error of this library, and to one code when given.
 *
 * @example
 * ```ts
 * isActorError(new Error("mine")); //=> false
 * isActorError(new ExitedError("a", { kind: "killed" }, "no"), "ERR_EXITED"); //=> true
 * ```
 */
export function isActorError<C extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: C,
): error is C extends keyof ErrorByCode ? ErrorByCode[C] : ActorError<C> {
  try {
    if (typeof error !== "object" || error === null || !(BRAND in error)) return false;
    return code === undefined || (error as { readonly code?: unknown }).code === code;
  } catch {
    // A proxy may throw at any look: it is none of ours.
    return false;
  }
}

/** What was thrown as an error: itself when it is one, else an error that says what it was and has it as its cause. */
export function toError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy may throw at any look.
  }
  return new Error(`thrown: ${describe(thrown)}`, { cause: thrown });
}
