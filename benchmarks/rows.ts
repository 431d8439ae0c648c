import { clients, peersOfBig, producers, runners, seats, treeSize } from "./contender/savina.ts";
import type { Better } from "./figure.ts";

/** One kind of work, done by us and by each peer that can do it. */
export interface Row {
  readonly id: string;
  /** Of a rate and of weights the share of one operation; of anything else the figure of a whole round. */
  readonly unit: "operations/s" | "bytes" | "ms" | "stale reads";
  readonly better: Better;
  /** What one operation is, and what shows that none is missing. */
  readonly work: string;
  /** Folders below `work/`, or `otp`. */
  readonly peers: readonly string[];
  /** Our side is also run with `faults: "handlersOnly"`. */
  readonly handlersOnly?: true;
  /** Rounds hold a multiple of this many operations. */
  readonly multipleOf?: number;
  /** Rounds hold no more than this, for work that piles up until the round ends. */
  readonly maxOperations?: number;
}

const rate = { unit: "operations/s", better: "more" } as const;

/** Every row that `npm run bench` knows, in the order it runs them. */
export const rows: readonly Row[] = [
  {
    id: "count",
    ...rate,
    handlersOnly: true,
    work: "one message from one actor to another; the receiver counts them in order and is asked at the end",
    peers: ["otp", "xstate", "nact", "event-emitter", "eventemitter3"],
  },
  {
    id: "ping-pong",
    ...rate,
    handlersOnly: true,
    work: "one message between two actors that answer each other; both count",
    peers: ["otp", "xstate", "nact", "effect", "message-port"],
  },
  {
    id: "ring",
    ...rate,
    handlersOnly: true,
    work: "one hop of one message round 1,000 actors; every actor counts",
    peers: ["otp"],
  },
  {
    id: "fork-join",
    ...rate,
    handlersOnly: true,
    work: "one message to the next of 60 actors, which take a sine of it; each counts, and all have had as many",
    peers: ["otp", "xstate", "nact"],
    multipleOf: runners,
  },
  {
    id: "fork-join-create",
    ...rate,
    handlersOnly: true,
    work: "one actor created, sent a message, and gone once it has taken a sine of it; another adds up who is done",
    peers: ["otp", "effect"],
  },
  {
    id: "chameneos",
    ...rate,
    work: "one of 100 creatures meeting another through a meeting place; both count, and tell it when they fade",
    peers: ["otp"],
  },
  {
    id: "big",
    ...rate,
    handlersOnly: true,
    work: "one ping of one of 120 actors to another by chance, and its pong; who was pinged counts",
    peers: ["otp"],
    multipleOf: peersOfBig,
  },
  {
    id: "dictionary",
    ...rate,
    work: "one of 20 clients' calls to a dictionary of 524,288 keys, one in ten of which writes; the dictionary counts, each answer fits its key",
    peers: ["otp"],
    multipleOf: clients,
  },
  {
    id: "bounded-buffer",
    ...rate,
    work: "one item from one of 40 producers to one of 40 consumers through a buffer of 50; consumers count, and add up what they had",
    peers: ["otp"],
    multipleOf: producers,
  },
  {
    id: "philosophers",
    ...rate,
    work: "one meal of one of 20 philosophers, who ask an arbiter for their forks until they get both; the arbiter counts, no fork is in two hands",
    peers: ["otp"],
    multipleOf: seats,
  },
  {
    id: "skynet",
    ...rate,
    work: "one actor of a tree in which each starts ten, down to 1,000,000 leaves; the numbers of the leaves are added up on the way back",
    peers: ["otp", "effect"],
    multipleOf: treeSize(1_000_000),
    maxOperations: treeSize(1_000_000),
  },
  {
    id: "call",
    ...rate,
    handlersOnly: true,
    work: "one call from an actor to a server, one at a time; the server's sum is the count",
    peers: ["otp", "nact"],
  },
  {
    id: "call-outside",
    ...rate,
    handlersOnly: true,
    work: "the same from plain code, which in Erlang does not exist: there a process calls",
    peers: ["otp", "nact"],
  },
  {
    id: "cast",
    ...rate,
    handlersOnly: true,
    work: "one cast from an actor to a server, which counts them in order and is asked at the end",
    peers: ["otp", "nact"],
  },
  {
    id: "start-stop",
    ...rate,
    handlersOnly: true,
    work: "one server started and stopped, each awaited; inits and terminates are counted",
    peers: ["otp", "xstate", "nact"],
  },
  {
    id: "start-child",
    ...rate,
    work: "one child started by a dynamic supervisor, which is asked for its children at the end",
    peers: ["otp"],
    maxOperations: 20_000,
  },
  {
    id: "restart",
    ...rate,
    work: "one supervised server killed, restarted and found again under its name; new processes are counted",
    peers: ["otp"],
    // OTP walks through all restarts of its last second each time.
    maxOperations: 2_000,
  },
  {
    id: "heap-per-actor",
    unit: "bytes",
    better: "less",
    work: "heap held by one server that is started and idle, over 50,000 of them",
    peers: ["otp", "xstate"],
    multipleOf: 50_000,
    maxOperations: 50_000,
  },
  {
    id: "machine-event",
    ...rate,
    work: "one event to a statechart that changes its state and counts it, in order; its snapshot is asked at the end",
    peers: ["xstate"],
  },
  {
    id: "heap-per-machine",
    unit: "bytes",
    better: "less",
    work: "heap held by one statechart that is started and idle, over 20,000 of them",
    peers: ["xstate"],
    multipleOf: 20_000,
    maxOperations: 20_000,
  },
  {
    id: "register-unregister",
    ...rate,
    work: "one key registered and unregistered; the registry is empty after each round",
    peers: ["otp", "map"],
  },
  {
    id: "lookup",
    ...rate,
    work: "one key looked up among 10,000; the entry found is compared with the one registered",
    peers: ["otp", "map"],
  },
  {
    id: "stale-reads",
    unit: "stale reads",
    better: "less",
    work: "3,000 processes register and are killed; once told of the death, how often does a lookup still show them",
    peers: ["otp"],
    multipleOf: 3_000,
    maxOperations: 3_000,
  },
  {
    id: "mass-death",
    unit: "ms",
    better: "less",
    work: "100,000 owners killed in one loop: the longest slice until the index is empty",
    peers: [],
    multipleOf: 100_000,
    maxOperations: 100_000,
  },
  {
    id: "via-call",
    ...rate,
    handlersOnly: true,
    work: "one call to a server through its registered name, one at a time; the sum is the count",
    peers: ["otp"],
  },
  {
    id: "routed-call",
    ...rate,
    handlersOnly: true,
    work: "one call to the next of 10 members in turn; their sums are the count and differ by one at most",
    peers: ["otp"],
  },
  {
    id: "dispatch",
    ...rate,
    handlersOnly: true,
    work: "one message of a dispatch to 990 members; the members' counts are summed",
    peers: ["otp", "event-emitter", "eventemitter3"],
    multipleOf: 990,
  },
  {
    id: "checkout",
    ...rate,
    work: "one resource of 10 taken and given back; uses are counted, nothing stays lent",
    peers: ["generic-pool", "tarn", "lightning-pool", "effect"],
  },
  {
    id: "checkout-contended",
    ...rate,
    work: "the same by 100 borrowers at once, 90 of whom wait; uses are counted, nothing stays lent",
    peers: ["generic-pool", "tarn", "lightning-pool", "effect"],
    multipleOf: 100,
  },
  {
    id: "thread-job",
    ...rate,
    work: "one empty job done by one of 2 worker threads, 64 at a time; every answer is looked at",
    peers: ["piscina", "tinypool"],
    multipleOf: 64,
  },
  {
    id: "http1-request",
    ...rate,
    work: "one GET over one of 8 connections to an origin in a process of its own, 32 at once; bodies are compared, the origin counts",
    peers: ["undici"],
  },
  {
    id: "http2-request",
    ...rate,
    work: "the same over one HTTP/2 connection in the clear",
    peers: ["undici", "node-http2"],
  },
  {
    id: "import",
    unit: "ms",
    better: "less",
    work: "processor time that the import of the package takes, in a process of its own: the least of five",
    peers: ["xstate", "nact", "effect"],
    maxOperations: 5,
  },
  {
    id: "size",
    unit: "bytes",
    better: "less",
    work: "a bundle of what makes one actor and nothing else, its packages within, minified and gzipped",
    peers: ["xstate", "nact"],
    maxOperations: 1,
  },
  {
    id: "types-200",
    unit: "ms",
    better: "less",
    work: "processor time in which TypeScript 6 checks a program of 200 actors that call each other, twenty supervisors and two pools",
    peers: [],
    multipleOf: 200,
    maxOperations: 200,
  },
];
