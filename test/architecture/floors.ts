/**
 * The floor plan: who may stand on whom, and who may use which package.
 *
 * @module
 */
import { fileImported, floorOf, importsOf, packageImported, type Source } from "./source.ts";

const BELOW_ACTORS = ["core", "telemetry"];
const BELOW_POOLS = [...BELOW_ACTORS, "actors", "registry", "supervisor"];
const BELOW_RESOURCES = [...BELOW_POOLS, "pools", "machines"];
const BELOW_ROOF = [...BELOW_RESOURCES, "resources", "node"];

/** A folder imports itself and the folders named here, nothing else. Type imports count. */
export const FLOORS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  telemetry: ["core"],
  actors: BELOW_ACTORS,
  registry: [...BELOW_ACTORS, "actors"],
  supervisor: [...BELOW_ACTORS, "actors"],
  pools: BELOW_POOLS,
  machines: BELOW_POOLS,
  resources: BELOW_RESOURCES,
  node: [...BELOW_RESOURCES, "resources"],
  cluster: BELOW_ROOF,
  observer: BELOW_ROOF,
  cli: BELOW_ROOF,
  testing: BELOW_ROOF,
};

/** What `troupe` itself re-exports: the floors that need neither Node's own modules nor a peer. */
const CORE_ENTRY = [...BELOW_POOLS, "pools"];

/** Packages, and the files that may import them. Whatever is not listed may not be imported at all. */
const OWNERS: readonly { readonly name: RegExp; readonly where: RegExp; readonly what: string }[] = [
  { name: /^eventemitter3$/, where: /^src\/telemetry\//, what: "telemetry" },
  {
    name: /^zod\/mini$/,
    where: /[/-]options\.ts$|\/child-spec\.ts$|\/wire[^/]*\.ts$/,
    what: "files that declare options, child specs or wire frames",
  },
  { name: /^@standard-schema\/spec$/, where: /^src\/(core|actors)\//, what: "core and actors" },
  { name: /^xstate$/, where: /^src\/machines\/xstate\.ts$/, what: "machines/xstate.ts" },
  { name: /^(pg|undici)$/, where: /^src\/resources\//, what: "resources" },
  { name: /^@nats-io\//, where: /^src\/cluster\//, what: "cluster" },
  {
    name: /^node:/,
    where: /^src\/(resources|node|cluster|observer|cli)\/|^src\/core\/[^/]*-node\.ts$/,
    what: "resources, node, what stands above, and core's own *-node.ts",
  },
];

/** Imports that lead upwards, to a neighbour, out of `src`, or to an index. */
export function wrongFloors(file: Source): string[] {
  const floor = floorOf(file.path);
  const mayImport = floor === "" ? CORE_ENTRY : FLOORS[floor];
  if (!mayImport) return [`${file.path}: the floor plan has no folder "${floor}"`];
  return importsOf(file).flatMap((imported) => {
    const to = fileImported(file, imported);
    if (to === undefined) return [];
    const where = `${file.path}:${imported.line}`;
    if (!to.startsWith("src/")) return [`${where}: imports ${to}, which is not in src`];
    if (to.endsWith("/index.ts")) return [`${where}: imports an index; name the file that defines the name`];
    const target = floorOf(to);
    if (target === floor || mayImport.includes(target)) return [];
    return [`${where}: ${floor || "the core entry"} may not import ${target || "the core entry"} (${to})`];
  });
}

/** Packages imported where their owner does not live. */
export function wrongOwners(file: Source): string[] {
  return importsOf(file).flatMap((imported) => {
    const name = packageImported(imported);
    if (name === undefined) return [];
    const where = `${file.path}:${imported.line}`;
    const owner = OWNERS.find((candidate) => candidate.name.test(name));
    if (!owner) return [`${where}: nobody may import ${name}`];
    return owner.where.test(file.path) ? [] : [`${where}: ${name} belongs to ${owner.what}`];
  });
}

/**
 * Finds the circles of imports among files.
 *
 * @returns each circle once, as the paths that form it, the first repeated at the end
 */
export function cycles(files: readonly Source[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file).flatMap((imported) => fileImported(file, imported) ?? []),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) found.push([...way.slice(start), path].join(" → "));
    if (start >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}
