/**
 * Where the messages of one process wait: a ring over one array, three slots a message, so that
 * queueing allocates nothing once the ring has its size.
 *
 * @module
 */

import type { Door } from "./behaviour.ts";

const STRIDE = 3;
/** Room for two messages: of very many short-lived processes most have no more. */
const FIRST_SLOTS = 2 * STRIDE;

/** One of those that are dead letters when nobody will handle them: all but calls and signals. */
export function isLetter({ kind }: Door): boolean {
  return kind === "cast" || kind === "info" || kind === "alias";
}

/** First in, first out; `door` says what kind of message it is. Capacity doubles and is kept. */
export class Mailbox {
  #slots: unknown[] = new Array(FIRST_SLOTS).fill(undefined);
  #head = 0;
  #length = 0;
  /** The message that {@link take}, {@link takeAt}, {@link peek} or {@link peekOther} came to. */
  door!: Door;
  payload: unknown;
  call: unknown;

  get length(): number {
    return this.#length;
  }

  push(door: Door, payload: unknown, call: unknown): void {
    if (this.#length * STRIDE === this.#slots.length) this.#grow();
    let at = this.#head + this.#length * STRIDE;
    if (at >= this.#slots.length) at -= this.#slots.length;
    const slots = this.#slots;
    slots[at] = door;
    slots[at + 1] = payload;
    slots[at + 2] = call;
    this.#length += 1;
  }

  /** As these are read, the oldest may be taken without being put down anywhere: a slice does so. */
  get oldestDoor(): Door {
    return this.#slots[this.#head] as Door;
  }

  get oldestPayload(): unknown {
    return this.#slots[this.#head + 1];
  }

  get oldestCall(): unknown {
    return this.#slots[this.#head + 2];
  }

  /** Takes the oldest, of which there is one. */
  drop(): void {
    const slots = this.#slots;
    const at = this.#head;
    slots[at] = undefined;
    slots[at + 1] = undefined;
    slots[at + 2] = undefined;
    const after = at + STRIDE;
    this.#head = after === slots.length ? 0 : after;
    this.#length -= 1;
  }

  /** Takes the oldest into `door`, `payload` and `call`. @returns `false` when empty */
  take(): boolean {
    if (!this.peek(0)) return false;
    this.drop();
    return true;
  }

  /** Reads the message `index` places behind the oldest into `door`, `payload` and `call`. */
  peek(index: number): boolean {
    if (index >= this.#length) return false;
    const at = this.#at(index);
    this.door = this.#slots[at] as Door;
    this.payload = this.#slots[at + 1];
    this.call = this.#slots[at + 2];
    return true;
  }

  /**
   * Reads the first message that is more than a letter, from `index` places behind the oldest on; O(messages), but
   * one that has the same door as the one before is a comparison.
   *
   * @returns how many places it is behind the oldest; `-1` when there is none
   */
  peekOther(index: number): number {
    const slots = this.#slots;
    let letters: unknown;
    let at = this.#at(index);
    for (let place = index; place < this.#length; place += 1) {
      const door = slots[at];
      if (door !== letters) {
        if (!isLetter(door as Door)) {
          this.peek(place);
          return place;
        }
        letters = door;
      }
      at += STRIDE;
      if (at === slots.length) at = 0;
    }
    return -1;
  }

  /**
   * Takes the message `index` places behind the oldest out of the middle; O(messages before it, or behind it,
   * whichever are fewer).
   */
  takeAt(index: number): boolean {
    if (!this.peek(index)) return false;
    const { door, payload, call } = this;
    const last = this.#length - 1;
    if (index <= last - index) {
      for (let place = index; place > 0; place -= 1) this.#copy(place - 1, place);
      this.drop();
    } else {
      for (let place = index; place < last; place += 1) this.#copy(place + 1, place);
      this.#write(last, undefined, undefined, undefined);
      this.#length = last;
    }
    this.door = door;
    this.payload = payload;
    this.call = call;
    return true;
  }

  /** Puts a message `index` places behind the oldest, at the end when there are fewer; O(messages behind it). */
  pushAt(index: number, door: Door, payload: unknown, call: unknown): void {
    this.push(door, payload, call);
    let place = this.#length - 1;
    for (; place > index; place -= 1) this.#copy(place - 1, place);
    this.#write(place, door, payload, call);
  }

  #copy(from: number, to: number): void {
    const at = this.#at(from);
    this.#write(to, this.#slots[at], this.#slots[at + 1], this.#slots[at + 2]);
  }

  #write(index: number, door: unknown, payload: unknown, call: unknown): void {
    const at = this.#at(index);
    this.#slots[at] = door;
    this.#slots[at + 1] = payload;
    this.#slots[at + 2] = call;
  }

  #at(index: number): number {
    const at = this.#head + index * STRIDE;
    return at >= this.#slots.length ? at - this.#slots.length : at;
  }

  #grow(): void {
    const old = this.#slots;
    const wider = new Array(old.length * 2).fill(undefined);
    for (let i = 0; i < old.length; i += 1) wider[i] = old[(this.#head + i) % old.length];
    this.#slots = wider;
    this.#head = 0;
  }
}
