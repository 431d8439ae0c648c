import { expect, it } from "vitest";

it("passes beside a fault", async () => {
  void Promise.reject(new Error("stray rejection"));
  setTimeout(() => {
    throw new Error("stray throw");
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(0).toBe(0);
});
