/**
 * Where the messages of one process wait: a ring over one array, three slots a message, so that
 * queueing allocates nothing once the ring has its size.
 *
 * A ring that is full at {@link PAGE_SLOTS} becomes the first of a list of pages: the oldest message is in the first,
 * a new one goes to the end of the last, and the only one that is left is the ring. So a backlog of a million is never
 * copied as a whole, and the collector has no array of its size to move in one piece.
 *
 * @module
 */

import type { Door } from "./behaviour.ts";

const STRIDE = 3;
/** Room for two messages: of very many short-lived processes most have no more. */
const FIRST_SLOTS = 2 * STRIDE;
/** 8,192 messages, 192 kB: so large that V8 gives it a place of its own and never copies it. */
const PAGE_SLOTS = FIRST_SLOTS * 4096;
/** More than there is room for anywhere. */
const UNLIMITED = 2 ** 30;

/** One of those that are dead letters when nobody will handle them: all but calls and signals. */
export function isLetter({ kind }: Door): boolean {
  return kind === "cast" || kind === "info" || kind === "alias";
}

interface Paging {
  /** The pages behind the first: all full but the last, which is never empty. */
  readonly later: unknown[][];
  /** Those that were emptied, for the next backlog. */
  readonly free: unknown[][];
}

/** First in, first out; `door` says what kind of message it is. Capacity doubles, or grows by a page, and is kept. */
export class Mailbox {
  /** Where the next message goes: the ring, or the last page. */
  #slots: unknown[] = emptySlots(FIRST_SLOTS);
  /** Where the oldest is: the ring, too, or the first page. */
  #front = this.#slots;
  #head = 0;
  /** The end of the array stands for its beginning in a ring, for a new page behind a page. */
  #tail = 0;
  #length = 0;
  /** With so many the ring is full; {@link UNLIMITED} while there are pages. */
  #room = FIRST_SLOTS / STRIDE;
  #paging: Paging | undefined;
  /** The message that {@link take}, {@link takeAt}, {@link peek} or {@link peekOther} came to. */
  door!: Door;
  payload: unknown;
  call: unknown;

  get length(): number {
    return this.#length;
  }

  push(door: Door, payload: unknown, call: unknown): void {
    if (this.#length === this.#room) this.#makeRoom();
    let slots = this.#slots;
    let at = this.#tail;
    if (at === slots.length) {
      at = 0;
      if (this.#room === UNLIMITED) slots = this.#addPage();
    }
    slots[at] = door;
    slots[at + 1] = payload;
    slots[at + 2] = call;
    this.#tail = at + STRIDE;
    this.#length += 1;
  }

  /** As these are read, the oldest may be taken without being put down anywhere: a slice does so. */
  get oldestDoor(): Door {
    return this.#front[this.#head] as Door;
  }

  get oldestPayload(): unknown {
    return this.#front[this.#head + 1];
  }

  get oldestCall(): unknown {
    return this.#front[this.#head + 2];
  }

  /** Takes the oldest, of which there is one. */
  drop(): void {
    const slots = this.#front;
    const at = this.#head;
    slots[at] = undefined;
    slots[at + 1] = undefined;
    slots[at + 2] = undefined;
    const after = at + STRIDE;
    this.#head = after === slots.length ? 0 : after;
    this.#length -= 1;
    if (after === PAGE_SLOTS && slots !== this.#slots) this.#turnPage();
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
    const slots = this.#slotsOf(index);
    const at = this.#at(index);
    this.door = slots[at] as Door;
    this.payload = slots[at + 1];
    this.call = slots[at + 2];
    return true;
  }

  /**
   * Reads the first message that is more than a letter, from `index` places behind the oldest on; O(messages), but
   * one that has the same door as the one before is a comparison.
   *
   * @returns how many places it is behind the oldest; `-1` when there is none
   */
  peekOther(index: number): number {
    if (index >= this.#length) return -1;
    let slots = this.#slotsOf(index);
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
      if (at < slots.length) continue;
      at = 0;
      slots = this.#slotsOf(place + 1);
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
      this.#shorten();
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
    const slots = this.#slotsOf(from);
    const at = this.#at(from);
    this.#write(to, slots[at], slots[at + 1], slots[at + 2]);
  }

  #write(index: number, door: unknown, payload: unknown, call: unknown): void {
    const slots = this.#slotsOf(index);
    const at = this.#at(index);
    slots[at] = door;
    slots[at + 1] = payload;
    slots[at + 2] = call;
  }

  /** The array in which the message `index` places behind the oldest is. */
  #slotsOf(index: number): unknown[] {
    const at = this.#head + index * STRIDE;
    if (this.#room < UNLIMITED || at < PAGE_SLOTS) return this.#front;
    return this.#paging?.later[Math.floor(at / PAGE_SLOTS) - 1] as unknown[];
  }

  /** Where in that array it is. */
  #at(index: number): number {
    const at = this.#head + index * STRIDE;
    if (at < this.#front.length) return at;
    return this.#room < UNLIMITED ? at - this.#front.length : at % PAGE_SLOTS;
  }

  /** The ring is full. */
  #makeRoom(): void {
    const isPage = this.#slots.length === PAGE_SLOTS;
    if (!isPage || this.#head > 0) this.#arrange(isPage ? PAGE_SLOTS : this.#slots.length * 2);
    if (!isPage) return;
    this.#room = UNLIMITED;
    this.#paging ??= { later: [], free: [] };
  }

  /** Puts the ring into an array of so many slots, the oldest first. */
  #arrange(capacity: number): void {
    const old = this.#slots;
    const head = this.#head;
    const slots = emptySlots(capacity);
    for (let at = head; at < old.length; at += 1) slots[at - head] = old[at];
    for (let at = 0; at < head; at += 1) slots[old.length - head + at] = old[at];
    this.#slots = this.#front = slots;
    this.#head = 0;
    this.#tail = old.length;
    this.#room = capacity / STRIDE;
  }

  #addPage(): unknown[] {
    const { later, free } = this.#paging as Paging;
    this.#slots = free.pop() ?? emptySlots(PAGE_SLOTS);
    later.push(this.#slots);
    return this.#slots;
  }

  #turnPage(): void {
    const { later, free } = this.#paging as Paging;
    free.push(this.#front);
    this.#front = later.shift() as unknown[];
    if (later.length === 0) this.#room = PAGE_SLOTS / STRIDE;
  }

  /** The newest has been taken. */
  #shorten(): void {
    this.#tail = (this.#tail === 0 ? this.#slots.length : this.#tail) - STRIDE;
    if (this.#tail > 0 || this.#room < UNLIMITED) return;
    const { later, free } = this.#paging as Paging;
    free.push(later.pop() as unknown[]);
    this.#slots = later.at(-1) ?? this.#front;
    this.#tail = PAGE_SLOTS;
    if (later.length === 0) this.#room = PAGE_SLOTS / STRIDE;
  }
}

function emptySlots(count: number): unknown[] {
  return new Array(count).fill(undefined);
}
