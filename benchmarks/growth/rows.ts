/** How an operation's cost is said to grow with what there is. */
export type Stated = "O(1)" | "O(log n)" | "O(n)";

/** What of the same size each curve is held against, when no contender does the very same work with a `Map`. */
export type Bare = "list" | "map" | "queue";

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
  /** What one operation is said to cost, for so many of it. */
  readonly stated: Stated;
  /** What grows with memory alone: a folder below `work/` that does the same, or a file of `work/bare`; a weight none. */
  readonly beside?: "map" | { readonly bare: Bare };
  /** Weighed in bytes instead of timed: one round, since weights do not warm. */
  readonly unit?: "bytes";
  /** A round does its work to as many as there are: it holds a multiple of the size. */
  readonly wholeSizes?: boolean;
  /** Rounds hold no more than this, for work that piles up until the round ends. */
  readonly maxOperations?: number;
}

const powersFrom = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at));

const powers = powersFrom(2, 6);
const list = { bare: "list" } as const;
const map = { bare: "map" } as const;
const queue = { bare: "queue" } as const;

const ofActors = { of: "actors", sizes: powers, base: 1e3, stated: "O(1)" } as const;
const ofKeys = { of: "keys", sizes: powers, base: 1e3, stated: "O(1)" } as const;
const ofTimers = { of: "timers", base: 1e3, stated: "O(1)", beside: map } as const;
const ofChildren = {
  of: "children",
  sizes: powersFrom(1, 5),
  base: 1e2,
  stated: "O(1)",
  beside: map,
} as const;
const ofTies = { sizes: powersFrom(2, 5), base: 1e3, stated: "O(1)", beside: map } as const;
/** Members of a pool: 10,000 are many. */
const ofMembers = { of: "members", sizes: powersFrom(0, 4), base: 1e2, beside: list } as const;
const ofWaiters = {
  of: "waiters",
  sizes: powersFrom(0, 5),
  base: 1e2,
  stated: "O(1)",
  beside: queue,
} as const;

/** Every row of `npm run bench -- --growth`, in the order it runs them. */
export const growthRows: readonly GrowthRow[] = [
  {
    id: "actors-heap",
    work: "heap held by one server that is started and idle, over all of them",
    ...ofActors,
    unit: "bytes",
    wholeSizes: true,
  },
  {
    id: "actors-cast",
    work: "a cast to one of all actors in turn, far from the one before; the sum of what they counted",
    ...ofActors,
    beside: list,
  },
  {
    id: "actors-start-stop",
    work: "one more started and stopped, each awaited; inits and terminates are counted, as many live as before",
    ...ofActors,
    beside: map,
  },
  {
    id: "mailbox-burst",
    work: "one of so many messages that are sent at once and then handled in order; the sum is asked at the end",
    of: "messages",
    sizes: powersFrom(0, 6),
    base: 1e3,
    stated: "O(1)",
    beside: queue,
    wholeSizes: true,
  },
  {
    id: "mailbox-depth",
    work: "a message handled and sent again, behind all others; they come round in order",
    of: "messages",
    sizes: powersFrom(0, 6),
    base: 1e3,
    stated: "O(1)",
    beside: queue,
  },
  {
    id: "mailbox-receive",
    work: "the last message taken by a selective receive, past all others that wait; as many wait as before",
    of: "messages",
    sizes: powersFrom(0, 5),
    base: 1e2,
    stated: "O(n)",
    beside: queue,
    maxOperations: 1_000,
  },
  {
    id: "links",
    work: "one more, of 20,000 in turn, linked to the process and unlinked; as many are left as before",
    of: "links",
    ...ofTies,
  },
  {
    id: "monitors",
    work: "one more monitor on the process made and taken back; each was active, as many are left as before",
    of: "monitors",
    ...ofTies,
  },
  {
    id: "links-death",
    work: "one of the linked processes hears of the death of the process; every one has heard once",
    of: "links",
    ...ofTies,
    wholeSizes: true,
  },
  {
    id: "monitors-death",
    work: "one of the monitors on a process tells of its death; every one has told once",
    of: "monitors",
    ...ofTies,
    wholeSizes: true,
  },
  {
    id: "children-tree",
    work: "one child of a supervisor that starts with all of them and is stopped again; they are counted",
    ...ofChildren,
    wholeSizes: true,
  },
  {
    id: "children-start-stop",
    work: "one more child of a supervisor started, terminated and deleted; as many run as before",
    ...ofChildren,
  },
  {
    id: "children-restart",
    work: "one child of a supervisor killed, restarted and found again under its name, one after the other",
    ...ofChildren,
  },
  {
    id: "children-dynamic",
    work: "one more child of a dynamic supervisor started and terminated; as many run as before",
    ...ofChildren,
  },
  {
    id: "timers-arm",
    work: "one more timer of a process armed and cancelled, of a hundred delays; each was still armed",
    ...ofTimers,
    sizes: powersFrom(1, 6),
  },
  {
    id: "timers-fire",
    work: "one of so many timers of a process, armed at once, fires; each has sent its message once",
    ...ofTimers,
    sizes: powersFrom(3, 6),
    base: 1e4,
    wholeSizes: true,
  },
  {
    id: "calls-open",
    work: "one call answered while so many wait for their answer; all of these are answered at the end",
    of: "calls",
    sizes: powersFrom(1, 5),
    base: 1e3,
    stated: "O(1)",
    beside: map,
  },
  {
    id: "registry-growth-lookup",
    work: "one of 1,000 keys looked up; the entry found is compared with the one registered",
    ...ofKeys,
    beside: "map",
  },
  {
    id: "registry-growth-lookup-all",
    work: "the same with all keys in turn, so that every lookup beyond 10⁴ waits for memory",
    ...ofKeys,
    beside: "map",
  },
  {
    id: "registry-growth-register",
    work: "one key more registered and unregistered, of 100,000 in turn; as many as before are left",
    ...ofKeys,
    beside: "map",
  },
  {
    id: "registry-growth-leave",
    work: "one member in the middle of a key leaves and joins again; as many as before are left",
    ...ofKeys,
    of: "members of the key",
    sizes: [1e2, 1e3, 1e4, 1e5, 1.5e5],
    beside: map,
  },
  {
    id: "registry-growth-death",
    work: "a process that has a key is killed and its death awaited, in hundreds; none of their keys is left",
    ...ofKeys,
    of: "keys of others",
    beside: map,
    maxOperations: 50_000,
  },
  {
    id: "registry-growth-via",
    work: "a call through one of 1,000 names; the sum is the count",
    ...ofKeys,
    of: "names",
    beside: map,
  },
  {
    id: "pick-random",
    work: "one member picked at random; as many have been served as picks were made",
    ...ofMembers,
    stated: "O(1)",
  },
  {
    id: "pick-round-robin",
    work: "the next member picked; those served most and least differ by one at the most",
    ...ofMembers,
    stated: "O(1)",
  },
  {
    id: "pick-power-of-two",
    work: "the less busy of two picked at random, all of them busy; as many have been served as picks were made",
    ...ofMembers,
    stated: "O(1)",
  },
  {
    id: "pick-least-busy",
    work: "the least busy of all picked, and another one done with a request; as many have been served",
    ...ofMembers,
    stated: "O(log n)",
  },
  {
    id: "pick-hash",
    work: "the member of a key picked, of ever new keys; as many have been served as picks were made",
    ...ofMembers,
    stated: "O(log n)",
  },
  {
    id: "pool-call",
    work: "one call to the next member of a pool in turn; their sum is the count",
    ...ofMembers,
    stated: "O(1)",
  },
  {
    id: "pool-join-leave",
    work: "one member in the middle of a pool that picks the least busy leaves and joins again; as many are left",
    ...ofMembers,
    stated: "O(log n)",
  },
  {
    id: "line-abort",
    work: "one more joins the waiting line of a checkout pool and leaves it by its signal; as many wait as before",
    ...ofWaiters,
  },
  {
    id: "line-grant",
    work: "a resource given back goes to who has waited longest, who joins the line anew; as many wait as before",
    ...ofWaiters,
  },
];
