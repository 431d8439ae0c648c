import { execFileSync } from "node:child_process";
import { BenchFault, type Work } from "./work.ts";

/** Imports a package in processes of their own, one after another; the figure is the fewest milliseconds of processor time. */
export function importing(name: string): Work {
  return {
    run(processes) {
      let figure = Number.POSITIVE_INFINITY;
      for (let at = 0; at < processes; at += 1) figure = Math.min(figure, importOnce(name));
      return { counted: processes, figure };
    },
  };
}

function importOnce(name: string): number {
  const program = `
    const before = process.cpuUsage();
    const names = Object.keys(await import(${JSON.stringify(name)})).length;
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ names, ms: (user + system) / 1000 }));`;
  const args = ["--input-type=module", "--eval", program];
  const said = execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: "utf8" });
  const { names, ms } = JSON.parse(said) as { readonly names: number; readonly ms: number };
  if (names === 0) throw new BenchFault(`${name} exports nothing`);
  return ms;
}
