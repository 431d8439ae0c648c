import { createSystem, defineActor, type Pid, reply, supervisor } from "troupe";

const system = createSystem();

// a definition made where it is started needs no annotation
const count = await system.start(defineActor({ init: () => 0, calls: { next: (n) => reply(n, n + 1) } }));
const one: number = await count.call.next();
const from = await system.start(defineActor({ init: (start: number) => start, calls: { get: (n) => reply(n, n) } }), 4);
const four: number = await from.call.get();

// options come after the argument, and after nothing where there is none
await system.start(defineActor({ init: () => 0 }), undefined, { timeoutMs: 50 });
await system.start(defineActor({ init: (start: number) => start }), 4, { timeoutMs: 50 });
await system.start(supervisor({ strategy: "oneForOne", children: [] }), undefined, { timeoutMs: 50 });
system.spawn(async (self) => {
  const child: Pid = await self.start(defineActor({ init: () => 0 }), undefined, { timeoutMs: 50 });
  // @ts-expect-error a name belongs to the child spec
  await self.start(defineActor({ init: () => 0 }), undefined, { name: child });
});

void [one, four];
