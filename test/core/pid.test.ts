import { describe, expect, it } from "vitest";
import {
  isTaking,
  type Pid,
  PORT,
  type ProcessPort,
  type ProcessStatus,
  portOf,
} from "../../src/core/pid.ts";

const pidWith = (status: ProcessStatus): Pid => ({ [PORT]: { status } }) as unknown as Pid;

describe("portOf", () => {
  it("finds the port behind a pid", () => {
    const port = { status: "running" } as ProcessPort;
    expect(portOf({ [PORT]: port } as unknown as Pid)).toBe(port);
  });
});

describe("isTaking", () => {
  it.each<[ProcessStatus, boolean]>([
    ["starting", true],
    ["running", true],
    ["stopping", false],
    ["dead", false],
  ])("of a process that is %s is %s", (status, taking) => {
    expect(isTaking(pidWith(status))).toBe(taking);
  });
});
