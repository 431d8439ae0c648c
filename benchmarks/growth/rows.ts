/** The same operation with ever more of something there: does it take longer? */
export interface GrowthRow {
  readonly id: string;
  /** What one operation is, and what shows that none is missing. */
  readonly work: string;
  /** Of what there is more and more, for people. */
  readonly of: string;
  /** How many of it there are, ascending. */
  readonly sizes: readonly number[];
  /** The size that others are compared with; one of `sizes`. */
  readonly base: number;
  /** Folders below `work/` besides `troupe`. */
  readonly peers: readonly string[];
  /** Rounds hold no more than this, for work that piles up until the round ends. */
  readonly maxOperations?: number;
}

/** Members of a pool: 10,000 are many. */
const members = [1e1, 1e2, 1e3, 1e4];
const pick = { of: "members", sizes: members, base: 1e2, peers: [] };

const powers = [1e2, 1e3, 1e4, 1e5, 1e6];

/** Every row of `npm run bench -- --growth`, in the order it runs them. */
export const growthRows: readonly GrowthRow[] = [
  {
    id: "registry-growth-lookup",
    work: "one of 1,000 keys looked up; the entry found is compared with the one registered",
    of: "keys",
    sizes: powers,
    base: 1e3,
    peers: ["map"],
  },
  {
    id: "registry-growth-lookup-all",
    work: "the same with all keys in turn, so that every lookup beyond 10⁴ waits for memory",
    of: "keys",
    sizes: powers,
    base: 1e3,
    peers: ["map"],
  },
  {
    id: "registry-growth-register",
    work: "one key more registered and unregistered, of 100,000 in turn; as many as before are left",
    of: "keys",
    sizes: powers,
    base: 1e3,
    peers: ["map"],
  },
  {
    id: "registry-growth-leave",
    work: "one member in the middle of a key leaves and joins again; as many as before are left",
    of: "members of the key",
    sizes: [1e2, 1e3, 1e4, 1e5, 1.5e5],
    base: 1e3,
    peers: [],
  },
  {
    id: "registry-growth-death",
    work: "a process that has a key is killed and its death awaited, in hundreds; none of their keys is left",
    of: "keys of others",
    sizes: powers,
    base: 1e3,
    peers: [],
    maxOperations: 50_000,
  },
  {
    id: "pick-random",
    work: "one member picked at random; as many have been served as picks were made",
    ...pick,
  },
  {
    id: "pick-round-robin",
    work: "the next member picked; those served most and least differ by one at the most",
    ...pick,
  },
  {
    id: "pick-power-of-two",
    work: "the less busy of two picked at random, all of them busy; as many have been served as picks were made",
    ...pick,
  },
  {
    id: "pick-least-busy",
    work: "the least busy of all picked, and another one done with a request; as many have been served",
    ...pick,
  },
  {
    id: "pick-hash",
    work: "the member of a key picked, of ever new keys; as many have been served as picks were made",
    ...pick,
  },
];
