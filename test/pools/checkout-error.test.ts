import { describe, expect, it } from "vitest";
import { CheckoutTimeoutError, formatHolders } from "../../src/pools/checkout-error.ts";

const nothing = { idle: 0, lent: 0, starting: 0, closing: 0, waiting: 0 };

describe("CheckoutTimeoutError", () => {
  it("says what is there, who has it and what to do", () => {
    const error = new CheckoutTimeoutError({
      pool: "database",
      timeoutMs: 1_000,
      load: { ...nothing, lent: 3, starting: 1, closing: 2 },
      holders: [
        { label: "page (pid 7)", loans: 2, heldMs: 40 },
        { label: "plain code", loans: 1, heldMs: 900 },
      ],
      ownLoans: 2,
      openError: undefined,
    });
    expect(error.message).toBe(
      'pool "database" had no resource to lend within 1000 ms; 3 lent to page (pid 7) (2) for 40 ms, plain code for 900 ms; 1 being opened; 2 being closed; the caller itself holds 2: give back before the next checkout, or raise size',
    );
    expect(error).toMatchObject({
      name: "CheckoutTimeoutError",
      code: "ERR_CHECKOUT_TIMEOUT",
      handled: "no",
      timeoutMs: 1_000,
    });
  });

  it("keeps what opening failed with as its cause", () => {
    const cause = new Error("connection refused");
    const late = {
      pool: "database",
      timeoutMs: 5,
      load: nothing,
      holders: [],
      ownLoans: 0,
      openError: cause,
    };
    const error = new CheckoutTimeoutError(late);
    expect(error.cause).toBe(cause);
    expect(error.message).toBe(
      'pool "database" had no resource to lend within 5 ms; opening fails with Error: connection refused',
    );
  });
});

describe("formatHolders", () => {
  it("names five and counts the rest", () => {
    const holders = Array.from({ length: 8 }, (_, serial) => ({
      label: `page (pid ${serial})`,
      loans: 1,
      heldMs: serial,
    }));
    expect(formatHolders(holders)).toBe(
      "page (pid 0) for 0 ms, page (pid 1) for 1 ms, page (pid 2) for 2 ms, page (pid 3) for 3 ms, page (pid 4) for 4 ms and 3 more",
    );
  });
});
