import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { FROM_SOURCE, type Program, startNode } from "../node/program.ts";

/** A project of its own that has this package, and a command that watches its module. */
function project(text: string) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "troupe-project-")));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules", "troupe"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const write = (source: string): void => writeFileSync(join(folder, "shop.ts"), source);
  write(text);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const command: Program = startNode([
    ...FROM_SOURCE,
    "src/cli/main.ts",
    "run",
    "--watch",
    join(folder, "shop.ts"),
  ]);
  return { folder, write, command };
}

function shop(id: string, closing = ""): string {
  return `
    import { defineActor, supervisor } from "troupe";
    const Till = defineActor({
      name: "till",
      init: () => ({}),
      exit: (state) => state,
      terminate: async () => { console.log("${id} closes"); ${closing} },
    });
    export default supervisor({ id: "${id}", strategy: "oneForOne", children: [Till] });
  `;
}

describe.skipIf(process.platform === "win32")("Watcher", () => {
  it("starts the program anew after a change, once it has stopped in order", async () => {
    const { write, command } = project(shop("old"));
    await command.says("└── till");
    write(shop("new"));
    await command.says("└── new (pid 1)");
    command.child.kill("SIGTERM");
    const { code, stdout, stderr } = await command.ended;
    expect(code).toBe(143);
    expect(stdout.split("\n").filter((line) => /old|new/.test(line))).toEqual([
      "└── old (pid 1)",
      "old closes",
      "└── new (pid 1)",
      "new closes",
    ]);
    expect(stderr).toContain("shop.ts has changed, starts again\n");
  });

  it("waits for a change after a program that failed", async () => {
    const { write, command } = project("export default (");
    await command.says("ended with 1; waits for a change");
    write(shop("mended"));
    await command.says("└── mended (pid 1)");
    command.child.kill("SIGINT");
    expect((await command.ended).code).toBe(130);
  });

  it("takes the program with it when a second signal comes", async () => {
    const { command } = project(shop("stubborn", "await new Promise(() => {});"));
    await command.says("└── till");
    command.child.kill("SIGTERM");
    await command.says("stubborn closes");
    command.child.kill("SIGINT");
    // Its output closes when the last process that holds it has gone.
    expect((await command.ended).code).toBe(130);
  });

  it("leaves no program behind when it is killed: the program stops in order by itself", async () => {
    const { command } = project(shop("orphan"));
    await command.says("└── till");
    command.child.kill("SIGKILL");
    expect(await command.ended).toMatchObject({
      signal: "SIGKILL",
      stdout: expect.stringContaining("orphan closes"),
    });
  });
});
