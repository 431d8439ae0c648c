import { createCheckoutPool } from "troupe";
import { http1 } from "troupe/resources/http1";
import { connectionsAtMost, requestAll, startOrigin } from "../../contender/origin.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { system } from "./driver.ts";

export async function open(): Promise<Work> {
  const origin = await startOrigin("http1");
  const pool = createCheckoutPool(system, { size: connectionsAtMost, resource: http1(origin.url) });
  const request = (): Promise<string> =>
    pool.use(async (client) => (await client.request({ method: "GET", path: "/" })).body.text());
  return {
    run: (operations) => requestAll(operations, origin, request),
    settle: () => expectSame("lent", pool.stats().lent, 0),
  };
}
