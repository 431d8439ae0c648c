import { createRegistry, createRoutingPool, leastBusy } from "troupe";
import { Http2Connection } from "troupe/resources/http2";
import { requestAll, startOrigin } from "../../contender/origin.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { system } from "./driver.ts";

export async function open(): Promise<Work> {
  const origin = await startOrigin("http2");
  const registry = createRegistry(system, { keys: "duplicate" });
  const connection = await system.start(Http2Connection, {
    origin: origin.url,
    join: { registry, key: "upstream" },
  });
  await connection.call.ready();
  const upstream = createRoutingPool(registry, Http2Connection, "upstream", { strategy: leastBusy() });
  const text = new TextDecoder();
  const request = async (): Promise<string> => text.decode((await upstream.call.request({ path: "/" })).body);
  return {
    run: (operations) => requestAll(operations, origin, request),
    settle: async () => expectSame("on their way", (await connection.call.status()).inFlight, 0),
  };
}
