import { describe, expect, it } from "vitest";
import { runExample } from "./run-example.ts";

const run = (code: string, scope: Record<string, unknown> = {}): Promise<void> =>
  runExample({ file: "docs/page.md", line: 10, code }, scope);

describe("runExample", () => {
  it.each([
    ["an expression", "1 + 1; //=> 2"],
    ["an awaited expression", "await Promise.resolve([1]); //=> [1]"],
    ["a const", "const x = { a: 1 }; //=> { a: 1 }\nx.a; //=> 1"],
    ["a destructured const", "const [x] = [1, 2]; //=> [1, 2]\nx; //=> 1"],
    ["a statement over several lines", "[\n  1,\n].length; //=> 1"],
    ["a comment on the next line", "[1, 2].map((n) => n * 2);\n//=> [2, 4]"],
    ["a value over several lines", "({ a: 1, b: 2 });\n//=> {\n//     a: 1,\n//     b: 2,\n//   }"],
    ["a remark after two spaces", "2; //=> 2      it came back clean, and kept its name"],
    ["a remark that could go on as an expression", "2; //=> 2  in the registry"],
    ["two spaces inside a string", 'const s = "a  b"; //=> "a  b"'],
    ["an arrow inside a string", 'const s = "x //=> y"; //=> "x //=> y"'],
    ["an error by class and message", 'const e = RangeError("no"); //=> RangeError("no")'],
    [
      "an error inside a value",
      '({ kind: "error", error: new RangeError("no") }); //=> { kind: "error", error: RangeError("no") }',
    ],
    ["a value that names a variable", "const pid = {};\n[{ pid, value: 1 }]; //=> [{ pid, value: 1 }]"],
    ["undefined", "[][0]; //=> undefined"],
    ["a Map", "new Map([[1, 2]]); //=> new Map([[1, 2]])"],
    ["types", "interface A { a: number }\nconst a: A = { a: 1 };\na satisfies A; //=> { a: 1 }"],
    ["an assertion inside a function", "const f = () => {\n  1; //=> 1\n};\nf();"],
    ["an export", "export const a = 1;\na; //=> 1"],
    ["an import", 'import { basename } from "node:path";\nbasename("/a/b"); //=> "b"'],
    ["code without assertion", "const a = 1;\nvoid a;"],
  ])("accepts %s", async (_, code) => {
    await run(code);
  });

  it.each([
    ["a wrong number", "1 + 1; //=> 3", "docs/page.md:10: expected 3, got 2"],
    ["a wrong value on a later line", "const a = 1;\n\na; //=> 2", "docs/page.md:12: expected 2, got 1"],
    ["a wrong const", "const a = 1; //=> 2", "docs/page.md:10: expected 2, got 1"],
    [
      "a promise that is not awaited",
      "Promise.resolve(1); //=> 1",
      "docs/page.md:10: expected 1, got Promise",
    ],
    ["another message", 'RangeError("a"); //=> RangeError("b")', "docs/page.md:10: expected"],
    ["another class of error", 'TypeError("a"); //=> RangeError("a")', "docs/page.md:10: expected"],
    ["a missing element", "[1]; //=> [1, 2]", "docs/page.md:10: expected"],
    ["a throw", 'const a = 1;\nvoid a;\nthrow new Error("boom");', "docs/page.md:12: boom"],
    ["a name that is not there", "1;\nnobody();", "docs/page.md:11: nobody is not defined"],
    ["a syntax error", "1;\nconst = 2;", "docs/page.md:11: "],
    [
      "an assertion that is not reached",
      "const f = () => {\n  1; //=> 1\n};\nvoid f;",
      "docs/page.md:11: this //=> was never",
    ],
    ["an arrow behind nothing", "if (true) {\n} //=> 1", "docs/page.md:11: this //=> stands behind no"],
    ["an arrow without a value", "1; //=>", "docs/page.md:10: not a value"],
    ["prose as a value", "1; //=> one of these", "docs/page.md:10: not a value: one of these"],
  ])("refuses %s, with file and line", async (_, code, message) => {
    await expect(run(code)).rejects.toThrow(message);
  });

  it("has the scope's names, and lets the example declare them anew", async () => {
    await run("twice(2); //=> 4", { twice: (n: number) => 2 * n });
    await run("const twice = 1;\ntwice; //=> 1", { twice: (n: number) => 2 * n });
  });

  it("runs in strict mode", async () => {
    await expect(run("undeclared = 1;")).rejects.toThrow("undeclared is not defined");
  });
});
