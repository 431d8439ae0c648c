/** Exports a function that makes no root. */
export default function failing(): never {
  throw new RangeError("no key for the door");
}
