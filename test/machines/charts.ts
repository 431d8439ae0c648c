/**
 * Ten machines in the manner of XState's documentation, and the events that each of them knows. Times are
 * whole hundreds of milliseconds.
 *
 * @module
 */

import {
  type AnyStateMachine,
  assign,
  cancel,
  createMachine,
  emit,
  fromCallback,
  fromPromise,
  fromTransition,
  raise,
  sendParent,
  sendTo,
  setup,
  stopChild,
} from "xstate";

/** A machine with what may be sent to it. */
export interface Charted {
  readonly machine: AnyStateMachine;
  readonly events: readonly { readonly type: string; readonly [key: string]: unknown }[];
}

const trafficLight = createMachine({
  id: "light",
  initial: "green",
  states: {
    green: { after: { 300: "yellow" }, on: { PANIC: "blinking" } },
    yellow: { after: { 100: "red" }, on: { PANIC: "blinking" } },
    red: {
      initial: "walk",
      states: { walk: { after: { 100: "wait" } }, wait: { after: { 100: "stop" } }, stop: { type: "final" } },
      onDone: "green",
      on: { PANIC: "blinking" },
    },
    blinking: { on: { CALM: "red" } },
  },
});

const toggle = createMachine({
  id: "toggle",
  context: { count: 0 },
  initial: "off",
  states: {
    off: { on: { FLIP: { target: "on", actions: assign({ count: ({ context }) => context.count + 1 }) } } },
    on: { on: { FLIP: "off", RESET: { target: "off", actions: assign({ count: 0 }) } } },
  },
});

/** Fails as often as the event says, tries again after a while, and gives up. */
const fetchWithRetry = setup({
  types: {
    context: {} as { failures: number; tries: number; data: string },
    events: {} as { type: "FETCH"; failures: number } | { type: "CANCEL" },
  },
  actors: {
    load: fromPromise(async ({ input }: { input: { tries: number; failures: number } }) => {
      if (input.tries <= input.failures) throw new Error(`try ${input.tries} failed`);
      return `data of try ${input.tries}`;
    }),
  },
}).createMachine({
  id: "fetch",
  context: { failures: 0, tries: 0, data: "" },
  initial: "idle",
  states: {
    idle: {
      on: {
        FETCH: { target: "loading", actions: assign({ failures: ({ event }) => event.failures, tries: 0 }) },
      },
    },
    loading: {
      entry: assign({ tries: ({ context }) => context.tries + 1 }),
      invoke: {
        src: "load",
        input: ({ context }) => context,
        onDone: { target: "success", actions: assign({ data: ({ event }) => event.output }) },
        onError: [{ guard: ({ context }) => context.tries < 3, target: "waiting" }, { target: "failure" }],
      },
      on: { CANCEL: "idle" },
    },
    waiting: { after: { 200: "loading" }, on: { CANCEL: "idle" } },
    success: { on: { FETCH: "idle" } },
    failure: { on: { CANCEL: "idle" } },
  },
});

const history = createMachine({
  id: "payment",
  initial: "method",
  states: {
    method: {
      initial: "cash",
      states: {
        cash: { on: { SWITCH: "check" } },
        check: {
          initial: "blank",
          states: { blank: { on: { SIGN: "signed" } }, signed: {} },
          on: { SWITCH: "cash" },
        },
        shallow: { type: "history" },
        deep: { type: "history", history: "deep" },
      },
      on: { NEXT: "review" },
    },
    review: { on: { BACK: "method.shallow", RESUME: "method.deep", PAY: "paid" } },
    paid: { type: "final" },
  },
});

const parallel = createMachine({
  id: "editor",
  type: "parallel",
  states: {
    bold: { initial: "off", states: { off: { on: { BOLD: "on" } }, on: { on: { BOLD: "off" } } } },
    list: {
      initial: "none",
      states: {
        none: { on: { BULLETS: "bullets", NUMBERS: "numbers" } },
        bullets: { on: { NONE: "none", NUMBERS: "numbers" } },
        numbers: { on: { NONE: "none", BULLETS: "bullets" } },
      },
    },
    upload: {
      initial: "idle",
      states: {
        idle: { on: { UPLOAD: "pending" } },
        pending: { after: { 200: "success" }, on: { NONE: "idle" } },
        success: { type: "final" },
      },
    },
  },
  on: { RESET: { target: [".bold.off", ".list.none", ".upload.idle"] } },
});

const vending = setup({
  types: {
    context: {} as { coins: number },
    events: {} as { type: "COIN"; value: number } | { type: "BUY" } | { type: "BACK" },
  },
  guards: { enough: ({ context }) => context.coins >= 3 },
}).createMachine({
  id: "vending",
  context: { coins: 0 },
  initial: "idle",
  on: { BACK: { target: ".idle", actions: assign({ coins: 0 }) } },
  states: {
    idle: {
      always: { guard: "enough", target: "ready" },
      on: { COIN: { actions: assign({ coins: ({ context, event }) => context.coins + event.value }) } },
    },
    ready: { on: { BUY: { target: "vended", actions: raise({ type: "BACK" }) } } },
    vended: {},
  },
});

/** A callback that counts what it is sent, and answers. */
const echoing = createMachine({
  id: "echoing",
  context: { echoes: [] as unknown[] },
  initial: "closed",
  states: {
    closed: { on: { OPEN: "open" } },
    open: {
      invoke: {
        id: "echo",
        src: fromCallback(({ sendBack, receive }) => {
          let said = 0;
          receive(() => sendBack({ type: "ECHO", said: (said += 1) }));
          return () => sendBack({ type: "ECHO", said: "disposed" });
        }),
      },
      on: {
        SAY: { actions: sendTo("echo", { type: "SAID" }) },
        ECHO: { actions: assign({ echoes: ({ context, event }) => [...context.echoes, event["said"]] }) },
        AGAIN: { target: "open", reenter: true },
        CLOSE: "closed",
      },
    },
  },
});

/** A machine as a child, that speaks to its parent and is done by itself. */
const child = createMachine({
  id: "child",
  context: { pings: 0 },
  initial: "alive",
  states: {
    alive: {
      on: {
        PING: {
          actions: [assign({ pings: ({ context }) => context.pings + 1 }), sendParent({ type: "PONG" })],
        },
        FINISH: "finished",
        FAIL: {
          actions: () => {
            throw new Error("the child has failed");
          },
        },
      },
      after: { 300: { actions: sendParent({ type: "LATE" }) } },
    },
    finished: { type: "final" },
  },
  output: ({ context }) => context.pings,
});
const parent = createMachine({
  id: "parent",
  context: { pongs: 0, late: 0, output: undefined as unknown },
  initial: "alone",
  states: {
    alone: { on: { START: "together" } },
    together: {
      invoke: {
        id: "child",
        src: child,
        onDone: { target: "alone", actions: assign({ output: ({ event }) => event.output }) },
        onError: {
          target: "sorry",
          actions: assign({ output: ({ event }) => (event.error as Error).message }),
        },
        onSnapshot: {
          actions: assign({
            late: ({ event }) => (event.snapshot as { context: { pings: number } }).context.pings,
          }),
        },
      },
      on: {
        PING: { actions: sendTo("child", { type: "PING" }) },
        PONG: { actions: assign({ pongs: ({ context }) => context.pongs + 1 }) },
        LATE: { actions: assign({ late: -1 }) },
        FINISH: { actions: sendTo("child", { type: "FINISH" }) },
        FAIL: { actions: sendTo("child", { type: "FAIL" }) },
        LEAVE: "alone",
      },
    },
    sorry: { on: { START: "together" } },
  },
});

/** References in the context: made by `spawn`, sent to, stopped. */
const counters = setup({
  types: {
    context: {} as { made: number; counted: number },
    events: {} as { type: "MAKE" | "COUNT" | "DROP" },
  },
  actors: {
    counter: fromTransition(
      (count: number, event: { type: string }) => (event.type === "COUNT" ? count + 1 : count),
      0,
    ),
  },
}).createMachine({
  id: "counters",
  context: { made: 0, counted: 0 },
  on: {
    MAKE: {
      guard: ({ context }) => context.made < 3,
      actions: assign(({ context, spawn }) => {
        spawn("counter", { id: `c${context.made}` });
        return { made: context.made + 1 };
      }),
    },
    COUNT: {
      guard: ({ context }) => context.made > 0,
      actions: [
        sendTo(({ context }) => `c${context.made - 1}` as never, { type: "COUNT" } as never),
        assign({ counted: ({ context }) => context.counted + 1 }),
      ],
    },
    DROP: {
      guard: ({ context }) => context.made > 0,
      actions: [
        stopChild(({ context }) => `c${context.made - 1}`),
        assign({ made: ({ context }) => context.made - 1 }),
      ],
    },
  },
});

/** Events for later, and taken back; something said on the way; an end with an output. */
const reminder = createMachine({
  id: "reminder",
  context: { reminded: 0 },
  initial: "waiting",
  states: {
    waiting: {
      on: {
        SOON: { actions: [cancel("soon"), raise({ type: "REMIND" }, { delay: 100, id: "soon" })] },
        LATER: { actions: [cancel("later"), raise({ type: "REMIND" }, { delay: 300, id: "later" })] },
        FORGET: { actions: [cancel("soon"), cancel("later")] },
        REMIND: {
          actions: [assign({ reminded: ({ context }) => context.reminded + 1 }), emit({ type: "reminded" })],
        },
        WRONG: {
          actions: () => {
            throw new Error("wrong");
          },
        },
      },
      always: { guard: ({ context }) => context.reminded >= 3, target: "done" },
    },
    done: { type: "final" },
  },
  output: ({ context }) => ({ after: context.reminded }),
});

const named = (types: string): Charted["events"] => types.split(" ").map((type) => ({ type }));

/** By what they show. */
export const charts: Readonly<Record<string, Charted>> = {
  "delayed transitions (traffic light)": { machine: trafficLight, events: named("PANIC CALM") },
  "context (toggle)": { machine: toggle, events: named("FLIP RESET") },
  "an invoked promise (fetch with retry)": {
    machine: fetchWithRetry,
    events: [
      { type: "FETCH", failures: 0 },
      { type: "FETCH", failures: 1 },
      { type: "FETCH", failures: 9 },
      ...named("CANCEL"),
    ],
  },
  "history (payment)": { machine: history, events: named("SWITCH SIGN NEXT BACK RESUME PAY") },
  "parallel states (editor)": { machine: parallel, events: named("BOLD BULLETS NUMBERS NONE UPLOAD RESET") },
  "guards, always and raise (vending)": {
    machine: vending,
    events: [{ type: "COIN", value: 1 }, { type: "COIN", value: 2 }, ...named("BUY BACK")],
  },
  "an invoked callback (echo)": { machine: echoing, events: named("OPEN SAY AGAIN CLOSE") },
  "an invoked machine (parent and child)": { machine: parent, events: named("START PING FINISH FAIL LEAVE") },
  "spawned actors (counters)": { machine: counters, events: named("MAKE COUNT DROP") },
  "delayed events, emit and output (reminder)": {
    machine: reminder,
    events: named("SOON LATER FORGET WRONG"),
  },
};
