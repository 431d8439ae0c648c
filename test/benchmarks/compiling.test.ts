import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../benchmarks/contender/compiling.ts";
import { programOf } from "../../benchmarks/contender/program.ts";

/** A tenth above what both compilers need. A type that costs more is meant to, or it is found here. */
const MOST_INSTANTIATIONS = 236_000;

describe("compile", () => {
  it.for(["typescript", "ts7"])("%s compiles 200 actors, within what is held", (compiler, { skip }) => {
    skip(!existsSync("dist/index.d.ts"), "the package is not built: npm run build");
    const { instantiations, ms } = compile(200, compiler);
    expect(ms).toBeGreaterThan(0);
    expect(instantiations).toBeGreaterThan(100_000);
    expect(instantiations).toBeLessThan(MOST_INSTANTIATIONS);
  });
});

describe("programOf", () => {
  it("makes so many actors, a supervisor for ten of them, and two pools", () => {
    const program = programOf(25);
    expect(program.match(/= defineActor\(/g)).toHaveLength(25);
    expect(program.match(/ supervisor\(\{ id: "team/g)).toHaveLength(3);
    expect(program.match(/create(Routing|Checkout)Pool\(/g)).toHaveLength(2);
  });
});
