import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { requestAll, startOrigin } from "../../contender/origin.ts";
import { expectSame, type Work } from "../../contender/work.ts";

/** A stream, three listeners and a promise: no deadline, no limit, no answer for a session that is lost. */
function requester(session: ClientHttp2Session): () => Promise<string> {
  const text = new TextDecoder();
  return () =>
    new Promise((resolve, reject) => {
      const stream = session.request({ ":method": "GET", ":path": "/" }, { endStream: true });
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => resolve(text.decode(Buffer.concat(chunks))));
      stream.on("error", reject);
    });
}

export async function open(): Promise<Work> {
  const origin = await startOrigin("http2");
  const session = connect(origin.url);
  await once(session, "remoteSettings");
  const request = requester(session);
  return {
    run: (operations) => requestAll(operations, origin, request),
    settle: () => expectSame("session lost", session.destroyed, false),
  };
}
