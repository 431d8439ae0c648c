/**
 * Compares two traces place by place. Lists are aligned, so that one event too many is one difference.
 *
 * @module
 */

import type { Difference } from "./family.ts";

type At = readonly (string | number)[];

/** Every place where `played` is not `recorded`; `[]` when they are the same. The order of keys means nothing. */
export function differences(recorded: unknown, played: unknown, at: At = []): readonly Difference[] {
  if (same(recorded, played)) return [];
  if (Array.isArray(recorded) && Array.isArray(played)) return ofLists(recorded, played, at);
  if (isRecord(recorded) && isRecord(played)) {
    const keys = [...new Set([...Object.keys(recorded), ...Object.keys(played)])].sort();
    return keys.flatMap((key) => differences(recorded[key], played[key], [...at, key]));
  }
  return [{ at, recorded, played }];
}

/** Structural equality of JSON values. */
export function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** One text for all spellings of a JSON value. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "undefined";
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${fields.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

/** The fewest items left over on both sides; what is left over at the same place is one item that changed. */
function ofLists(recorded: readonly unknown[], played: readonly unknown[], at: At): readonly Difference[] {
  const kept = longestCommon(recorded.map(canonical), played.map(canonical));
  const found: Difference[] = [];
  let left = 0;
  let right = 0;
  for (const [nextLeft, nextRight] of [...kept, [recorded.length, played.length] as const]) {
    while (left < nextLeft || right < nextRight) {
      const place = [...at, left < nextLeft ? left : right];
      if (left < nextLeft && right < nextRight) {
        found.push(...ofItems(recorded[left], played[right], place));
        left += 1;
        right += 1;
      } else if (left < nextLeft) {
        found.push({ at: place, recorded: recorded[left], played: undefined });
        left += 1;
      } else {
        found.push({ at: place, recorded: undefined, played: played[right] });
        right += 1;
      }
    }
    left = nextLeft + 1;
    right = nextRight + 1;
  }
  return found;
}

/** An event (a list whose first items are its step and kind) is compared as a whole; records go deeper. */
function ofItems(recorded: unknown, played: unknown, at: At): readonly Difference[] {
  return isRecord(recorded) && isRecord(played)
    ? differences(recorded, played, at)
    : [{ at, recorded, played }];
}

function longestCommon(one: readonly string[], other: readonly string[]): (readonly [number, number])[] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  const lengthAt = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = one.length - 1; row >= 0; row -= 1) {
    for (let column = other.length - 1; column >= 0; column -= 1) {
      const longest =
        one[row] === other[column]
          ? lengthAt(row + 1, column + 1) + 1
          : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
      (lengths[row] as number[])[column] = longest;
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let row = 0, column = 0; row < one.length && column < other.length; ) {
    if (one[row] === other[column]) {
      pairs.push([row, column]);
      row += 1;
      column += 1;
    } else if (lengthAt(row + 1, column) >= lengthAt(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
