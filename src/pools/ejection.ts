/**
 * When a member that fails is taken out of the picks, for how long, and how it comes back. Nothing here runs: a
 * pool keeps a {@link Health} for each member and asks one question after each request.
 *
 * @module
 */

/** When members that fail are ejected. */
export interface EjectionOptions {
  /** Failures in a row that are one too many; ≥ 1, 5 when absent. */
  readonly failures?: number;
  /** Milliseconds of the first ejection; each one in a row takes twice as long. 10,000 when absent. */
  readonly ejectMs?: number;
  /** Milliseconds of the longest; 300,000 when absent. */
  readonly maxEjectMs?: number;
  /** The share of the members that may be ejected at once, in (0, 1); 0.5 when absent. One is always left. */
  readonly maxEjectedShare?: number;
}

/** Ejection options with nothing left open. */
export type EjectionLimits = Required<EjectionOptions>;

/** What a pool knows of how well a member works. */
export interface Health {
  /** Failures since the last answer. */
  readonly failures: number;
  /** It is half open: back for one request, whose end decides. */
  readonly probing: boolean;
  /** Ejections in a row. */
  readonly ejections: number;
  /** Milliseconds of the last ejection; 0 before the first. */
  readonly ejectedMs: number;
  /** Monotonic milliseconds of its last return from an ejection; 0 before the first. */
  readonly backAtMs: number;
}

/** What comes of one more request. */
export interface HealthVerdict {
  readonly health: Health;
  /** Milliseconds for which the member is to be ejected; `undefined` when it is not. */
  readonly ejectMs: number | undefined;
}

/** Of a member that has just joined. */
export const HEALTHY: Health = Object.freeze({
  failures: 0,
  probing: false,
  ejections: 0,
  ejectedMs: 0,
  backAtMs: 0,
});

/**
 * The health of a member after one more request.
 *
 * A member that has been back for as long as it was out begins anew: its next ejection is a first one.
 *
 * @param nowMs - monotonic milliseconds
 * @param mayEject - others are left
 * @follows Envoy's outlier detection (consecutive failures, a growing time, a share that is never passed), and the
 *   half-open state of circuit breakers
 *
 * @example
 * ```ts
 * const limits = { failures: 2, ejectMs: 100, maxEjectMs: 150, maxEjectedShare: 0.5 };
 * const once = healthAfter(HEALTHY, true, limits, { nowMs: 0, mayEject: true });
 * once.ejectMs; //=> undefined
 * healthAfter(once.health, true, limits, { nowMs: 0, mayEject: true }).ejectMs; //=> 100
 * ```
 */
export function healthAfter(
  health: Health,
  failed: boolean,
  limits: EjectionLimits,
  { nowMs, mayEject }: { readonly nowMs: number; readonly mayEject: boolean },
): HealthVerdict {
  if (!failed) {
    const backAtMs = health.probing ? nowMs : health.backAtMs;
    const isOld = !health.probing && nowMs - backAtMs >= health.ejectedMs;
    const ejections = isOld ? 0 : health.ejections;
    return { health: { ...health, failures: 0, probing: false, ejections, backAtMs }, ejectMs: undefined };
  }
  const failures = health.failures + 1;
  if (!mayEject || (failures < limits.failures && !health.probing))
    return { health: { ...health, failures, probing: false }, ejectMs: undefined };
  const ejectMs = Math.min(limits.maxEjectMs, limits.ejectMs * 2 ** health.ejections);
  return {
    health: { ...health, failures: 0, probing: false, ejections: health.ejections + 1, ejectedMs: ejectMs },
    ejectMs,
  };
}

/** Its time is up: the next request shows whether it is well. */
export function halfOpen(health: Health): Health {
  return { ...health, probing: true };
}

/** `true` while one more may be ejected. */
export function mayEjectOneMore(ejected: number, members: number, share: number): boolean {
  return ejected + 1 < members && (ejected + 1) / members <= share;
}
