import { describe, expect, it } from "vitest";
import { findBeam, otpContender, whyNotOtp } from "../../benchmarks/otp-contender.ts";
import { rows } from "../../benchmarks/rows.ts";
import { few } from "./few.ts";

const beam = findBeam();
const otp = otpContender(".cache/benchmarks-test/otp");

describe("otpContender", () => {
  for (const row of rows.filter(({ peers }) => peers.includes("otp"))) {
    const reason = whyNotOtp(beam, row.id);
    it.skipIf(reason !== undefined)(
      `${row.id}: all that is asked for arrives${reason === undefined ? "" : ` (skipped: ${reason})`}`,
      async () => {
        const runner = await otp.open(row);
        expect(await runner.round(few(row))).toBeGreaterThanOrEqual(0); // what is missing is a fault
        await runner.close();
      },
      60_000,
    );
  }
});

describe("whyNotOtp", () => {
  it("names the command that is missing", () => {
    expect(whyNotOtp({ otp: undefined, elixir: undefined }, "call")).toBe("`erl` is not on the path");
    expect(whyNotOtp({ otp: "25", elixir: undefined }, "lookup")).toBe("`elixir` is not on the path");
    expect(whyNotOtp({ otp: "25", elixir: undefined }, "call")).toBeUndefined();
  });
});
