/**
 * Where the messages of one process wait: a ring over one array, three slots a message, so that
 * queueing allocates nothing once the ring has its size. What does not fit into a ring of
 * {@link RING_MESSAGES} waits in arrays of that size behind it, each of which becomes the ring when its turn
 * has come: however many wait, no push copies them, and none of their room is kept.
 *
 * @module
 */

import { RingBuffer } from "../core/ring-buffer.ts";
import type { Door } from "./behaviour.ts";

const STRIDE = 3;
/** Room for two messages: of very many short-lived processes most have no more. */
const FIRST_SLOTS = 2 * STRIDE;
/** More than mailboxes mostly hold, in an array of 24 kB, which is copied in microseconds. */
const RING_MESSAGES = 1_024;
const RING_SLOTS = RING_MESSAGES * STRIDE;

/** First in, first out; `door` says what kind of message it is. The ring's capacity doubles and is kept. */
export class Mailbox {
  #slots: unknown[] = new Array(FIRST_SLOTS).fill(undefined);
  #head = 0;
  /** Messages in the ring; none only while none wait behind it. */
  #length = 0;
  /** Messages behind the ring. */
  #farLength = 0;
  /** Where they are: every array but the last is full. */
  #far: RingBuffer<unknown[]> | undefined = undefined;
  /** The last of these arrays. */
  #last: unknown[] | undefined = undefined;
  /** The message that {@link take}, {@link takeAt} or {@link peek} came to. */
  door!: Door;
  payload: unknown;
  call: unknown;

  get length(): number {
    return this.#length + this.#farLength;
  }

  push(door: Door, payload: unknown, call: unknown): void {
    if (this.#length * STRIDE === this.#slots.length || this.#last !== undefined) {
      if (this.#slots.length === RING_SLOTS) return this.#pushFar(door, payload, call);
      this.#grow();
    }
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
    if (this.#length === 0 && this.#last !== undefined) this.#refill();
  }

  /** Takes the oldest into `door`, `payload` and `call`. @returns `false` when empty */
  take(): boolean {
    if (!this.peek(0)) return false;
    this.drop();
    return true;
  }

  /** Reads the message `index` places behind the oldest into `door`, `payload` and `call`. */
  peek(index: number): boolean {
    if (index >= this.length) return false;
    const slots = this.#slotsOf(index);
    const at = this.#at(index);
    this.door = slots[at] as Door;
    this.payload = slots[at + 1];
    this.call = slots[at + 2];
    return true;
  }

  /**
   * Takes the message `index` places behind the oldest out of the middle; O(messages before it, or behind it,
   * whichever are fewer).
   */
  takeAt(index: number): boolean {
    if (!this.peek(index)) return false;
    const { door, payload, call } = this;
    const last = this.length - 1;
    if (index <= last - index) {
      for (let place = index; place > 0; place -= 1) this.#copy(place - 1, place);
      this.drop();
    } else {
      for (let place = index; place < last; place += 1) this.#copy(place + 1, place);
      this.#dropLast();
    }
    this.door = door;
    this.payload = payload;
    this.call = call;
    return true;
  }

  /** Puts a message `index` places behind the oldest, at the end when there are fewer; O(messages behind it). */
  pushAt(index: number, door: Door, payload: unknown, call: unknown): void {
    this.push(door, payload, call);
    let place = this.length - 1;
    for (; place > index; place -= 1) this.#copy(place - 1, place);
    this.#write(place, door, payload, call);
  }

  #pushFar(door: Door, payload: unknown, call: unknown): void {
    let last = this.#last;
    if (last === undefined || last.length === RING_SLOTS) {
      last = [];
      this.#last = last;
      this.#far ??= new RingBuffer();
      this.#far.push(last);
    }
    last.push(door, payload, call);
    this.#farLength += 1;
  }

  /** The ring is empty: the oldest of the arrays behind it is the ring from now on. */
  #refill(): void {
    const far = this.#far as RingBuffer<unknown[]>;
    const next = far.shift() as unknown[];
    const { length } = next;
    while (next.length < RING_SLOTS) next.push(undefined);
    this.#slots = next;
    this.#head = 0;
    this.#length = length / STRIDE;
    this.#farLength -= this.#length;
    if (far.length === 0) this.#last = undefined;
  }

  #dropLast(): void {
    const last = this.#last;
    if (last === undefined) {
      this.#write(this.#length - 1, undefined, undefined, undefined);
      this.#length -= 1;
      return;
    }
    last.length -= STRIDE;
    this.#farLength -= 1;
    if (last.length > 0) return;
    const far = this.#far as RingBuffer<unknown[]>;
    far.removeAt(far.length - 1);
    this.#last = far.length === 0 ? undefined : far.at(far.length - 1);
  }

  #copy(from: number, to: number): void {
    const source = this.#slotsOf(from);
    const at = this.#at(from);
    this.#write(to, source[at], source[at + 1], source[at + 2]);
  }

  #write(index: number, door: unknown, payload: unknown, call: unknown): void {
    const slots = this.#slotsOf(index);
    const at = this.#at(index);
    slots[at] = door;
    slots[at + 1] = payload;
    slots[at + 2] = call;
  }

  /** The array that holds the message `index` places behind the oldest, and {@link Mailbox.#at} its place there. */
  #slotsOf(index: number): unknown[] {
    if (index < this.#length) return this.#slots;
    const far = this.#far as RingBuffer<unknown[]>;
    return far.at(Math.floor((index - this.#length) / RING_MESSAGES)) as unknown[];
  }

  #at(index: number): number {
    if (index >= this.#length) return ((index - this.#length) % RING_MESSAGES) * STRIDE;
    const at = this.#head + index * STRIDE;
    return at >= this.#slots.length ? at - this.#slots.length : at;
  }

  #grow(): void {
    const old = this.#slots;
    const wider = new Array(Math.min(old.length * 2, RING_SLOTS)).fill(undefined);
    for (let i = 0; i < old.length; i += 1) wider[i] = old[(this.#head + i) % old.length];
    this.#slots = wider;
    this.#head = 0;
  }
}
