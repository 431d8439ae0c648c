import { describe, expect, it } from "vitest";
import { postable, transfer } from "../../../src/resources/threads/transfer.ts";

describe("postable", () => {
  it("is what was marked, with its list", () => {
    const bytes = new Uint8Array(2);
    expect(postable(transfer({ bytes }, [bytes.buffer]))).toMatchObject({
      value: { bytes },
      list: [bytes.buffer],
    });
  });

  it.each([[undefined], [null], [{ value: 1, list: [2] }]])(
    "is %j as it stands, with nothing to move",
    (value) => {
      expect(postable(value)).toEqual({ value, list: [] });
    },
  );
});
