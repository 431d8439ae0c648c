/**
 * What stands behind `#attribution` where the host has no asynchronous contexts (browsers):
 * faults are caught in handlers only.
 *
 * @module
 */

import { type Attribution, noAttribution } from "./attribution.ts";

export const attribution: Attribution = noAttribution;
