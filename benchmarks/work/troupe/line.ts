import { type CheckoutPool, createCheckoutPool } from "troupe";
import { system } from "./driver.ts";

/** A pool of one resource, for which so many wait when it has been lent. */
export function openLine(): CheckoutPool<object> {
  const resource = { open: () => ({}) };
  return createCheckoutPool(system, { size: 1, checkoutTimeoutMs: Number.POSITIVE_INFINITY, resource });
}
