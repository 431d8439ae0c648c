/**
 * A program as users write them, as large as one likes: what a compiler does for it says what our types cost.
 *
 * @module
 */

/** Actors under each supervisor. */
const TEAM = 10;

/**
 * The source of a program of so many actors, each with state, calls and casts, each calling two that come before it;
 * with a supervisor for every ten, a registry, a routing pool and a checkout pool.
 *
 * @param actors - at least 1
 */
export function programOf(actors: number): string {
  const numbers = Array.from({ length: actors }, (_, at) => at);
  const teams = numbers.filter((at) => at % TEAM === 0);
  return [
    'import { createCheckoutPool, createRegistry, createRoutingPool, createSystem, defineActor, leastBusy, reply, stop, supervisor, type Address } from "troupe";',
    "",
    ...numbers.map(actorOf),
    "const system = createSystem();",
    'const names = createRegistry(system, { keys: "unique" });',
    'const members = createRegistry(system, { keys: "duplicate" });',
    ...teams.map((first) => supervisorOf(numbers.slice(first, first + TEAM))),
    `const pool = createRoutingPool(members, Actor0, "actors", { strategy: leastBusy() });`,
    "const resource = { open: async () => ({ query: async (text: string) => text.length }) };",
    "const lent = createCheckoutPool(system, { size: 4, resource });",
    `const root = supervisor({ strategy: "restForOne", children: [names, members, ${teams.map((first) => `team${first}`).join(", ")}] });`,
    "export const running = await system.start(root);",
    "export const routed: number = await pool.call.add(1);",
    'export const counted: number = await lent.use((client) => client.query("select 1"));',
    ...teams.map(
      (first) => `export const seen${first}: string = await name${first}.call.describe({ verbose: true });`,
    ),
    "",
  ].join("\n");
}

function actorOf(at: number): string {
  const [one, two] = [Math.floor(at / 2), Math.floor(at / 3)];
  const others =
    at === 0
      ? "(state) => reply(state.count, state)"
      : `async (state, { by }: { by: number }) => {
      const [one, two] = [await state.one.call.add(by), await state.two.call.add(by)];
      return reply(one + two, { ...state, count: state.count + one + two });
    }`;
  const init =
    at === 0
      ? "(start: number) => ({ count: start, names: [] as readonly string[] })"
      : `(peers: { one: Address<typeof Actor${one}>; two: Address<typeof Actor${two}> }) => ({ ...peers, count: 0, names: [] as readonly string[] })`;
  return `export const Actor${at} = defineActor({
  name: "actor ${at}",
  init: ${init},
  calls: {
    add: (state, by: number) => reply(state.count + by, { ...state, count: state.count + by }),
    describe: (state, { verbose }: { verbose: boolean }) => reply(\`\${state.count} \${verbose}\`, state),
    spread: ${others},
  },
  casts: {
    rename: (state, name: string) => ({ ...state, names: [...state.names, name] }),
    quit: (state) => stop("normal", state),
  },
});
`;
}

function supervisorOf(team: readonly number[]): string {
  const [first = 0] = team;
  const children = team.map((at) => `Actor${at}.child(${argumentOf(at)}, { name: name${at} })`);
  return [
    ...team.map((at) => `const name${at} = names.via(Actor${at}, "actor ${at}");`),
    `const team${first} = supervisor({ id: "team ${first}", strategy: "oneForOne", children: [\n  ${children.join(",\n  ")},\n] });`,
  ].join("\n");
}

function argumentOf(at: number): string {
  return at === 0 ? "0" : `{ one: name${Math.floor(at / 2)}, two: name${Math.floor(at / 3)} }`;
}
