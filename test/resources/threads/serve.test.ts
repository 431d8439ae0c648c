import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { RemoteError } from "../../../src/resources/errors.ts";
import { sharedJobs } from "./started.ts";

const jobs = sharedJobs();

describe("serve", () => {
  it("throws on a thread without a parent, and says where it belongs", () => {
    const code = 'import { serve } from "./src/resources/threads/serve.ts"; serve(() => 1);';
    const run = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code], {
      encoding: "utf8",
    });
    expect(run.stderr).toMatch(/TypeError: serve\(\) belongs into the module of a worker thread/);
    expect(run.status).toBe(1);
  });

  it("tells a handler's error by its name, message, code and stack", async () => {
    const failing = jobs().call.run({ do: "throw", what: "error" });
    await expect(failing).rejects.toBeInstanceOf(RemoteError);
    await expect(failing.catch(({ remote }: RemoteError) => remote)).resolves.toEqual({
      name: "TypeError",
      message: "bad job",
      code: "E_JOB",
      stack: expect.stringMatching(/^TypeError: bad job\n.*jobs\.worker\.ts/),
    });
  });

  it("awaits a handler's promise, and begins the next job meanwhile", async () => {
    const never = jobs().call.run({ do: "never" }, { timeoutMs: 20 });
    expect(await jobs().call.run({ do: "double", n: 1 })).toBe(2);
    await expect(never).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
  });
});
