import type { OtherNode } from "./nodes.ts";
import type { Row } from "./rows.ts";

/** A way to run our side of a row besides the usual one, which is: on this Node, with faults isolated. */
export interface Variant {
  /** `node26`, `handlersOnly`, `node26 handlersOnly`; `troupe` is the usual way. */
  readonly name: string;
  /** Absent: this very Node. */
  readonly node?: OtherNode;
  readonly handlersOnly: boolean;
}

/**
 * How a row is run on one Node: as usual first, then with the other fault mode where that matters.
 *
 * @param node - another Node than this one
 */
export function variantsOn(row: Row, node?: OtherNode): readonly [Variant, ...Variant[]] {
  const usual: Variant =
    node === undefined
      ? { name: "troupe", handlersOnly: false }
      : { name: nameOf(node), node, handlersOnly: false };
  if (row.handlersOnly !== true) return [usual];
  const name = node === undefined ? "handlersOnly" : `${usual.name} handlersOnly`;
  return [usual, { ...usual, name, handlersOnly: true }];
}

/** What a Node is called in names of variants: by its major version. */
export function nameOf(node: OtherNode): string {
  return `node${node.version.split(".")[0]}`;
}
