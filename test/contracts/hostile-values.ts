/** Values that break whoever takes a thrown value for an ordinary error; made anew, since some remember. */
export const HOSTILE_VALUES: readonly { readonly what: string; readonly make: () => unknown }[] = [
  { what: "undefined", make: () => undefined },
  { what: "null", make: () => null },
  { what: "a string", make: () => "a string" },
  { what: "an empty string", make: () => "" },
  { what: "a symbol", make: () => Symbol("s") },
  { what: "a bigint", make: () => 1n },
  { what: "an object without prototype", make: () => Object.create(null) },
  { what: "a circular object", make: circular },
  { what: "an object with a bigint", make: () => ({ n: 1n }) },
  { what: "a frozen error", make: () => Object.freeze(new Error("frozen")) },
  {
    what: "an error without a stack",
    make: () => withProperty(new Error("bare"), "stack", { value: undefined }),
  },
  { what: "an error without a message", make: () => new Error() },
  { what: "an error that is its own cause", make: ownCause },
  { what: "errors that cause each other", make: mutualCause },
  { what: "an error whose message throws", make: () => throwing(new Error("x"), "message") },
  { what: "an error whose stack throws", make: () => throwing(new Error("x"), "stack") },
  { what: "an error whose name throws", make: () => throwing(new Error("x"), "name") },
  { what: "an error whose cause throws", make: () => throwing(new Error("x"), "cause") },
  {
    what: "an error whose message is a symbol",
    make: () => withProperty(new Error(), "message", { value: Symbol("m") }),
  },
  {
    what: "an error whose stack is an object",
    make: () => withProperty(new Error(), "stack", { value: { a: 1 } }),
  },
  { what: "an error whose stack is a number", make: () => withProperty(new Error(), "stack", { value: 7 }) },
  { what: "a string of megabytes", make: () => "x".repeat(HUGE) },
  { what: "an error whose message has megabytes", make: () => new Error("x".repeat(HUGE)) },
  { what: "an error at the end of a thousand causes", make: manyCauses },
  { what: "an aggregate of a thousand errors", make: () => new AggregateError(errors(1_000), "all of them") },
  { what: "an aggregate in an aggregate", make: () => new AggregateError([new AggregateError(errors(2))]) },
  {
    what: "an aggregate whose errors throw",
    make: () => withProperty(new AggregateError([], "parts"), "errors", { get: raise }),
  },
  { what: "an aggregate of itself", make: ownPart },
  { what: "an object whose toJSON throws", make: () => ({ toJSON: raise }) },
  { what: "an object whose toString throws", make: () => ({ toString: raise }) },
  { what: "a function whose name throws", make: () => withProperty(() => undefined, "name", { get: raise }) },
  {
    what: "a function whose name is a symbol",
    make: () => withProperty(() => undefined, "name", { value: Symbol("n") }),
  },
  { what: "a revoked proxy", make: revoked },
  { what: "a proxy that throws at everything", make: () => new Proxy({}, refusing()) },
  {
    what: "a proxy of an error that throws at everything",
    make: () => new Proxy(new Error("x"), refusing()),
  },
  { what: "a callable proxy that throws at everything", make: () => new Proxy(() => undefined, refusing()) },
];

const HUGE = 2_000_000;

function errors(count: number): Error[] {
  return Array.from({ length: count }, (_, index) => new Error(`part ${index}`));
}

function manyCauses(): Error {
  let error = new Error("the first");
  for (let n = 0; n < 1_000; n += 1) error = new Error(`cause ${n}`, { cause: error });
  return error;
}

function ownPart(): Error {
  const error = new AggregateError([], "ouroboros");
  error.errors.push(error);
  return error;
}

function raise(): never {
  throw new Error("hands off");
}

function circular(): object {
  const object: Record<string, unknown> = {};
  object["self"] = object;
  return object;
}

function ownCause(): Error {
  const error = new Error("ouroboros");
  error.cause = error;
  return error;
}

function mutualCause(): Error {
  const [one, other] = [new Error("one"), new Error("other")];
  one.cause = other;
  other.cause = one;
  return one;
}

function throwing(target: object, key: string): object {
  return withProperty(target, key, { get: raise });
}

function withProperty(target: object, key: string, descriptor: PropertyDescriptor): object {
  return Object.defineProperty(target, key, descriptor);
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Every trap there is. */
function refusing(): ProxyHandler<object> {
  return new Proxy({}, { get: () => raise });
}
