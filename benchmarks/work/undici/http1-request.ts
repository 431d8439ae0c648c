import { Pool } from "undici";
import { connectionsAtMost, requestAll, startOrigin } from "../../contender/origin.ts";
import { expectSame, type Work } from "../../contender/work.ts";

export async function open(): Promise<Work> {
  const origin = await startOrigin("http1");
  const pool = new Pool(origin.url, { connections: connectionsAtMost });
  const request = async (): Promise<string> => (await pool.request({ method: "GET", path: "/" })).body.text();
  return {
    run: (operations) => requestAll(operations, origin, request),
    settle: () => expectSame("running", pool.stats.running, 0),
  };
}
