/**
 * What one audit is given.
 *
 * @module
 */

import type { Settings } from "./arguments.ts";
import type { Outcome } from "./audit.ts";
import type { DatabasePlace } from "./database-place.ts";
import type { Input } from "./input.ts";
import type { ProgressOptions } from "./progress.ts";

/** All that one audit is made of. */
export interface AuditParts {
  readonly settings: Settings;
  readonly input: Input;
  readonly database: DatabasePlace;
  /** Where the folder is served. */
  readonly port: number;
  /** What a reader's thread runs. */
  readonly readerModule: URL;
  readonly progress: ProgressOptions;
  /** Told when the audit is over. */
  readonly announce: (outcome: Outcome) => void;
}
