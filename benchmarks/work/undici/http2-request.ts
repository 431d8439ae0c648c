import { H2CClient, Pool } from "undici";
import { requestAll, requestsAtOnce, startOrigin } from "../../contender/origin.ts";
import { expectSame, type Work } from "../../contender/work.ts";

export async function open(): Promise<Work> {
  const origin = await startOrigin("http2");
  // In the clear, as ours: the client behind `allowH2`, which is for TLS. One request after the other, unless told otherwise.
  const factory = (url: URL): H2CClient => new H2CClient(url, { pipelining: requestsAtOnce });
  const pool = new Pool(origin.url, { connections: 1, factory });
  const request = async (): Promise<string> => (await pool.request({ method: "GET", path: "/" })).body.text();
  return {
    run: (operations) => requestAll(operations, origin, request),
    settle: () => expectSame("running", pool.stats.running, 0),
  };
}
